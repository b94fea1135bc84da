"""A consumer group: who owns which partition, how far each was read, and what its members were given."""

import re
from collections.abc import Sequence
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
    _owners: dict[Place, str] = field(default_factory=dict)
    _positions: dict[str, dict[Place, int]] = field(default_factory=dict)
    _joined: dict[str, int] = field(default_factory=dict)
    _found: list[Place] = field(default_factory=list)
    _looked_at: int = 0

    def rebalance(self) -> None:
        """Partitions change hands, whatever their owners are doing."""
        self.generation += 1
        self._owners.clear()

    def join(self, member: str) -> int:
        """Take up where the offsets stand if the generation is new to the member; the generation."""
        if self._joined.get(member) != self.generation:
            self._joined[member] = self.generation
            self._positions[member] = {}
        return self.generation

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

    def commit(self, generation: int, batch: Sequence[Record]) -> None:
        """Move the offsets past a batch; refused once the generation is over."""
        if generation == self.generation:
            for record in batch:
                place = record.topic, record.partition
                self.offsets[place] = max(self.offsets.get(place, 0), record.offset + 1)

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
        owned = []
        for place in self._places():
            if place not in self._owners:
                self._owners[place] = self.members[self.chance.randrange(len(self.members))]
            if self._owners[place] == member:
                owned.append(place)
        return owned

    def _position(self, member: str, place: Place) -> int:
        return self._positions[member].setdefault(place, self.offsets.get(place, 0))

    def _places(self) -> list[Place]:
        partitions = self.topics.partitions
        if len(partitions) > self._looked_at:
            found = list(partitions)[self._looked_at :]
            self._found += [place for place in found if re.match(self.pattern, place[0])]
            self._looked_at = len(partitions)
        return self._found
