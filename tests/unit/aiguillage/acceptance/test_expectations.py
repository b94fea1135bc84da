"""Expectations: what matches, what does not, and how the difference is told."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from aiguillage.acceptance.matching import misses
from aiguillage.acceptance.overlay import Ground
from aiguillage.acceptance.reading import read_case
from aiguillage.acceptance.running import run
from chassis.rulebook import load

if TYPE_CHECKING:
    from chassis.rulebook.faults import Fault

RULES = Path(__file__).parents[4] / "rules"
Told = Callable[[str], list[str]]

GIVEN = """\
number: 5a-07
title: "Deux logements pour deux"
bases:
  an: {year: 2026, effective: {from: 2026-01-01, until: 2026-12-31}}
given:
  - event: convention.signed
    at: 2026-01-05T09:00:00Z
    data: {like: an, convention_id: C-AL, reservataire: {id: AL, kind: action_logement}, share_percent: "50"}
  - event: convention.signed
    id: trop
    at: 2026-01-05T09:01:00Z
    data: {like: an, convention_id: C-E, reservataire: {id: E, kind: etat_agents}, share_percent: "6"}
  - event: vacancy.declared
    at: 2026-02-02T08:00:00Z
    times: 2
    every_hours: 1
    data:
      vacancy_id: "V-{n}"
      available_on: 2026-03-01
      cause: conge
      purpose: relocation
      dwelling: {dwelling_id: "L-{n}", commune: "75114", typologie: T3, financement: PLUS, qpv: non}
expect:
  - {event: rejected, of: trop, data: {reason: plafond_etat}}
"""
LINE = GIVEN.count("\n") + 1


@pytest.fixture(scope="module")
def told() -> Told:
    """What is said of one more expectation, or of counts, under the delivered rules."""
    ground = Ground(load(RULES))

    def say(more: str) -> list[str]:
        faults: list[Fault] = []
        case = read_case("acceptance/5a-07-essai.yaml", (GIVEN + more).encode(), faults)
        assert case is not None, faults
        return [str(fault).partition(":")[2] for fault in run(case, ground).faults]

    return say


@pytest.mark.parametrize(
    "expectation",
    [
        "{event: orientation.decided, vacancy: V-1, data: {outcome: proposed, reservataire: AL}}",
        "{event: orientation.decided, vacancy: V-1, rules: [dans-le-flux], because: [C'est le tour, 50 %]}",
        "{event: orientation.decided, vacancy: V-2, data: {outcome: kept_by_bailleur, reservataire: null}}",
        "{event: orientation.decided, data: {alternatives: [{reservataire: BAILLEUR, share: 1/2}]}, times: 2}",
        "{event: orientation.decided, vacancy: V-1, data: {first_round: oui, vacancy: {dwelling: {qpv: non}}}}",
        "{event: proposal.expired, times: 0}",
        "{turns: AL BAILLEUR}",
        "{turns: [AL, BAILLEUR]}",
    ],
)
def test_an_expectation_that_holds_says_nothing(told: Told, expectation: str) -> None:
    assert told(f"  - {expectation}\n") == []


@pytest.mark.parametrize(
    ("expectation", "said"),
    [
        (
            "{event: orientation.decided, vacancy: V-1, data: {reservataire: E}}",
            "Attendu : reservataire E. Trouvé : « AL ».",
        ),
        (
            "{event: orientation.decided, vacancy: V-1, rules: [vente]}",
            "Attendu : la règle vente. Trouvé : « dans-le-flux, rotation-par-avancement, gestion-directe,",
        ),
        (
            "{event: orientation.decided, vacancy: V-1, because: lundi}",
            "Attendu : « lundi ». Trouvé : « C'est le tour de AL",
        ),
        (
            "{event: orientation.decided, vacancy: V-9}",
            "Attendu : orientation.decided V-9. Trouvé : « rien de tel n'est émis ».",
        ),
        ("{event: proposal.issued, times: 2}", "Attendu : 2 fois proposal.issued. Trouvé : « 1 fois »."),
        ("{event: proposal.issued, times: 0}", "Attendu : 0 fois proposal.issued. Trouvé : « 1 fois »."),
        (
            "{event: orientation.decided, vacancy: V-1, data: {alternatives: [{reservataire: E}]}}",
            "Attendu : alternatives avec {reservataire: E}.",
        ),
        ("{turns: BAILLEUR AL}", "Attendu : BAILLEUR AL. Trouvé : « AL BAILLEUR »."),
        (
            "{event: rejected, of: trop, data: {reason: conflit}}",
            "Attendu : reason conflit. Trouvé : « plafond_etat ».",
        ),
    ],
)
def test_an_expectation_that_fails_says_what_was_found(told: Told, expectation: str, said: str) -> None:
    assert [fault.startswith(f"{LINE}: {said}") for fault in told(f"  - {expectation}\n")] == [True]


@pytest.mark.parametrize(
    ("count", "said"),
    [
        ("{line: C-AL, proposed: 1, open: 1, units: 1, credit: 1, engaged: 1.0, mix: {total: 0}}", []),
        ("{line: C-AL, proposed: 2}", [f"{LINE + 1}: Attendu : C-AL, proposed 2. Trouvé : « 1 »."]),
        ("{line: C-AL, units: 1/2}", [f"{LINE + 1}: Attendu : C-AL, units 1/2. Trouvé : « 1 »."]),
        ("{line: C-AL, mix: {total: 1}}", [f"{LINE + 1}: Attendu : C-AL, total 1. Trouvé : « 0 »."]),
        ("{line: C-AL, year: 2027, units: 1}", [f"{LINE + 1}: Attendu : C-AL, units 1. Trouvé : « 0 »."]),
        ("{line: C-AUTRE, refused: 0, units: 0}", []),
    ],
)
def test_counts_are_exact(told: Told, count: str, said: list[str]) -> None:
    assert told(f"counts:\n  - {count}\n") == said


@pytest.mark.parametrize(
    ("wanted", "found", "fits"),
    [
        ("3", 3, True),
        ("3.0", Decimal(3), True),
        ("03", "3", False),
        ("oui", True, True),
        ("true", True, True),
        ("false", True, False),
        ("1", True, False),
        (None, None, True),
        (None, "x", False),
        ("x", None, False),
        ({"a": "1"}, {"a": 1, "b": 2}, True),
        ({"a": None}, {}, True),
        ({"a": "1"}, None, False),
        (["b"], ["a", "b"], True),
        (["c"], ["a", "b"], False),
        (["a"], "a", False),
    ],
)
def test_a_wanted_value_fits_a_found_one(wanted: Any, found: Any, fits: bool) -> None:  # noqa: ANN401 - a table of JSON values
    assert (not list(misses(wanted, found, ("data",)))) is fits
