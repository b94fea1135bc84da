"""An outcome that comes before its proposal waits for it; one whose proposal never comes is refused."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest, and JSON is anything

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.embedded

VACANCIES, CONVENTIONS = "vacancies.999001209", "conventions.999001209"
WITHIN_THE_LIMIT, AFTER_THE_LIMIT = "2026-03-31T09:00:00Z", "2026-04-02T09:00:00Z"
"""An outcome of 2 March waits 30 days (rules/delais)."""


def unknown(says: Any, name: str, proposal_id: str | None = None) -> dict[str, Any]:
    proposal = {"proposal_id": proposal_id, "vacancy_id": name, "reservataire": "AL-48"}
    return dict(says.refusal(proposal, note="Voir le courrier."))


async def test_an_outcome_for_an_unknown_proposal_is_refused_once_the_limit_is_past(
    open_house: Any, says: Any, encoded: Callable[[Any], bytes], reasons: Any, tmp_path: Path
) -> None:
    lost = unknown(says, "never", "0" * 32)
    async with open_house(tmp_path, clock="event") as house:
        await house.say("outcomes.AL-48", encoded(lost))
        await house.until(lambda: bool(house.events("outcome.recorded")))
        assert house.events("outcome.recorded")[0]["status"] == "parked"
    async with open_house(tmp_path, clock="event") as house:
        await house.say(VACANCIES, encoded(says.vacancy("in-time", time=WITHIN_THE_LIMIT)))
        await house.decided("in-time")
        assert len(house.events("outcome.recorded")) == 1
        await house.say(VACANCIES, encoded(says.vacancy("too-late", time=AFTER_THE_LIMIT)))
        await house.decided("too-late")

        def refusals() -> list[Any]:
            return [record for record in house.records if record.topic == "outcomes.AL-48.rejected"]

        await house.until(lambda: bool(refusals()))
        [record] = refusals()
        said = reasons(record)
        assert (said["reason"], said["path"]) == ("proposition_inconnue", "$.data.proposal_id")
        assert lost["id"].encode() in record.value
        assert b'"proposal_id":"' + b"0" * 32 in record.value
        assert b"courrier" not in record.value
        parked, given_up = house.events("outcome.recorded")
        assert (given_up["status"], given_up["of"]) == ("rejected", parked["cause"])
        assert not await house.service.journal.unpublished_rejects(10)


async def test_on_the_wall_clock_the_limit_passes_without_another_message(
    open_house: Any, says: Any, encoded: Callable[[Any], bytes]
) -> None:
    lost = unknown(says, "never-on-the-wall")
    async with open_house() as house:
        await house.say("outcomes.AL-48", encoded(lost))
        await house.until(lambda: _status(house, "never-on-the-wall") == ["parked"])
        house.clock.set(house.clock.now().replace(month=4))
        await house.until(
            lambda: any(lost["id"].encode() in r.value for r in house.records if ".rejected" in r.topic)
        )
        assert _status(house, "never-on-the-wall") == ["parked", "rejected"]


async def test_an_outcome_before_its_vacancy_is_applied_as_soon_as_the_proposal_is_issued(
    open_house: Any, says: Any, encoded: Callable[[Any], bytes]
) -> None:
    async with open_house() as house:
        for party in ("AL-48", "CD-48"):
            await house.say(CONVENTIONS, encoded(says.convention(party)))
        await house.say("outcomes.AL-48", encoded(unknown(says, "early")))
        await house.until(lambda: _status(house, "early") == ["parked"])
        await house.say(VACANCIES, encoded(says.vacancy("early")))
        await house.until(lambda: _status(house, "early") == ["parked", "applied"])
        await house.until(lambda: len(house.decisions("early")) == 2)
        assert [d["reservataire"] for d in house.decisions("early")] == ["AL-48", "CD-48"]


def _status(house: Any, vacancy_id: str) -> list[str]:
    told = house.events("outcome.recorded")
    return [data["status"] for data in told if data["vacancy_id"] == vacancy_id]
