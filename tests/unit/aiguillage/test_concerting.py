"""A concertation told to a clerk."""

from io import StringIO
from typing import Any

from rich.console import Console

from aiguillage.commands.concerting import explain_programme

Scene = Any  # the class is in conftest.py: tests cannot import each other


def told(scene: Scene, programme_id: str = "P1") -> str:
    console = Console(file=StringIO(), width=120)
    explain_programme(console, programme_id, scene.facts)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]  # the file is a StringIO
    return text


def test_the_whole_dialogue_is_told_in_order(scene: Scene) -> None:
    scene.open_programme(("AL", 1), ("COM", 5))
    scene.let_first(1)
    answer = {"programme_id": "P1", "reservataire": "AL", "answer": "object"}
    scene.about("concertation.answered", **answer)
    scene.wait(days=22)
    scene.about("concertation.answered", **answer)
    text = told(scene)
    words = [
        "programme P1 ouvert",
        "répartition proposée (tour 1), réponses jusqu'au 2026-01-25",
        "COM : 5 promis, 2 honorés : le programme compte 3 logements, que d'autres engagements demandent",
        "V1 (N1) : attend la concertation, décompté à part",
        "AL objecte à N1",
        "répartition proposée (tour 2)",
        "COM : 5 promis",
    ]
    assert [text.find(word) >= 0 for word in words] == [True] * len(words)
    assert [text.index(word) for word in words[:6]] == sorted(text.index(word) for word in words[:6])


def test_the_conclusion_says_who_was_silent_and_where_each_dwelling_goes(scene: Scene) -> None:
    scene.open_programme(("AL", 1))
    scene.conclude()
    scene.let_first(1)
    scene.let_first(2)
    text = told(scene)
    assert "concertation conclue sans aucune réponse (sans réponse, donc d'accord : AL)" in text
    assert "N2 (T3 PLUS)" in text
    assert "V1 (N1) : proposé à AL, décompté à part" in text
    assert "V2 (N2) : en attente d'une convention" in text


def test_another_programme_is_not_told(scene: Scene) -> None:
    scene.open_programme(("AL", 1))
    scene.let_first(1, programme_id="P2")
    assert told(scene, "P2").count("\n") == 1
