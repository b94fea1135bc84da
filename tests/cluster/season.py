"""A sample year told through Kafka by its parties, who answer what they hear; what each message may expect."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from typing import Any, TypeVar

import orjson

from aiguillage.conversation import Conversation
from aiguillage.feeding import message_of
from aiguillage.lines import SAMPLE, event_time, topic_of, type_of
from aiguillage.parties import Player
from aiguillage.sample import make_sample
from chassis.bus import Message, Publisher, Tail, Unavailable
from chassis.clock import Clock
from tests.faults.checker import Fed

T = TypeVar("T")
END = datetime(2028, 1, 1, tzinfo=UTC)
LOOK_SECONDS = 0.05
ALWAYS_ACCEPTED = {"convention.signed", "forecast.declared", "vacancy.declared", "programme.opened"}
FAMILIES = ("vacancies", "conventions", "programmes", "outcomes")


def own_topic(line: bytes) -> str:
    """The topic of the party that says a line: nobody else may write there."""
    party = orjson.loads(line)["source"].rpartition("/")[2]
    return f"{topic_of(line)}.{party}"


@dataclass(slots=True)
class Season:
    """The parties of one year. `publisher` and `tail` are theirs: what services do is none of their business."""

    publisher: Publisher
    tail: Tail
    lines: list[bytes]
    fed: list[Fed]
    _conversation: Conversation
    _random: Random
    clock: Clock | None = None
    """By which its parties answer; without one time is where the lines they say are."""

    @classmethod
    def of(
        cls, publisher: Publisher, tail: Tail, departement: str, vacancies: int, seed: int, year: int
    ) -> "Season":
        """The sample year of a département, by its seed."""
        sample = list(make_sample(departement, vacancies, seed, year))
        lines = [line for line in sample if topic_of(line) != SAMPLE]
        return cls(publisher, tail, lines, [], Conversation(Player(sample)), Random(seed))

    def topics(self) -> set[str]:
        """Every topic its parties write to."""
        parties = {own_topic(line).partition(".")[2] for line in self.lines}
        holders = {
            orjson.loads(line)["data"]["reservataire"]["id"]
            for line in self.lines
            if type_of(line) == "convention.signed"
        }
        own = {f"{family}.{party}" for family in FAMILIES for party in parties}
        return own | {f"outcomes.{party}" for party in holders}

    async def tell(self, lines: Iterable[bytes]) -> None:
        """Say lines, and what time has brought; a broker that is away is waited for."""
        part = list(lines)
        await self.listen()
        now = event_time(part[0]) if self.clock is None else self.clock.now()
        await self._say([*self._conversation.due(now), *part])

    async def listen(self) -> None:
        """Hear what was published since; a broker that is away is heard later."""
        self._conversation.hear(await _sooner_or_later(self.tail.read))

    async def answer(self) -> int:
        """Say every answer there is, or that time has brought; how many."""
        await self.listen()
        answers = self._conversation.due(END if self.clock is None else self.clock.now())
        await self._say(answers)
        return len(answers)

    @property
    def has_more_to_say(self) -> bool:
        """Whether an answer waits for its time."""
        return self._conversation.next_time is not None

    async def say_again(self, number: int) -> None:
        """Say messages of before once more, in any order: nobody promised to say a thing once."""
        chosen = self._random.sample(self.fed, min(number, len(self.fed)))
        await self._publish([_message(fed) for fed in chosen])

    async def _say(self, lines: list[bytes]) -> None:
        said = [Fed(own_topic(line), line, _expected(line)) for line in lines]
        await self._publish([_message(fed) for fed in said])
        acknowledged_at = None if self.clock is None else self.clock.now()
        self.fed += [replace(fed, acknowledged_at=acknowledged_at) for fed in said]

    async def _publish(self, messages: list[Message]) -> None:
        """Until each is acknowledged; those whose fate is unknown are said again, as any sender would."""
        left = messages
        while left:
            outcomes = await _sooner_or_later(lambda: self.publisher.publish(left))  # noqa: B023 - awaited at once
            left = [m for m, error in zip(left, outcomes, strict=True) if error is not None]


def _expected(line: bytes) -> Any:  # noqa: ANN401 - one of the checker's words
    return "accepted" if type_of(line) in ALWAYS_ACCEPTED else "either"


def _message(fed: Fed) -> Message:
    return Message(fed.topic, message_of(fed.value).key, fed.value)


async def _sooner_or_later(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    while True:
        try:
            return await work()
        except Unavailable:
            await asyncio.sleep(LOOK_SECONDS)
