"""Everybody who could have had the dwelling, and why each has it or not."""

from typing import Any

from flux.ledger import YearLedger
from flux.units import fraction_text
from orientation.domain import because
from orientation.domain.dossier import Dossier
from orientation.domain.parties import Party
from orientation.domain.turn import Turn
from orientation.domain.work import Work


def alternatives(work: Work, dossier: Dossier, turn: Turn) -> list[dict[str, Any]]:
    """Everybody at the table: the chosen first, then in order of turn, then those who may not."""
    year = work.state.ledger.year(dossier.year)
    parties = {party.name: party for party in turn.table.parties}
    chosen = turn.chosen.name if turn.chosen is not None else None
    ranked = sorted(turn.order, key=lambda entry: entry.candidate.party != chosen)
    rows = []
    for position, entry in enumerate(ranked):
        party = parties.pop(entry.candidate.party)
        credit, engaged = _standing(year, turn, party.name)
        sentence = (
            because.place(entry, position, credit, engaged, turn.steered)
            if turn.fixed is None
            else because.fixed_place(position, turn.steered)
        )
        rows.append(_row(party, credit, engaged, sentence))
    for party in parties.values():
        credit, engaged = _standing(year, turn, party.name)
        sentence = because.obstacle(party) if party.obstacle else because.NEXT_ROUND
        rows.append(_row(party, credit, engaged, sentence))
    return sorted(rows, key=lambda row: row["line"] != chosen)


def _standing(year: YearLedger, turn: Turn, name: str) -> tuple[int, int]:
    return year.credit.get(name, 0) + turn.credit.get(name, 0), year.engaged.get(name, 0)


def _row(party: Party, credit: int, engaged: int, sentence: str) -> dict[str, Any]:
    return {
        "reservataire": party.reservataire,
        "convention_id": None if party.convention is None else party.convention.id,
        "line": party.name,
        "share": fraction_text(party.share),
        **({"carry": fraction_text(party.carry)} if party.carry else {}),
        "credit": fraction_text(credit),
        "engaged": fraction_text(engaged),
        "eligible": party.is_eligible,
        "because": sentence,
    }
