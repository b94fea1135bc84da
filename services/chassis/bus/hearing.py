"""Tells when everything said before an instant has been applied, however much more is being said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aiokafka import TopicPartition

from chassis.bus.progress import Stand

Stands = Mapping[TopicPartition, Stand]


class Group(Protocol):
    """The replicas of a service together, as the broker knows them."""

    async def standing(self) -> Stands:
        """Where every partition they listen to ends, and how far they have come; may raise `Unavailable`."""
        ...


class Alone:
    """Nobody listens to any topic: all that was said is applied."""

    async def standing(self) -> Stands:
        """Nothing to wait for."""
        return {}


@dataclass(frozen=True, slots=True)
class _Noted:
    """Where every partition ended at an instant: what was said before it lies before these offsets."""

    at: datetime
    ends: Mapping[TopicPartition, int]

    def left(self, stands: Stands) -> set[str]:
        """The topics of which something said before is not applied yet."""
        return {place.topic for place, end in self.ends.items() if stands[place].committed < end}

    def is_void(self, now: datetime, stands: Stands) -> bool:
        """Whether it says nothing any more: a topic was deleted, made again or cut, or the clock was set back."""
        return self.at > now or any(
            place not in stands or _is_before(stands[place].end, end) for place, end in self.ends.items()
        )


@dataclass(slots=True)
class Hearing:
    """Lets whoever was in time be heard, and nobody delay the others by going on and on.

    The first look notes where all partitions end; a later one finds that the group has committed up to there.
    A partition whose end cannot be told, since it has no leader, holds everything: what it keeps may have been said
    in time by anybody about anything. `awaited` names what is in the way.

    Nothing is kept but one note, in memory: a process that starts anew notes anew, later, and is only more patient.
    """

    group: Group
    awaited: frozenset[str] = frozenset()
    """Topics that were not heard far enough at the last look."""
    _noted: _Noted | None = None

    async def look(self, now: datetime) -> datetime | None:
        """The instant before which everything said is applied: now, or when it was noted; None when not yet.

        Ask for as long as something depends on it: each answer is given once, and the note then taken anew.
        """
        stands = await self.group.standing()
        fresh = _noted(now, stands)
        if fresh is not None and not fresh.left(stands):
            self._noted, self.awaited = None, frozenset()
            return now
        heard = None
        if self._noted is None or self._noted.is_void(now, stands):
            self._noted = fresh
        elif not self._noted.left(stands):
            heard, self._noted = self._noted.at, fresh
        self.awaited = frozenset(self._noted.left(stands) if self._noted else _leaderless(stands))
        return heard


def _noted(now: datetime, stands: Stands) -> _Noted | None:
    """What is noted now; None while an end cannot be told."""
    ends = {place: stand.end for place, stand in stands.items() if stand.end is not None}
    return _Noted(now, ends) if len(ends) == len(stands) else None


def _leaderless(stands: Stands) -> set[str]:
    return {place.topic for place, stand in stands.items() if stand.end is None}


def _is_before(end: int | None, other: int) -> bool:
    return end is not None and end < other
