"""Criteria that no dwelling could ever meet, or that undo each other, are refused with the convention."""

from typing import Any

import pytest

from contracts.rejected import Rejected

Scene = Any  # the class is in conftest.py: tests cannot import each other
Criteria = list[dict[str, Any]]


def excludes(dimension: str, **which: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    return {"dimension": dimension, "kind": "exclude", **which}


def wants(dimension: str, **which: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    return {"dimension": dimension, "kind": "target", "target_percent": "60", **which}


@pytest.mark.parametrize(
    ("criteria", "reason", "path", "words"),
    [
        (
            [excludes("typologie", **{"in": ["T3", "T1 bis"]})],
            "valeur_inconnue",
            "[0].in[1]",
            [
                "« T1 bis » n'est pas une valeur de typologie",
                "T1, T1bis",
                "Corrigez-la. Vouliez-vous dire « T1bis »",
            ],
        ),
        ([excludes("typologie", **{"in": ["petits"]})], "valeur_inconnue", "[0].in[0]", ["T1, T1bis, T2"]),
        (
            [wants("financement", **{"in": ["plai"]})],
            "valeur_inconnue",
            "[0].in[0]",
            ["PLAI, PLUS, PLUS_CD"],
        ),
        (
            [excludes("qpv", **{"in": ["QP075001"]})],
            "valeur_inconnue",
            "[0].in[0]",
            ["valeurs admises : true, false"],
        ),
        ([excludes("lift", **{"in": [1]})], "valeur_inconnue", "[0].in[0]", ["true, false"]),
        (
            [excludes("floor", **{"in": [3, "haut"]})],
            "valeur_inconnue",
            "[0].in[1]",
            ["un nombre, ou un segment"],
        ),
        ([excludes("floor", **{"in": [True]})], "valeur_inconnue", "[0].in[0]", ["un nombre"]),
        (
            [excludes("typologie", segment="petits"), wants("qpv", segment="hors-qpv")],
            "valeur_inconnue",
            "[1].segment",
            ["segments connus : hors_qpv, qpv", "segments.yaml", "Vouliez-vous dire « hors_qpv »"],
        ),
        ([wants("qpv", segment="petits")], "valeur_inconnue", "[0].segment", ["n'est pas un segment de qpv"]),
        ([excludes("typologie", **{"in": []})], "valeur_invalide", "[0].in", ["La liste « in » est vide"]),
        (
            [excludes("floor", **{"from": 4, "to": 1})],
            "valeur_invalide",
            "[0].to",
            ["« from » vaut 4 et « to » 1"],
        ),
        (
            [excludes("qpv", **{"in": [True, False]})],
            "valeur_invalide",
            "[0].in",
            ["toutes les valeurs de qpv"],
        ),
        (
            [excludes("qpv", segment="hors_qpv"), excludes("qpv", segment="qpv")],
            "valeur_invalide",
            "[0]",
            ["Les exclusions réunies écartent toutes les valeurs de qpv"],
        ),
        (
            [excludes("qpv", **{"in": [False]}), wants("qpv", segment="hors_qpv")],
            "valeur_invalide",
            "[1]",
            ["La part visée en qpv est tout entière exclue"],
        ),
    ],
    ids=lambda value: None if isinstance(value, str) else str(value)[:70],
)
def test_criteria_that_cannot_be_meant_are_refused_with_their_place(
    scene: Scene, criteria: Criteria, reason: str, path: str, words: list[str]
) -> None:
    with pytest.raises(Rejected) as refused:
        scene.sign("AL", "20", criteria=criteria)
    assert (refused.value.reason, refused.value.path) == (reason, f"$.data.criteria{path}")
    assert [word for word in words if word not in refused.value.message] == []
    assert not scene.state.conventions


def test_they_are_refused_of_an_amendment_too(scene: Scene) -> None:
    scene.sign("AL", "20")
    with pytest.raises(Rejected):
        scene.adjust("AL", "20", criteria=[excludes("typologie", **{"in": ["F4"]})])
    assert scene.state.conventions["C-AL"].criteria == ()


def test_criteria_that_tell_dwellings_apart_are_accepted(scene: Scene) -> None:
    criteria = [
        excludes("typologie", **{"in": ["T1", "T1bis"]}),
        wants("typologie", segment="petits"),
        wants("qpv", **{"in": [False]}),
        wants("qpv", segment="qpv", target_percent="40"),
        excludes("lift", **{"in": ["false"]}),
        excludes("floor", **{"in": [-1, 12]}),
        excludes("rent", **{"from": 600.01}),
        excludes("construction_period", segment="avant_1949"),
    ]
    scene.sign("AL", "20", criteria=criteria)
    assert len(scene.state.conventions["C-AL"].criteria) == len(criteria)
