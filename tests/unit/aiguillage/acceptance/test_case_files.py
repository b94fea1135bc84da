"""What is wrong in a case file is said with its line, what was found and what is allowed."""

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import BaseModel

from aiguillage.acceptance.case import Case, CaseFile, Expected, Given, Standing
from aiguillage.acceptance.events import events_of
from aiguillage.acceptance.overlay import Ground
from aiguillage.acceptance.reading import read_case, read_cases
from aiguillage.acceptance.running import run
from chassis.rulebook import load
from contracts.canonical import decode

if TYPE_CHECKING:
    from chassis.rulebook.faults import Fault

RULES = Path(__file__).parents[4] / "rules"
PATH = "acceptance/5a-07-essai.yaml"
GOOD = """\
number: 5a-07
title: "Un essai"
bases:
  logement: {commune: "75114", typologie: T3, financement: PLUS, qpv: non, floor: 3, rent_eur: 412.30}
  vacance: {cause: conge, purpose: relocation, available_on: 2026-03-01, dwelling: {like: logement}}
given:
  - event: vacancy.declared
    at: 2026-02-02T08:00:00Z
    times: 2
    every_hours: 3
    data: {like: vacance, vacancy_id: "V-{n}", dwelling: {dwelling_id: "L-{n}", typologie: T4}}
until: 2026-12-31
expect:
  - {event: orientation.decided, vacancy: V-1, data: {outcome: no_holder}}
"""


def read(text: str, path: str = PATH) -> tuple[Case | None, list[str]]:
    faults: list[Fault] = []
    return read_case(path, text.encode(), faults), [str(fault) for fault in faults]


def a_case(text: str = GOOD) -> Case:
    case, faults = read(text)
    assert case is not None, faults
    return case


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("number: 5a-07", "number: 5z-07", ":1: « number » : Numéro de cas inconnu. Trouvé : « 5z-07 »"),
        ("number: 5a-07", "number: 5a-08", ":1: Le nom du fichier commence par le numéro du cas."),
        ("title:", "titre:", ":2: Clé inconnue. Trouvé : « titre »."),
        (
            "vacancy.declared",
            "vacancy.declare",
            ":7: « event » : Événement inconnu. Trouvé : « vacancy.declare ».",
        ),
        ("08:00:00Z", "08:00:00", ":8: « at » : Il faut un instant avec son fuseau."),
        ("times: 2", "times: deux", ":9: « times » : Il faut un nombre entier."),
        ("times: 2", "times: 5000", ":9: « times » : Valeur hors limites."),
        ("orientation.decided", "vacancy.declared", ":14: « event » : Événement inconnu."),
        ("until: 2026-12-31", "until: demain", ":12: « until » : Il faut un instant avec son fuseau."),
        (
            "outcome: no_holder}}",
            "outcome: no_holder}, vacance: V-1}",
            ":14: Clé inconnue. Trouvé : « vacance ».",
        ),
        ("outcome: no_holder}}", "outcome: &a no_holder}}", ":14: Les ancres et les alias YAML (& et *)"),
        (
            "expect:",
            "counts: [{line: BAILLEUR, propose: 1}]\nexpect:",
            ":13: « propose » : Compteur inconnu. Trouvé : « propose ».",
        ),
        (
            "expect:",
            "counts: [{line: BAILLEUR, units: 1e3}]\nexpect:",
            ":13: « units » : Il faut un nombre exact de logements. Trouvé : « 1e3 ».",
        ),
        (
            "{event: orientation.decided, vacancy: V-1, data: {outcome: no_holder}}",
            "{vacancy: V-1}",
            ":14: « 0 » : Une attente dit « event » ou « turns ».",
        ),
    ],
)
def test_a_mistake_in_a_case_is_told_with_its_line(old: str, new: str, said: str) -> None:
    assert old in GOOD
    case, faults = read(GOOD.replace(old, new, 1))
    assert case is None
    assert sum(f"{PATH}{said}" in fault for fault in faults) == 1, faults


def test_a_case_that_cannot_be_read_is_no_case() -> None:
    assert read("a: [") == (None, read("a: [")[1])
    assert read("x" * 70_000)[1] == [f"{PATH}:1: Fichier de plus de 64 ko. Séparez le cas en plusieurs."]


def test_two_cases_with_one_number_are_a_fault(tmp_path: Path) -> None:
    (tmp_path / "acceptance").mkdir()
    for name in ("5a-07-essai.yaml", "5a-07-encore.yaml"):
        (tmp_path / "acceptance" / name).write_text(GOOD, encoding="utf-8")
    _, faults = read_cases(tmp_path)
    assert [str(fault) for fault in faults] == [
        "acceptance/5a-07-essai.yaml:1: acceptance/5a-07-encore.yaml porte déjà ce numéro. Trouvé : « 5a-07 »."
    ]


