"""Metrics of a service: what is declared, and what every service feeds alike."""

from chassis.metrics.batches import BatchMeter, Stage
from chassis.metrics.consumer import measure_consumer
from chassis.metrics.metrics import Metrics

__all__ = ["BatchMeter", "Metrics", "Stage", "measure_consumer"]
