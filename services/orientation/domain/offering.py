"""What a decided turn comes to: pre-assigned or proposed, kept by the bailleur, or nobody's (steps 7 and 8)."""

from datetime import timedelta
from typing import Any

from flux.criteria import FACT_OF_DIMENSION, mix_keys
from flux.units import BAILLEUR, DWELLING
from orientation.domain import because
from orientation.domain.decision import record
from orientation.domain.dossier import Dossier
from orientation.domain.instants import instant_text
from orientation.domain.movement import movement
from orientation.domain.parties import Table
from orientation.domain.ports import Facts
from orientation.domain.proposing import issue
from orientation.domain.terms import terms_of
from orientation.domain.turn import Turn, Wish
from orientation.domain.work import Work


def to_nobody(work: Work, dossier: Dossier, turn: Turn, wish: Wish) -> None:
    """A first round nobody may take has no holder; a further one hands the dwelling back to the bailleur."""
    if turn.is_first_round:
        record(work, dossier, "no_holder", "sans_titulaire", [*wish.said, because.NOBODY], turn=turn)
        return
    turn.credit = {BAILLEUR: dossier.owed} if dossier.owed else {}
    _keep(work, dossier, turn, [because.hand_back(len(dossier.answered))], "remise")


def to_the_bailleur(work: Work, dossier: Dossier, turn: Turn, wish: Wish) -> None:
    """The bailleur's own turn, or the one it takes by its arbitration: the dwelling joins its remainder."""
    _keep(work, dossier, turn, _sentences(work, dossier, turn, wish), "part_non_reservee")


def to_the_chosen(work: Work, dossier: Dossier, facts: Facts, turn: Turn, wish: Wish) -> None:
    """Pre-assign the dwelling to the réservataire chosen, or propose it at once."""
    party = turn.chosen
    assert party is not None  # noqa: S101 - the caller chose it
    assert party.convention is not None  # noqa: S101 - only the bailleur has none
    terms = terms_of(work, party.convention, facts)
    sentences = _sentences(work, dossier, turn, wish)
    is_concerted = wish.concerted == party.name
    is_the_bailleurs_word = wish.override is not None or wish.is_kept_by(party)
    waits = terms.needs_confirmation and not is_the_bailleurs_word and not is_concerted
    if waits:
        sentences.append(because.confirm_by(terms.confirm_within_hours))
    extra: dict[str, Any] = {"line": party.name, "management": terms.management}
    if waits:
        extra["due"] = instant_text(work.at + timedelta(hours=terms.confirm_within_hours))
    moved = _movement(work, dossier, turn, party.name, {party.name: {"pre_assigned": 1}} if waits else None)
    reason = "arbitrage" if wish.override else "concertation" if is_concerted else "tour"
    outcome = "pre_assigned" if waits else "proposed"
    if not waits:
        extra["proposal_id"] = work.next_id(ahead=1)
    record(work, dossier, outcome, reason, sentences, turn=turn, ledger=moved, **extra)
    if not waits:
        own = sentences[len(wish.said) :] if not is_concerted else sentences
        issue(work, work.state.dossiers[dossier.vacancy_id], terms, own)


def _keep(work: Work, dossier: Dossier, turn: Turn, sentences: list[str], reason: str) -> None:
    moved = _movement(work, dossier, turn, BAILLEUR, {BAILLEUR: {"kept": 1}})
    record(work, dossier, "kept_by_bailleur", reason, sentences, turn=turn, ledger=moved)


def _movement(
    work: Work, dossier: Dossier, turn: Turn, name: str, counts: dict[str, dict[str, int]] | None
) -> dict[str, Any]:
    """What the decision moves: everybody's credit, and one dwelling engaged by the chosen party."""
    cycle = dict(turn.cycle)
    if cycle:
        cycle[name] = cycle.get(name, 0) - DWELLING
    party = turn.chosen
    keys = (
        mix_keys(party.criteria, dossier.dwelling, work.lists) if party is not None and party.criteria else ()
    )
    return movement(
        dossier.year,
        credit=turn.credit,
        engaged={name: DWELLING},
        carry=turn.carried,
        cycle=cycle,
        mix={f"{name}|{key}": DWELLING for key in keys},
        counts=counts,
    )


def _sentences(work: Work, dossier: Dossier, turn: Turn, wish: Wish) -> list[str]:
    """The decision's reasons: turn, shares, what could not be checked."""
    party, year = turn.chosen, work.state.ledger.year(dossier.year)
    assert party is not None  # noqa: S101 - the caller chose it
    sentences = list(wish.said)
    if wish.override is not None:
        sentences.append(because.overridden(party.reservataire))
    elif wish.is_kept_by(party):
        sentences.append(because.STILL_ARBITRATED)
    elif wish.concerted == party.name:
        sentences.append(because.CONCERTED)
    elif wish.keep == party.name:
        sentences.append(because.ALREADY_HOLDING)
    elif turn.fixed is not None:
        sentences.append(because.fixed_turn(party, turn.fixed.get(party.name, 0)))
    else:
        credit = year.credit.get(party.name, 0) + turn.credit.get(party.name, 0)
        sentences.append(because.turn(party, credit, year.engaged.get(party.name, 0)))
    if turn.table.is_normalised:
        sentences.append(because.NORMALISED)
    unknown = _missing(turn.table, dossier)
    if unknown:
        sentences.append(because.missing_facts(unknown))
    return sentences


def _missing(table: Table, dossier: Dossier) -> list[str]:
    dimensions = {c.dimension for party in table.parties for c in party.criteria}
    return sorted(d for d in dimensions if dossier.dwelling.get(FACT_OF_DIMENSION[d]) is None)
