"""What compliance makes of a scene: its projection, brought up to the last fact."""

from collections.abc import Callable
from typing import Any

import pytest

from compliance.domain.projection import Projection, apply
from compliance.domain.telling import progress_of
from contracts.canonical import decode, encode
from contracts.events.progress import ProgressUpdated

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
