"""Whoever lets a consumer in: asked before it joins its group, and for each partition it is given."""

from collections.abc import Collection, Mapping
from typing import Protocol

from aiokafka import TopicPartition


class NotAdmittedError(Exception):
    """The journal does not belong to the group or the topics; the words are for whoever runs the service, in French."""


class Admits(Protocol):
    """Lets a consumer in or not, and tells what its commits carry and in which logs its offsets count."""

    @property
    def is_admitted(self) -> bool:
        """Whether the last look let it in."""
        ...

    async def admit(self, places: Collection[TopicPartition] | None = None) -> Mapping[TopicPartition, int]:
        """Look at these partitions, or at all there are; where to begin in those that must not go on where they are.

        Raises `NotAdmittedError`, and `Unavailable` when somebody does not answer.
        """
        ...

    async def look(self) -> Collection[str]:
        """The topics that were deleted and made again since the last look."""
        ...

    def incarnation(self, topic: str) -> str:
        """The log a topic's offsets count in."""
        ...

    def metadata(self, place: TopicPartition) -> str:
        """What goes with an offset committed there."""
        ...


class LetsAllIn:
    """Nobody is kept out, nothing is told: for consumers that keep no journal."""

    is_admitted = True

    async def admit(self, places: Collection[TopicPartition] | None = None) -> Mapping[TopicPartition, int]:
        """Go on where the group is."""
        del places
        return {}

    async def look(self) -> Collection[str]:
        """Nobody looks."""
        return ()

    def incarnation(self, topic: str) -> str:
        """Nobody can tell."""
        del topic
        return ""

    def metadata(self, place: TopicPartition) -> str:
        """Nothing."""
        del place
        return ""
