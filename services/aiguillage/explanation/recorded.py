"""A decision a journal holds, and the scope as it stood when it was taken: at the first round or at a later one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from aiguillage.explanation.question import DECLARED, Question
from aiguillage.explanation.situation import Situation
from chassis.journal import Row
from contracts.canonical import decode
from contracts.inputs import Input
from flux.calendar import legal_date
from flux.scope import Scope
from orientation.domain import fold
from orientation.domain.instants import instant
from orientation.domain.snapshot import freeze
from orientation.domain.state import ScopeState
from orientation.replaying import input_of
from orientation.rulebook import BookView

DECIDED = "orientation.decided"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision found: the place of its row among its scope's, its data, the input it was taken on."""

    place: int
    decided: dict[str, Any]
    cause: Input
    declaration: Input


def find_decision(rows: Sequence[Row], vacancy_id: str, attempt: int | None = None) -> Recorded:
    """The decision of a vacancy's nth round, else its last; `ValueError` in French when there is none."""
    declaration = cause = None
    found: dict[int, Recorded] = {}
    for place, row in enumerate(rows):
        if row.ordinal == 0:
            cause = row
            if row.type == DECLARED and _names(row, vacancy_id):
                declaration = declaration or input_of(row)
        elif row.type == DECIDED and declaration is not None and cause is not None:
            data: Any = decode(row.data)
            if data["vacancy_id"] == vacancy_id:
                found[int(data["attempt"])] = Recorded(place, data, input_of(cause), declaration)
    if attempt is None and found:
        return found[max(found)]
    if attempt is None or attempt not in found:
        known = ", ".join(map(str, sorted(found))) or "aucun"
        which = "décision" if attempt is None else f"décision au tour {attempt}"
        raise ValueError(
            f"Pas de {which} pour la vacance {vacancy_id} dans ce journal ; tours connus : {known}."
        )
    return found[attempt]


def situation_recorded(rows: Sequence[Row], found: Recorded, book: BookView) -> Situation:
    """The scope just before a decision was written, from the facts before it; `book` is the rulebook it names.

    What the same input had caused before the decision is in it: a refusal is recorded before the next round.
    """
    state = ScopeState(Scope.parse(found.declaration.scope))
    _fold(state, rows[: found.place])
    dossier = state.dossiers.get(found.decided["vacancy_id"])
    is_first = dossier is None or not dossier.has_accrued
    if dossier is not None:
        dossier.vacancy = found.decided["vacancy"]
    return Situation(
        question=Question(found.declaration, _day(found, is_first=is_first)),
        book=book,
        frozen=freeze(state),
        at=instant(found.decided["at"]),
        has_events=True,
        decided=found.decided,
        cause=found.cause,
    )


def _day(found: Recorded, *, is_first: bool) -> date:
    """The day whose rules apply: that of the declaration for a first round, else that of what was said."""
    departement = found.declaration.scope.partition(":")[2]
    at = instant(found.decided["declared_at"]) if is_first else found.cause.time
    return legal_date(at, departement)


def _fold(state: ScopeState, rows: Iterable[Row]) -> None:
    for row in rows:
        if row.ordinal:
            data: Any = decode(row.data)
            fold.apply(state, row.type, data)


def _names(row: Row, vacancy_id: str) -> bool:
    data: Any = decode(row.data)
    return bool(data["data"].get("vacancy_id") == vacancy_id)
