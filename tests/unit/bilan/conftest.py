"""A small year engineered by hand, and what a bilan makes of a scene."""

# ruff: noqa: ANN401 - builders take and give JSON values

from collections.abc import Callable
from typing import Any

import pytest

from compliance.bilan.counting import StreamCount
from compliance.bilan.document import Asked, Document, bilan
from compliance.bilan.parties import Watched
from compliance.domain.projection import Projection, apply
from contracts.canonical import decode, encode

Scene = Any  # the class is in the conftest.py above: tests cannot import each other


@pytest.fixture(scope="session")
def watched() -> Callable[[Scene], Watched]:
    """A scene folded and counted, each item read back from the bytes that were written."""

    def follow(scene: Scene) -> Watched:
        found = Watched(Projection(str(scene.state.scope)), StreamCount())
        for kind, data in scene.facts:
            item: Any = decode(encode(data))
            apply(found.projection, kind, item)
            found.counted.take(kind, item)
        return found

    return follow


@pytest.fixture(scope="session")
def told(watched: Callable[[Scene], Watched]) -> Callable[..., Document]:
    """The bilan of a scene's year."""

    def make(scene: Scene, year: int = 2026, **asked: Any) -> Document:
        departements = (scene.departement,)
        return bilan([watched(scene)], Asked(year, departements, **asked))

    return make


@pytest.fixture(scope="session")
def rows() -> Callable[..., list[dict[str, Any]]]:
    """The rows of a table by column, or its totals."""

    def of(document: Document, key: str, *, totals: bool = False) -> list[dict[str, Any]]:
        table = next(table for table in document.tables if table.key == key)
        names = [column.key for column in table.columns]
        return [dict(zip(names, row, strict=True)) for row in (table.totals if totals else table.rows)]

    return of


@pytest.fixture
def year(scene: Scene) -> Scene:
    """Nine vacancies of January 2026 in Paris; AL and COM hold 50 % each, counted when proposed.

    V1 is let, V2 attributed, V3 refused and proposed to the other, V4 taken back, V5 overridden to the other, V6 still
    open; X1 is a mutation, X2 a relogement, D1 a defence dwelling. AL is proposed V1, V3, V5; COM V2, V3, V4, V5, V6.
    """
    scene.sign("AL", "50", kind="action_logement")
    scene.sign("COM", "50", kind="departement")
    scene.forecast(12)
    scene.declare("V1", typologie="T2", qpv=True, construction_year=1960)
    scene.declare("V2", typologie="T3", financement="PLAI")
    scene.lease("V1")
    scene.deliberate("V2")
    scene.declare("V3", typologie="T3", commune="75120")
    scene.refuse("V3")
    scene.declare("V4", typologie="T4")
    scene.withdraw("V4")
    scene.declare("V5", typologie="T2", construction_year=None)
    holder = scene.dossier("V5").reservataire
    scene.override("V5", to="COM" if holder == "AL" else "AL")
    scene.declare("V6", typologie="T5")
    scene.declare("X1", purpose="mutation_interne")
    scene.declare("X2", purpose="relogement_renouvellement_urbain")
    scene.declare("D1", stock_reservation="defense")
    return scene
