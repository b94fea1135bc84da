"""What compliance makes of a scene: its projection, what the watch finds of it, the alerts it tells."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from chassis.rulebook import load
from compliance.domain.progress import view_of
from compliance.domain.projection import Projection, apply
from compliance.domain.telling import progress_of
from compliance.domain.watch.answering import answers_within
from compliance.domain.watch.evening import Told
from compliance.domain.watch.keeping import Watch
from compliance.domain.watch.of_convention import facts_of_convention
from compliance.domain.watch.of_scope import facts_of_today, facts_of_year
from compliance.rulebook import BookView
from contracts.canonical import decode, encode
from contracts.events.progress import ProgressUpdated

RULES = Path(__file__).parents[3] / "rules"
Scene = Any  # the class is in the conftest.py above: tests cannot import each other


@pytest.fixture(scope="session")
def watched() -> Callable[[Scene], Projection]:
    """The projection of everything a scene caused, read back from the bytes that were written."""

    def fold(scene: Scene) -> Projection:
        projection = Projection(str(scene.state.scope))
        for kind, data in scene.facts:
            item: Any = decode(encode(data))
            apply(projection, kind, item)
        return projection

    return fold


@pytest.fixture(scope="session")
def progress(watched: Callable[[Scene], Projection]) -> Callable[..., dict[str, Any]]:
    """The progress of a convention of a scene, as it would be published."""

    def told(scene: Scene, convention_id: str = "C-AL") -> dict[str, Any]:
        body = progress_of(watched(scene), convention_id)
        ProgressUpdated.model_validate(decode(encode(body)))
        return body

    return told


@pytest.fixture(scope="session")
def watchbook() -> BookView:
    """The rules delivered, as the watch reads them."""
    return BookView.of(load(RULES))


@pytest.fixture(scope="session")
def seen_on(watched: Callable[[Scene], Projection], watchbook: BookView) -> Callable[..., dict[str, Any]]:
    """What the watch finds on the evening of a day: of a convention, or with none of the scope."""

    def facts(
        scene: Scene,
        on: date,
        convention_id: str | None = "C-AL",
        year: int = 2026,
        window_days: int = 180,
    ) -> dict[str, Any]:
        projection = watched(scene)
        if convention_id is not None:
            view = view_of(projection, convention_id, day=on)
            answers = answers_within(projection.seen, [line.line for line in view.lines], on, window_days)
            return {**facts_of_convention(projection, view, watchbook)[0], **answers}
        of_year = facts_of_year(projection, year, on, watchbook.rules, watchbook.lists_on(on))
        return {**of_year, **facts_of_today(projection, on, watchbook.lists_on(on))[0]}

    return facts


@pytest.fixture(scope="session")
def evenings(watchbook: BookView) -> Callable[..., list[Told]]:
    """Every alert told of a scene, in order, each evening judged until a day begins."""

    def told(scene: Scene, until: date, book: BookView = watchbook) -> list[Told]:
        projection, watch, found = Projection(str(scene.state.scope)), Watch(), list[Told]()
        for kind, data in scene.facts:
            item: Any = decode(encode(data))
            found += watch.until(projection, date.fromisoformat(projection.day(item["at"])), book)
            apply(projection, kind, item)
        return found + watch.until(projection, until, book)

    return told
