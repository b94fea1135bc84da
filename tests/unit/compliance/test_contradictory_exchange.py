"""Who contests an exclusion, a count or a convention, what was answered, and when it is settled."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from compliance.domain.exchanges.contesting import Contestation
from compliance.domain.projection import Projection
from compliance.domain.snapshot import freeze, thaw

Scene = Any  # the class is in conftest.py: tests cannot import each other
Watched = Callable[[Scene], Projection]
SIREN = "999001209"
WHY = "Ce n'est pas une mutation interne."


def made(projection: Projection) -> list[Contestation]:
    """What was contested, once it went through a snapshot."""
    thawed = thaw(freeze(projection))
    assert thawed is not None
    return thawed.exchanges.contestations.made


def contest(scene: Scene, vacancy: str = "V1", by: str = "AL") -> None:
    scene.about(
        "exclusion.contested", proposal_id=None, vacancy_id=vacancy, reservataire=by, by=by, reason=WHY
    )


def answer(scene: Scene, by: str = SIREN, to: str = "AL", **about: str) -> None:
    about = about or {"vacancy_id": "V1"}
    scene.about("contestation.answered", proposal_id=None, reservataire=to, by=by, reason="L'acte.", **about)


def an_excluded_dwelling(scene: Scene) -> None:
    scene.sign("AL", "100")
    assert scene.declare("V1", purpose="mutation_interne")["outcome"] == "outside_flux"


def test_a_contested_exclusion_is_open_and_its_words_are_kept_as_a_digest(
    scene: Scene, watched: Watched
) -> None:
    an_excluded_dwelling(scene)
    contest(scene)
    (found,) = made(watched(scene))
    assert (found.subject, found.by, found.year, found.about) == ("V1", "AL", 2026, "mutation_interne")
    assert (found.contested_on, found.state(date(2026, 12, 31))) == ("2026-01-05", "open")
    assert found.reason_sha256 == sha256(WHY.encode()).hexdigest()
    assert WHY.encode() not in freeze(watched(scene))


def test_an_answer_nobody_contests_settles_it_when_the_exchange_ends(scene: Scene, watched: Watched) -> None:
    an_excluded_dwelling(scene)
    contest(scene)
    answer(scene)
    (found,) = made(watched(scene))
    assert (found.answered_by, found.answered_on) == (SIREN, "2026-01-05")
    assert found.state(date(2027, 2, 28)) == "answered"
    assert found.state(date(2027, 3, 1)) == "settled"


def test_a_late_answer_leaves_thirty_days_to_contest_again(scene: Scene, watched: Watched) -> None:
    an_excluded_dwelling(scene)
    contest(scene)
    scene.now = datetime(2027, 2, 20, 9, tzinfo=UTC)
    answer(scene)
    (found,) = made(watched(scene))
    assert (found.state(date(2027, 3, 22)), found.state(date(2027, 3, 23))) == ("answered", "settled")


def test_contesting_the_answer_opens_it_again(scene: Scene, watched: Watched) -> None:
    an_excluded_dwelling(scene)
    contest(scene)
    answer(scene)
    scene.wait(days=3)
    contest(scene)
    (found,) = made(watched(scene))
    assert (found.state(date(2027, 6, 1)), found.times, found.contested_on) == ("open", 2, "2026-01-08")


def test_who_contests_may_say_it_is_satisfied(scene: Scene, watched: Watched) -> None:
    an_excluded_dwelling(scene)
    contest(scene)
    contest(scene, by="COM")
    answer(scene, by="AL")
    assert [each.state(date(2026, 2, 1)) for each in made(watched(scene))] == ["settled", "open"]


def test_an_answer_to_one_party_is_no_answer_to_another(scene: Scene, watched: Watched) -> None:
    an_excluded_dwelling(scene)
    contest(scene)
    contest(scene, by="COM")
    answer(scene, to="COM")
    assert [each.answered_by for each in made(watched(scene))] == ["", SIREN]


def test_a_dwelling_put_back_into_the_flux_settles_its_exclusion(scene: Scene, watched: Watched) -> None:
    an_excluded_dwelling(scene)
    contest(scene)
    scene.amend("V1", purpose="mutation_interne", floor=2)
    assert made(watched(scene))[0].state(date(2026, 2, 1)) == "open"
    scene.amend("V1", purpose="relocation", floor=2)
    (found,) = made(watched(scene))
    assert (found.state(date(2026, 2, 1)), found.settled_by) == ("settled", "amended")


def test_a_vacancy_taken_back_leaves_nothing_to_contest(scene: Scene, watched: Watched) -> None:
    an_excluded_dwelling(scene)
    contest(scene)
    scene.withdraw("V1")
    assert made(watched(scene))[0].settled_by == "withdrawn"


def test_the_count_of_a_dwelling_of_the_flux_is_contested_in_its_own_year(
    scene: Scene, watched: Watched
) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    contest(scene)
    scene.now = datetime(2027, 2, 1, 9, tzinfo=UTC)
    contest(scene, "V-LET-LONG-AGO")
    first, second = made(watched(scene))
    assert (first.year, first.about) == (2026, "")
    assert second.year == 2026  # on 1 February the exchange is about last year


def test_a_contested_convention_is_answered_by_its_id_and_settled_by_an_adjustment(
    scene: Scene, watched: Watched
) -> None:
    scene.sign("AL", "20")
    scene.about("convention.contested", convention_id="C-AL", by="AL", reason="22 %, pas 20 %.")
    answer(scene, convention_id="C-AL")
    (found,) = made(watched(scene))
    assert (found.is_convention, found.subject, found.year) == (True, "C-AL", 2026)
    assert found.state(date(2026, 2, 1)) == "answered"
    scene.adjust("AL", "22")
    assert made(watched(scene))[0].settled_by == "adjusted"
