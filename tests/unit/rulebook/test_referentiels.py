"""The lists beside the rules, and what is asked of them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from chassis.rulebook import DatedLists, Referentiels, check, load

Write = Callable[..., Path]
TODAY = date(2026, 3, 10)


@pytest.fixture
def lists(write: Write) -> Referentiels:
    write("referentiels/arrondissements.yaml", text='"75056": {name: Paris, arrondissements: 75101 75114}\n')
    write("referentiels/zonage-abc.yaml", text="Abis: [75056]\n")
    write(
        "referentiels/territoires.yaml", text='"200054781": {name: Métropole, communes: ["92012", "93001"]}\n'
    )
    segments = "qpv:\n  hors_qpv: {label: Hors QPV, values: [non]}\n"
    segments += "rent:\n  bas: {label: Bas, to: 299.99}\n  haut: {label: Haut, from: 300}\n"
    write("referentiels/segments.yaml", text=segments)
    reasons = "sans_motif: {label: Sans motif, by: [candidat], reasoned: non, from: 2021-11-24}\n"
    return load(write("referentiels/motifs-refus.yaml", text=reasons)).lists.on(TODAY)


def test_an_arrondissement_has_the_zone_of_its_commune(lists: Referentiels) -> None:
    assert (lists.zone_of("75114"), lists.zone_of("75056"), lists.zone_of("01004")) == ("Abis", "Abis", None)


def test_a_territory_lists_its_communes(lists: Referentiels) -> None:
    assert lists.territories["200054781"] == {"92012", "93001"}


def test_a_segment_holds_flags_and_decimals_bounds_included(lists: Referentiels) -> None:
    assert lists.segment_of("qpv", value=False) == "hors_qpv"
    assert lists.segment_of("qpv", value=True) is None
    assert lists.segment_of("rent", Decimal("299.99")) == "bas"
    assert lists.contains("rent", "haut", Decimal(300))
    assert not lists.contains("rent", "inconnu", Decimal(300))


def test_an_unknown_refusal_code_is_neither_reasoned_nor_not(lists: Referentiels) -> None:
    assert (lists.is_reasoned("sans_motif"), lists.is_reasoned("inconnu")) == (False, None)


def test_absent_referentials_are_empty(write: Write) -> None:
    directory = write(then="{in_flux: oui}", when="{fact: vacancy.purpose, is: relocation}", priority="1000")
    (directory / "referentiels/motifs-exclusion.yaml").unlink()
    assert load(directory).lists == DatedLists()
    assert load(directory).lists.on(TODAY) == Referentiels()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("zones", "est: {label: Est, communes: [1004]}\n", "zéros"),
        ("segments", "floor:\n  haut: {label: Haut}\n", "des bornes"),
        ("segments", "floor:\n  haut: {label: Haut, from: 4, to: 1}\n", "inversées"),
        ("motifs-refus", "x: {label: X, by: [voisin], reasoned: oui, from: 2021-11-24}\n", "valeur inconnue"),
        ("zonage-abc", "Z: [75056]\n", "valeur inconnue"),
    ],
)
def test_a_mistake_in_a_referential_is_told(write: Write, name: str, text: str, words: str) -> None:
    (fault,) = check(write(f"referentiels/{name}.yaml", text=text))
    assert fault.path == f"referentiels/{name}.yaml"
    assert words in str(fault)
