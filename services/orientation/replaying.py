"""Replay: the journal's inputs, in their order, decided again → the same rows, byte for byte."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chassis.journal import Journal, Row
from chassis.journal.semantics import required
from contracts.canonical import decode, encode
from contracts.inputs import Input
from contracts.rejected import Rejected
from flux.scope import Scope
from orientation.domain.dossier import Dossier
from orientation.domain.ports import Rulebook
from orientation.domain.routing import route
from orientation.domain.state import ScopeState

RulebookOf = Callable[[str], Awaitable[Rulebook]]
"""Finds a rulebook by its digest."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The first row that came out otherwise: where it is, what the journal holds, what was decided again.

    An input that was accepted and is refused now was decided by the words of its refusal.
    """

    scope: str
    version: int
    journalled: bytes | None
    decided: bytes | None


@dataclass(slots=True)
class Replayed:
    """What a replay covered, and the first difference of each scope that has one."""

    scopes: int = 0
    inputs: int = 0
    facts: int = 0
    differences: list[Difference] = field(default_factory=list)


async def replay(journal: Journal, rulebook_of: RulebookOf) -> Replayed:
    """Decide every scope again from its first input; `OtherSemantics` on what another version decided."""
    report = Replayed()
    for scope in await journal.scopes():
        report.scopes += 1
        difference = await _replay_scope(scope, await journal.rows(scope), rulebook_of, report)
        if difference is not None:
            report.differences.append(difference)
    return report


async def _replay_scope(
    scope: str, rows: list[Row], rulebook_of: RulebookOf, report: Replayed
) -> Difference | None:
    state, archive = ScopeState(Scope.parse(scope)), dict[str, Dossier]()
    for cause, facts in by_cause(rows):
        required(scope, cause.semantics)
        applied = input_of(cause)
        name = applied.data.get("vacancy_id") or applied.data.get("subject", "")
        if name in archive:
            state.restore(archive.pop(name))
        try:
            decided = route(state, applied, cause.event_time, await rulebook_of(cause.rulebook))
        except Rejected as rejected:
            return Difference(
                scope, cause.version + 1, facts[0].data if facts else None, str(rejected).encode()
            )
        archive.update({dossier.vacancy_id: dossier for dossier in state.pop_settled()})
        report.inputs += 1
        report.facts += len(facts)
        difference = _compare(scope, cause, facts, [(kind, encode(data)) for kind, data in decided])
        if difference is not None:
            return difference
    return None


def _compare(scope: str, cause: Row, facts: list[Row], decided: list[tuple[str, bytes]]) -> Difference | None:
    for offset in range(max(len(facts), len(decided))):
        was = (facts[offset].type, facts[offset].data) if offset < len(facts) else None
        now = decided[offset] if offset < len(decided) else None
        if was != now:
            return Difference(
                scope, cause.version + offset + 1, was[1] if was else None, now[1] if now else None
            )
    return None


def by_cause(rows: Iterable[Row]) -> Iterator[tuple[Row, list[Row]]]:
    """Each input's row with the rows of its facts."""
    cause: Row | None = None
    facts: list[Row] = []
    for row in rows:
        if row.ordinal:
            facts.append(row)
            continue
        if cause is not None:
            yield cause, facts
        cause, facts = row, []
    if cause is not None:
        yield cause, facts


def input_of(row: Row) -> Input:
    """The input of an ordinal-0 row."""
    body: Any = decode(row.data)
    return Input(
        identity=row.cause,
        type=row.type,
        source=body["source"],
        id=body["id"],
        time=datetime.fromisoformat(body["time"]),
        scope=row.scope,
        data=body["data"],
        canonical=row.data,
    )
