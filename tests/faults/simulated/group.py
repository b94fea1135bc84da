"""A consumer group: who owns which partition, how far each was read, and what its members were given."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from chassis.bus import Record, Stand, TopicPartition
from tests.faults.simulated.topics import Topics

Place = tuple[str, int]

MOST_RECORDS = 12
"""Of a batch; small, so that a history has many."""


@dataclass(slots=True)
class Group:
    """Offsets are the group's, positions its members'. A new generation sends every member back to the offsets."""

    topics: Topics
    pattern: str
    members: Sequence[str]
    chance: Random
    generation: int = 0
    offsets: dict[Place, int] = field(default_factory=dict)
    told: dict[Place, str] = field(default_factory=dict)
    """What went with each offset."""
    absent: set[str] = field(default_factory=set)
    """Members that were not let in, and left."""
    _owners: dict[Place, str] = field(default_factory=dict)
    _positions: dict[str, dict[Place, int]] = field(default_factory=dict)
    _joined: dict[str, int] = field(default_factory=dict)
    _found: list[Place] = field(default_factory=list)
    _looked_at: int = 0

    def rebalance(self) -> None:
        """Partitions change hands, whatever their owners are doing."""
        self.generation += 1
        self._owners.clear()

    def is_new_to(self, member: str) -> bool:
        """Whether a generation began since the member was last given its partitions."""
        return self._joined.get(member) != self.generation

    def join(self, member: str, generation: int, starts: Mapping[TopicPartition, int]) -> None:
        """Take up where the offsets stand, or where it is told to begin, unless the generation is over."""
        if generation == self.generation:
            self._joined[member] = generation
            self._positions[member] = {tuple(place): at for place, at in starts.items()}

    def owned(self, member: str) -> list[TopicPartition]:
        """The partitions a member is given."""
        return [TopicPartition(*place) for place in self._owned(member)]

    def exclude(self, member: str) -> None:
        """A member that was not let in has left: its partitions are given to the others."""
        self.absent.add(member)
        self.leave(member)
        self.rebalance()

    def expire(self) -> None:
        """Forget some offsets, as a broker does of a group that was away for long."""
        for place in [place for place in self.offsets if self.chance.random() < 1 / 2]:
            del self.offsets[place]
            self.told.pop(place, None)
        self.rebalance()

    def forget(self) -> None:
        """Forget all offsets, as an operator has it do who recovers a journal."""
        self.offsets.clear()
        self.told.clear()
        self.rebalance()

    def leave(self, member: str) -> None:
        """Forget where a member stood: it starts again from the offsets."""
        self._joined.pop(member, None)

    def poll(self, member: str) -> list[Record]:
        """Some records of the partitions a member owns, each partition in order."""
        batch: list[Record] = []
        for place in self._owned(member):
            start = self._position(member, place)
            waiting = self.topics.partition(place)[start : start + MOST_RECORDS - len(batch)]
            taken = waiting[: self.chance.randint(0, len(waiting))] if len(waiting) > 1 else waiting
            self._positions[member][place] = start + len(taken)
            batch += taken
        return batch

    def is_caught_up(self, member: str) -> bool:
        """Whether a member was given every record of its partitions."""
        return all(
            self._position(member, place) >= len(self.topics.partition(place))
            for place in self._owned(member)
        )

    def commit(
        self, generation: int, batch: Sequence[Record], told: Callable[[TopicPartition], str] = lambda _: ""
    ) -> None:
        """Move the offsets past a batch; refused once the generation is over."""
        if generation == self.generation:
            for record in batch:
                place = record.topic, record.partition
                self.offsets[place] = max(self.offsets.get(place, 0), record.offset + 1)
                self.told[place] = told(TopicPartition(*place))

    def commit_positions(self, member: str, generation: int, told: Callable[[TopicPartition], str]) -> None:
        """Move the offsets to where a member stands, who has handled all it was given."""
        if generation == self.generation:
            for place in self._owned(member):
                at = self._position(member, place)
                if at > self.offsets.get(place, 0):
                    self.offsets[place], self.told[place] = at, told(TopicPartition(*place))

    def lag(self) -> int:
        """Records no offset is past."""
        return sum(len(self.topics.partition(place)) - self.offsets.get(place, 0) for place in self._places())

    def stands(self) -> dict[TopicPartition, Stand]:
        """Where each partition ends, and how far the offsets are."""
        return {
            TopicPartition(*place): Stand(len(self.topics.partition(place)), self.offsets.get(place, 0))
            for place in self._places()
        }

    def _owned(self, member: str) -> list[Place]:
        present = [name for name in self.members if name not in self.absent]
        owned = []
        for place in self._places():
            if place not in self._owners and present:
                self._owners[place] = present[self.chance.randrange(len(present))]
            if self._owners.get(place) == member:
                owned.append(place)
        return owned

    def _position(self, member: str, place: Place) -> int:
        return self._positions[member].setdefault(place, self.offsets.get(place, 0))

    def places(self) -> list[Place]:
        """Every partition the group reads."""
        return list(self._places())

    def _places(self) -> list[Place]:
        partitions = self.topics.partitions
        if len(partitions) > self._looked_at:
            found = list(partitions)[self._looked_at :]
            self._found += [place for place in found if re.match(self.pattern, place[0])]
            self._looked_at = len(partitions)
        return self._found
