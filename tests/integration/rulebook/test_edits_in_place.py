"""A source that edits values in force is refused beside a running service, at start, and unless it was forced."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chassis.clock import FixedClock
from chassis.rulebook import load
from chassis.rulebook.consent import CONSENT, Consent, write_consent
from chassis.rulesource import InForce, Offer, WithTheOneInForce
from chassis.rulesource.comparing import not_compared
from chassis.rulesource.states import states
from chassis.rulesource.watched_folder import EXAMPLES_DOUBT_SECONDS, WatchedFolder

LATER = FixedClock(datetime(2026, 3, 4, 12, tzinfo=UTC))
"""The day after the edited rule began."""
COMPARED = WithTheOneInForce(LATER)


class Heard:
    def __init__(self) -> None:
        self.said: list[tuple[str, bool]] = []

    async def activated(self, offer: Offer) -> None:
        self.said.append(("activated", offer.forced))

    async def refused(self, offer: Offer, digest: str) -> None:  # noqa: ARG002 - the port's name
        self.said.append(("refused", offer.forced))


async def keep(digest: str, bundle: bytes, signed: bytes | None) -> None:
    """A journal that keeps at once."""


async def considered(in_force: InForce, *offers: Offer) -> None:
    async def put() -> Any:
        for offer in offers:
            yield offer

    await in_force.follow(put())


async def the_state_of(directory: Path) -> Offer:
    return await WatchedFolder(directory).first()


async def test_a_value_edited_in_place_is_refused_and_its_end_with_a_follower_is_taken(
    rules: Any, place: str
) -> None:
    heard = Heard()
    in_force = await InForce.begin(await the_state_of(rules.directory), keep, heard, COMPARED)
    first = in_force.current()
    rules.say(12)
    await considered(in_force, await the_state_of(rules.directory))
    assert in_force.current() is first
    assert [(fault.path, fault.line) for fault in in_force.faults] == [(place, 10)]
    assert "a changé dans une règle en vigueur depuis le 2026-03-03" in in_force.faults[0].message
    rules.say(30)
    await considered(in_force, await the_state_of(rules.directory))
    assert in_force.faults == ()
    open_ended = rules.file.read_text()
    rules.file.write_text(open_ended.replace("from: 2026-03-03", "from: 2026-03-03, until: 2026-03-31"))
    follower = open_ended.replace("id: reponse", "id: reponse-avril").replace(": 30}", ": 12}")
    follower = follower.replace("{from: 2026-03-03}", "{from: 2026-04-01}\nreplaces: reponse")
    rules.file.with_name("reponse-avril.yaml").write_text(follower)
    await considered(in_force, await the_state_of(rules.directory))
    assert in_force.faults == ()
    assert in_force.current() is not first
    assert heard.said == [
        ("activated", False),
        ("refused", False),
        ("activated", False),
        ("activated", False),
    ]


async def test_a_list_edited_in_place_is_refused(rules: Any) -> None:
    in_force = await InForce.begin(await the_state_of(rules.directory), keep, Heard(), COMPARED)
    zones = rules.directory / "referentiels" / "zones.yaml"
    zones.write_text(zones.read_text().replace(" 75120", ""))
    await considered(in_force, await the_state_of(rules.directory))
    assert [fault.path for fault in in_force.faults] == ["referentiels/zones.yaml"]


async def test_a_consent_that_names_the_digest_lets_an_edit_in_and_is_told(rules: Any) -> None:
    heard = Heard()
    in_force = await InForce.begin(await the_state_of(rules.directory), keep, heard, COMPARED)
    rules.say(12)
    edited = load(rules.directory).digest
    before = states(rules.directory)
    write_consent(rules.directory, Consent("0" * 64, "drihl", "Autre chose"))
    assert states(rules.directory) != before, "the watch is woken by a consent"
    await considered(in_force, await the_state_of(rules.directory))
    assert in_force.faults
    write_consent(rules.directory, Consent(edited, "drihl", "L'erreur du 3 mars"))
    offer = await the_state_of(rules.directory)
    assert (offer.author, offer.message) == ("drihl", "L'erreur du 3 mars")
    await considered(in_force, offer)
    assert in_force.current().digest == edited
    assert heard.said[-1] == ("activated", True)


@pytest.mark.parametrize("text", ["", "digest: [a]\n", "a: &b c\n", "\xff"])
async def test_a_consent_that_cannot_be_read_consents_to_nothing(rules: Any, text: str) -> None:
    (rules.directory / CONSENT).write_text(text, encoding="latin-1")
    assert not (await the_state_of(rules.directory)).forced


async def test_a_restart_does_not_let_an_edit_in(rules: Any) -> None:
    before = load(rules.directory)
    rules.say(12)
    folder = WatchedFolder(rules.directory)
    offer = await folder.first(before, COMPARED)
    assert offer.book is None
    assert "a changé dans une règle en vigueur" in offer.faults[0].message
    assert (await folder.first(before, not_compared)).book is not None


async def test_what_begins_tomorrow_is_free(rules: Any) -> None:
    on_the_eve = WithTheOneInForce(FixedClock(datetime(2026, 3, 2, 12, tzinfo=UTC)))
    in_force = await InForce.begin(await the_state_of(rules.directory), keep, Heard(), on_the_eve)
    rules.say(12)
    await considered(in_force, await the_state_of(rules.directory))
    assert in_force.current().digest == load(rules.directory).digest


async def test_a_rule_and_its_examples_saved_one_after_the_other_are_not_told_as_faulty(rules: Any) -> None:
    examples = rules.file.with_name("reponse.examples.yaml")
    paused: list[float] = []

    async def pause(seconds: float) -> None:
        paused.append(seconds)
        if seconds == EXAMPLES_DOUBT_SECONDS:
            examples.write_text(f"{said}# de nouveau juste\n")
        await asyncio.sleep(0)

    folder = WatchedFolder(rules.directory, pause)
    await folder.first()
    said = examples.read_text()
    examples.write_text(said.replace("matches: oui", "matches: non"))
    offer = await anext(folder.following())
    assert offer.book is not None
    assert EXAMPLES_DOUBT_SECONDS in paused


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- {name: Un T3, facts: {dwelling.typologie: T3}, matches: non}\n", "Exemple démenti"),
        ("- {name: Un T3, facts: {dwelling.floor: haut}, matches: oui}\n", "dwelling.floor"),
        ("- a\n  b: [\n", ""),
    ],
)
async def test_examples_that_are_denied_untyped_or_unreadable_are_a_fault(
    rules: Any, text: str, words: str
) -> None:
    rules.file.with_name("reponse.examples.yaml").write_text(text)
    offer = await the_state_of(rules.directory)
    assert offer.book is None
    assert {fault.path for fault in offer.faults} == {
        str(rules.file.with_name("reponse.examples.yaml").relative_to(rules.directory))
    }
    assert words in str(offer.faults[0])


async def test_a_rule_without_examples_is_a_warning_and_comes_into_force(rules: Any, place: str) -> None:
    rules.file.with_name("reponse.examples.yaml").unlink()
    offer = await the_state_of(rules.directory)
    assert offer.book is not None
    assert [warning.path for warning in offer.warnings] == [place]
    in_force = await InForce.begin(offer, keep, Heard(), COMPARED)
    assert in_force.warnings == offer.warnings
