"""Journal, broker and group as a process reaches them: each call may fail, before or after its effect."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.bus import Message, Stand, TopicPartition, Unavailable
from chassis.journal import Journal, JournalCorrupt
from tests.faults.simulated.group import Group
from tests.faults.simulated.stage import pause
from tests.faults.simulated.topics import Topics
from tests.faults.simulated.trouble import FROM_BROKER, TO_BROKER, Trouble

Call = Callable[..., Awaitable[Any]]

PROVED = frozenset({"load", "rows", "contents"})
"""Reads of rows, which are proved against the chain: what a disk gives back wrong is found, and stops the process."""


class DistantJournal:
    """A journal behind a line in trouble; it has the methods of the port."""

    def __init__(self, journal: Journal, service: str, trouble: Trouble) -> None:
        self._journal, self._service, self._trouble = journal, service, trouble

    def __getattr__(self, name: str) -> Call:
        work: Call = getattr(self._journal, name)

        async def call(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the port says
            await self._trouble.before_journal(self._service, name)
            if name in PROVED and self._trouble.strikes("corrupted read"):
                raise JournalCorrupt("a row is not what was written")
            result = await work(*arguments, **named)
            await self._trouble.after_journal(name)
            return result

        return call


@dataclass(frozen=True, slots=True)
class DistantPublisher:
    """A publisher as `chassis.bus.Publisher` is one: each message may be lost, or arrive and not be known to."""

    topics: Topics
    trouble: Trouble
    process: str = ""

    async def publish(self, messages: Sequence[Message]) -> list[BaseException | None]:
        """One outcome a message, in order."""
        await self.trouble.before_publishing()
        outcomes = [await self._send(message) for message in messages]
        await pause()
        return outcomes

    async def _send(self, message: Message) -> BaseException | None:
        if not self.trouble.is_over:
            await pause()
        if self.trouble.is_cut(TO_BROKER, self.process) or self.trouble.strikes("message lost"):
            return Unavailable("no broker acknowledged the message in time")
        self.topics.put(message)
        if self.trouble.is_cut(FROM_BROKER, self.process) or self.trouble.strikes("acknowledgement lost"):
            return Unavailable("no broker acknowledged the message in time")
        return None


@dataclass(frozen=True, slots=True)
class DistantGroup:
    """A group as `chassis.bus.LastingProgress` sees it: what is answered may be told late, or never."""

    group: Group
    trouble: Trouble

    async def standing(self) -> dict[TopicPartition, Stand]:
        """Where partitions end, then how far the offsets are."""
        await self.trouble.before_publishing()
        ends = self.group.stands()
        await self.trouble.before_publishing()
        now = self.group.stands()
        return {place: Stand(stand.end, now[place].committed) for place, stand in ends.items()}
