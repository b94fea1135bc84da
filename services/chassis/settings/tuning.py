"""The numbers Kafka clients run with here, and why the libraries' own defaults will not do."""

from datetime import timedelta
from typing import Any, Literal, Self, cast

from pydantic import BaseModel, ConfigDict, PositiveFloat, PositiveInt

from chassis.backoff import Backoff

HEARTBEATS_PER_SESSION = 10
REJOIN_MARGIN_MS = 5_000


class Tuning(BaseModel):
    """Clients' settings, every number with its unit in its name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_records: PositiveInt = 500
    batch_timeout_ms: PositiveInt = 50
    """FastStream waits up to twice this when idle: keep it at or below 100."""
    fetch_wait_ms: PositiveInt = 500
    """How long a broker may hold an empty fetch; a real one answers as soon as there is data."""
    session_timeout_ms: PositiveInt = 30_000
    rebalance_timeout_ms: PositiveInt = 60_000
    max_poll_interval_ms: PositiveInt = 300_000
    metadata_max_age_ms: PositiveInt = 5_000
    """How long a new party's topic may go unheard."""
    isolation_level: Literal["read_committed", "read_uncommitted"] = "read_committed"
    """Others may write in transactions; what they abort was never said."""
    request_timeout_ms: PositiveInt = 10_000
    linger_ms: PositiveInt = 5
    max_batch_bytes: PositiveInt = 131_072
    max_request_bytes: PositiveInt = 2_097_152
    """Above the largest message we publish: a 512 kB original with its reject headers."""
    publish_timeout_seconds: PositiveFloat = 30.0
    """An idempotent producer retries for ever; after this the messages count as unavailable."""
    idle_seconds: PositiveFloat = 0.2
    revoke_wait_seconds: PositiveFloat = 10.0
    """How long a rebalance waits for the batch in hand; the journal's fence covers the rest."""
    graceful_stop_seconds: PositiveFloat = 3.0
    """Longer than the worst batch, shorter than the orchestrator's patience."""
    patience_seconds: PositiveFloat = 300.0
    """How long a start may wait for a broker or a database that does not answer."""
    first_retry_seconds: PositiveFloat = 0.1
    longest_retry_seconds: PositiveFloat = 5.0

    @classmethod
    def embedded(cls, session_timeout_ms: int = 2_000) -> Self:
        """For librdkafka's in-process broker: hears new topics at once, reads no transactions.

        That broker lets a session go by at every rejoin (a new topic, a member killed without
        leaving): measured 1 s with 300 ms, 1.6 s with 600 ms, 2.8 s with 2 s, 11 s with 6 s. A session
        also ends when a handler holds the event loop that long, so only crash tests go below 2 s.
        It answers an empty fetch only when the wait is over, data or not: hence the short one.
        """
        return cls(
            batch_timeout_ms=10,
            fetch_wait_ms=15,
            session_timeout_ms=session_timeout_ms,
            rebalance_timeout_ms=2_000,
            metadata_max_age_ms=1_000,
            isolation_level="read_uncommitted",
            request_timeout_ms=5_000,
            linger_ms=1,
            publish_timeout_seconds=10.0,
            revoke_wait_seconds=5.0,
            longest_retry_seconds=1.0,
        )

    @property
    def join_timeout_ms(self) -> int:
        """A request to join is answered when all members have rejoined: wait longer than they may."""
        return max(self.rebalance_timeout_ms, self.session_timeout_ms) + REJOIN_MARGIN_MS

    def consumer(self) -> dict[str, Any]:
        """Consumer settings for aiokafka beside the cluster's address; offsets are ours to commit."""
        return {
            "auto_offset_reset": "earliest",
            "fetch_max_wait_ms": self.fetch_wait_ms,
            "isolation_level": self.isolation_level,
            "session_timeout_ms": self.session_timeout_ms,
            "heartbeat_interval_ms": max(1, self.session_timeout_ms // HEARTBEATS_PER_SESSION),
            "rebalance_timeout_ms": self.rebalance_timeout_ms,
            "max_poll_interval_ms": self.max_poll_interval_ms,
            "partition_assignment_strategy": (_sticky_assignor(),),
        }

    def producer(self) -> dict[str, Any]:
        """Producer settings for aiokafka beside the cluster's address: acknowledged by all, once."""
        return {
            "acks": "all",
            "enable_idempotence": True,
            "compression_type": "lz4",
            "linger_ms": self.linger_ms,
            "max_batch_size": self.max_batch_bytes,
            "max_request_size": self.max_request_bytes,
            "request_timeout_ms": self.request_timeout_ms,
            "metadata_max_age_ms": self.metadata_max_age_ms,
        }

    def retry_seconds(self, attempt: int) -> float:
        """How long to wait after the `attempt`-th failure (from 1): doubling, bounded."""
        first = timedelta(seconds=self.first_retry_seconds)
        longest = timedelta(seconds=self.longest_retry_seconds)
        return Backoff(first, longest).after(attempt).total_seconds()


def _sticky_assignor() -> type:
    """Keeps partitions where they are at a rebalance; imported when a client is made, since commands read settings."""
    from aiokafka.coordinator.assignors.sticky.sticky_assignor import (  # noqa: PLC0415 - brings all of aiokafka
        StickyPartitionAssignor,
    )

    return cast("type", StickyPartitionAssignor)