def test_cases_are_read_in_the_order_of_the_themes(tmp_path: Path) -> None:
    (tmp_path / "acceptance").mkdir()
    for number in ("10a-01", "2b-02", "2b-01"):
        file = tmp_path / "acceptance" / f"{number}-essai.yaml"
        file.write_text(GOOD.replace("5a-07", number), encoding="utf-8")
    cases, _ = read_cases(tmp_path)
    assert [case.number for case in cases] == ["2b-01", "2b-02", "10a-01"]


def test_a_given_event_stands_on_its_bases_is_typed_by_its_contract_and_numbered() -> None:
    faults: list[Fault] = []
    first, second = events_of(a_case(), faults)
    assert faults == []
    said = decode(second.line)
    assert isinstance(said, dict)
    assert (first.id, second.id) == ("1-1", "1-2")
    assert (said["id"], said["time"], said["source"]) == (
        "5a-07-1-2",
        "2026-02-02T11:00:00Z",
        "/bailleurs/999001209",
    )
    data = said["data"]
    assert (data["vacancy_id"], data["bailleur"], data["departement"]) == ("V-2", "999001209", "75")
    dwelling = data["dwelling"]
    assert (dwelling["dwelling_id"], dwelling["typologie"], dwelling["commune"]) == ("L-2", "T4", "75114")
    assert dwelling["qpv"] is False
    assert dwelling["floor"] == 3
    assert str(dwelling["rent_eur"]) == "412.3"


def test_a_base_nobody_wrote_and_bases_in_a_circle_are_faults() -> None:
    faults: list[Fault] = []
    events_of(a_case(GOOD.replace("like: vacance", "like: vacances")), faults)
    assert "Base inconnue. Trouvé : « vacances »" in str(faults[0])
    assert "Vouliez-vous dire « vacance » ?" in str(faults[0])
    faults.clear()
    events_of(a_case(GOOD.replace("{like: logement}}", "{like: logement}, like: vacance}")), faults)
    assert "Ces bases tournent en rond." in str(faults[0])


@pytest.mark.parametrize(
    ("overlay", "said"),
    [
        ("assiette/x.yaml: {like: assiette/y.yaml}", "Règle inconnue. Trouvé : « assiette/y.yaml »."),
        (
            "assiete/x.yaml: {like: assiette/mutation-inter-bailleurs.yaml, id: x}",
            "Famille de règles inconnue. Trouvé : « assiete ».",
        ),
        ("assiette/x.yaml: {id: x}", "Il manque « title »."),
        (
            "neuf/autre.yaml: {like: neuf/premiere-location-concertation.yaml, id: autre, then: {counted: flux}}",
            "et se contredisent quand les deux s'appliquent",
        ),
    ],
)
def test_a_faulty_overlay_fails_its_case_at_its_own_line(overlay: str, said: str) -> None:
    text = GOOD.replace("given:", f"rules:\n  {overlay}\ngiven:")
    result = run(a_case(text), Ground(load(RULES)))
    assert not result.is_passed
    assert any(said in str(fault) for fault in result.faults), [str(fault) for fault in result.faults]
    assert {fault.path for fault in result.faults} == {PATH}
    assert {fault.line for fault in result.faults} <= {6, 7}


def test_a_file_taken_away_and_an_entry_of_a_list_hold_for_the_case_alone() -> None:
    ground = Ground(load(RULES))
    text = GOOD.replace(
        "given:",
        "rules: {assiette/mutation-inter-bailleurs.yaml: null}\n"
        'referentiels: {zones: {est: {label: "Est", communes: "75111"}}}\ngiven:',
    )
    faults: list[Fault] = []
    under = ground.under(a_case(text), faults)
    assert faults == []
    assert "mutation-inter-bailleurs" not in {rule.id for rule in under.rules}
    assert under.lists.on(date(2026, 1, 1)).zones["est"] == {"75111"}
    assert "exemple_paris_est" in under.lists.on(date(2026, 1, 1)).zones
    assert "mutation-inter-bailleurs" in {rule.id for rule in ground.rulebook.rules}


@pytest.mark.parametrize("model", [CaseFile, Given, Expected, Standing], ids=lambda model: model.__name__)
def test_every_key_of_a_case_is_told_where_the_cases_are(model: type[BaseModel]) -> None:
    told = set(re.findall(r"`([a-z_]+)`", (RULES / "acceptance" / "README.md").read_text(encoding="utf-8")))
    told |= {"of", "line", "counters"}  # written with what they name; the counters are listed one by one
    assert set(model.model_fields) <= told
