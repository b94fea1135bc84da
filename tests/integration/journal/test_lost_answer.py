"""A commit whose answer never came is found again: the append tried once more changes nothing; on both engines."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from chassis.clock import FixedClock
from chassis.journal import Appended, Conflict, JournalUnavailable, SqlJournal, verify

COMMIT = b"Q\x00\x00\x00\x0cCOMMIT;\x00"
"""The query as the driver sends it."""
CHUNK_BYTES = 1 << 16
SOCKET = ".s.PGSQL.5432"


class Cutting:
    """A line to the server that breaks, once, when the server has answered a commit and its client has not heard."""

    def __init__(self) -> None:
        self.cuts = 0
        self._is_committing = False

    async def serve(self, server: Path, reader: StreamReader, writer: StreamWriter) -> None:
        answers, asked = await asyncio.open_unix_connection(str(server))
        await asyncio.gather(self._ask(reader, asked), self._answer(answers, writer))

    async def _ask(self, reader: StreamReader, asked: StreamWriter) -> None:
        while said := await reader.read(CHUNK_BYTES):
            self._is_committing = not self.cuts and said.endswith(COMMIT)
            asked.write(said)
        asked.close()

    async def _answer(self, answers: StreamReader, writer: StreamWriter) -> None:
        while said := await answers.read(CHUNK_BYTES):
            if self._is_committing:
                self.cuts += 1
                break
            writer.write(said)
        writer.close()


@asynccontextmanager
async def a_cutting_line(url: str, folder: Path) -> AsyncIterator[tuple[str, Cutting]]:
    """The URL by which a server is reached through such a line."""
    here, _, there = url.partition("?host=")
    line = Cutting()
    served: set[asyncio.Task[None]] = set()

    def take(reader: StreamReader, writer: StreamWriter) -> None:
        served.add(asyncio.create_task(line.serve(Path(there) / SOCKET, reader, writer)))

    relay = await asyncio.start_unix_server(take, folder / SOCKET)
    try:
        yield f"{here}?host={folder}", line
    finally:
        relay.close()
        await asyncio.gather(*served)


async def test_a_server_that_committed_and_could_not_say_so_has_kept_the_append_once(
    postgres_url: str, clock: FixedClock, a: SimpleNamespace, tmp_path: Path
) -> None:
    async with a_cutting_line(postgres_url, tmp_path) as (url, line):
        journal = SqlJournal(url, clock)
        with pytest.raises(JournalUnavailable):
            await journal.append([a.append("one")])
        assert line.cuts == 1
        await _is_found_again(journal, a)
        await journal.close()


@pytest.mark.parametrize("engine", ["sqlite_file"])
async def test_a_file_written_for_a_caller_who_is_gone_has_kept_the_append_once(
    journal: SqlJournal, a: SimpleNamespace
) -> None:
    writing = asyncio.ensure_future(journal.append([a.append("one")]))
    await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    await _is_found_again(journal, a)


async def _is_found_again(journal: SqlJournal, a: SimpleNamespace) -> None:
    """As whoever tries again does: what it knew of the scope is stale, and the input is known."""
    asked = a.append("one")
    assert await journal.append([asked]) == [Conflict(a.SCOPE, "version")]
    cause = a.digest("one")
    assert await journal.known([cause]) == {cause: asked.transitions[0].entries[0].data}
    head = (await journal.load(a.SCOPE)).head_version
    assert await journal.append([a.append("one", base=head)]) == [Conflict(a.SCOPE, "cause")]
    [outcome] = await journal.append([a.append("two", base=head)])
    assert isinstance(outcome, Appended)
    report = await verify(journal)
    assert (report.is_sound, report.rows) == (True, 6)
