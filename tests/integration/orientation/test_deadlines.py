"""On the wall clock every wait ends in bounded time, after all that was said in time; whoever goes on and on."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest, and JSON is anything

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from chassis.bus import GroupProgress
from chassis.bus.embedded import EmbeddedBroker
from orientation.app import GROUP

pytestmark = pytest.mark.embedded

LATER = timedelta(days=40)
LEAST_AHEAD, AT_ONCE = 300, 100
OWN = "outcomes.AL-48"


class Flood:
    """Says one and the same thing on a topic again and again: what is not applied yet never runs out."""

    def __init__(self, house: Any, progress: GroupProgress, topic: str, value: bytes) -> None:
        self._house, self._progress, self._topic, self._value = house, progress, topic, value
        self.least_ahead = LEAST_AHEAD

    async def rise(self) -> None:
        """Say so much that it takes a while to apply."""
        await asyncio.gather(*(self._house.say(self._topic, self._value) for _ in range(2 * LEAST_AHEAD)))

    async def go_on(self) -> None:
        """For ever; keeps how near it came to its end."""
        while True:
            ahead = await self._ahead()
            self.least_ahead = min(ahead, self.least_ahead)
            if ahead < 2 * LEAST_AHEAD:
                await asyncio.gather(*(self._house.say(self._topic, self._value) for _ in range(AT_ONCE)))
            await asyncio.sleep(0)

    async def _ahead(self) -> int:
        lag = await self._progress.lag(self._topic.replace(".", r"\."))
        return lag.records


async def _proposed(house: Any, says: Any, encoded: Callable[[Any], bytes]) -> dict[str, Any]:
    """A proposal to each of two réservataires, by réservataire."""
    for party in ("AL-48", "CD-48"):
        await house.say(f"conventions.{says.SIREN}", encoded(says.convention(party)))
    for name in ("V-1", "V-2"):
        await house.say(f"vacancies.{says.SIREN}", encoded(says.vacancy(name)))
    proposals = [await house.proposal(name) for name in ("V-1", "V-2")]
    return {proposal["reservataire"]: proposal for proposal in proposals}


def _expired(house: Any) -> set[str]:
    return {data["proposal_id"] for data in house.events("proposal.expired")}


async def test_who_floods_its_topic_delays_nobody_for_ever_and_is_heard_on_what_it_said_in_time(
    open_house: Any, says: Any, encoded: Callable[[Any], bytes]
) -> None:
    async with open_house(max_records=20) as house:
        proposals = await _proposed(house, says, encoded)
        body = {"proposal_id": None, "vacancy_id": "V-9", "bailleur": says.SIREN, "departement": "48"}
        body |= {"reservataire": "AL-48", "count": 2, "on_behalf": False}
        again = encoded(says.event("candidates.designated", body, source="/reservataires/AL-48"))
        async with GroupProgress(house.bootstrap, GROUP, house.tuning) as progress:
            flood = Flood(house, progress, OWN, again)
            await flood.rise()
            await house.say(OWN, encoded(says.refusal(proposals["AL-48"])))
            house.clock.set(house.clock.now() + LATER)
            flooding = asyncio.create_task(flood.go_on())
            try:
                await house.until(lambda: proposals["CD-48"]["proposal_id"] in _expired(house))
            finally:
                flooding.cancel()
                with suppress(asyncio.CancelledError):
                    await flooding
        assert flood.least_ahead > 0
        assert proposals["AL-48"]["proposal_id"] not in _expired(house)


async def test_a_partition_without_a_leader_holds_waits_and_health_names_it(
    open_house: Any, broker: EmbeddedBroker, says: Any, encoded: Callable[[Any], bytes]
) -> None:
    async with open_house() as house:
        proposals = await _proposed(house, says, encoded)
        await house.is_level()
        broker.cluster.take_leader(OWN, 0)
        house.clock.set(house.clock.now() + LATER)

        def held() -> Any:
            return house.service.checks["waits"]().detail["held_by"]

        await house.until(lambda: held() == [OWN])
        assert _expired(house) == set()
        broker.cluster.give_leader(OWN, 0)
        await house.until(lambda: len(_expired(house)) == len(proposals))
        await house.until(lambda: held() == [])
