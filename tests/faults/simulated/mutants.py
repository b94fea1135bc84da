"""Six builds broken on purpose, each in one part: what the checker must find, if it is to be believed."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from random import Random
from typing import Any

from chassis.admission.gate import Gate
from chassis.bus import Alone, Message, TopicPartition
from chassis.bus.incarnation.admits import NotAdmittedError
from chassis.clock import Clock
from chassis.containment import ATTEMPTS
from chassis.journal import Append, Appended, Heard, Mark, Outcome, Place, PublishedMark, Reject
from contracts.speakers import ORIENTATION as SOURCE
from orientation.publishing import Publishing, _of_rows
from orientation.scope_batch import ScopeBatch
from tests.faults.simulated.processes import Parts
from tests.faults.simulated.stage import pause
from tests.faults.simulated.trouble import Trouble

LONGEST_TRANSACTION = 40
HEAD = b'{"specversion":"1.0","id":"'
ID_DIGITS = 32
DEFECTS = 1 / 10
"""Of the times inputs are written."""


def acknowledges_first() -> Parts:
    """Offsets are committed before the batch is handled: whatever dies in between is lost."""
    return Parts(acknowledges_first=True)


@dataclass(frozen=True, slots=True)
class DrawingIds:
    """A publisher that draws an id for each event it sends, as libraries do by default."""

    publisher: Any
    chance: Random

    async def publish(self, messages: Sequence[Message]) -> list[BaseException | None]:
        """Publish under ids nobody can derive again."""
        outcomes: list[BaseException | None] = await self.publisher.publish(
            [self._drawn(m) for m in messages]
        )
        return outcomes

    def _drawn(self, message: Message) -> Message:
        if not message.value.startswith(HEAD) or SOURCE.encode() not in message.value:
            return message
        drawn = f"{self.chance.getrandbits(128):032x}".encode()
        return replace(message, value=HEAD + drawn + message.value[len(HEAD) + ID_DIGITS :])


def draws_ids() -> Parts:
    """Events bear a random id: one published again is another event."""
    return Parts(publisher=lambda publisher, trouble: DrawingIds(publisher, trouble.chance))


@dataclass(slots=True)
class Numbered:
    """What every row's global number would be: drawn at the insert, seen at the commit, read in ascending order."""

    numbers: Any = field(default_factory=lambda: count(1))
    seen: dict[int, tuple[str, int, int]] = field(default_factory=dict)
    read: int = 0


class NumberingJournal:
    """A journal whose transactions last: a number drawn early may be committed late."""

    def __init__(self, journal: Any, trouble: Trouble, numbered: Numbered) -> None:  # noqa: ANN401 - a port's methods
        self._journal, self._trouble, self._numbered = journal, trouble, numbered

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a port's methods
        return getattr(self._journal, name)

    async def append(self, appends: Sequence[Append], reached: Sequence[Mark] = ()) -> list[Outcome]:
        """Draw a number for each scope, take a while, commit."""
        drawn = [next(self._numbered.numbers) for _ in appends]
        for _ in range(self._trouble.chance.randrange(LONGEST_TRANSACTION)):
            await pause()
        outcomes: list[Outcome] = await self._journal.append(appends, reached)
        for number, asked, outcome in zip(drawn, appends, outcomes, strict=True):
            if isinstance(outcome, Appended):
                self._numbered.seen[number] = (asked.scope, asked.base_version, outcome.head_version)
        return outcomes


class PublishingByNumber(Publishing):
    """An outbox read by ascending number: what commits late is behind the last number read."""

    numbered: Numbered

    async def publish(self, batches: Sequence[ScopeBatch]) -> None:
        """Publish whatever is beyond the last number."""
        await self.take_over(str(batch.state.scope) for batch in batches)

    async def take_over(self, left: Iterable[str]) -> None:
        """Publish whatever is beyond the last number."""
        self._left.update(left)
        for number in sorted(number for number in self.numbered.seen if number > self.numbered.read):
            scope, after, version = self.numbered.seen[number]
            rows = await self.journal.rows(scope, after=after, limit=version - after)
            errors = await self.publisher.publish([emission.message for emission in _of_rows(rows)])
            if any(errors):
                return
            await self.journal.mark_published([PublishedMark(scope, version)])
            self.numbered.read = max(self.numbered.read, number)
        self._left.clear()


