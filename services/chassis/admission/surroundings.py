"""The surroundings of a journal: where its group and its topics stand, on Kafka; read before the journal itself."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from aiokafka import TopicPartition

from chassis.admission.heads import Heads, published_heads
from chassis.admission.situation import Commit, Partition
from chassis.bus.cluster import Cluster
from chassis.bus.incarnation.incarnations import Incarnations
from chassis.bus.progress import GroupProgress
from chassis.bus.rewinding import rewind
from chassis.settings.tuning import Tuning

Metadata = Callable[[TopicPartition], str]


@dataclass(frozen=True, slots=True)
class Belongs:
    """What a journal is held against: its service, the group and the topics it reads, the topic of its own facts."""

    service: str
    group: str
    pattern: str
    facts: str | None = None
    """None of a journal that is folded from what it reads, and publishes no facts of its own."""


class Surroundings(Protocol):
    """What stands around a journal. Every question may raise `Unavailable`."""

    @property
    def cluster_id(self) -> str | None:
        """The cluster, as of the last look."""
        ...

    @property
    def is_embedded(self) -> bool:
        """Whether it keeps nothing beyond its process."""
        ...

    def incarnation(self, topic: str) -> str:
        """The log a topic's offsets count in, as of the last look; "" where nobody can tell."""
        ...

    async def look(self) -> set[str]:
        """Look at the cluster and its topics; those that were made again since the last look."""
        ...

    async def stand(self, places: Collection[TopicPartition] | None) -> tuple[Sequence[Partition], Heads]:
        """These partitions, or all there are, and what was published last."""
        ...

    async def rewind(self, metadata: Metadata) -> None:
        """Set the group at the beginning of everything; it has no member then."""
        ...


@dataclass(slots=True)
class KafkaSurroundings:
    """The same, asked of a cluster."""

    belongs: Belongs
    cluster: Cluster
    tuning: Tuning
    _incarnations: Incarnations = field(init=False)

    def __post_init__(self) -> None:
        self._incarnations = Incarnations(self.cluster)

    @property
    def cluster_id(self) -> str | None:
        """As the cluster said."""
        return self._incarnations.cluster_id

    @property
    def is_embedded(self) -> bool:
        """By its id."""
        return self._incarnations.is_embedded

    def incarnation(self, topic: str) -> str:
        """The cluster's id and the topic's."""
        return self._incarnations.of(topic)

    async def look(self) -> set[str]:
        """One request."""
        return await self._incarnations.look()

    async def stand(self, places: Collection[TopicPartition] | None) -> tuple[Sequence[Partition], Heads]:
        """Nothing is asked of the embedded broker: nothing of it is compared."""
        if self.is_embedded:
            return (), Heads({}, {})
        async with GroupProgress(self.cluster, self.belongs.group, self.tuning) as progress:
            found = await self._partitions(progress, places)
            return found, await published_heads(progress, self.belongs.service, self.belongs.facts)

    async def _partitions(
        self, progress: GroupProgress, places: Collection[TopicPartition] | None
    ) -> list[Partition]:
        led = await progress.led(self.belongs.pattern)
        asked = led if places is None else [place for place in places if place in set(led)]
        commits = await progress.commits(asked)
        begins, ends = await progress.beginnings(asked), await progress.ends(asked)
        return [
            Partition(
                place.topic,
                place.partition,
                begins[place],
                ends[place],
                self.incarnation(place.topic),
                Commit.of(commits[place].offset, commits[place].metadata) if place in commits else None,
            )
            for place in asked
        ]

    async def rewind(self, metadata: Metadata) -> None:
        """As its only member, for a moment."""
        await rewind(self.cluster, self.belongs.group, self.belongs.pattern, self.tuning, metadata)
