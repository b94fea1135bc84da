"""How far an order of rows is out, topic by topic: a blocked topic waits longer and longer, the others go on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chassis.backoff import Backoff
from chassis.bus.records import Message
from chassis.clock import is_past

RETRIES = Backoff(timedelta(milliseconds=200), timedelta(seconds=30))


@dataclass(frozen=True, slots=True)
class Untaken:
    """A message its topic did not take, and its number there."""

    message: Message
    number: int


@dataclass(frozen=True, slots=True)
class Blocked:
    """A topic that did not take a message: that one alone is tried again, and nothing goes out before it.

    `after` is the place in the journal its row comes after.
    """

    first: Untaken
    after: int
    since: datetime
    tried_at: datetime
    failures: int = 1

    def again(self, now: datetime) -> "Blocked":
        """It was tried once more, in vain."""
        return replace(self, failures=self.failures + 1, tried_at=now)

    def is_due(self, now: datetime) -> bool:
        """Whether it has waited long enough; a clock set back does not make it wait longer."""
        return is_past(RETRIES.after(self.failures), self.tried_at, now)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the rows of one order are out; places are those of the order, such as a scope's versions.

    Every row up to `reached` is out, but on topics that are `blocked`, and on those that were and take messages
    again: these are out up to a place of their own, from which they catch up.
    """

    reached: int = 0
    blocked: Mapping[str, Blocked] = field(default_factory=dict)
    catching_up: Mapping[str, int] = field(default_factory=dict)

    @property
    def start(self) -> int:
        """The place to read on from: all before it is out, but on blocked topics."""
        return min([self.reached, *self.catching_up.values()])

    @property
    def everywhere(self) -> int:
        """The place up to which all is out, on every topic."""
        return min([self.start, *(blocked.after for blocked in self.blocked.values())])

    @property
    def is_held_up(self) -> bool:
        """Whether some topic is not as far as the others."""
        return bool(self.blocked or self.catching_up)

    def moved(self, start: int, end: int, failed: Mapping[str, Untaken], now: datetime) -> "Reach":
        """All between two places went out, but on blocked topics, and on those that failed: from where they did."""
        found = {topic: Blocked(first, start, now, now) for topic, first in failed.items()}
        reached = max(self.reached, end)
        places = {topic: max(at, end) for topic, at in self.catching_up.items() if topic not in failed}
        behind = {topic: at for topic, at in places.items() if at < reached}
        return Reach(reached, {**self.blocked, **found}, behind)

    def passed(self, place: int) -> "Reach":
        """All up to a place is known to be out on every topic: beyond `everywhere`, another process sent it."""
        return Reach(place) if place > self.everywhere else self

    def opened(self, topic: str) -> "Reach":
        """A blocked topic took its first message: it may catch up."""
        blocked = {name: each for name, each in self.blocked.items() if name != topic}
        return replace(
            self, blocked=blocked, catching_up={**self.catching_up, topic: self.blocked[topic].after}
        )

    def failed_again(self, topic: str, now: datetime) -> "Reach":
        """A blocked topic did not take its first message."""
        return replace(self, blocked={**self.blocked, topic: self.blocked[topic].again(now)})

    def due(self, now: datetime) -> list[str]:
        """The blocked topics that may be tried again, in order."""
        return sorted(topic for topic, blocked in self.blocked.items() if blocked.is_due(now))


def blocked_since(reaches: Iterable[Reach]) -> dict[str, datetime]:
    """The topics that are blocked for whomever, by full name, and since when."""
    found: dict[str, datetime] = {}
    for reach in reaches:
        for blocked in reach.blocked.values():
            name = blocked.first.message.topic
            found[name] = min(blocked.since, found.get(name, blocked.since))
    return found
