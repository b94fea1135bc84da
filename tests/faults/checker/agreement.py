"""Orientation and compliance agree: the same facts, the same counters, and progress says them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import zip_longest
from typing import Any

from chassis.bus import Record
from chassis.journal import Row
from compliance.domain.projection import Projection, apply
from compliance.domain.telling import progress_of
from compliance.saying import PROGRESS
from contracts.canonical import decode, encode_own
from contracts.envelope import derived_id, identity_of, open_emitted
from contracts.speakers import ORIENTATION as SOURCE
from flux.ledger import YearLedger
from flux.scope import Scope
from orientation.domain.state import ScopeState
from orientation.scopes import replay
from tests.faults.checker.reading import Reading
from tests.faults.checker.violation import Violation


def compliance_holds_what_orientation_journalled(reading: Reading) -> Iterator[Violation]:
    """Scope by scope compliance's journal is orientation's facts, in the same order, in the same bytes."""
    ours, theirs = reading.history.orientation.rows, reading.history.compliance.rows
    for scope in sorted({*ours, *theirs}):
        facts = [row for row in ours.get(scope, ()) if row.ordinal]
        for number, (fact, held) in enumerate(zip_longest(facts, theirs.get(scope, ())), start=1):
            if held is None:
                yield Violation("lost", f"{scope} fact {number}", "compliance never counted it")
                break
            if fact is None or not _is_same(fact, held):
                yield Violation("disagreement", f"{scope} fact {number}", "compliance holds another")
                break


def _is_same(fact: Row, held: Row) -> bool:
    identity = identity_of(SOURCE, derived_id(fact.cause, fact.ordinal))
    return (fact.type, fact.data, identity) == (held.type, held.data, held.cause)


def counters_are_the_fold_of_the_log(reading: Reading) -> Iterator[Violation]:
    """Two services fold two journals to one ledger, in which the credits of a year sum to its engagements."""
    ours, theirs = reading.history.orientation.rows, reading.history.compliance.rows
    for scope, rows in ours.items():
        state = _state(scope, rows)
        projection = _watched(scope, theirs.get(scope, ())).projection
        if asdict(state.ledger) != asdict(projection.ledger):
            yield Violation("disagreement", scope, "orientation and compliance count differently")
        yield from _unbalanced(scope, state.ledger.years)


def _unbalanced(scope: str, years: Mapping[int, YearLedger]) -> Iterator[Violation]:
    for year, ledger in years.items():
        if sum(ledger.credit.values()) != sum(ledger.engaged.values()):
            yield Violation("disagreement", f"{scope} {year}", "credits do not sum to engagements")


def progress_says_what_compliance_holds(reading: Reading) -> Iterator[Violation]:
    """The last progress of each convention was said after it last moved, and is the fold's at that moment."""
    last = {body["convention_id"]: body for body in map(_body, reading.history.records.get(PROGRESS, ()))}
    for scope, rows in reading.history.compliance.rows.items():
        said = {name: body["sequence"] for name, body in last.items() if body["scope"] == scope}
        watched = _watched(scope, rows, said)
        for name, moved in watched.moved.items():
            if said.get(name, 0) < moved:
                yield Violation(
                    "lost", f"progress of {name}", f"moved at {moved}, last said at {said.get(name, 0)}"
                )
            elif encode_own(last[name]) != watched.bodies.get(name):
                yield Violation("disagreement", f"progress of {name}", "it is not what the journal folds to")


def _body(record: Record) -> dict[str, Any]:
    return open_emitted(record.value or b"").data


@dataclass(slots=True)
class _Watched:
    """A projection, when each convention last moved, and what its progress was when it was last said."""

    projection: Projection
    moved: dict[str, int] = field(default_factory=dict)
    bodies: dict[str, bytes] = field(default_factory=dict)


def _watched(scope: str, rows: Sequence[Row], said: Mapping[str, int] | None = None) -> _Watched:
    watched = _Watched(Projection(scope))
    at: dict[int, list[str]] = {}
    for name, sequence in (said or {}).items():
        at.setdefault(sequence, []).append(name)
    for row in rows:
        data: Any = decode(row.data)
        watched.moved |= dict.fromkeys(apply(watched.projection, row.type, data), data["sequence"])
        for name in at.get(data["sequence"], ()):
            if name in watched.projection.conventions:
                watched.bodies[name] = encode_own(progress_of(watched.projection, name))
    return watched


def _state(scope: str, rows: Sequence[Row]) -> ScopeState:
    state = ScopeState(Scope.parse(scope))
    replay(state, list(rows))
    return state
