"""The few functions of librdkafka that run a whole Kafka broker inside this process.

`confluent_kafka` can start that broker too, but then cannot tell it to let a first member into a
group at once: it waits 3 s. The functions are those of librdkafka's public `rdkafka_mock.h`.
"""

import ctypes
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from ctypes.util import find_library
from pathlib import Path

import confluent_kafka

ERROR_TEXT_BYTES = 512
PRODUCER = 0
BROKER_ID = 1
NOBODY = -1


class LibraryMissing(Exception):  # noqa: N818 - said of the library, caught by the one caller
    """No librdkafka with a mock cluster can be loaded here."""


class MockCluster:
    """One broker of librdkafka's mock cluster, served by librdkafka's own thread."""

    def __init__(self) -> None:
        self._library = _load()
        self._client = self._new_client()
        self._cluster = self._library.rd_kafka_mock_cluster_new(self._client, 1)
        self._library.rd_kafka_mock_group_initial_rebalance_delay_ms(self._cluster, 0)
        self.bootstrap: str = self._library.rd_kafka_mock_cluster_bootstraps(self._cluster).decode()

    def _new_client(self) -> int:
        text = ctypes.create_string_buffer(ERROR_TEXT_BYTES)
        configuration = self._library.rd_kafka_conf_new()
        self._library.rd_kafka_conf_set(configuration, b"log_level", b"3", text, ERROR_TEXT_BYTES)
        client: int | None = self._library.rd_kafka_new(PRODUCER, configuration, text, ERROR_TEXT_BYTES)
        if client is None:
            raise LibraryMissing(text.value.decode())
        return client

    def create_topic(self, topic: str, partitions: int) -> None:
        """Create `topic` with as many partitions; nothing happens when it exists."""
        self._library.rd_kafka_mock_topic_create(self._cluster, topic.encode(), partitions, 1)

    def create_topics(self, topics: Mapping[str, int]) -> None:
        """Create topics with so many partitions each, at once.

        Now and then the broker sleeps a second on a request it was not woken for; the next one wakes it.
        """
        with ThreadPoolExecutor(max_workers=max(1, len(topics))) as at_once:
            for created in [at_once.submit(self.create_topic, *topic) for topic in topics.items()]:
                created.result()

    def set_down(self) -> None:
        """Refuse every connection, as a broker that is away would; what it holds stays."""
        self._library.rd_kafka_mock_broker_set_down(self._cluster, BROKER_ID)

    def set_up(self) -> None:
        """Answer again."""
        self._library.rd_kafka_mock_broker_set_up(self._cluster, BROKER_ID)

    def take_leader(self, topic: str, partition: int) -> None:
        """Leave a partition without a leader: what it holds stays, and nobody can tell what that is."""
        self._lead(topic, partition, NOBODY)

    def give_leader(self, topic: str, partition: int) -> None:
        """Give a partition its leader back."""
        self._lead(topic, partition, BROKER_ID)

    def _lead(self, topic: str, partition: int, broker: int) -> None:
        self._library.rd_kafka_mock_partition_set_leader(self._cluster, topic.encode(), partition, broker)

    def destroy(self) -> None:
        """Stop the broker and forget everything it holds."""
        self._library.rd_kafka_mock_cluster_destroy(self._cluster)
        self._library.rd_kafka_destroy(self._client)


def _load() -> ctypes.CDLL:
    for candidate in _candidates():
        try:
            return _declare(ctypes.CDLL(candidate))
        except (OSError, AttributeError):
            continue
    raise LibraryMissing("librdkafka's mock cluster was not found beside confluent_kafka")


def _candidates() -> list[str]:
    """Where wheels put the library on Linux and Windows, on macOS; then the system's own."""
    package = Path(confluent_kafka.__file__).parent
    folders = (package.parent / "confluent_kafka.libs", package / ".dylibs")
    bundled = [str(path) for folder in folders for path in sorted(folder.glob("librdkafka*"))]
    system = find_library("rdkafka")
    return bundled + ([system] if system else [])


def _declare(library: ctypes.CDLL) -> ctypes.CDLL:
    """Tell ctypes which arguments are pointers, else they are cut to 32 bits."""
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    signatures = {
        "rd_kafka_conf_new": (pointer, []),
        "rd_kafka_conf_set": (number, [pointer, text, text, text, ctypes.c_size_t]),
        "rd_kafka_new": (pointer, [number, pointer, text, ctypes.c_size_t]),
        "rd_kafka_destroy": (None, [pointer]),
        "rd_kafka_mock_cluster_new": (pointer, [pointer, number]),
        "rd_kafka_mock_cluster_destroy": (None, [pointer]),
        "rd_kafka_mock_cluster_bootstraps": (text, [pointer]),
        "rd_kafka_mock_group_initial_rebalance_delay_ms": (None, [pointer, ctypes.c_int32]),
        "rd_kafka_mock_topic_create": (number, [pointer, text, number, number]),
        "rd_kafka_mock_partition_set_leader": (number, [pointer, text, ctypes.c_int32, ctypes.c_int32]),
        "rd_kafka_mock_broker_set_down": (number, [pointer, ctypes.c_int32]),
        "rd_kafka_mock_broker_set_up": (number, [pointer, ctypes.c_int32]),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
