"""The local Kafka says which of its brokers are up, however they went down."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

KAFKA_LOCAL = Path(__file__).parents[2] / "deploy" / "kafka-local" / "kafka-local"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")


def test_a_broker_nobody_reaps_is_down(tmp_path: Path) -> None:
    """As where the first process of a container is no init."""
    broker = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, broker.pid, os.WEXITED | os.WNOWAIT)
    (tmp_path / "settings").write_text("BROKERS=1\nPORT=19092\n")
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "pid").write_text(f"{broker.pid}\n")
    told = subprocess.run(  # noqa: S603 - our own script
        [KAFKA_LOCAL, "status", "--data", tmp_path], capture_output=True, text=True, check=False
    )
    broker.wait()
    assert (told.returncode, told.stdout) == (1, "broker 1 is down\n")
