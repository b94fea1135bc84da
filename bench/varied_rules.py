"""Directories of as many rules as asked, with examples: eleven delivered ones, then generated ones that may apply."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, product
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from bench.material import RULES

BASE = (
    "assiette/dans-le-flux",
    "correction/correction-limites",
    "correction/correction-refus-propres",
    "correction/correction-report",
    "decompte/decompte-proposition",
    "delais/delais-ordinaires",
    "echelle/echelle-departement",
    "gestion/compte-rendu-par-trimestre",
    "gestion/gestion-directe",
    "neuf/premiere-location-concertation",
    "rotation/rotation-par-avancement",
)
"""Eleven delivered rules with which every vacancy is decided."""
FIRST = "banc-000.yaml"
"""Name of the first generated file."""

_TYPOLOGIES = ("T1", "T2", "T3", "T4", "T5")
_FINANCEMENTS = ("PLAI", "PLUS", "PLS", "PLI", "HBM", "ILM", "PLR", "HLMO")
_EFFECTS = {
    "assiette": "{in_flux: oui}",
    "criteres": "{exclude: oui}",
    "delais": "{respond_within_days: 20}",
    "gestion": "{within_hours: 24}",
    "decompte": "{year_of: event}",
}
_RULE = """\
id: banc-{number:03}
title: "Règle de banc d'essai {number}"
references: [{{title: "Accord local"}}]
owner: banc-d-essai
effective: {{from: 2021-11-24}}
regulatory: non
priority: {priority}
when:
  all:
    - {{fact: dwelling.typologie, is: {typologie}}}
    - {{fact: dwelling.financement, in: [{financement}, AUTRE]}}
    - {{fact: dwelling.surface_m2, between: [{low}, {high}]}}
    - any: [{{fact: dwelling.floor, at_least: {floor}}}, {{fact: dwelling.qpv, is: oui}}]
then: {then}
because: "Un {{dwelling.typologie}} {{dwelling.financement}} de banc d'essai."
"""
_EXAMPLES = """\
- name: "Le logement dont la règle parle"
  facts:
    dwelling.typologie: {typologie}
    dwelling.financement: {financement}
    dwelling.surface_m2: "{low}"
    dwelling.qpv: oui
  matches: oui
- name: "Un autre"
  facts: {{dwelling.typologie: T7, dwelling.surface_m2: "{low}", dwelling.qpv: oui}}
  matches: non
"""


@contextmanager
def varied_rules(number: int) -> Iterator[Path]:
    """A directory of exactly so many rules, eleven of them delivered ones; the lists are the delivered ones."""
    with TemporaryDirectory() as folder:
        directory = Path(folder) / "rules"
        copytree(RULES / "referentiels", directory / "referentiels")
        for name in BASE:
            for file in (f"{name}.yaml", f"{name}.examples.yaml"):
                _write(directory / file, (RULES / file).read_text(encoding="utf-8"))
        for path, said in _generated(number - len(BASE)):
            _write(directory / path, said)
        yield directory


def _write(path: Path, said: str) -> None:
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(said, encoding="utf-8")


def _generated(number: int) -> Iterator[tuple[str, str]]:
    """Rules of five families in turn, each with dwellings and a priority of its own."""
    kinds = cycle(product(_TYPOLOGIES, _FINANCEMENTS))
    for index, family, (typologie, financement) in zip(range(number), cycle(_EFFECTS), kinds, strict=False):
        low = 9 + index % 83
        said = {"typologie": typologie, "financement": financement, "low": low}
        rule = _RULE.format(
            number=index,
            priority=300 + index // len(_EFFECTS),
            high=low + 2,
            floor=index % 12,
            then=_EFFECTS[family],
            **said,
        )
        yield f"{family}/banc-{index:03}.yaml", rule
        yield f"{family}/banc-{index:03}.examples.yaml", _EXAMPLES.format(**said)
