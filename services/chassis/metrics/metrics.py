"""Declared metrics `aiguillage_*` of a service, on a registry of its own."""

from collections.abc import Sequence
from typing import ClassVar
from weakref import WeakKeyDictionary

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info

HANDLING_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
BATCH_RECORDS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
NAMESPACE = "aiguillage"


class Metrics:
    """Counters, gauges and histograms in base units; no label ever holds an id of a business thing.

    The digest of the rulebook in force is an info metric: one series, replaced at each reload.
    """

    _made: ClassVar["WeakKeyDictionary[CollectorRegistry, Metrics]"] = WeakKeyDictionary()

    @classmethod
    def of(cls, registry: CollectorRegistry) -> "Metrics":
        """The metrics on a registry: the services of one process share them."""
        if registry not in cls._made:
            cls._made[registry] = cls(registry)
        return cls._made[registry]

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(name, text, labels, NAMESPACE, registry=registry)

        def gauge(name: str, text: str, *labels: str) -> Gauge:
            return Gauge(name, text, labels, NAMESPACE, registry=registry)

        def histogram(name: str, text: str, buckets: Sequence[float], *labels: str) -> Histogram:
            return Histogram(name, text, ("service", *labels), NAMESPACE, registry=registry, buckets=buckets)

        self.messages = counter("messages_total", "Messages handled.", "service", "topic_family", "outcome")
        self.rejected = counter(
            "rejected_total",
            "Messages refused, by family of topics and reason.",
            "service",
            "topic_family",
            "reason",
        )
        self.sequences_told_two_ways = counter(
            "sequences_told_two_ways_total",
            "Sequences heard again with another content: an alarm.",
            "service",
        )
        self.offsets_came_back = counter(
            "offsets_came_back_total",
            "Times an offset went back, or a topic was found to be made again.",
            "service",
        )
        self.journal_admitted = gauge(
            "journal_admitted", "1 while the journal belongs to its group and topics.", "service"
        )
        self.alerts = counter("alerts_total", "Alerts raised and cleared, by kind.", "kind", "change")
        self.decisions = counter("decisions_total", "Orientations decided, by outcome.", "outcome")
        self.journal_conflicts = counter(
            "journal_conflicts_total", "Scopes decided again because another writer came first.", "service"
        )
        self.scopes_broken = counter(
            "scopes_broken_total", "Times work on a scope broke the service; it is set aside.", "service"
        )
        self.scopes_set_aside = gauge(
            "scopes_set_aside", "Scopes set aside since working on them breaks the service.", "service"
        )
        self.waits_held = gauge(
            "waits_held",
            "Scopes whose waits or evenings are over, and not ended yet.",
            "service",
        )
        self.handling_seconds = histogram(
            "handling_seconds",
            "Time from a batch's receipt to its acknowledged publication.",
            HANDLING_SECONDS,
        )
        self.stage_seconds = histogram(
            "stage_seconds",
            "Time a batch spends in a stage: read, decide, append, publish.",
            HANDLING_SECONDS,
            "stage",
        )
        self.batch_records = histogram("batch_records", "Records in a batch.", BATCH_RECORDS)
        self.lag_records = gauge("lag_records", "Records the broker has and the service not yet.", "service")
        self.last_poll_age_seconds = gauge(
            "last_poll_age_seconds", "Time since the consumer last polled.", "service"
        )
        self.blocked_topics = gauge(
            "blocked_topics", "Topics that do not take what they are sent.", "service"
        )
        self.blocked_topics_since_timestamp_seconds = gauge(
            "blocked_topics_since_timestamp_seconds",
            "Since when the first of them does not; 0 of none.",
            "service",
        )
        self.rulebook_last_reload_successful = gauge(
            "rulebook_last_reload_successful", "1 when the rules on disk are those in force.", "service"
        )
        self.rulebook_last_reload_timestamp_seconds = gauge(
            "rulebook_last_reload_timestamp_seconds", "When rules were last taken or refused.", "service"
        )
        self.rulebook_reloads = counter(
            "rulebook_reloads_total", "Rules taken or refused since the start.", "service", "outcome"
        )
        self.rulebook = Info("rulebook", "The rulebook in force.", ("service",), NAMESPACE, registry=registry)
