"""A service killed without warning comes back quickly and loses nothing."""

import asyncio
import sys
import time
from pathlib import Path

import pytest

from chassis.bus import GroupProgress, Message, Publisher, Tuning
from chassis.bus.embedded import EmbeddedBroker

pytestmark = pytest.mark.embedded

KILLS = 4
RECOVERY_SECONDS = 5.0
SERVICE = """
import asyncio, sys
from chassis.bus import Consumption, Subscription, Tuning

async def handle(records):
    with open(sys.argv[2], "a") as seen:
        seen.writelines(record.value.decode() + "\\n" for record in records)
    print(len(records), flush=True)

asyncio.run(Consumption(sys.argv[1], Subscription("group", "^in$", handle), Tuning.embedded(600)).run())
"""


async def test_a_killed_service_comes_back_and_reads_what_it_had_not_committed(
    broker: EmbeddedBroker, tuning: Tuning, publisher: Publisher, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    async with GroupProgress(broker.bootstrap, "group", tuning) as progress:
        for kill in range(KILLS):
            service = await asyncio.create_subprocess_exec(
                sys.executable, "-c", SERVICE, broker.bootstrap, str(seen), stdout=asyncio.subprocess.PIPE
            )
            began = time.monotonic()
            placed = await publisher.place([Message("in", b"k", b"%d-%d" % (kill, n)) for n in range(10)])
            await asyncio.wait_for(service.stdout.readline(), 20)
            elapsed = time.monotonic() - began
            if kill % 2:
                await progress.wait_applied({placed[-1].place: placed[-1].offset}, 10)
            service.kill()
            await service.communicate()
            assert elapsed < RECOVERY_SECONDS
    lines = seen.read_text().split()
    assert {f"{kill}-{n}" for kill in range(KILLS) for n in range(10)} <= set(lines)
