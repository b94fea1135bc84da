"""The product: every state × every variant of every input, and every ordered pair of inputs after every state."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from traceback import extract_tb

import orjson

from contracts.catalogue import INPUTS
from contracts.rejected import Rejected
from tests.every_input.messages import Variant, plainest, variants
from tests.every_input.states import STATES, reached
from tests.every_input.world import World

REPEATED, CONTRADICTED = "the same again", "its id with another content"


@dataclass
class Report:
    """What was tried, and each kind of fault with the first case that shows it."""

    singles: int = 0
    pairs: int = 0
    accepted: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    faults: dict[str, str] = field(default_factory=dict)
    statuses: set[str] = field(default_factory=set)
    said: set[tuple[str, str]] = field(default_factory=set)
    """Items by type and status."""

    def __str__(self) -> str:
        refused = ", ".join(f"{reason} {number}" for reason, number in self.refused.most_common())
        return (
            f"{len(STATES)} states x {len(INPUTS)} inputs: {self.singles} single and {self.pairs} pairs, "
            f"{self.accepted} accepted, refused: {refused or 'none'}; {len(self.faults)} kinds of fault"
        )


def run(report: Report, *, part: int = 0, of: int = 1, pairs_part: int = 0, pairs_of: int = 1) -> Report:
    """Try one part of so many of the product: cases are dealt in turn, so that each part covers all kinds."""
    for number, name in enumerate(STATES):
        base = reached(name)
        report.statuses |= base.statuses
        for place, variant in enumerate(_all(base)):
            if (place + number) % of == part:
                _single(report, name, base, variant)
        for place, (first, second) in enumerate(_pairs(base)):
            if (place + number) % pairs_of == pairs_part:
                _pair(report, name, base, first, second)
    return report


def _all(world: World) -> Iterator[Variant]:
    return (variant for kind in INPUTS for variant in variants(kind, world))


def _pairs(world: World) -> Iterator[tuple[Variant, Variant | str]]:
    few = [variant for kind in INPUTS for variant in plainest(kind, world)]
    for first in few:
        yield first, REPEATED
        yield first, CONTRADICTED
        yield from ((first, second) for second in few)


def _single(report: Report, state: str, base: World, variant: Variant) -> None:
    world = base.copy()
    report.singles += 1
    with _Watching(report, world, f"{state} · {variant.kind}, {variant.name}"):
        _take(report, world, variant.line(world))
        world.proved()
        world.judge()


def _pair(report: Report, state: str, base: World, first: Variant, second: Variant | str) -> None:
    world = base.copy()
    report.pairs += 1
    told = second if isinstance(second, str) else f"{second.kind}, {second.name}"
    with _Watching(report, world, f"{state} · {first.kind}, {first.name} · then {told}"):
        line, start = first.line(world), len(world.facts)
        is_taken = _take(report, world, line) and len(world.facts) > start
        world.wait(hours=1)
        before = len(world.facts)
        if isinstance(second, Variant):
            _take(report, world, second.line(world))
        elif second == REPEATED:
            _take(report, world, line)
            assert len(world.facts) == before or not is_taken
        else:
            assert not _take(report, world, _contradicting(line)) or not is_taken
        world.proved()
        if report.pairs % 10 == 0:
            world.judge()


def _contradicting(line: bytes) -> bytes:
    """The same event at another moment: its identity stays, its content does not."""
    event = orjson.loads(line)
    earlier = datetime.fromisoformat(event["time"]) - timedelta(minutes=1)
    return orjson.dumps({**event, "time": earlier.isoformat()})


def _take(report: Report, world: World, line: bytes) -> bool:
    """Whether an input is accepted; a refusal says why."""
    try:
        world.take(line)
    except Rejected as rejected:
        report.refused[str(rejected.reason) if rejected.message else "NO REASON"] += 1
        return False
    report.accepted += 1
    return True


class _Watching:
    """Keeps a fault instead of letting it end the whole product."""

    def __init__(self, report: Report, world: World, case: str) -> None:
        self._report, self._world, self._case = report, world, case

    def __enter__(self) -> None:
        return

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        self._report.statuses |= self._world.statuses
        self._report.said |= self._world.said
        if not isinstance(error, Exception):
            return error is None
        where = extract_tb(error.__traceback__)[-1]
        kind = (
            f"{type(error).__name__} {str(error)[:80]} ({where.filename.rpartition('/')[2]}:{where.lineno})"
        )
        self._report.faults.setdefault(kind, self._case)
        return True
