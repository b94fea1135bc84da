"""A program on a disk in trouble waits for it, or is told that nothing is sure; the rest of what it does goes on."""

import asyncio
import errno
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from time import monotonic

import pytest

from tests.cluster.disk import Disk
from tests.faults.campaign.database import Database
from tests.postgres import a_cluster

SLOW_SECONDS = 0.4
PROGRAM = """
import os, sys, time
with open(sys.argv[1], "wb") as file:
    for sync in (os.fsync, os.fdatasync):
        began = time.monotonic()
        file.write(b"x")
        file.flush()
        try:
            sync(file.fileno())
            error = 0
        except OSError as failed:
            error = failed.errno
        print(error, time.monotonic() - began)
"""


@pytest.mark.parametrize("trouble", ["slow", "failing", None])
async def test_both_ways_to_be_sure_of_a_write_suffer_from_the_disk_and_no_write_does(
    tmp_path: Path, trouble: str | None
) -> None:
    disk, file = Disk.made(tmp_path), tmp_path / "file"
    disk.suffer("failing")
    if trouble == "slow":
        disk.suffer("slow")
    elif trouble is None:
        disk.be_well()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PROGRAM, str(file)), env={**os.environ, **disk.environment}, stdout=PIPE
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    results = [line.split() for line in said.decode().splitlines()]
    assert [int(error) for error, _ in results] == [errno.EIO if trouble == "failing" else 0] * 2
    assert trouble != "slow" or all(float(seconds) >= SLOW_SECONDS for _, seconds in results)
    assert file.read_bytes() == b"xx"


@pytest.mark.postgresql
def test_a_database_waits_for_its_disk_and_ends_when_it_cannot_be_sure_of_a_commit() -> None:
    with a_cluster(is_on_a_disk=True) as cluster:
        assert cluster.disk is not None
        cluster.sql("CREATE TABLE kept (number int)")
        cluster.disk.suffer("slow")
        began = monotonic()
        cluster.sql("INSERT INTO kept VALUES (1)")
        assert monotonic() - began >= SLOW_SECONDS
        cluster.disk.suffer("failing")
        with pytest.raises(AssertionError, match="server closed the connection"):
            cluster.sql("INSERT INTO kept VALUES (2)")
        cluster.disk.be_well()
        Database(cluster, "postgres").start_anew()
        assert cluster.sql("SELECT number FROM kept WHERE number = 1") == "1"
