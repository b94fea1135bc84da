"""What stands around a simulated process's journal: its group and its topics, told late, or never."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from chassis.admission.heads import TAIL, Heads, causes_in
from chassis.admission.situation import Commit, Partition
from chassis.admission.surroundings import Belongs, Metadata
from chassis.bus import TopicPartition
from contracts.events.checkpoints import CheckpointPublished
from tests.faults.simulated.group import Group
from tests.faults.simulated.journal import MemoryJournal
from tests.faults.simulated.topics import Topics
from tests.faults.simulated.trouble import Trouble


@dataclass(slots=True)
class SimulatedSurroundings:
    """As `KafkaSurroundings`; `seen` tells which cluster the process takes itself to be at."""

    belongs: Belongs
    group: Group
    topics: Topics
    trouble: Trouble
    seen: Callable[[], str]
    true: MemoryJournal
    """The service's own journal, of which every head is published as soon as it moves."""
    cluster_id: str | None = None
    is_embedded: bool = False

    def incarnation(self, topic: str) -> str:
        """A topic's log, on the cluster seen."""
        return f"{self.cluster_id}/{topic}"

    async def look(self) -> set[str]:
        """No topic is made again here."""
        await self.trouble.before_publishing()
        self.cluster_id = self.seen()
        return set()

    async def stand(self, places: Collection[TopicPartition] | None) -> tuple[Sequence[Partition], Heads]:
        """The group's partitions, then the tail of the facts."""
        await self.trouble.before_publishing()
        asked = self.group.places() if places is None else [tuple(place) for place in places]
        found = [self._partition(place) for place in asked]
        await self.trouble.before_publishing()
        facts = self.topics.logs[self.belongs.facts][-TAIL:] if self.belongs.facts else []
        return found, Heads(dict(causes_in(facts)), {name: self._said(name) for name in self.true.names()})

    def _said(self, scope: str) -> CheckpointPublished:
        row = self.true.last_row(scope)
        return CheckpointPublished.model_construct(
            service=self.belongs.service,
            scope=scope,
            version=row.version,
            hash=row.hash,
            recorded_at=row.recorded_at,
        )

    def _partition(self, place: tuple[str, int]) -> Partition:
        offset = self.group.offsets.get(place)
        commit = None if offset is None else Commit.of(offset, self.group.told.get(place, ""))
        end = len(self.topics.partition(place))
        return Partition(*place, 0, end, self.incarnation(place[0]), commit)

    async def rewind(self, metadata: Metadata) -> None:
        """Everything is read again."""
        await self.trouble.before_publishing()
        for place in self.group.places():
            self.group.offsets[place] = 0
            self.group.told[place] = metadata(TopicPartition(*place))
        self.group.rebalance()
