"""Lists have dates: what they hold on a day, what may follow, what is refused."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from chassis.rulebook import Rulebook, check, load
from chassis.rulebook.backdated import backdated
from chassis.rulebook.in_place import edited_in_place

Write = Callable[..., Path]
ON = date(2026, 7, 1)
EVE = date(2026, 6, 30)

MOVED = """\
est:
  - {label: Est, communes: "75111 75112", until: 2026-06-30}
  - {label: Est, communes: "75111", from: 2026-07-01}
"""


def test_a_commune_that_leaves_a_zone_on_a_day_changes_nothing_before(write: Write) -> None:
    lists = load(write("referentiels/zones.yaml", text=MOVED)).lists
    assert lists.on(EVE).zones["est"] == {"75111", "75112"}
    assert lists.on(ON).zones["est"] == {"75111"}


ENDS = {
    "zones": ('est: {label: Est, communes: "75111", until: 2026-06-30}', lambda on: "est" in on.zones),
    "territoires": (
        '"200054781": {name: MGP, communes: "92012", until: 2026-06-30}',
        lambda on: "200054781" in on.territories,
    ),
    "zonage-abc": (
        'A: [{communes: "93001", until: 2026-06-30}]',
        lambda on: on.zone_of("93001") == "A",
    ),
    "segments": (
        "rent: {bas: {label: Bas, to: 300, effective: {until: 2026-06-30}}}",
        lambda on: on.segment_names("rent") == ("bas",),
    ),
    "motifs-refus": (
        "loin: {label: Loin, by: [candidat], reasoned: oui, until: 2026-06-30}",
        lambda on: on.is_reasoned("loin") is True,
    ),
    "publics": ("dalo: {label: DALO, priority: oui, until: 2026-06-30}", lambda on: "dalo" in on.publics),
    "arrondissements": (
        '"75056": {name: Paris, arrondissements: "75114", until: 2026-06-30}',
        lambda on: on.arrondissements.get("75114") == "75056",
    ),
    "rpls-financement": (
        '"13": {label: PLUS, financement: PLUS, until: 2026-06-30}',
        lambda on: "13" in on.financements,
    ),
}


@pytest.mark.parametrize("name", ENDS)
def test_an_entry_of_every_list_ends_on_its_day(write: Write, name: str) -> None:
    text, holds = ENDS[name]
    lists = load(write(f"referentiels/{name}.yaml", text=text + "\n")).lists
    assert [holds(lists.on(day)) for day in (date(1999, 1, 1), EVE, ON)] == [True, True, False]


@pytest.mark.parametrize(
    ("versions", "words"),
    [
        ("[{%s, until: 2026-06-30}, {%s, from: 2026-06-30}]", "« until: 2026-06-29 » dans celle d'avant."),
        ("[{%s}, {%s, from: 2026-07-01}]", "« until: 2026-06-30 » dans celle d'avant."),
        ("[{%s, until: 2026-06-30}, {%s}]", "dit quand elle commence"),
        (
            "[{%s, from: 2026-07-01}, {%s, from: 2026-01-01, until: 2026-06-30}]",
            "dans l'ordre de leurs jours",
        ),
        ("[{%s, from: 2026-07-01, until: 2026-06-30}]", "finit avant de commencer"),
        ("[]", "au moins une version"),
    ],
)
def test_versions_that_do_not_follow_one_another_are_refused(write: Write, versions: str, words: str) -> None:
    text = f"est: {versions}\n".replace("%s", 'label: Est, communes: "75111"')
    (fault,) = check(write("referentiels/zones.yaml", text=text))
    assert words in str(fault)
    assert (fault.path, fault.line) == ("referentiels/zones.yaml", 1)


def test_a_mistake_in_a_version_is_told_at_its_own_line(write: Write) -> None:
    (fault,) = check(write("referentiels/zones.yaml", text=MOVED.replace('"75111", from', '"7511", from')))
    assert (fault.line, fault.found) == (3, "7511")


def test_a_rule_that_names_a_zone_which_ends_before_it_is_told_from_which_day(write: Write) -> None:
    zone = 'est: {label: Est, communes: "75111", until: 2026-06-30}\n'
    write("referentiels/zones.yaml", text=zone)
    directory = write("echelle/zone.yaml", when="always", then="{scale: zone, code: est}")
    (fault,) = check(directory)
    assert "Territoire inconnu de referentiels/zones.yaml le 2026-07-01." in str(fault)


ALONE = 'est: {label: Est, communes: "75111 75112"}\n'
EDITS = {
    "a commune is taken out": (ALONE, ALONE.replace(" 75112", ""), "réécrite : est"),
    "a commune is added": (ALONE, ALONE.replace("75112", "75112 75113"), "réécrite : est"),
    "the entry disappears": (ALONE, "{}\n", "a disparu : est"),
    "the entry ends long ago": (
        ALONE,
        ALONE.replace("}", ", until: 2025-12-31}"),
        "change des jours déjà passés : est",
    ),
    "a version gone by is rewritten": (MOVED, MOVED.replace("75111 75112", "75111"), "réécrite : est"),
}


@pytest.mark.parametrize("case", EDITS)
def test_an_entry_in_force_is_not_rewritten(write: Write, case: str) -> None:
    before, after, words = EDITS[case]
    old = load(write("referentiels/zones.yaml", text=before))
    (fault,) = edited_in_place(old, load(write("referentiels/zones.yaml", text=after)), ON)
    assert fault.path == "referentiels/zones.yaml"
    assert words in fault.message


ADMITTED = {
    "it ends, and another version follows": (ALONE, MOVED),
    "its words are corrected": (ALONE, ALONE.replace("label: Est", "label: Est parisien")),
    "its codes are laid out otherwise": (ALONE, ALONE.replace('"75111 75112"', '["75112", "75111"]')),
    "a version to come is rewritten": (
        MOVED.replace("2026-07-01", "2026-07-02").replace("06-30", "07-01"),
        MOVED.replace("2026-07-01", "2026-08-01").replace("06-30", "07-31"),
    ),
    "a new entry begins": (ALONE, ALONE + 'ouest: {label: Ouest, communes: "75116", from: 2026-07-01}\n'),
}


@pytest.mark.parametrize("case", ADMITTED)
def test_what_changes_no_day_gone_by_is_free(write: Write, case: str) -> None:
    before, after = ADMITTED[case]
    old = load(write("referentiels/zones.yaml", text=before))
    new = load(write("referentiels/zones.yaml", text=after))
    assert edited_in_place(old, new, ON) == []
    assert backdated(old, new, ON) == []


def test_a_new_entry_that_reaches_back_is_a_warning(write: Write) -> None:
    old = load(write("referentiels/zones.yaml", text=ALONE))
    added = ALONE + 'ouest: {label: Ouest, communes: "75116"}\n'
    new = load(write("referentiels/zones.yaml", text=added))
    assert edited_in_place(old, new, ON) == []
    (warning,) = backdated(old, new, ON)
    assert (warning.path, warning.line) == ("referentiels/zones.yaml", 2)
    assert "écrivez « from: 2026-07-01 »" in warning.remedy


def test_dated_lists_come_back_out_of_a_bundle(write: Write) -> None:
    book = load(write("referentiels/zones.yaml", text=MOVED))
    again = Rulebook.from_bundle(book.bundle())
    assert (again.digest, again.lists) == (book.digest, book.lists)
