"""What a consumer can say of itself, for readiness checks and metrics."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aiokafka import TopicPartition


@dataclass(frozen=True, slots=True)
class ConsumerState:
    """A consumer at one moment; ages are in seconds, `None` while it has not happened yet.

    `lag_records` holds what the broker has and the consumer was not yet given, by partition; it is
    empty until first measured. `is_joined` is false while the group is being rebalanced.
    """

    is_joined: bool = False
    is_retrying: bool = False
    last_poll_age_seconds: float | None = None
    last_commit_age_seconds: float | None = None
    lag_records: Mapping[TopicPartition, int] = field(default_factory=dict)
    assignment: frozenset[TopicPartition] = frozenset()
    refusal: str | None = None
    """Why the cluster last refused it, while it is out of its group."""

    @property
    def total_lag_records(self) -> int:
        """Records waiting over the whole assignment."""
        return sum(self.lag_records.values())
