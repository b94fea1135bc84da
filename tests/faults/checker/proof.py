"""Hash chains are intact, and the rotation of each scope follows from its rulebooks and its inputs alone."""

from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import Any, TypeVar, cast

from chassis.journal import Head, Journal, Row, verify
from chassis.rulebook import Rulebook
from orientation.replaying import replay
from orientation.rulebook import BookView
from tests.faults.checker.history import Kept
from tests.faults.checker.reading import Reading
from tests.faults.checker.violation import Violation

T = TypeVar("T")
SHOWN_BYTES = 60


@dataclass(frozen=True, slots=True)
class _Shelf:
    """A journal that is only read, and never waits: what proofs need of the port."""

    kept: Kept

    async def scopes(self) -> list[str]:
        return sorted({*self.kept.rows, *self.kept.alerts})

    async def heads(self) -> dict[str, Head]:
        return dict(self.kept.heads)

    async def rows(
        self, scope: str, after: int = 0, limit: int | None = None, *, is_proved: bool = True
    ) -> list[Row]:
        del is_proved
        rows = self.kept.rows.get(scope) or self.kept.alerts.get(scope, ())
        later = [row for row in rows if row.version > after]
        return later[:limit]


def hash_chains_are_intact(reading: Reading) -> Iterator[Violation]:
    """Versions, ordinals and hashes of both journals, up to the heads kept beside the rows."""
    for service in ("orientation", "compliance"):
        kept: Kept = getattr(reading.history, service)
        report = _finished(verify(cast("Journal", _Shelf(kept))))
        for fault in report.faults:
            yield Violation("disagreement", f"{service} {fault.scope} version {fault.version}", fault.what)


def the_rotation_follows_from_rulebooks_and_inputs(reading: Reading) -> Iterator[Violation]:
    """Decided again from the journal's inputs by the journal's rulebooks, every row comes out the same bytes."""
    kept = reading.history.orientation
    named = {row.rulebook for rows in kept.rows.values() for row in rows if row.rulebook}
    missing = sorted(named - kept.bundles.keys())
    for digest in missing:
        yield Violation("lost", f"rulebook {digest}", "named by decisions, and not kept")
    if missing:
        return

    async def rulebook_of(digest: str) -> BookView:
        return _book(kept.bundles[digest])

    for found in _finished(replay(cast("Journal", _Shelf(kept)), rulebook_of)).differences:
        was, now = found.journalled or b"", found.decided or b""
        first = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(was, now, strict=False)))
        what = f"journalled {_shown(was, first)}, decided again {_shown(now, first)}"
        yield Violation("disagreement", f"{found.scope} version {found.version}", what)


@lru_cache(maxsize=16)
def _book(bundle: bytes) -> BookView:
    return BookView(Rulebook.from_bundle(bundle))


def _shown(data: bytes, first: int) -> str:
    """What stands around the first byte that differs."""
    around = data[max(first - SHOWN_BYTES, 0) : first + SHOWN_BYTES]
    return around.decode(errors="replace") or "nothing"


def _finished(work: Coroutine[Any, Any, T]) -> T:
    """What a coroutine that awaits nothing returns."""
    try:
        work.send(None)
    except StopIteration as ended:
        result: T = ended.value
        return result
    raise AssertionError("a proof waits for nobody")
