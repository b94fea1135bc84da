"""A concertation survives a restart: what was opened, said and waited for is in the journal."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chassis.clock import FixedClock
from chassis.journal import SqlJournal
from chassis.rulebook import load
from contracts.inputs import Input, read
from orientation.domain.event_clock import run_until
from orientation.domain.routing import route
from orientation.replaying import replay
from orientation.rulebook import BookView
from orientation.scopes import Scopes

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "contracts" / "examples"
SCOPE = "999001209:75"
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


def an_example(kind: str, topic: str) -> Input:
    return read((EXAMPLES / f"{kind}.json").read_bytes(), (), topic, now=None, trust="open")


async def test_a_restart_in_the_middle_of_a_concertation_changes_nothing_of_its_end(tmp_path: Path) -> None:
    book = BookView(load(ROOT / "rules"))
    journal = SqlJournal(f"sqlite+aiosqlite:///{tmp_path / 'journal.sqlite'}", FixedClock(NOW))
    await journal.open()
    try:
        for kind in ("programme.opened", "concertation.answered"):
            await _write(journal, book, an_example(kind, "programmes"))
        scopes = Scopes(journal)
        await scopes.load(SCOPE)
        assert scopes.names_due(NOW + timedelta(days=400)) == [SCOPE]
        await _write(journal, book, None)
        concluded = [row for row in await journal.rows(SCOPE) if row.type == "concertation.concluded"]
        assert len(concluded) == 1
        report = await replay(journal, lambda _: _same(book))
        assert (report.inputs, report.differences) == (3, [])
    finally:
        await journal.close()


async def _same(book: BookView) -> BookView:
    return book


async def _write(journal: SqlJournal, book: BookView, cause: Input | None) -> None:
    """Apply an input, or the waits that end in the next year, to a scope just loaded from the journal."""
    scopes = Scopes(journal)
    await scopes.load(SCOPE)
    batch: Any = scopes.open(SCOPE)
    if cause is None:
        for fired, at, facts in run_until(batch.state, NOW + timedelta(days=400), book):
            batch.add(fired, at, facts, book.rules.digest)
    else:
        batch.add(cause, NOW, route(batch.state, cause, NOW, book), book.rules.digest)
    await journal.append([batch.append({})])
