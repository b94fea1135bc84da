"""What the journal holds reaches the topics: after an outage, and again when asked, always the same bytes."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest, and JSON is anything

from collections import Counter
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from chassis.bus import Record
from chassis.bus.embedded import EmbeddedBroker
from chassis.reach import RETRIES

pytestmark = pytest.mark.embedded

VACANCIES, CONVENTIONS = "vacancies.999001209", "conventions.999001209"
FAR_OFFSET = 1_000


def told(house: Any) -> Counter[tuple[str, bytes]]:
    """How often each message was published, by topic and bytes."""
    return Counter((record.topic, record.value) for record in house.records)


async def test_what_is_published_again_has_the_same_ids_sequences_and_bytes(
    open_house: Any, says: Any, encoded: Callable[[Any], bytes]
) -> None:
    async with open_house() as house:
        await house.say(CONVENTIONS, encoded(says.convention("AL-48", "100")))
        for number in range(3):
            await house.say(VACANCIES, encoded(says.vacancy(f"again-{number}")))
            await house.proposal(f"again-{number}")
        await house.until(lambda: len(house.records) == 11)
        once = told(house)
        assert set(once.values()) == {1}
        assert await house.service.orientation.publish_again(says.SCOPE, 0) == 7
        await house.until(lambda: len(house.records) == 2 * 11)
        assert told(house) == once + once
        sequences = [data["sequence"] for data in house.exact("orientation.decided")]
        assert sequences == [2, 4, 6, 2, 4, 6]


async def test_what_was_decided_while_the_broker_was_away_is_published_once_it_is_back(
    open_house: Any, says: Any, encoded: Callable[[Any], bytes], broker: EmbeddedBroker
) -> None:
    async with open_house() as house:
        await house.say(CONVENTIONS, encoded(says.convention("AL-48", "100")))
        await house.until(lambda: bool(house.events("convention.recorded")))
        arrived = Record(VACANCIES, 0, FAR_OFFSET, None, encoded(says.vacancy("meanwhile")), (), 0)
        orientation, journal = house.service.orientation, house.service.journal
        broker.cluster.set_down()
        try:
            await orientation.handle([arrived])
            assert await journal.unpublished() == [says.SCOPE]
            assert orientation.publishing.is_behind
        finally:
            broker.cluster.set_up()
        house.clock.set(house.clock.now() + RETRIES.first)
        decision = await house.decided("meanwhile")
        await house.until(lambda: not orientation.publishing.is_behind)
        assert await journal.unpublished() == []
        await orientation.handle([arrived])
        await house.say(VACANCIES, encoded(says.vacancy("afterwards")))
        await house.decided("afterwards")
        assert house.decisions("meanwhile") == [decision]
        items = [
            orjson.loads(r.value)["data"]["sequence"] for r in house.records if r.topic == "orientations"
        ]
        assert list(dict.fromkeys(items)) == [1, 2, 3, 4, 5]
