"""A programme opened, a split proposed, what the réservataires say, a conclusion: the dialogue of a concertation."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from contracts.rejected import Rejected
from orientation.domain.routing import route
from orientation.domain.snapshot import freeze, thaw
from orientation.domain.state import ScopeState

Scene = Any  # the class is in conftest.py: tests cannot import each other
Data = dict[str, Any]


def home(number: int, typologie: str = "T3", financement: str = "PLUS") -> Data:
    return {
        "dwelling_id": f"N{number:02}",
        "commune": "75114",
        "typologie": typologie,
        "financement": financement,
        "qpv": False,
    }


def owed(reservataire: str, count: int, financement: str | None = None, typologie: str | None = None) -> Data:
    return {
        "reservataire": reservataire,
        "count": count,
        "financement": financement,
        "typologie": typologie,
    }


def opening(homes: list[Data], *commitments: Data, **changes: Any) -> Data:  # noqa: ANN401 - JSON values
    return {
        "programme_id": "P1",
        "departement": "75",
        "dwellings": homes,
        "commitments": list(commitments),
        "answer_by": "2026-01-25",
        **changes,
    }


def start(scene: Scene, homes: list[Data], *commitments: Data, **changes: Any) -> Data:  # noqa: ANN401 - JSON values
    """Open a programme; its proposed split."""
    scene.send("programme.opened", opening(homes, *commitments, **changes))
    split: Data = scene.all("concertation.proposed")[-1]
    return split


def says(scene: Scene, reservataire: str, answer: str = "agree", **body: Any) -> Data:  # noqa: ANN401 - JSON values
    """What a réservataire says; how it was recorded."""
    by = body.pop("by", reservataire)
    said = {"departement": "75", "programme_id": "P1", "reservataire": reservataire, "answer": answer, **body}
    scene.send("concertation.answered", said, by=by)
    recorded: Data = scene.all("programme.recorded")[-1]
    return recorded


def who(split: Data) -> dict[str, str | None]:
    return {each["dwelling_id"]: each["reservataire"] for each in split["split"]}


def why(split: Data) -> dict[str, str]:
    return {each["dwelling_id"]: each["because"] for each in split["split"]}


FOUR = [home(1, "T2", "PLAI"), home(2, "T3"), home(3, "T3"), home(4, "T5", "PLS")]


def test_an_opened_programme_has_its_split_proposed_with_a_reason_for_each_dwelling(scene: Scene) -> None:
    split = start(scene, FOUR, owed("AL", 2, "PLUS", "T3"), owed("ETAT", 1, "PLAI"))
    assert who(split) == {"N01": "ETAT", "N02": "AL", "N03": "AL", "N04": None}
    assert why(split) == {
        "N01": "Honore l'engagement de 1 logement PLAI envers ETAT (1 sur 1).",
        "N02": "Honore l'engagement de 2 logements T3 PLUS envers AL (1 sur 2).",
        "N03": "Honore l'engagement de 2 logements T3 PLUS envers AL (2 sur 2).",
        "N04": "Aucun engagement ne demande un T5 PLS : il rejoint le flux.",
    }
    assert (split["round"], split["asked"], split["unmet"]) == (1, ["AL", "ETAT"], [])
    assert (split["answer_by"], split["respond_by"]) == ("2026-01-25", "2026-01-25T23:00:00Z")


def test_what_cannot_be_honoured_is_listed_with_why(scene: Scene) -> None:
    split = start(scene, FOUR, owed("AL", 5, "PLUS"), owed("COM", 2, typologie="T5"), owed("DEP", 1, "PLUS"))
    told = {each["reservataire"]: (each["honoured"], each["because"]) for each in split["unmet"]}
    assert told == {
        "AL": (2, "5 promis, 2 honorés : le programme compte 2 logements PLUS."),
        "COM": (1, "2 promis, 1 honoré : le programme compte 1 logement T5."),
        "DEP": (
            0,
            "1 promis, 0 honoré : les autres logements qui conviennent honorent d'autres engagements, au prorata.",
        ),
    }
    assert why(split)["N02"].endswith("(1 sur 5, 2 honorés en tout).")


def test_a_dwelling_left_once_everybody_has_its_due_says_so(scene: Scene) -> None:
    split = start(scene, [home(1), home(2)], owed("AL", 1, "PLUS"))
    assert (
        why(split)["N02"]
        == "Les engagements qui demandent un T3 PLUS sont déjà honorés : il rejoint le flux."
    )


def test_a_reservataire_without_convention_is_asked_too(scene: Scene) -> None:
    assert start(scene, FOUR, owed("MECENE", 1))["asked"] == ["MECENE"]
    assert not scene.state.conventions


def test_everybody_agreeing_concludes_at_once(scene: Scene) -> None:
    start(scene, FOUR, owed("AL", 2, "PLUS"), owed("ETAT", 1, "PLAI"))
    assert says(scene, "AL")["status"] == "applied"
    assert not scene.all("concertation.concluded")
    says(scene, "ETAT")
    concluded = scene.all("concertation.concluded")[-1]
    assert (concluded["conclusion"], concluded["silent"], concluded["round"]) == ("agreed", [], 1)
    assert who(concluded) == {"N01": "ETAT", "N02": "AL", "N03": "AL", "N04": None}
    assert not scene.state.pop_due(datetime(2027, 1, 1, tzinfo=UTC))


def test_silence_until_the_end_of_the_last_day_is_agreement(scene: Scene) -> None:
    start(scene, FOUR, owed("AL", 2, "PLUS"), owed("ETAT", 1, "PLAI"))
    says(scene, "ETAT")
    scene.fire(datetime(2026, 1, 25, 23, tzinfo=UTC))
    assert not scene.all("concertation.concluded")
    scene.fire(datetime(2026, 1, 25, 23, 1, tzinfo=UTC))
    concluded = scene.all("concertation.concluded")[-1]
    assert (concluded["conclusion"], concluded["silent"]) == ("agreed", ["AL"])
    assert [(each["reservataire"], each["answer"]) for each in concluded["answers"]] == [
        ("ETAT", "agree"),
        ("AL", "silent"),
    ]
    fired = scene.inputs[-1]
    assert (fired.type, fired.data["kind"], fired.data["subject"]) == ("deadline.fired", "concertation", "P1")


def test_nobody_saying_anything_is_told_as_such(scene: Scene) -> None:
    start(scene, FOUR, owed("AL", 2))
    scene.wait(days=30)
    assert scene.all("concertation.concluded")[-1]["conclusion"] == "unanswered"


def test_an_objection_frees_its_dwellings_and_the_split_is_proposed_once_more(scene: Scene) -> None:
    start(scene, [home(1), home(2), home(3)], owed("AL", 1), owed("COM", 1))
    assert who(scene.all("concertation.proposed")[0]) == {"N01": "AL", "N02": "COM", "N03": None}
    said = says(scene, "AL", "object", reason="Un étage élevé était convenu.")
    assert (said["objected"], "reason_sha256" in said) == (["N01"], True)
    says(scene, "COM")
    again = scene.all("concertation.proposed")[-1]
    assert (again["round"], who(again)) == (2, {"N01": None, "N02": "COM", "N03": "AL"})
    assert again["asked"] == ["AL"]
    assert again["objections"][0]["reservataire"] == "AL"
    assert again["objections"][0]["objected"] == ["N01"]
    assert why(again)["N01"] == "AL y a renoncé et aucun autre engagement ne le prend : il rejoint le flux."
    assert again["answer_by"] == "2026-01-25"


def test_two_who_object_may_exchange_and_who_agreed_loses_nothing(scene: Scene) -> None:
    start(scene, [home(1), home(2), home(3)], owed("A", 1), owed("B", 1), owed("C", 1))
    first = who(scene.all("concertation.proposed")[0])
    says(scene, "A", "object")
    says(scene, "B", "object")
    says(scene, "C")
    again = scene.all("concertation.proposed")[-1]
    assert who(again) == {"N01": first["N02"], "N02": first["N01"], "N03": "C"}
    assert again["asked"] == ["A", "B"]


def test_an_objection_may_name_the_dwellings_it_is_about(scene: Scene) -> None:
    start(scene, [home(1), home(2), home(3), home(4)], owed("AL", 2), owed("COM", 1))
    says(scene, "AL", "object", objected=["N04"])
    says(scene, "COM")
    again = scene.all("concertation.proposed")[-1]
    assert who(again) == {"N01": "AL", "N02": "COM", "N03": "AL", "N04": None}


def test_agreement_or_silence_in_the_second_round_is_the_last_word(scene: Scene) -> None:
    start(scene, [home(1), home(2)], owed("AL", 1))
    says(scene, "AL", "object")
    scene.wait(days=21)
    concluded = scene.all("concertation.concluded")[-1]
    assert (concluded["conclusion"], concluded["round"]) == ("agreed", 2)
    assert [(each["round"], each["answer"]) for each in concluded["answers"]] == [
        (1, "object"),
        (2, "silent"),
    ]
    assert who(concluded) == {"N01": None, "N02": "AL"}


def test_a_second_objection_gives_the_dwelling_up_to_the_flux(scene: Scene) -> None:
    start(scene, [home(1), home(2)], owed("AL", 1))
    says(scene, "AL", "object")
    says(scene, "AL", "object", round=2)
    concluded = scene.all("concertation.concluded")[-1]
    assert (concluded["conclusion"], who(concluded)) == ("objected", {"N01": None, "N02": None})
    assert concluded["unmet"][0]["because"] == "1 promis, 0 honoré : AL a renoncé à 2 logements."
    assert len(scene.all("concertation.proposed")) == 2


def test_an_objection_that_can_change_nothing_is_shown_and_concludes(scene: Scene) -> None:
    start(scene, FOUR, owed("AL", 1, "PLS"))
    says(scene, "AL", "object", reason="Trop cher.")
    concluded = scene.all("concertation.concluded")[-1]
    assert (concluded["conclusion"], who(concluded)["N04"]) == ("objected", None)
    assert concluded["answers"][0]["reason_sha256"]
    assert len(scene.all("concertation.proposed")) == 1


def test_a_party_to_whom_the_split_gives_nothing_may_object_and_is_heard(scene: Scene) -> None:
    start(scene, [home(1)], owed("AL", 5, "PLUS"), owed("COM", 1, "PLAI"))
    says(scene, "COM", "object")
    says(scene, "AL")
    concluded = scene.all("concertation.concluded")[-1]
    assert (concluded["conclusion"], who(concluded)) == ("objected", {"N01": "AL"})


def test_the_last_word_of_a_round_counts(scene: Scene) -> None:
    start(scene, [home(1), home(2)], owed("AL", 1), owed("COM", 1))
    says(scene, "AL", "object")
    assert says(scene, "AL")["status"] == "applied"
    says(scene, "COM")
    assert scene.all("concertation.concluded")[-1]["conclusion"] == "agreed"


def test_the_same_answer_twice_is_recorded_and_changes_nothing(scene: Scene) -> None:
    start(scene, [home(1), home(2)], owed("AL", 1), owed("COM", 1))
    says(scene, "AL", "object")
    assert says(scene, "AL", "object")["status"] == "recorded_only"
    assert says(scene, "AL", "object", objected=[])["status"] == "applied"


def test_an_answer_after_the_conclusion_or_of_the_round_before_is_late(scene: Scene) -> None:
    start(scene, [home(1), home(2)], owed("AL", 1))
    says(scene, "AL", "object")
    assert says(scene, "AL", "agree", round=1)["status"] == "late"
    says(scene, "AL", round=2)
    assert says(scene, "AL", "object")["status"] == "late"
    assert len(scene.all("concertation.concluded")) == 1


def test_who_agreed_is_not_asked_again_and_its_second_thoughts_are_only_recorded(scene: Scene) -> None:
    start(scene, [home(1), home(2), home(3)], owed("AL", 1), owed("COM", 1))
    says(scene, "AL", "object")
    says(scene, "COM")
    assert says(scene, "COM", "object")["status"] == "recorded_only"


@pytest.mark.parametrize(
    ("body", "reason", "path", "words"),
    [
        ({"programme_id": "P404"}, "programme_inconnu", "$.data.programme_id", "Aucun programme « P404 »"),
        ({"reservataire": "ETAT"}, "hors_concertation", "$.data.reservataire", "concernés : AL."),
        ({"round": 2}, "valeur_invalide", "$.data.round", "le dernier est le 1"),
        ({"objected": ["N04"]}, "valeur_invalide", "$.data.objected", "Ses logements : N01."),
    ],
)
def test_an_answer_that_speaks_of_nothing_known_is_refused(
    scene: Scene, body: Data, reason: str, path: str, words: str
) -> None:
    start(scene, FOUR, owed("AL", 1, "PLAI"))
    with pytest.raises(Rejected) as refused:
        says(scene, body.pop("reservataire", "AL"), "object", **body)
    assert (str(refused.value.reason), refused.value.path) == (reason, path)
    assert words in refused.value.message


def test_a_programme_opened_twice_alike_is_recorded_once(scene: Scene) -> None:
    start(scene, FOUR, owed("AL", 1))
    scene.send("programme.opened", opening(FOUR, owed("AL", 1)))
    assert [data["status"] for data in scene.all("programme.recorded")] == ["applied", "recorded_only"]
    assert len(scene.all("concertation.proposed")) == 1


def test_a_programme_opened_again_otherwise_is_refused(scene: Scene) -> None:
    start(scene, FOUR, owed("AL", 1))
    with pytest.raises(Rejected, match="conflit") as refused:
        scene.send("programme.opened", opening(FOUR, owed("AL", 2)))
    assert "un programme ouvert ne se modifie pas" in refused.value.message


def test_a_programme_whose_answers_were_due_before_it_opened_is_refused(scene: Scene) -> None:
    with pytest.raises(Rejected, match="date_impossible") as refused:
        start(scene, FOUR, owed("AL", 1), answer_by="2026-01-04")
    assert "donnez aux réservataires le temps de répondre" in refused.value.message
    assert start(scene, FOUR, owed("AL", 1), answer_by="2026-01-05")["answer_by"] == "2026-01-05"


def test_an_opening_that_comes_too_late_leaves_as_many_days_as_were_planned(scene: Scene) -> None:
    cause = scene.event("programme.opened", opening(FOUR, owed("AL", 1), answer_by="2026-01-12"))
    scene.apply(cause, scene.now + timedelta(days=60))
    assert scene.all("concertation.proposed")[-1]["answer_by"] == "2026-03-13"


def test_a_programme_without_commitment_is_concluded_at_once(scene: Scene) -> None:
    split = start(scene, FOUR)
    assert split["asked"] == []
    assert scene.all("concertation.concluded")[-1]["conclusion"] == "unanswered"


def test_a_dwelling_told_twice_or_too_many_of_them_are_refused(scene: Scene) -> None:
    with pytest.raises(Rejected, match="valeur_invalide") as refused:
        start(scene, [home(1), home(2), home(1)], owed("AL", 1))
    assert refused.value.path == "$.data.dwellings[2].dwelling_id"
    with pytest.raises(Rejected, match="au plus") as refused:
        start(scene, [home(number) for number in range(501)], owed("AL", 1))
    assert refused.value.path == "$.data.dwellings"


def test_two_openings_told_in_another_order_get_the_same_split(
    scene: Scene, scene_of: Callable[..., Scene]
) -> None:
    commitments = [owed("AL", 2), owed("COM", 1, "PLUS"), owed("AL", 1, typologie="T5")]
    other = scene_of(scene.book)
    first, second = start(scene, FOUR, *commitments), start(other, FOUR[::-1], *commitments[::-1])
    assert first["split"] == second["split"]
    assert first["commitments"] == second["commitments"]


def test_a_concertation_goes_on_from_a_snapshot(scene: Scene) -> None:
    start(scene, [home(1), home(2), home(3)], owed("AL", 1), owed("COM", 1))
    says(scene, "AL", "object")
    frozen = freeze(scene.state)
    restarted = thaw(frozen)
    assert restarted is not None
    assert freeze(restarted) == frozen
    scene.state = restarted
    scene.wait(days=21)
    assert who(scene.all("concertation.proposed")[-1]) == {"N01": None, "N02": "COM", "N03": "AL"}
    scene.state = thaw(freeze(scene.state))
    scene.wait(days=21)
    assert who(scene.all("concertation.concluded")[-1]) == {"N01": None, "N02": "COM", "N03": "AL"}


SAID = st.lists(
    st.tuples(
        st.sampled_from(["AL", "COM", "DEP"]), st.sampled_from(["agree", "object"]), st.integers(0, 15)
    ),
    max_size=8,
)


@given(
    kinds=st.lists(st.sampled_from(["T2", "T3"]), min_size=1, max_size=6),
    promised=st.lists(
        st.tuples(
            st.sampled_from(["AL", "COM", "DEP"]), st.sampled_from([None, "T2", "T3"]), st.integers(1, 3)
        ),
        min_size=1,
        max_size=4,
    ),
    said=SAID,
)
@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_said_it_concludes_and_nobody_loses_what_it_agreed_to_nor_gets_what_it_gave_up(
    scene_of: Callable[..., Scene],
    book: object,
    kinds: list[str],
    promised: list[tuple[str, str | None, int]],
    said: list[tuple[str, str, int]],
) -> None:
    scene = scene_of(book)
    homes = [home(number, kind) for number, kind in enumerate(kinds, 1)]
    start(scene, homes, *(owed(party, count, typologie=kind) for party, kind, count in promised))
    for party, answer, mask in said:
        programme = scene.state.programmes["P1"]
        own = [name for number, name in enumerate(programme.lots_of(party)) if mask >> number & 1]
        if party in programme.parties:
            says(scene, party, answer, objected=own)
    scene.wait(days=60)
    (concluded,) = scene.all("concertation.concluded")
    rounds = [*map(who, scene.all("concertation.proposed")), who(concluded)]
    assert len(rounds) <= 3
    given_up = {(each["reservataire"], name) for each in concluded["answers"] for name in each["objected"]}
    for before, after in pairwise(rounds):
        for name, party in before.items():
            assert after[name] == party or party is None or (party, name) in given_up
    assert not given_up & {(party, name) for name, party in rounds[-1].items()}
    again = ScopeState(scene.state.scope)
    facts = [
        fact
        for cause in scene.inputs
        for fact in route(again, cause, max(again.clock, cause.time), scene.book)
    ]
    assert facts == scene.facts
