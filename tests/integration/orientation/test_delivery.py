"""However often, early or late a vacancy is delivered, it has one current decision."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest, and JSON is anything

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.embedded

TIMES = 5
VACANCIES, CONVENTIONS = "vacancies.999001209", "conventions.999001209"


def current(decisions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    superseded = {decision["supersedes"] for decision in decisions}
    return [decision for decision in decisions if decision["decision_id"] not in superseded]


async def test_a_vacancy_delivered_five_times_on_any_partition_is_decided_once(
    open_house: Any, says: Any, encoded: Callable[[Any], bytes], journal_rows: Any
) -> None:
    vacancy = encoded(says.vacancy("five-times"))
    async with open_house() as house:
        await house.say(CONVENTIONS, encoded(says.convention("AL-48")))
        for number in range(TIMES):
            await house.say(VACANCIES, vacancy, key=b"%d" % number)
        await house.decided("five-times")
        for number in range(TIMES):
            await house.say(VACANCIES, vacancy, key=b"%d" % number)
            await house.say(VACANCIES, encoded(says.vacancy(f"after-{number}")), key=b"%d" % number)
            await house.decided(f"after-{number}")
        assert len(house.decisions("five-times")) == 1
        declared = [row for row in await journal_rows(house) if b'"five-times"' in row.data]
        assert [row.ordinal for row in declared if row.type == "vacancy.declared"] == [0]


async def test_a_vacancy_before_its_convention_is_held_then_decided(
    open_house: Any, says: Any, encoded: Callable[[Any], bytes]
) -> None:
    vacancy = encoded(says.vacancy("early"))
    async with open_house() as house:
        for _ in range(TIMES):
            await house.say(VACANCIES, vacancy)
        held = await house.decided("early")
        assert (held["outcome"], held["attempt"]) == ("held", 1)
        await house.say(CONVENTIONS, encoded(says.convention("AL-48", "100")))
        await house.until(lambda: len(house.decisions("early")) > 1)
        await house.say(VACANCIES, vacancy)
        await house.say(VACANCIES, encoded(says.vacancy("later")))
        await house.decided("later")
        first, second = house.decisions("early")
        assert second["supersedes"] == first["decision_id"]
        assert (second["outcome"], second["reservataire"]) == ("proposed", "AL-48")
        [proposal] = [p for p in house.events("proposal.issued") if p["vacancy_id"] == "early"]
        assert second["proposal_id"] == proposal["proposal_id"]


@pytest.mark.parametrize("restarts", [1, 2])
async def test_a_vacancy_delivered_again_after_a_restart_is_not_decided_again(
    open_house: Any, says: Any, encoded: Callable[[Any], bytes], tmp_path: Path, restarts: int
) -> None:
    name = f"restart-{restarts}"
    vacancy = encoded(says.vacancy(name))
    async with open_house(tmp_path) as house:
        await house.say(VACANCIES, vacancy)
        before = await house.decided(name)
    for turn in range(restarts):
        async with open_house(tmp_path) as house:
            await house.say(VACANCIES, vacancy)
            await house.say(VACANCIES, encoded(says.vacancy(f"{name}-{turn}")))
            await house.decided(f"{name}-{turn}")
            [only] = current(house.decisions(name))
            assert only == before
            assert not await house.service.journal.unpublished()
