"""Gauges of a consumer: how far it is behind, how long ago it polled; read when metrics are."""

from collections.abc import Callable
from math import inf

from chassis.bus import ConsumerState
from chassis.metrics.metrics import Metrics


def measure_consumer(metrics: Metrics, service: str, state: Callable[[], ConsumerState]) -> None:
    """Have lag and age of the last poll follow the consumer; the age is +Inf until it has polled."""

    def age() -> float:
        seconds = state().last_poll_age_seconds
        return inf if seconds is None else seconds

    metrics.lag_records.labels(service).set_function(lambda: state().total_lag_records)
    metrics.last_poll_age_seconds.labels(service).set_function(age)
