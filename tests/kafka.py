"""A real Kafka of our own for a while: kafka-local's brokers on loopback, or the cluster KAFKA_BOOTSTRAP names."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from tests.cluster.relay import Relay

KAFKA_LOCAL = Path(__file__).parents[1] / "deploy" / "kafka-local" / "kafka-local"
FIRST_PORTS = range(20_000, 32_000, 10)
"""Below the ports systems give out by themselves: one found free stays so until the broker takes it."""
PORTS = 6
"""Each broker takes two, unless it is given more."""
FETCH_SECONDS = 600


class KafkaCluster:
    """Brokers that can be killed, frozen and started again, each by its number from 1."""

    def __init__(self, bootstrap: str, folder: Path | None = None, relay: Relay | None = None) -> None:
        self.bootstrap = bootstrap
        self.relay = relay
        self._folder = folder

    @property
    def is_ours(self) -> bool:
        """Whether its brokers are ours to hurt."""
        return self._folder is not None

    def hurt(self, fault: str, broker: int = 1) -> None:
        """`kill`, `pause`, `resume` or `restart` one broker; returns once that is done."""
        assert self._folder is not None
        _kafka_local(fault, str(broker), "--data", str(self._folder))

    def unpacked_by(self, broker: int) -> Iterator[Path]:
        """The libraries a broker unpacked, which it leaves behind when killed."""
        assert self._folder is not None
        return (self._folder / str(broker) / "tmp").glob("liblz4-java-*")

    async def leaders(self, topic: str) -> dict[int, int]:
        """The broker that leads each partition of a topic, -1 where none does."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        try:
            (found,) = await admin.describe_topics([topic])
        finally:
            await admin.close()
        return {each["partition"]: each["leader"] for each in found["partitions"]}

    async def forget_everything(self) -> None:
        """Delete every topic, and with them what groups have committed."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        try:
            while topics := [name for name in await admin.list_topics() if not name.startswith("__")]:
                await admin.delete_topics(topics)
        finally:
            await admin.close()


@contextmanager
def a_kafka(
    brokers: int = 1, *, is_relayed: bool = False, more: Callable[[Path, int], str] | None = None
) -> Iterator[KafkaCluster]:
    """A cluster that answers, gone at the end; skips where there can be none, and fails there under CI.

    One broker can be reached through a relay only, so that its connections can be cut. `more` gives it further
    settings, for its folder and its first port; such a cluster is always our own.

    Tests delete every topic of the cluster `KAFKA_BOOTSTRAP` names.
    """
    given = os.environ.get("KAFKA_BOOTSTRAP")
    if given and more is None and brokers == 1:
        yield KafkaCluster(given)
        return
    if reason := wanting():
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with ExitStack() as stack:
        own = tempfile.TemporaryDirectory(prefix="aiguillage-kafka-", dir=os.environ.get("TEST_SERVERS_IN"))
        folder = Path(stack.enter_context(own))
        for broker in range(1, brokers + 1):
            stack.callback(_kafka_local, "kill", str(broker), "--data", str(folder), check=False)
        port = _free_port(PORTS)
        start = ["start", "--brokers", str(brokers), "--data", str(folder), "--port", str(port)]
        if more is not None:
            (folder / "more").write_text(more(folder, port))
            start += ["--properties", str(folder / "more")]
        if is_relayed:
            relay = Relay(to=port)
            stack.enter_context(relay.running())
            _kafka_local(*start, "--advertise", str(relay.port))
            yield KafkaCluster(f"127.0.0.1:{relay.port}", folder, relay)
        else:
            yield KafkaCluster(_kafka_local(*start).strip(), folder)


def wanting() -> str | None:
    """Why no broker can be started here."""
    absent = [tool for tool in ("java", "mvn") if shutil.which(tool) is None]
    if absent:
        return f"no {' and no '.join(absent)} here: apt-get install default-jre-headless maven"
    try:
        _kafka_local("fetch")
    except AssertionError as error:
        return f"Kafka's artefacts cannot be had: {str(error).splitlines()[0]}"
    return None


def _kafka_local(*arguments: str, check: bool = True) -> str:
    ended = subprocess.run(  # noqa: S603 - our own script
        [KAFKA_LOCAL, *arguments],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=FETCH_SECONDS,
        check=False,
    )
    assert not check or ended.returncode == 0, f"kafka-local {arguments[0]}: {ended.stderr}{ended.stdout}"
    return ended.stdout


def _free_port(number: int) -> int:
    """The first of so many ports in a row that nobody listens on; runs side by side look in different places."""
    turn = os.getpid() % len(FIRST_PORTS)
    for first in (*FIRST_PORTS[turn:], *FIRST_PORTS[:turn]):
        if all(_is_free(port) for port in range(first, first + number)):
            return first
    raise AssertionError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
