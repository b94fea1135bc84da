"""Proposals "pour un tour": a first letting given by a concertation, that the flux does not count.

Nothing of it enters the flux: no credit, no engagement, no unit of a décompte. Its counters are kept apart, under
``apart_*``, by the réservataire's line, or under `tour_of` when no convention of its own is in force.
"""

from typing import Any

from contracts.rejected import Rejected, RejectionReason
from flux.convention import Convention
from flux.units import BAILLEUR, DWELLING, TOUR, fraction_text
from orientation.domain.concertation import wording
from orientation.domain.concertation.programme import Programme
from orientation.domain.decision import record
from orientation.domain.dossier import Dossier
from orientation.domain.echelle import covers
from orientation.domain.ports import Facts
from orientation.domain.proposing import issue
from orientation.domain.terms import terms_of
from orientation.domain.work import Work


def tour_of(reservataire: str) -> str:
    """The party under which a réservataire without convention is counted."""
    return f"{TOUR}{reservataire}"


def give(
    work: Work,
    dossier: Dossier,
    facts: Facts,
    reservataire: str,
    sentences: list[str],
    reason: str = "concertation",
) -> None:
    """Propose a dwelling to a réservataire for one turn, counted apart."""
    convention, line = _line_of(work, dossier, facts, reservataire)
    terms = terms_of(work, convention, facts, is_apart=True)
    record(
        work,
        dossier,
        "proposed",
        reason,
        sentences,
        reservataire=reservataire,
        convention_id=None if convention is None else convention.id,
        line=line,
        management=terms.management,
        counted_apart=True,
        proposal_id=work.next_id(ahead=1),
        alternatives=_alternatives(work, dossier, reservataire, line),
    )
    issue(work, work.state.dossiers[dossier.vacancy_id], terms, sentences)


def keep(work: Work, dossier: Dossier, sentences: list[str]) -> None:
    """Leave a first letting to the bailleur, by its own arbitration."""
    record(
        work,
        dossier,
        "kept_by_bailleur",
        "arbitrage",
        sentences,
        line=BAILLEUR,
        counted_apart=True,
        ledger={"year": dossier.year, "counts": {BAILLEUR: {"apart_kept": 1}}},
    )


def named(work: Work, dossier: Dossier, reservataire: str) -> str:
    """Whom the bailleur may name instead: the programme's parties, who has a convention in force, or itself."""
    if reservataire in {BAILLEUR, work.state.scope.bailleur}:
        return BAILLEUR
    programme = _programme(work, dossier)
    possible = {c.reservataire for c in work.state.in_force(work.declared_on(dossier))}
    possible |= set() if programme is None else set(programme.parties)
    if reservataire in possible:
        return reservataire
    raise Rejected(
        RejectionReason.SANS_CONVENTION,
        "$.data.reservataire",
        f"{reservataire} n'a ni engagement dans le programme ni convention en vigueur. "
        f"Réservataires possibles : {', '.join(sorted(possible)) or 'aucun'}, ou {BAILLEUR}.",
    )


def _line_of(work: Work, dossier: Dossier, facts: Facts, reservataire: str) -> tuple[Convention | None, str]:
    """Its convention in force and the line that covers the dwelling, else the first; none: `tour_of`."""
    for convention in work.state.in_force(work.declared_on(dossier)):
        if convention.reservataire == reservataire:
            covering = [line for line in convention.lines if covers(work, convention, line, facts)]
            return convention, (covering or list(convention.lines))[0].party
    return None, tour_of(reservataire)


def _alternatives(work: Work, dossier: Dossier, chosen: str, line: str) -> list[dict[str, Any]]:
    """The chosen first, then the programme's other parties; what each was promised and has of the split."""
    programme = _programme(work, dossier)
    others = [] if programme is None else [party for party in programme.parties if party != chosen]
    return [_row(programme, party, chosen, line if party == chosen else None) for party in [chosen, *others]]


def _row(programme: Programme | None, party: str, chosen: str, line: str | None) -> dict[str, Any]:
    promised = (
        0 if programme is None else sum(c.count for c in programme.commitments if c.reservataire == party)
    )
    has = 0 if programme is None else len(programme.lots_of(party))
    row = {
        "reservataire": party,
        "credit": fraction_text(promised * DWELLING),
        "engaged": fraction_text(has * DWELLING),
        "eligible": True,
        "because": wording.place(promised, has, is_chosen=party == chosen),
    }
    return row if line is None else {**row, "line": line}


def _programme(work: Work, dossier: Dossier) -> Programme | None:
    return work.state.programmes.get(dossier.vacancy.get("programme_id", ""))
