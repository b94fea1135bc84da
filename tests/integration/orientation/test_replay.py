"""An earlier version may have accepted what this one refuses: replaying says where, and goes on with the rest."""

from datetime import UTC, datetime
from pathlib import Path

import orjson

from chassis.clock import FixedClock
from chassis.journal import SqlJournal
from chassis.rulebook import load
from contracts.inputs import Input, read
from orientation.domain.routing import route
from orientation.replaying import replay
from orientation.rulebook import BookView
from orientation.scopes import Scopes

ROOT = Path(__file__).parents[3]
EXAMPLE = (ROOT / "contracts" / "examples" / "convention.signed.json").read_bytes()
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


def a_convention(name: str, departement: str = "75") -> Input:
    body = orjson.loads(EXAMPLE)
    body["id"], body["data"]["departement"] = name, departement
    return read(orjson.dumps(body), (), "conventions", now=None, trust="open")


async def test_an_input_accepted_once_and_refused_now_is_a_difference_and_other_scopes_are_replayed(
    tmp_path: Path,
) -> None:
    book = BookView(load(ROOT / "rules"))
    journal = SqlJournal(f"sqlite+aiosqlite:///{tmp_path / 'journal.sqlite'}", FixedClock(NOW))
    await journal.open()
    try:
        for scope, causes in (("48", ("A", "B")), ("75", ("C",))):
            scopes = Scopes(journal)
            first, *others = [a_convention(name, scope) for name in causes]
            await scopes.load(first.scope)
            batch = scopes.open(first.scope)
            batch.add(first, NOW, route(batch.state, first, NOW, book), book.rules.digest)
            for other in others:  # the same convention_id: accepted here, whatever `route` says of it
                batch.add(other, NOW, [], book.rules.digest)
            await journal.append([batch.append({})])

        async def the_book(_: str) -> BookView:
            return book

        report = await replay(journal, the_book)
    finally:
        await journal.close()
    assert (report.scopes, report.inputs) == (2, 2)
    [difference] = report.differences
    assert difference.scope.endswith(":48")
    assert difference.journalled is None
    assert "existe déjà" in (difference.decided or b"").decode()
