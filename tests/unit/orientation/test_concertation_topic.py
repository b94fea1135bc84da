"""What the parties of a concertation hear: a topic of their own, in its own sequence."""

from typing import Any

from contracts.canonical import encode
from contracts.catalogue import EMITTED
from contracts.envelope import open_emitted
from orientation.emissions import emissions

Scene = Any  # the class is in conftest.py: tests cannot import each other


def heard(scene: Scene, topic: str) -> list[tuple[int, Any]]:
    """What was said on a topic: sequence and event."""
    return [
        (each.sequence, open_emitted(each.message.value))
        for ordinal, (kind, data) in enumerate(scene.facts, 1)
        for each in emissions(kind, ordinal, data, encode(data))
        if each.topic == topic
    ]


def test_splits_and_conclusions_are_told_to_all_concerned_in_a_sequence_without_holes(scene: Scene) -> None:
    scene.sign("AL", "40")
    scene.open_programme(("AL", 1))
    scene.about("concertation.answered", programme_id="P1", reservataire="AL", answer="object")
    scene.conclude()
    said = heard(scene, "concertations")
    assert [(sequence, event.type) for sequence, event in said] == [
        (1, "concertation.proposed"),
        (2, "concertation.proposed"),
        (3, "concertation.concluded"),
    ]
    for sequence, event in said:
        assert event.data["sequence"] == sequence
        assert "concertation_sequence" not in event.data
        EMITTED[event.type][0].model_validate(event.data, extra="forbid")


def test_the_ordered_stream_tells_them_too(scene: Scene) -> None:
    scene.open_programme(("AL", 1))
    told = [event.type for _, event in heard(scene, "orientations")]
    assert told == ["programme.recorded", "concertation.proposed"]


def test_a_reservataire_without_convention_hears_of_its_dwelling_on_its_own_topic(scene: Scene) -> None:
    scene.open_programme(("MECENE", 1))
    scene.conclude()
    scene.let_first(1)
    ((sequence, event),) = heard(scene, "proposals.MECENE")
    assert (sequence, event.type, event.data["counted"]) == (1, "proposal.issued", "apart")
    assert "line" not in event.data
