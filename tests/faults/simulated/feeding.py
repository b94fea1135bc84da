"""The parties at their keyboards: one message after the other, said again until the broker acknowledges it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import orjson

from chassis.bus import Message
from chassis.clock import FixedClock
from tests.faults.checker import Expected, Fed
from tests.faults.simulated.answering import Hearing, answer
from tests.faults.simulated.saying import SCOPES, Said, Voice
from tests.faults.simulated.script import script
from tests.faults.simulated.stage import pause
from tests.faults.simulated.topics import Topics
from tests.faults.simulated.trouble import BROKER, Trouble

MOST_ANSWERS = 30
FLOOD = 30
MOST_PAUSES = 14
LAST_MOMENT = 1 / 6
"""Of the answers, how many are said just before they are due: whoever reads them reads them afterwards."""


@dataclass(slots=True)
class Feeder:
    """Says the script, answers what it hears, and repeats itself; `fed` is what was acknowledged."""

    chance: Random
    topics: Topics
    trouble: Trouble
    clock: FixedClock
    fed: list[Fed] = field(default_factory=list)

    async def feed(self) -> None:
        """Until the script is said and every answer given."""
        voice, hearing = Voice(self.chance), Hearing(self.topics)
        lines, said = script(self.chance, voice)[::-1], list[Said]()
        answers = self.chance.randrange(MOST_ANSWERS)
        while lines or answers > 0:
            for _ in range(self.chance.randrange(MOST_PAUSES)):
                await pause()
            told = hearing.latest()
            if answers > 0 and (not lines or (told and self.chance.random() < 1 / 2)):
                answers -= 1
                if told:
                    await self._answer(self.chance.choice(told), voice, said)
            elif said and self.chance.random() < 1 / 10:
                await self._repeat(self.chance.choice(said))
            elif said and self.chance.random() < 1 / 20:
                await self._say(self._meant_again(self.chance.choice(said)), said)
            elif self.chance.random() < 1 / 60:
                await self._flood(voice, said)
            else:
                await self._say(lines.pop()(self.clock.now()), said)

    async def _answer(self, told: dict[str, Any], voice: Voice, said: list[Said]) -> None:
        await self._say(answer(self.chance, voice, told, self.clock.now()), said)
        due = told.get("respond_by")
        if due is not None and self.chance.random() < LAST_MOMENT:
            over = datetime.fromisoformat(due) + timedelta(seconds=1)
            self.clock.set(max(self.clock.now(), over))

    async def _say(self, one: Said, said: list[Said]) -> None:
        said.append(one)
        await self._publish(one)

    async def _repeat(self, one: Said) -> None:
        """The same bytes under another key: they fall into another partition, and another replica's hands."""
        self.trouble.met["message repeated"] += 1
        await self._publish(Said(one.fed, one.key[::-1]))

    def _meant_again(self, one: Said) -> Said:
        """The same fact under another id, as a system restored from a backup says it."""
        try:
            event = orjson.loads(one.fed.value)
        except orjson.JSONDecodeError:
            return one
        self.trouble.met["meaning repeated"] += 1
        event["id"] += "-again"
        return Said(Fed(one.fed.topic, orjson.dumps(event), _as_expected(one.fed)), one.key)

    async def _flood(self, voice: Voice, said: list[Said]) -> None:
        """A party speaks of proposals nobody made, faster than anybody reads."""
        self.trouble.met["flood"] += 1
        scope = self.chance.choice(SCOPES)
        for number in range(FLOOD):
            early = {
                "vacancy_id": f"V9{number}",
                "reservataire": f"X-{scope[1]}",
                "count": 1,
                "on_behalf": False,
            }
            by = f"X-{scope[1]}"
            await self._say(voice.event("candidates.designated", scope, self.clock.now(), early, by=by), said)

    async def _publish(self, one: Said) -> None:
        """A message not acknowledged is sent again: it may then be there twice."""
        while True:
            await pause()
            if BROKER in self.trouble.outages or self.trouble.strikes("message lost"):
                continue
            self.topics.put(Message(one.fed.topic, one.key, one.fed.value))
            if not self.trouble.strikes("acknowledgement lost"):
                self.fed.append(one.fed)
                return


def _as_expected(fed: Fed) -> Expected:
    """What is wrong stays wrong under another id; whether what is right is still new, nobody can tell beforehand."""
    return "refused" if fed.expected == "refused" else "either"
