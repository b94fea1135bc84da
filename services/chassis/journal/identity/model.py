"""A journal's identity, the marks of its input partitions, and the adoptions somebody answered for."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """Which journal this is: drawn once, when it was made, and copied with every backup.

    `cluster_id` is the Kafka cluster it was written from; None while it was written from none that keeps anything.
    """

    journal_id: str
    cluster_id: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """The lowest offset of an input partition that is not yet applied, refused or parked.

    `incarnation` is the log the offset counts in: the cluster's id and the topic's.
    """

    topic: str
    partition: int
    incarnation: str
    offset: int

    @property
    def key(self) -> tuple[str, int, str]:
        """What the mark is of."""
        return self.topic, self.partition, self.incarnation


@dataclass(frozen=True, slots=True)
class Adoption:
    """Somebody's word that the journal is the one to go on with, though its cluster or its group says another."""

    at: datetime
    office: str
    cluster_id: str
    before: str
    """What stood in the way, in French."""
