"""The marks a batch of records leads to."""

from collections.abc import Iterable

from chassis.bus.records import Record
from chassis.bus.topics import EMBEDDED_CLUSTER
from chassis.journal.identity.model import Mark


def marks_after(records: Iterable[Record]) -> list[Mark]:
    """The mark of each partition once these records are dealt with; none where a log does not outlive its broker."""
    return [
        Mark(record.topic, record.partition, record.incarnation, record.offset + 1)
        for record in records
        if record.incarnation and not record.incarnation.startswith(EMBEDDED_CLUSTER)
    ]
