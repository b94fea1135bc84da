"""`aiguillage rules publish` and `status`, as an operator types them, beside a service that follows the topic."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest, and JSON is anything

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any

import orjson
import pytest

from chassis.bus.embedded import EmbeddedBroker
from chassis.rulebook import RuleFileErrors, load

pytestmark = pytest.mark.embedded

COMMAND = Path(sys.executable).with_name("aiguillage")
ANSWER_SECONDS = 60
SIGNED = ("--author", "pole-attributions", "--message", "Essai")


@pytest.fixture
def typed(broker: EmbeddedBroker) -> Any:
    """Run a command against the test's broker; its exit code, what it printed, what it complained of."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AIGUILLAGE_")}

    async def run(*words: str) -> tuple[int | None, str, str]:
        process = await asyncio.create_subprocess_exec(
            COMMAND, "rules", *words, "--kafka", broker.bootstrap, stdout=PIPE, stderr=PIPE, env=kept
        )
        async with asyncio.timeout(ANSWER_SECONDS):
            out, complaint = await process.communicate()
        return process.returncode, out.decode(), complaint.decode()

    return run


async def test_rules_are_published_followed_shown_and_rolled_back(
    open_desk: Any, rules: Any, typed: Any
) -> None:
    first = load(rules.directory).digest
    code, out, complaint = await typed("publish", str(rules.directory), *SIGNED)
    assert (code, complaint) == (0, ""), out
    assert first[:12] in out
    async with open_desk("topic") as desk:
        assert desk.digest == first
        rules.say(12)
        second = load(rules.directory).digest
        code, out, _ = await typed("publish", str(rules.directory), *SIGNED)
        assert code == 1
        assert "a changé dans une règle en vigueur" in out
        assert "Rien n'est publié." in out
        assert (await typed("publish", str(rules.directory), *SIGNED, "--force"))[0] == 0
        await desk.until(lambda: desk.digest == second)
        code, out, _ = await typed("publish", "--digest", first[:8], *SIGNED)
        assert code == 1
        assert "a changé dans une règle en vigueur" in out
        code, out, _ = await typed("publish", "--digest", first[:8], *SIGNED, "--force", "--json")
        assert (code, orjson.loads(out)["digest"]) == (0, first)
        await desk.until(lambda: desk.digest == first)
        await desk.until(
            lambda: [report["digest"] for report in desk.events("rulebook.activated")][-1] == first
        )
        _, out, _ = await typed("status", "--json")
        said = orjson.loads(out)
        assert said["in_force"] == first
        assert [each["digest"] for each in said["published"]] == [first, second, first]
        assert [each["forced"] for each in said["published"]] == [False, True, True]
        assert {each["examples"] for each in said["published"]} == {said["published"][0]["examples"]}
        assert said["published"][0]["examples"] > 100
        assert [each["forced"] for each in said["instances"]] == [True]
        assert [(each["service"], each["digest"]) for each in said["instances"]] == [("orientation", first)]
        code, out, _ = await typed("status")
        assert code == 0
        assert first[:12] in out


async def test_rules_with_a_fault_or_a_denied_example_are_not_published(
    open_desk: Any, rules: Any, typed: Any, place: str
) -> None:
    rules.say("bientôt")
    code, out, _ = await typed("publish", str(rules.directory), *SIGNED)
    assert code == 1
    assert f"{rules.directory}/{place}:10: " in out
    rules.say(30)
    example = rules.directory / "assiette" / "rehabilitation-lourde.examples.yaml"
    text = example.read_text(encoding="utf-8")
    example.write_text(text.replace("matches: oui", "matches: non", 1), encoding="utf-8")
    code, out, _ = await typed("publish", str(rules.directory), *SIGNED)
    assert code == 1
    assert "rehabilitation-lourde.examples.yaml" in out
    with pytest.raises(RuleFileErrors, match="Aucun recueil de règles n'a été publié"):
        async with open_desk("topic"):
            pytest.fail("it started without rules")


async def test_a_new_rule_that_reaches_back_is_published_and_told(rules: Any, typed: Any, place: str) -> None:
    rules.file.unlink()
    rules.file.with_name("reponse.examples.yaml").unlink()
    assert (await typed("publish", str(rules.directory), *SIGNED))[0] == 0
    rules.say(30)
    rules.illustrate()
    code, _, complaint = await typed("publish", str(rules.directory), *SIGNED)
    assert code == 0
    assert complaint.startswith(f"Attention : {rules.directory}/{place}:6: Cette nouvelle règle remonte de ")


async def test_who_publishes_and_why_must_be_said(rules: Any, typed: Any) -> None:
    code, _, complaint = await typed("publish", str(rules.directory), "--author", "pole-attributions")
    assert code == 2
    assert "--message" in complaint


async def test_a_digest_nobody_published_is_told_with_those_that_were(rules: Any, typed: Any) -> None:
    assert (await typed("publish", str(rules.directory), *SIGNED))[0] == 0
    code, _, complaint = await typed("publish", "--digest", "zzz", *SIGNED)
    assert code == 2
    assert load(rules.directory).digest[:12] in complaint
