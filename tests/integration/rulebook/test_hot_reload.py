"""A running service takes the rules saved beside it: whole, soon, and never one that is wrong."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest

import asyncio
from datetime import datetime
from shutil import rmtree
from typing import Any

import pytest
from structlog.testing import capture_logs

from chassis.journal import verify
from chassis.rulebook import Rulebook, load
from orientation.replaying import replay
from orientation.rulebook import BookView

pytestmark = pytest.mark.embedded

EDITS = 6
FLOW = 8
"""Vacancies declared between two looks at the answers."""


def days(proposal: dict[str, Any]) -> int:
    """How long a réservataire has to answer."""
    return (datetime.fromisoformat(proposal["respond_by"]) - datetime.fromisoformat(proposal["at"])).days


async def test_a_saved_rule_decides_the_next_vacancy_without_a_restart(open_desk: Any, rules: Any) -> None:
    async with open_desk(rules.directory) as desk:
        before = await desk.decided("before")
        assert days(desk.proposal("before")) == 30
        rules.say(12)
        await desk.until(lambda: desk.digest != before["rulebook"])
        after = await desk.decided("after")
        assert days(desk.proposal("after")) == 12
        assert after["rulebook"] == desk.digest == load(rules.directory).digest
        [first, second] = desk.events("rulebook.activated")
        assert (first["digest"], second["digest"]) == (before["rulebook"], after["rulebook"])
        assert second["source"] == str(rules.directory)


async def test_a_wrong_rule_is_told_everywhere_while_the_last_good_ones_decide_and_its_repair_clears_all(
    open_desk: Any, rules: Any, place: str
) -> None:
    with capture_logs() as logged:
        async with open_desk(rules.directory) as desk:
            await _break_and_repair(desk, rules, place)
    refusals = [line for line in logged if line["event"] == "rulebook_refused"]
    assert [(line["log_level"], line["where"]) for line in refusals] == [("error", f"{place}:10")]


async def _break_and_repair(desk: Any, rules: Any, place: str) -> None:
    good = desk.digest
    assert desk.metric("rulebook_last_reload_successful") == 1
    rules.say("bientôt")
    await desk.until(lambda: desk.rulebook.is_degraded)
    check = desk.rulebook
    assert check.is_ready
    assert check.status == "degraded"
    assert check.detail["faults"][0].startswith(f"{place}:10: ")
    assert desk.metric("rulebook_last_reload_successful") == 0
    assert desk.metric("rulebook_last_reload_timestamp_seconds") > 0
    await desk.until(lambda: desk.events("rulebook.refused"))
    [refused] = desk.events("rulebook.refused")
    assert refused["digest"] == good
    assert [(fault["path"], fault["line"]) for fault in refused["faults"]] == [(place, 10)]
    assert (await desk.decided("meanwhile"))["rulebook"] == good
    assert days(desk.proposal("meanwhile")) == 30
    rules.say(11)
    await desk.until(lambda: not desk.rulebook.is_degraded)
    assert desk.metric("rulebook_last_reload_successful") == 1
    assert (await desk.decided("repaired"))["rulebook"] == desk.digest != good


async def test_under_load_each_decision_is_by_one_published_rulebook_and_all_of_it_can_be_replayed(
    open_desk: Any, rules: Any, vacancy: Any
) -> None:
    async with open_desk(rules.directory) as desk:
        published = {desk.digest: 30}
        said = 0
        for number in range(1, EDITS + 1):
            rules.say(number)
            published[load(rules.directory).digest] = number
            while desk.digest != list(published)[-1]:
                await asyncio.gather(*(desk.say(vacancy(f"v-{said + n}")) for n in range(FLOW)))
                said += FLOW
                seen = len(desk.heard)
                await desk.until(lambda seen=seen: len(desk.heard) > seen)
        await desk.until(lambda: len(desk.events("orientation.decided")) == said)
        decisions = desk.events("orientation.decided")
        used = {decision["rulebook"] for decision in decisions}
        assert used <= published.keys()
        assert len(used) > EDITS // 2
        given = {data["vacancy_id"]: days(data) for data in desk.events("proposal.issued")}
        for decision in decisions:
            assert given[decision["vacancy_id"]] == published[decision["rulebook"]]
        journal = desk.service.journal

        async def book(digest: str) -> BookView:
            content = await journal.bundle(digest)
            assert content is not None, "a decision names a rulebook that was not kept"
            return BookView(Rulebook.from_bundle(content))

        replayed = await replay(journal, book)
        assert replayed.inputs == said + 1
        assert not replayed.differences
        assert (await verify(journal)).is_sound


async def test_a_directory_deleted_under_a_running_service_leaves_it_deciding(
    open_desk: Any, rules: Any
) -> None:
    async with open_desk(rules.directory) as desk:
        good = desk.digest
        rmtree(rules.directory)
        await desk.until(lambda: desk.rulebook.is_degraded)
        assert (await desk.decided("orphan"))["rulebook"] == good
        assert desk.rulebook.is_ready
