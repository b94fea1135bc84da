"""A new rule may reach back: it is told with how far, and no decision already made changes for it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from chassis.rulebook import Fault, load
from chassis.rulebook.backdated import backdated
from chassis.rulebook.in_place import edited_in_place
from orientation.rulebook import BookView

Write = Callable[..., Path]
Scene = Any  # the class is in conftest.py: tests cannot import each other
TODAY = date(2026, 3, 10)


@pytest.fixture
def warnings_of(write: Write) -> Callable[..., list[Fault]]:
    """Adds a rule beside one long in force: what is warned of on 10 March 2026."""

    def added(**parts: str) -> list[Fault]:
        before = load(write())
        when = "{all: [{fact: vacancy.purpose, is: rehabilitation_lourde}]}"
        parts = {"priority": "5", "when": when, **parts}
        return backdated(before, load(write("assiette/tardive.yaml", **parts)), TODAY)

    return added


Warnings = Callable[..., list[Fault]]


@pytest.mark.parametrize(
    ("first_day", "words"),
    [("2026-03-09", "remonte de 1 jour."), ("2026-01-01", "remonte de 68 jours.")],
)
def test_a_new_rule_that_began_before_today_says_how_many_days_it_reaches_back(
    warnings_of: Warnings, first_day: str, words: str
) -> None:
    (warning,) = warnings_of(effective=f"{{from: {first_day}}}")
    assert (warning.path, warning.line) == ("assiette/tardive.yaml", 5)
    assert warning.message.endswith(words)
    assert "Les décisions déjà prises restent, avec leur recueil" in warning.remedy
    assert "écrivez « from: 2026-03-10 »" in warning.remedy


@pytest.mark.parametrize("first_day", ["2026-03-10", "2027-01-01"])
def test_a_new_rule_of_today_or_later_reaches_nowhere(warnings_of: Warnings, first_day: str) -> None:
    assert warnings_of(effective=f"{{from: {first_day}}}") == []


def test_a_new_rule_that_is_off_reaches_nowhere(warnings_of: Warnings) -> None:
    assert warnings_of(effective="{from: 2022-01-01}", extra="active: non") == []


def test_a_new_rule_that_switches_another_off_reaches_back_as_well(write: Write) -> None:
    before = load(write())
    after = load(write("territories/75/assiette/une-regle.yaml", extra="active: non"))
    (warning,) = backdated(before, after, TODAY)
    assert warning.path == "territories/75/assiette/une-regle.yaml"


def test_a_rule_still_to_come_that_is_brought_into_the_past_is_told_too(write: Write) -> None:
    before = load(write(effective="{from: 2026-04-01}"))
    after = load(write(effective="{from: 2026-03-01}"))
    assert [warning.message for warning in backdated(before, after, TODAY)] == [
        "Cette nouvelle règle remonte de 9 jours."
    ]


@pytest.mark.parametrize("first_day", ["2021-11-24", str(TODAY)])
def test_what_had_begun_already_this_very_day_too_is_a_fault_and_no_warning(
    write: Write, first_day: str
) -> None:
    before = load(write(effective=f"{{from: {first_day}}}"))
    after = load(write(effective="{from: 2020-01-01}"))
    assert backdated(before, after, TODAY) == []
    assert len(edited_in_place(before, after, TODAY)) == 1


def test_a_decision_already_made_keeps_its_rulebook_and_a_late_event_follows_the_new_one(
    book: BookView, book_with: Callable[..., BookView], scene_of: Callable[..., Scene]
) -> None:
    backdating = book_with("assiette/rehabilitation-lourde")
    assert backdated(book.loaded, backdating.loaded, TODAY)
    scene = scene_of(book, now=datetime(2026, 3, 1, 9, tzinfo=UTC))
    scene.sign("AL", "100")
    made = dict(scene.declare("V1", purpose="rehabilitation_lourde"))
    scene.book = backdating
    late = scene.declare("V2", purpose="rehabilitation_lourde")
    assert scene.decision("V1") == made
    assert (made["outcome"], late["outcome"]) == ("proposed", "outside_flux")
    assert (made["rulebook"], late["rulebook"]) == (book.rules.digest, backdating.rules.digest)
