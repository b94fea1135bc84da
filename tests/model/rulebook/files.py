"""Rule files: every `rules/**/*.yaml` as plain values, with the layer each one belongs to."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from tests.model.rulebook.lists import day_of

FAMILIES = ("assiette", "echelle", "neuf", "criteres", "rotation", "decompte", "delais", "gestion")
"""Families that decide; `conformite` and `correction` only watch."""
WORDS = {"oui": True, "non": False}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: where it stands, when it applies, what it says."""

    id: str
    family: str
    bailleur: str
    """The bailleur whose folder it is in, or nothing."""
    departement: str
    priority: int
    first_day: date
    last_day: date | None
    is_active: bool
    when: Any
    then: Mapping[str, Any]

    @property
    def nearness(self) -> int:
        """0 for the nearest layer: bailleur in a département, bailleur, département, everybody."""
        return 3 - 2 * bool(self.bailleur) - bool(self.departement)

    def concerns(self, bailleur: str, departement: str) -> bool:
        """Whether this layer is that of the scope."""
        return self.bailleur in ("", bailleur) and self.departement in ("", departement)

    def is_in_force(self, day: date) -> bool:
        """Both days are included."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class RuleFolder:
    """Every rule of a folder, and its lists by name."""

    rules: tuple[Rule, ...]
    lists: Mapping[str, Any]


def read_folder(folder: Path) -> RuleFolder:
    """Read a whole folder of rules; examples, cases and schemas are left aside."""
    rules = [
        _rule(path.relative_to(folder).parts, _values(path))
        for path in sorted(folder.rglob("*.yaml"))
        if path.parent.name in FAMILIES and not path.name.endswith(".examples.yaml")
    ]
    lists = {path.stem: _values(path) for path in sorted((folder / "referentiels").glob("*.yaml"))}
    return RuleFolder(tuple(rules), lists)


def read_bundle(bundle: bytes) -> RuleFolder:
    """Read a rulebook as a journal or the topic `rulebooks` keeps it: the same values, by path."""
    told = plain(json.loads(bundle))
    rules = [
        _rule(PurePosixPath(path).parts, rule)
        for path, rule in sorted(told["rules"].items())
        if PurePosixPath(path).parent.name in FAMILIES
    ]
    return RuleFolder(tuple(rules), told["referentiels"])


def _rule(parts: tuple[str, ...], told: Mapping[str, Any]) -> Rule:
    places = dict(zip(parts[:-2:2], parts[1:-2:2], strict=False))
    days = told["effective"]
    return Rule(
        id=str(told["id"]),
        family=parts[-2],
        bailleur=places.get("bailleurs", ""),
        departement=places.get("territories", ""),
        priority=int(told["priority"]),
        first_day=day_of(days["from"]),
        last_day=day_of(days["until"]) if days.get("until") else None,
        is_active=bool(told.get("active", True)),
        when=told["when"],
        then=told["then"],
    )


def _values(path: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    return plain(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever a file holds
    """The same value with oui and non as booleans."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return WORDS.get(value, value) if isinstance(value, str) else value
