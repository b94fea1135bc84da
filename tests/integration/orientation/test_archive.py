"""Settled dossiers come back from the archive when somebody speaks of them, and never stop a restart."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest, and JSON is anything

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.embedded

VACANCIES, OUTCOMES = "vacancies.999001209", "outcomes.999001209"


def excluded(
    says: Any, day: int, commune: str = "48095", purpose: str = "mutation_interne"
) -> dict[str, Any]:
    """A vacancy outside the flux: its dossier is settled and archived at once."""
    body: dict[str, Any] = says.vacancy(
        "archived", {"commune": commune}, purpose=purpose, available_on=f"2026-04-{day:02d}"
    )
    return body


def amended(event: dict[str, Any], number: int) -> dict[str, Any]:
    return {**event, "id": f"amended-{number}", "type": "fr.aiguillage.vacancy.amended.v1"}


async def test_a_refused_override_of_an_archived_dossier_does_not_stop_the_next_start(
    open_house: Any, says: Any, encoded: Callable[[Any], bytes], tmp_path: Path
) -> None:
    override = says.event(
        "decision.overridden",
        {
            "proposal_id": None,
            "vacancy_id": "archived",
            "bailleur": says.SIREN,
            "departement": "48",
            "reservataire": "AL-48",
            "reason": "Urgence.",
        },
    )
    async with open_house(tmp_path) as house:
        await house.say(VACANCIES, encoded(excluded(says, 1)))
        await house.decided("archived")
        await house.say(VACANCIES, encoded(amended(excluded(says, 2), 1)))
        await house.until(lambda: len(house.decisions("archived")) == 2)
        await house.refused(await house.say(OUTCOMES, encoded(override)))
        await house.say(VACANCIES, encoded(amended(excluded(says, 3), 2)))
        await house.until(lambda: len(house.decisions("archived")) == 3)
    async with open_house(tmp_path) as house:
        await house.say(VACANCIES, encoded(says.vacancy("after-the-restart")))
        await house.decided("after-the-restart")


async def test_a_vacancy_of_another_departement_is_unknown_here_and_the_stream_goes_on(
    open_house: Any, says: Any, encoded: Callable[[Any], bytes], reasons: Callable[[Any], dict[str, str]]
) -> None:
    async with open_house() as house:
        await house.say(VACANCIES, encoded(excluded(says, 1)))
        await house.decided("archived")
        elsewhere = amended(excluded(says, 2, commune="75114"), 3)
        record = await house.refused(await house.say(VACANCIES, encoded(elsewhere)))
        assert reasons(record)["reason"] == "vacance_inconnue"
        await house.say(VACANCIES, encoded(says.vacancy("the-next-one")))
        await house.decided("the-next-one")
