"""A service asked to stop in the middle of its work stops soon, and the next one goes on where it stood."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

STOP_SECONDS = 5.0
VACANCIES = 150


async def test_a_stop_in_the_middle_of_the_work_takes_less_than_five_seconds_and_loses_nothing(
    open_house: Any, says: Any, encoded: Callable[[Any], bytes], tmp_path: Path
) -> None:
    loop, topic = asyncio.get_running_loop(), f"vacancies.{says.SIREN}"
    async with open_house(tmp_path, max_records=10) as house:
        await house.say(f"conventions.{says.SIREN}", encoded(says.convention("AL-48", "100")))
        await house.until(lambda: bool(house.events("convention.recorded")))
        said = [
            asyncio.ensure_future(house.say(topic, encoded(says.vacancy(f"V-{number}")), key=b"%d" % number))
            for number in range(VACANCIES)
        ]
        await house.until(lambda: bool(house.events("orientation.decided")))
        await asyncio.gather(*said)
        asked = loop.time()
    assert loop.time() - asked < STOP_SECONDS

    async with open_house(tmp_path) as house:
        await house.until(lambda: len(_decided(house)) == VACANCIES)
        await house.is_level()
        assert _decided(house) == Counter(f"V-{number}" for number in range(VACANCIES))
        assert not await house.service.journal.unpublished()


def _decided(house: Any) -> Counter[str]:
    """Decisions by vacancy, each id once."""
    made = {data["decision_id"]: data["vacancy_id"] for data in house.events("orientation.decided")}
    return Counter(made.values())
