"""Nothing of a test run stays: whatever it started ends with it, however it ends."""

import os
import subprocess
import sys
from pathlib import Path
from select import select

import pytest

ROOT = Path(__file__).parents[2]
CONTAINED = ROOT / ".ci" / "contained"
OF_ITS_OWN_ACCORD_SECONDS = 600
LONG_SECONDS = 30
SERVER = f"""
mkdir "$TEST_SERVERS_IN/data"
cd "$TEST_SERVERS_IN/data"
setsid sleep {OF_ITS_OWN_ACCORD_SECONDS} > said 2>&1 &
echo $! "$TEST_SERVERS_IN"
"""
"""A server that leaves the group it was started in, as PostgreSQL's does."""
TIMED_OUT, KILLED = 124, 137

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")


def _ends(process: int) -> bool:
    """Whether it ends, or has ended, within a long time."""
    try:
        watched = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    ended, _, _ = select([watched], [], [], LONG_SECONDS)
    os.close(watched)
    return bool(ended)


@pytest.mark.parametrize(
    ("limit", "last_words", "status"),
    [
        ("1m", "exit 0", 0),
        ("1m", "exit 3", 3),
        ("1m", "kill -KILL $$", KILLED),
        ("1s", f"sleep {OF_ITS_OWN_ACCORD_SECONDS}", TIMED_OUT),
    ],
    ids=["passed", "failed", "killed", "hung"],
)
def test_a_server_that_left_the_group_of_its_run_ends_with_it(
    limit: str, last_words: str, status: int
) -> None:
    run = subprocess.run(  # noqa: S603 - our own words
        [CONTAINED, limit, "bash", "-c", SERVER + last_words],
        capture_output=True,
        text=True,
        timeout=LONG_SECONDS,
        check=False,
    )
    assert run.returncode == status
    server, folder = run.stdout.split()
    assert _ends(int(server))
    assert not Path(folder).exists()
