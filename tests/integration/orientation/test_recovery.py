"""A scope dropped after a failed write comes back by itself, with its waits."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from chassis.clock import FixedClock
from chassis.journal import Appended, SqlJournal
from chassis.rulebook import load
from contracts.inputs import read
from orientation.domain.routing import route
from orientation.rulebook import BookView
from orientation.scopes import Scopes

ROOT = Path(__file__).parents[3]
SCOPE = "999001209:75"
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


async def test_a_forgotten_scope_is_loaded_again_so_that_its_waits_still_end(tmp_path: Path) -> None:
    book = BookView(load(ROOT / "rules"))
    journal = SqlJournal(f"sqlite+aiosqlite:///{tmp_path / 'journal.sqlite'}", FixedClock(NOW))
    await journal.open()
    try:
        scopes = Scopes(journal)
        await scopes.load(SCOPE)
        batch = scopes.open(SCOPE)
        line = (ROOT / "contracts" / "examples" / "vacancy.declared.json").read_bytes()
        cause = read(line, (), "vacancies", now=None, trust="open")
        batch.add(cause, NOW, route(batch.state, cause, NOW, book), book.rules.digest)
        [written] = await journal.append([batch.append({})])
        assert isinstance(written, Appended)
        scopes.wrote(batch, written.head_hash)
        later = NOW + timedelta(days=400)
        assert scopes.names_due(later) == [SCOPE]

        scopes.forget([SCOPE])
        assert scopes.names_due(later) == []
        await scopes.recover()
        assert scopes.names_due(later) == [SCOPE]
    finally:
        await journal.close()
