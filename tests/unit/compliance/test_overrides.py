"""The bailleur's overrides are kept one by one: from whom, to whom, when, and the digest of the reason."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from compliance.domain.exchanges.overriding import Override
from compliance.domain.projection import Projection

Scene = Any  # the class is in conftest.py: tests cannot import each other
Watched = Callable[[Scene], Projection]
REASON = sha256(b"Urgence sociale.").hexdigest()


def test_an_override_tells_who_had_the_dwelling_and_who_has_it(scene: Scene, watched: Watched) -> None:
    scene.sign("AL", "50")
    scene.sign("COM", "50")
    holder = scene.declare("V1")["reservataire"]
    other = "COM" if holder == "AL" else "AL"
    scene.wait(days=1)
    scene.override("V1", to=other)
    scene.override("V1", to="BAILLEUR")
    assert watched(scene).exchanges.overrides.made == [
        Override("V1", 2026, "2026-01-06", f"C-{holder}", f"C-{other}", REASON),
        Override("V1", 2026, "2026-01-06", f"C-{other}", "BAILLEUR", REASON),
    ]


def test_what_the_bailleur_kept_and_gives_comes_from_the_bailleur(scene: Scene, watched: Watched) -> None:
    scene.sign("AL", "1")
    assert scene.declare("V1")["outcome"] == "kept_by_bailleur"
    scene.override("V1", to="AL")
    (found,) = watched(scene).exchanges.overrides.made
    assert (found.from_line, found.to_line) == ("BAILLEUR", "C-AL")


def test_an_override_that_changes_nothing_is_not_one(scene: Scene, watched: Watched) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    scene.override("V1", to="AL")
    assert not watched(scene).exchanges.overrides.made
