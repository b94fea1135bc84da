"""What orientation counts for operators, in the metrics every service shares."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.clock import Clock
from chassis.containment import Quarantine
from chassis.journal import Reject
from chassis.metrics import BatchMeter, Metrics

SERVICE = "orientation"


@dataclass(frozen=True, slots=True)
class Meter:
    """Counts messages by topic family and outcome, refusals by topic family and reason, decisions by outcome."""

    metrics: Metrics

    @property
    def batches(self) -> BatchMeter:
        """What is counted of batches, as in every service."""
        return BatchMeter(self.metrics, SERVICE)

    def repeated(self, number: int) -> None:
        """Messages that were applied before."""
        self.batches.counted("all", "repeated", number)

    def refused(self, rejects: Sequence[Reject]) -> None:
        """Messages refused, with their reason."""
        for reject in rejects:
            self.metrics.rejected.labels(SERVICE, reject.topic.partition(".")[0], reject.reason).inc()

    def decided(self, outcomes: Mapping[str, int]) -> None:
        """Decisions taken."""
        for outcome, number in outcomes.items():
            self.metrics.decisions.labels(outcome).inc(number)

    def conflicting(self, scopes: int) -> None:
        """Scopes another writer took first."""
        if scopes:
            self.metrics.journal_conflicts.labels(SERVICE).inc(scopes)

    def waits_held(self, scopes: int) -> None:
        """Scopes whose waits are over and cannot end yet."""
        self.metrics.waits_held.labels(SERVICE).set(scopes)


def quarantine_of(clock: Clock, metrics: Metrics) -> Quarantine:
    """A quarantine that counts its scopes, and what breaks."""
    return Quarantine(
        clock, metrics.scopes_set_aside.labels(SERVICE).set, metrics.scopes_broken.labels(SERVICE).inc
    )


def tell_blocked(metrics: Metrics, blocked: Callable[[], Mapping[str, datetime]]) -> None:
    """Whenever metrics are read, tell how many topics take nothing, and since when the first of them does not."""
    metrics.blocked_topics.labels(SERVICE).set_function(lambda: len(blocked()))
    metrics.blocked_topics_since_timestamp_seconds.labels(SERVICE).set_function(
        lambda: min((since.timestamp() for since in blocked().values()), default=0)
    )
