"""Batch meter: messages by outcome, and the time from a batch's receipt to its acknowledged publication, by stage."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal

from chassis.bus import Record
from chassis.metrics.metrics import Metrics

Stage = Literal["read", "decide", "append", "publish"]
"""`read` bytes into facts, `decide` or fold them, `append` rows until they are durable, `publish` until brokers
acknowledged. What is left of `handling_seconds` is bookkeeping between them."""


@dataclass(frozen=True, slots=True)
class BatchMeter:
    """What one service counts of the batches it is given."""

    metrics: Metrics
    service: str

    def received(self, records: Sequence[Record]) -> None:
        """Count the messages of a batch, by family of topics."""
        self.metrics.batch_records.labels(self.service).observe(len(records))
        for record in records:
            self.metrics.messages.labels(self.service, record.topic.partition(".")[0], "received").inc()

    def counted(self, family: str, outcome: str, number: int = 1) -> None:
        """Count messages of a family of topics that came to an outcome."""
        if number:
            self.metrics.messages.labels(self.service, family, outcome).inc(number)

    def handling(self) -> AbstractContextManager[object]:
        """Time a whole batch while the block runs: from receipt to acknowledged publication."""
        return self.metrics.handling_seconds.labels(self.service).time()

    def stage(self, stage: Stage) -> AbstractContextManager[object]:
        """Time one stage while the block runs; a stage may be entered several times a batch."""
        return self.metrics.stage_seconds.labels(self.service, stage).time()
