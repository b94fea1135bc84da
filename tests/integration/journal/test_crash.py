"""A process killed in the middle of its appends leaves nothing half written."""

import asyncio
import signal
import sys
from collections import Counter
from pathlib import Path

import pytest

from chassis.clock import FixedClock
from chassis.journal import SqlJournal, verify

WRITER = """
import asyncio, hashlib, sys
from chassis.clock import WallClock
from chassis.journal import Append, Entry, SqlJournal, Transition

def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()

async def write():
    clock = WallClock()
    journal = SqlJournal(sys.argv[1], clock)
    await journal.open()
    heads = await journal.heads()
    bases = {scope: head.version for scope, head in heads.items()}
    batch = sum(bases.values())
    while True:
        batch += 1
        appends = []
        for scope in ("a:75", "b:75", "c:75"):
            text = f"{batch} {scope}"
            entries = [Entry("vacancy.declared", b"x" * 900)] * 4
            transition = Transition(digest(text), clock.now(), "", entries, {digest(text): text})
            appends.append(Append(scope, bases.get(scope, 0), [transition], snapshot=text.encode()))
        for outcome in await journal.append(appends):
            bases[outcome.scope] = outcome.head_version
        print(bases["a:75"], flush=True)

asyncio.run(write())
"""


@pytest.mark.parametrize("acknowledged_batches", [1, 17, 40])
async def test_what_was_acknowledged_survives_a_kill_and_nothing_is_half_there(
    tmp_path: Path, file_url: str, clock: FixedClock, acknowledged_batches: int
) -> None:
    script = tmp_path / "writer.py"
    script.write_text(WRITER)
    told = 0
    for _ in range(2):  # the second writer goes on where the first was killed
        told = await _killed_after(acknowledged_batches, script, file_url)
    journal = SqlJournal(file_url, clock)
    await journal.open()
    report = await verify(journal)
    assert report.is_sound, report.faults
    heads = await journal.heads()
    assert {head.version for head in heads.values()} == {heads["a:75"].version}
    assert heads["a:75"].version >= told
    for scope in heads:
        stored = await journal.load(scope)
        assert stored.snapshot is not None
        assert stored.snapshot.version == stored.head_version
        per_cause = Counter(row.cause for row in await journal.rows(scope))
        assert set(per_cause.values()) == {4}
        assert len(await journal.texts(list(per_cause))) == len(per_cause)
    await journal.close()


async def _killed_after(batches: int, script: Path, url: str) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(script), url, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    told = 0
    for _ in range(batches):
        told = int(await process.stdout.readline())
    process.kill()
    rest = await process.stdout.read()
    assert await process.wait() == -signal.SIGKILL
    complete = [line for line in rest.split(b"\n")[:-1] if line]
    return int(complete[-1]) if complete else told
