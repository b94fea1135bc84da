"""A Kafka broker inside this process, for trying out and for tests: it keeps nothing.

Limits, all measured: one member per group, at most 4 partitions for a topic made on first use, no
topic administration, no transactions; each partition is cut at 5 MiB or 100 000 records, read or
not, so everything that feeds it goes through `chassis.bus.Pace`.
"""

from types import TracebackType
from typing import Self

from confluent_kafka import Producer

from chassis.bus.librdkafka import LibraryMissing, MockCluster
from chassis.settings.tuning import Tuning

NOTICE = (
    "Courtier Kafka embarqué ({bootstrap}) : pour essayer, il ne garde rien ; "
    "ce qui a été décidé est dans le journal.\n"
    "Embedded Kafka broker ({bootstrap}): for trying out, it keeps nothing; "
    "what was decided is in the journal."
)
LIST_TOPICS_SECONDS = 10
UNCONTROLLED_SESSION_MS = 6_000


class EmbeddedBroker:
    """librdkafka's in-process broker: real Kafka protocol on localhost, nothing durable."""

    def __init__(self) -> None:
        self._cluster: MockCluster | None = None
        self._producer: Producer | None = None
        self.bootstrap = ""

    def start(self) -> str:
        """Start the broker and return its address, `127.0.0.1:<port>`."""
        try:
            self._cluster = MockCluster()
            self.bootstrap = self._cluster.bootstrap
        except LibraryMissing:
            # Slower to let a first group member in, otherwise the same broker.
            self._producer = Producer(
                {"bootstrap.servers": "unused", "test.mock.num.brokers": 1, "log_level": 3}
            )
            brokers = self._producer.list_topics(timeout=LIST_TOPICS_SECONDS).brokers.values()
            self.bootstrap = next(f"{broker.host}:{broker.port}" for broker in brokers)
        return self.bootstrap

    @property
    def tuning(self) -> Tuning:
        """The numbers that suit this broker; without controls it outwaits sessions under 3 s."""
        return Tuning.embedded() if self._cluster is not None else Tuning.embedded(UNCONTROLLED_SESSION_MS)

    @property
    def notice(self) -> str:
        """What to tell whoever started it, in French and in English."""
        return NOTICE.format(bootstrap=self.bootstrap)

    @property
    def cluster(self) -> MockCluster:
        """The broker's controls (topics, outages); `RuntimeError` when it is not running."""
        if self._cluster is None:
            raise RuntimeError("the embedded broker is not running, or cannot be controlled here")
        return self._cluster

    def stop(self) -> None:
        """Stop the broker; everything it held is gone."""
        if self._cluster is not None:
            self._cluster.destroy()
        self._cluster = self._producer = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
