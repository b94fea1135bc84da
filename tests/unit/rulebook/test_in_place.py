"""A value that was in force is ended and followed by another; it is never rewritten."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from chassis.rulebook import Fault, Rulebook, load
from chassis.rulebook.in_place import edited_in_place

Write = Callable[..., Path]
TODAY = date(2026, 3, 10)


@pytest.fixture
def edit(write: Write) -> Callable[..., list[Fault]]:
    """Writes a rule, then rewrites it with other parts: the faults of that edit on 10 March 2026."""

    def edited(before: dict[str, str], after: dict[str, str]) -> list[Fault]:
        first = load(write(**before))
        return edited_in_place(first, load(write(**{**before, **after})), TODAY)

    return edited


Edit = Callable[..., list[Fault]]

REWRITTEN = {
    "when": ({"when": "{fact: vacancy.purpose, is: mutation_interne}"}, 8),
    "then": ({"then": "{outside_flux: mutation_inter_bailleurs}"}, 9),
    "priority": ({"priority": "99"}, 7),
    "active": ({"extra": "active: non"}, 11),
    "from": ({"effective": "{from: 2022-01-01}"}, 5),
}


@pytest.mark.parametrize("key", REWRITTEN)
def test_a_value_rewritten_while_in_force_is_told_with_its_line(edit: Edit, key: str) -> None:
    parts, line = REWRITTEN[key]
    (fault,) = edit({}, parts)
    assert (fault.path, fault.line) == ("assiette/une-regle.yaml", line)
    assert f"« {key} » a changé dans une règle" in fault.message
    assert "écrivez « until: 2026-03-09 »" in fault.remedy
    assert "« from: 2026-03-10 », « replaces: une-regle »" in fault.remedy


def test_a_legal_rule_does_not_become_a_local_agreement(write: Write) -> None:
    directory = write("echelle/r.yaml", then="{scale: departement}", when="always")
    before = load(directory)
    file = directory / "echelle/r.yaml"
    file.write_text(file.read_text().replace("regulatory: non", "regulatory: oui"))
    (fault,) = edited_in_place(before, load(directory), TODAY)
    assert fault.line == 6


def test_several_values_are_told_at_once_in_order(edit: Edit) -> None:
    faults = edit({}, {"priority": "99", "then": "{outside_flux: mutation_inter_bailleurs}"})
    assert [fault.line for fault in faults] == [7, 9]


def test_a_sentence_may_be_corrected(edit: Edit) -> None:
    assert edit({}, {"because": "Vendu : hors du flux."}) == []


def test_the_same_condition_may_be_laid_out_otherwise(edit: Edit) -> None:
    when = "\n  all:\n    - fact: vacancy.purpose\n      is: 'vente'"
    assert edit({}, {"when": when}) == []


BEGAN = "{from: 2021-11-24%s}"
ENDS = {
    "it ends yesterday": ("", ", until: 2026-03-09", True),
    "it ends today": ("", ", until: 2026-03-10", True),
    "it ended the day before yesterday": ("", ", until: 2026-03-08", False),
    "its end is put off": (", until: 2026-12-31", ", until: 2027-12-31", True),
    "its end is brought forward": (", until: 2026-12-31", ", until: 2026-06-30", True),
    "it has no end any more": (", until: 2026-12-31", "", True),
    "an end of yesterday is put off": (", until: 2026-03-09", ", until: 2026-12-31", True),
    "an end long past is put off": (", until: 2025-12-31", ", until: 2026-12-31", False),
    "an end long past is taken away": (", until: 2025-12-31", "", False),
    "an end long past is brought forward": (", until: 2025-12-31", ", until: 2025-06-30", False),
}


@pytest.mark.parametrize("case", ENDS)
def test_an_end_may_move_as_long_as_no_day_gone_by_changes(edit: Edit, case: str) -> None:
    before, after, allowed = ENDS[case]
    faults = edit({"effective": BEGAN % before}, {"effective": BEGAN % after})
    assert (faults == []) == allowed
    for fault in faults:
        assert fault.line == 5
        assert "change des jours déjà passés" in fault.message
        assert fault.allowed == "le 2026-03-09 ou plus tard"


def test_a_rule_still_to_come_is_free(edit: Edit) -> None:
    assert (
        edit({"effective": "{from: 2026-03-11}"}, {"effective": "{from: 2027-01-01}", "priority": "1"}) == []
    )


def test_a_rule_that_begins_today_is_in_force(edit: Edit) -> None:
    assert len(edit({"effective": "{from: 2026-03-10}"}, {"priority": "1"})) == 1


def test_a_rule_that_has_ended_keeps_its_file(write: Write) -> None:
    directory = write("assiette/ancienne.yaml", effective="{from: 2021-11-24, until: 2023-12-31}")
    write("assiette/future.yaml", effective="{from: 2030-01-01}")
    before = load(directory)
    (directory / "assiette/ancienne.yaml").unlink()
    (directory / "assiette/future.yaml").unlink()
    (fault,) = edited_in_place(before, load(directory), TODAY)
    assert str(fault) == (
        "assiette/ancienne.yaml:1: Cette règle a été en vigueur et son fichier a disparu. Trouvé : « depuis le "
        "2021-11-24 ». Remettez le fichier ; pour finir la règle, écrivez « until: 2026-03-09 » ou plus tard."
    )


def test_ending_a_rule_and_adding_its_successor_is_the_way(write: Write) -> None:
    before = load(write())
    write(effective="{from: 2021-11-24, until: 2026-03-09}")
    after = load(
        write(
            "assiette/la-suite.yaml",
            effective="{from: 2026-03-10}",
            extra="replaces: une-regle",
            priority="5",
        )
    )
    assert edited_in_place(before, after, TODAY) == []


def test_a_rulebook_out_of_a_bundle_compares_as_well(write: Write) -> None:
    before = load(write())
    assert edited_in_place(Rulebook.from_bundle(before.bundle()), before, TODAY) == []
    after = load(write(priority="1"))
    (fault,) = edited_in_place(before, Rulebook.from_bundle(after.bundle()), TODAY)
    assert fault.line == 1
