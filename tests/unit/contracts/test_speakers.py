"""Everybody speaks for themselves, where they are listened to."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts.authority import RESERVATAIRE_SAYS
from contracts.catalogue import INPUTS
from contracts.rejected import Rejected

Refuse = Callable[..., Rejected]


def test_a_shared_topic_is_open_only_in_open_trust(refuse: Refuse) -> None:
    rejected = refuse(trust="topics")
    assert rejected.reason == "topic_partage"
    assert "vacancies.999001209" in rejected.message


@pytest.mark.parametrize("topic", ["conventions", "outcomes.999001209", "vacancies2", "", "orientations"])
def test_an_event_on_another_familys_topic_is_refused(refuse: Refuse, topic: str) -> None:
    assert refuse(topic=topic or "x").reason == "topic_inattendu"


@pytest.mark.parametrize("topic", ["vacancies.999000011", "vacancies.999001209.x", "vacancies.AL-75"])
def test_a_topic_of_somebody_else_is_refused(refuse: Refuse, topic: str) -> None:
    assert refuse(topic=topic, trust="topics").reason == "emetteur"


def test_a_bailleur_cannot_speak_for_another(refuse: Refuse) -> None:
    rejected = refuse(changes={"source": "/bailleurs/999000011"}, topic="vacancies.999000011", trust="topics")
    assert (rejected.reason, rejected.path) == ("emetteur", "$.data.bailleur")


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("candidates.designated", "reservataire"),
        ("proposal.refused", "reservataire"),
        ("concertation.answered", "reservataire"),
        ("exclusion.contested", "reservataire"),
        ("exclusion.contested", "by"),
        ("convention.contested", "by"),
    ],
)
def test_a_reservataire_cannot_speak_for_another(refuse: Refuse, kind: str, field: str) -> None:
    rejected = refuse(kind, {f"data.{field}": "VILLE-75056"})
    assert (rejected.reason, rejected.path) == ("emetteur", f"$.data.{field}")


@pytest.mark.parametrize("kind", sorted(INPUTS.keys() - set(RESERVATAIRE_SAYS)))
def test_what_is_the_bailleurs_to_say_is_refused_from_a_reservataire(refuse: Refuse, kind: str) -> None:
    changes: dict[str, Any] = {"source": "/reservataires/AL-75"}
    assert refuse(kind, changes).reason == "emetteur"


@pytest.mark.parametrize("field", ["reservataire", "by"])
def test_a_reservataire_says_of_its_own_contestations_only_that_it_is_satisfied(
    refuse: Refuse, field: str
) -> None:
    changes = {"source": "/reservataires/AL-75", "data.by": "AL-75", f"data.{field}": "VILLE-75056"}
    rejected = refuse("contestation.answered", changes)
    assert (rejected.reason, rejected.path) == ("emetteur", f"$.data.{field}")
