"""A year closed and its drafts, from everything a scene caused."""

# ruff: noqa: ANN401 - builders take and give JSON values

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from compliance.domain.closing.closing import Closing, closings
from compliance.domain.closing.next_year import NextYear, next_year_of
from compliance.domain.projection import Projection

Scene = Any  # the class is in the conftest.py above: tests cannot import each other
Watched = Callable[[Scene], Projection]


@pytest.fixture(scope="session")
def close(watched: Watched) -> Callable[..., Closing]:
    """The closing of a convention, after a check that nothing was created or lost."""

    def closed(scene: Scene, line: str = "C-AL", year: int = 2026, on: date | None = None) -> Closing:
        found = closings(watched(scene), scene.book.loaded, year, on)
        for each in found:
            out = each.carried + each.refunded + each.extinguished + each.left
            assert out == each.due, each.view.convention.id
        return next(each for each in found if each.view.convention.id == line)

    return closed


@pytest.fixture(scope="session")
def draft(watched: Watched, close: Callable[..., Closing]) -> Callable[..., NextYear]:
    """What the closing of a convention proposes for the next year."""

    def drafted(scene: Scene, line: str = "C-AL", year: int = 2026) -> NextYear:
        return next_year_of(watched(scene), close(scene, line, year))

    return drafted


@pytest.fixture(scope="session")
def confirm() -> Callable[..., dict[str, Any]]:
    """Makes a draft an event like any other; gives what was recorded of it."""

    def confirmed(scene: Scene, found: NextYear) -> dict[str, Any]:
        assert found.body is not None
        body = {name: value for name, value in found.body.items() if value is not None}
        recorded: dict[str, Any] = scene.send(found.kind, _plain(body))[0][1]
        return recorded

    return confirmed


def _plain(value: Any) -> Any:
    """JSON numbers as a clerk's file has them."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value
