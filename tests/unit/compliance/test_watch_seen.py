"""What the watch keeps of the stream: enough for its windows, no more; given back by a snapshot byte for byte."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chassis.rulebook.effects import MOST_WINDOW_DAYS
from compliance.domain.projection import Projection
from compliance.domain.snapshot import freeze, thaw
from compliance.domain.watch.seen import REMEMBERED_DAYS, Seen

Scene = Any  # the class is in conftest.py: tests cannot import each other
Watched = Callable[[Scene], Projection]


def everything_seen(scene: Scene) -> None:
    scene.sign("AL", "50", kind="action_logement", management="deleguee")
    scene.open_programme(("AL", 1))
    scene.let_first(1)
    for name in ("V10", "V11", "V12", "V13"):
        scene.declare(name)
    mine = next(name for name in ("V10", "V11") if scene.dossier(name).reservataire == "AL")
    kept = next(name for name in ("V10", "V11") if name != mine)
    scene.designate(mine, on_behalf=True)
    scene.deliberate(mine, public=["salarie"])
    lines = [{"vacancy_id": kept, "stage": "attribution", "public": ["salarie"]}]
    scene.about("delegation.reported", convention_id="C-AL", reservataire="AL", period="2026-T1", lines=lines)


def test_a_snapshot_gives_back_what_was_seen_byte_for_byte(scene: Scene, watched: Watched) -> None:
    everything_seen(scene)
    projection = watched(scene)
    seen = projection.seen
    assert all((seen.waiting, seen.answers, seen.publics, seen.kept, seen.credits, seen.programmes))
    thawed = thaw(freeze(projection))
    assert thawed is not None
    assert thawed.seen == seen
    assert freeze(thawed) == freeze(projection)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60).map(sorted))
def test_answers_are_remembered_longer_than_any_window_and_not_for_ever(days: list[int]) -> None:
    seen, first = Seen(), date(2026, 1, 1)
    for number in days:
        seen.answered("C-AL", (first + timedelta(days=number)).isoformat(), "issued")
    last = first + timedelta(days=days[-1])
    in_window = sum(day > days[-1] - MOST_WINDOW_DAYS for day in days)
    found = seen.since("C-AL", last, MOST_WINDOW_DAYS).values()
    assert sum(counts["issued"] for counts in found) == in_window
    assert len(seen.answers["C-AL"]) <= REMEMBERED_DAYS + 1
    assert REMEMBERED_DAYS > MOST_WINDOW_DAYS


def test_a_dwelling_waits_until_its_lease_whatever_happens_in_between(scene: Scene, watched: Watched) -> None:
    scene.sign("AL", "60")
    scene.sign("REGION", "40")
    steps = []

    def step() -> None:
        waiting = watched(scene).seen.waiting.get("V1")
        steps.append(waiting and (waiting.line, waiting.step))

    scene.declare("V1")
    first = scene.dossier("V1").reservataire
    other = "REGION" if first == "AL" else "AL"
    step()
    scene.refuse("V1")
    step()
    scene.designate("V1")
    step()
    scene.deliberate("V1")
    step()
    scene.lease("V1")
    step()
    assert steps == [
        (f"C-{first}", "proposed"),
        (f"C-{other}", "proposed"),
        (f"C-{other}", "designated"),
        (f"C-{other}", "attributed"),
        None,
    ]


def test_what_the_bailleur_keeps_or_takes_out_of_the_flux_does_not_wait(
    scene: Scene, watched: Watched
) -> None:
    scene.sign("AL", "100")
    scene.declare("V1", purpose="vente")
    scene.declare("V2")
    scene.override("V2", to="BAILLEUR")
    seen = watched(scene).seen
    assert seen.waiting == {}
    assert seen.kept == {"V2": 2026}


def test_a_withdrawn_vacancy_waits_no_longer(scene: Scene, watched: Watched) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    scene.withdraw("V1")
    assert watched(scene).seen.waiting == {}


def test_vacancies_kept_are_forgotten_after_two_years(scene: Scene, watched: Watched) -> None:
    scene.sign("AL", "100", effective={"from": "2026-01-01", "until": "2028-12-31"})
    for name in ("V26", "V27", "V28"):
        scene.declare(name)
        scene.override(name, to="BAILLEUR")
        scene.wait(days=365)
    assert watched(scene).seen.kept == {"V27": 2027, "V28": 2028}
