"""The watch from one evening to the next, over a played scope: when it looks, what it looks at, until when."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from compliance.domain.projection import Projection
from compliance.domain.watch.evening import Told
from compliance.domain.watch.keeping import MOST_DAYS, Watch
from compliance.domain.watch.standing import Standing
from compliance.rulebook import BookView
from contracts.canonical import encode

Scene = Any  # the class is in conftest.py: tests cannot import each other
Evenings = Callable[..., list[Told]]


def a_refusal_in_december(scene: Scene) -> None:
    scene.sign("AL", "100", kind="action_logement")
    scene.forecast(40)
    scene.wait(days=349)
    scene.declare("V1")
    scene.refuse("V1", "sans_motif")


def of_kind(told: list[Told], kind: str) -> list[tuple[str, object]]:
    return [(name.removeprefix("alert."), body["watched_on"]) for name, body in told if body["kind"] == kind]


def test_an_alert_of_a_convention_is_followed_until_its_bilan_is_due(
    scene: Scene, evenings: Evenings
) -> None:
    a_refusal_in_december(scene)
    told = evenings(scene, date(2027, 4, 1))
    assert of_kind(told, "refus_sans_motif") == [("raised", "2026-12-20"), ("cleared", "2027-03-01")]
    last = next(body for name, body in told if body["kind"] == "refus_sans_motif" and name == "alert.cleared")
    assert last["because"] == ["L'alerte s'éteint : l'année 2026 n'est plus suivie, son bilan dit le reste."]


def test_what_a_window_counts_of_a_convention_of_several_lines_is_the_sum_of_them(
    scene: Scene, evenings: Evenings
) -> None:
    communes = ("75119", "75120")
    lines = [
        {"territory": {"scale": "communes", "communes": [code]}, "share_percent": "100"} for code in communes
    ]
    scene.sign("AL", shares=lines)
    scene.forecast(40)
    for number, commune in enumerate(communes):
        scene.declare(f"V{number}", commune=commune)
        scene.refuse(f"V{number}", "sans_motif")
    (body,) = (body for _, body in evenings(scene, date(2026, 2, 1)) if body["kind"] == "refus_sans_motif")
    assert body["because"] == ["Refus sans motif de AL depuis 90 jours : 2."]


def test_the_watch_is_the_same_whether_evenings_are_judged_one_by_one_or_together(
    scene: Scene, watched: Callable[[Scene], Projection], watchbook: BookView
) -> None:
    a_refusal_in_december(scene)
    projection, end = watched(scene), date(2027, 1, 20)
    together, one_by_one = Watch(), Watch()
    found = together.until(projection, end, watchbook)
    day, separately = date(2026, 12, 20), list[Told]()
    while day <= end:
        separately += one_by_one.until(projection, day, watchbook)
        day += timedelta(days=1)
    assert encode({"told": found}) == encode({"told": separately})
    assert found
    assert together == one_by_one


def test_an_evening_is_judged_once(
    scene: Scene, watched: Callable[[Scene], Projection], watchbook: BookView
) -> None:
    a_refusal_in_december(scene)
    projection, watch = watched(scene), Watch()
    assert watch.until(projection, date(2026, 12, 20), watchbook) == []
    assert watch.until(projection, date(2026, 12, 21), watchbook) != []
    assert watch.until(projection, date(2026, 12, 21), watchbook) == []


def restarted(told: list[Told]) -> Watch:
    """What the journal of alerts gives back: what stands, and the day of the last change."""
    watch = Watch()
    for kind, body in told:
        watch.standing.apply(kind, body)
    watch.last = watch.standing.watched_on
    return watch


def two_weeks_in_january(scene: Scene) -> None:
    """A change on the 10th, then silence until two vacancies of one dwelling on the 20th."""
    scene.sign("AL", "100")
    scene.forecast(40)
    scene.declare("V0")
    scene.wait(days=5)
    scene.declare("V1")
    scene.refuse("V1", "sans_motif")
    scene.wait(days=10)
    scene.declare("V2", dwelling_id="D2")
    scene.declare("V3", dwelling_id="D2")


def test_after_a_restart_what_happened_today_is_not_told_of_an_evening_before(
    scene: Scene, watched: Callable[[Scene], Projection], evenings: Evenings, watchbook: BookView
) -> None:
    two_weeks_in_january(scene)
    steady = evenings(scene, date(2026, 1, 21))
    watch = restarted(steady[:1])
    assert watch.last == date(2026, 1, 10)
    assert watch.until(watched(scene), date(2026, 1, 21), watchbook) == steady[1:]
    assert of_kind(steady, "logement_ouvert_deux_fois") == [("raised", "2026-01-20")]


def test_after_a_restart_other_rules_judge_the_last_evening_not_that_of_the_last_change(
    scene: Scene, watched: Callable[[Scene], Projection], evenings: Evenings, watchbook: BookView
) -> None:
    two_weeks_in_january(scene)
    watch = restarted(evenings(scene, date(2026, 1, 20)))
    told = watch.again(watched(scene), watchbook)
    assert [body["watched_on"] for _, body in told] == ["2026-01-19"]


def test_nothing_is_watched_of_a_scope_that_never_spoke(watchbook: BookView) -> None:
    watch = Watch()
    assert watch.until(Projection("999001209:75"), date(2027, 1, 1), watchbook) == []
    assert watch.last is None


def test_after_a_long_silence_only_the_latest_days_are_judged(
    scene: Scene, watched: Callable[[Scene], Projection], watchbook: BookView
) -> None:
    a_refusal_in_december(scene)
    end, watch = date(2030, 1, 1), Watch()
    told = watch.until(watched(scene), end, watchbook)
    assert min(str(body["watched_on"]) for _, body in told) == str(end - timedelta(days=MOST_DAYS))


def test_what_stands_is_what_was_told(scene: Scene, evenings: Evenings) -> None:
    a_refusal_in_december(scene)
    standing = Standing()
    for number, (kind, body) in enumerate(evenings(scene, date(2027, 1, 10)), 1):
        assert body["sequence"] == number
        standing.apply(kind, body)
    assert {kind for kind, _, _ in standing.alerts} == {"refus_sans_motif", "sans_convention"}
    assert standing.watched_on == date(2027, 1, 1)