def reads_the_outbox_by_number() -> Parts:
    """Rows are published in the order of a global number instead of each scope's versions."""
    numbered = Numbered()

    def publishing(journal: Any, publisher: Any, clock: Clock) -> PublishingByNumber:  # noqa: ANN401 - ports' methods
        made = PublishingByNumber(journal, publisher, clock)
        made.numbered = numbered
        return made

    return Parts(
        journal=lambda journal, trouble: NumberingJournal(journal, trouble, numbered), publishing=publishing
    )


@dataclass(slots=True)
class BreakingJournal:
    """A journal with a defect: now and then it breaks on what it has just written, until a message's tries are over."""

    journal: Any
    chance: Random
    breaks: int = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a port's methods
        return getattr(self.journal, name)

    async def append(self, appends: Sequence[Append], reached: Sequence[Mark] = ()) -> list[Outcome]:
        """Write messages' inputs, and break all the same."""
        outcomes: list[Outcome] = await self.journal.append(appends, reached)
        is_whole = all(isinstance(outcome, Appended) for outcome in outcomes)
        if is_whole and any(asked.heard for asked in appends) and self.chance.random() < DEFECTS:
            self.breaks = ATTEMPTS
            raise RuntimeError("a defect of ours")
        return outcomes

    async def refused(self, places: Sequence[Place]) -> set[Heard]:
        """What each try of a message begins with."""
        if self.breaks:
            self.breaks -= 1
            raise RuntimeError("a defect of ours")
        found: set[Heard] = await self.journal.refused(places)
        return found


def breaks_once_committed() -> Parts:
    """No mutant yet: what it breaks on was applied, and is not refused."""
    return Parts(journal=lambda journal, trouble: BreakingJournal(journal, trouble.chance))


class ForgetfulJournal(BreakingJournal):
    """The same, and it keeps whatever refusal it is given."""

    async def reject(self, rejects: Sequence[Reject], reached: Sequence[Mark] = ()) -> list[Reject]:
        """Keep them, without asking what was applied."""
        forgotten = [replace(each, carries=None) for each in rejects]
        kept: list[Reject] = await self.journal.reject(forgotten, reached)
        return kept


def refuses_what_it_applied() -> Parts:
    """A message that breaks it is refused, applied or not."""
    return Parts(journal=lambda journal, trouble: ForgetfulJournal(journal, trouble.chance))


def waits_for_nobody() -> Parts:
    """Waits end as soon as they are over, whatever the group has still to apply."""
    return Parts(group=lambda _: Alone())


@dataclass(slots=True)
class OpenGate:
    """A gate that looks, and lets everybody in whatever it sees."""

    gate: Gate

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a port's methods
        return getattr(self.gate, name)

    @property
    def is_admitted(self) -> bool:
        """Once it has looked."""
        return self.gate.verdict is not None

    async def admit(self, places: Collection[TopicPartition] | None = None) -> Mapping[TopicPartition, int]:
        """Go on where the group is."""
        try:
            return await self.gate.admit(places)
        except NotAdmittedError:
            return {}


def lets_everybody_in() -> Parts:
    """Whatever its journal, a process decides and commits."""
    return Parts(admission=OpenGate)


MUTANTS: Mapping[str, tuple[Callable[[], Parts], str]] = {
    "acknowledges first": (acknowledges_first, "lost"),
    "draws ids": (draws_ids, "doubled"),
    "reads the outbox by number": (reads_the_outbox_by_number, "lost"),
    "refuses what it applied": (refuses_what_it_applied, "doubled"),
    "lets everybody in": (lets_everybody_in, "doubled: orientations event"),
    "waits for nobody": (waits_for_nobody, "lost"),
}
"""How each is made, and the kind of what it does wrong."""
