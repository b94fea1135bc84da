"""Two processes that write the same scope never interleave, and the loser decides again; on files and servers."""

import asyncio
import sys
from pathlib import Path

import pytest

from chassis.clock import FixedClock
from chassis.journal import SqlJournal, verify

SCOPE = "999001209:75"
TRANSITIONS = 100
WRITER = """
import asyncio, hashlib, sys
from chassis.clock import WallClock
from chassis.journal import Append, Conflict, Entry, JournalUnavailable, SqlJournal, Transition

async def write(url, name, transitions):
    journal = SqlJournal(url, WallClock())
    await journal.open()
    print("ready", flush=True)
    sys.stdin.readline()
    version = conflicts = 0
    for number in range(int(transitions)):
        cause = hashlib.sha256(f"{name} {number}".encode()).hexdigest()
        while True:
            # What is decided depends on where the scope stands: the base is told in the row itself.
            entries = [Entry("input", name.encode()), Entry("decided", str(version).encode())]
            transition = Transition(cause, WallClock().now(), "", entries)
            [outcome] = await journal.append([Append("999001209:75", version, [transition])])
            if not isinstance(outcome, Conflict):
                version = outcome.head_version
                break
            conflicts += 1
            version = (await journal.load("999001209:75")).head_version
    await journal.close()
    print(conflicts, flush=True)

asyncio.run(write(*sys.argv[1:]))
"""


@pytest.mark.parametrize("engine", ["sqlite_file", "postgresql"])
async def test_two_processes_share_a_scope_without_interleaving(
    tmp_path: Path, url: str, clock: FixedClock
) -> None:
    script = tmp_path / "writer.py"
    script.write_text(WRITER)
    writers = [await _started(script, url, name) for name in ("left", "right")]
    told = await asyncio.gather(*(_gone(writer) for writer in writers))
    assert sum(told) > 0, "they never met: the test proves nothing"
    journal = SqlJournal(url, clock)
    await journal.open()
    rows = await journal.rows(SCOPE)
    assert (await verify(journal)).is_sound
    await journal.close()
    assert [row.version for row in rows] == list(range(1, 4 * TRANSITIONS + 1))
    inputs, decisions = rows[::2], rows[1::2]
    assert all(one.cause == other.cause for one, other in zip(inputs, decisions, strict=True))
    assert sorted(row.data for row in inputs) == [b"left"] * TRANSITIONS + [b"right"] * TRANSITIONS
    assert [int(row.data) for row in decisions] == [row.version - 1 for row in inputs]


async def _started(script: Path, url: str, name: str) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(script), url, name, str(TRANSITIONS)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    return process


async def _gone(process: asyncio.subprocess.Process) -> int:
    """Lets the writer go, waits for its end; how many conflicts it met."""
    told, _ = await process.communicate(b"go\n")
    assert process.returncode == 0
    return int(told)
