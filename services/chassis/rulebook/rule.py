"""A rule: what one file says, and the layer of rules it belongs to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from chassis.rulebook.checked import Checked
from chassis.rulebook.conditions import Condition, written
from chassis.rulebook.document import Document
from chassis.rulebook.effects import EFFECTS
from chassis.rulebook.facts import known_to
from chassis.rulebook.faults import Fault, cut, did_you_mean, listed
from chassis.rulebook.lint.checks import ACCEPTABLE
from chassis.rulebook.reading import read_condition
from chassis.rulebook.scalars import Day, Link, Sentence, Slug, Whole, YesNo, refuse
from chassis.rulebook.validation import validate


class Layer(IntEnum):
    """Who wrote a rule; the lowest number wins. The law is in no file."""

    LAW = 0
    BAILLEUR_DEPARTEMENT = 1
    BAILLEUR = 2
    DEPARTEMENT = 3
    DEFAULT = 4


@dataclass(frozen=True, slots=True)
class Room:
    """Where a rule file stands: its layer, whose (SIREN, département, `SIREN:département` or empty), its family."""

    layer: Layer
    owner: str
    family: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of one file, validated; days are inclusive.

    `lines` tells at which line each key of the file stands; it is empty for a rule out of a bundle.
    """

    path: str
    room: Room
    id: str
    title: str
    references: tuple[Mapping[str, str], ...]
    owner: str
    first_day: date
    last_day: date | None
    replaces: str | None
    regulatory: bool
    active: bool
    priority: int
    when: Condition
    then: Mapping[str, Any]
    because: str
    accepts: Mapping[str, str] = field(default_factory=dict)
    """By name of a check that found something: why it is meant so."""
    lines: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)

    def fault(self, key: str, message: str, found: str = "", allowed: str = "", remedy: str = "") -> Fault:
        """A fault at the line of a key of this rule's file, or of a part of its `when` (`when.all.0`)."""
        line = self.lines.get(key) or self.lines.get(key.partition(".")[0], 1)
        return Fault(self.path, line, message, cut(found, 200), allowed, remedy)

    def is_in_force(self, on: date) -> bool:
        """Whether a day falls within the rule's dates."""
        return self.first_day <= on and (self.last_day is None or on <= self.last_day)

    def shares_a_day_with(self, other: "Rule") -> bool:
        """Whether there is a day on which both rules are in force."""
        start = max(self.first_day, other.first_day)
        return all(rule.last_day is None or start <= rule.last_day for rule in (self, other))

    def outlasts(self, other: "Rule") -> bool:
        """Whether this rule is in force on every day on which the other is."""
        return self.first_day <= other.first_day and (
            self.last_day is None or (other.last_day is not None and other.last_day <= self.last_day)
        )

    def document(self) -> dict[str, Any]:
        """The rule as its file says it, in canonical form: what the digest is made of."""
        effective = {"from": self.first_day.isoformat()}
        if self.last_day is not None:
            effective["until"] = self.last_day.isoformat()
        said: dict[str, Any] = {
            "id": self.id,
            "title": self.title,
            "references": [dict(reference) for reference in self.references],
            "owner": self.owner,
            "effective": effective,
            "regulatory": self.regulatory,
            "active": self.active,
            "priority": self.priority,
            "when": written(self.when),
            "then": self.then,
            "because": self.because,
        }
        if self.accepts:
            said["accepts"] = [{"check": check, "because": why} for check, why in self.accepts.items()]
        return said if self.replaces is None else {**said, "replaces": self.replaces}


class _Reference(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: Sentence
    href: Link | None = None


class _Effective(BaseModel):
    model_config = ConfigDict(extra="forbid")
    first_day: Day = Field(alias="from")
    until: Day | None = None


def _acceptable(value: str) -> str:
    if value not in ACCEPTABLE:
        message = "Contrôle inconnu, ou que nul ne peut accepter : la loi n'en a pas."
        refuse(message, value, ", ".join(ACCEPTABLE), did_you_mean(value, ACCEPTABLE))
    return value


class _Accepted(BaseModel):
    model_config = ConfigDict(extra="forbid")
    check: Annotated[Slug, Checked(_acceptable, {"enum": list(ACCEPTABLE)})]
    because: Sentence


class RuleFile(BaseModel):
    """The keys of a rule file; `when` and `then` are read by family."""

    model_config = ConfigDict(extra="forbid")
    id: Slug
    title: Sentence
    references: list[_Reference] = Field(min_length=1)
    owner: Slug
    effective: _Effective
    replaces: Slug | None = None
    regulatory: YesNo
    active: YesNo = True
    priority: Whole
    when: Any
    then: Any
    because: Sentence
    accepts: Annotated[list[_Accepted], Field(min_length=1)] | None = None


PLACEHOLDER = re.compile(r"\{([a-z_.0-9]+)\}")


def read_rule(document: Document, room: Room, faults: list[Fault]) -> Rule | None:
    """The rule a file says, or None with its faults added to the list."""
    before = len(faults)
    if not isinstance(document.value, dict):
        faults.append(
            document.fault((), "Le fichier ne contient pas une règle.", remedy="Partez d'un fichier voisin.")
        )
        return None
    said = validate(RuleFile, document.value, document, (), faults)
    effects = document.value.get("then")
    if isinstance(effects, dict) and "derogation" in effects:
        faults.append(_derogation(document))
        return None
    then = validate(EFFECTS[room.family], effects, document, ("then",), faults)
    when = read_condition(document, room.family, faults)
    if said is None or then is None or len(faults) > before:
        return None
    rule = _built(document, room, said, when, then.plain())
    faults.extend(_own_faults(rule, document))
    return rule if len(faults) == before else None


def _derogation(document: Document) -> Fault:
    """What is said of an effect that would lift a cap of the law: it is not obtained in silence."""
    return document.fault(
        ("then", "derogation"),
        "Une dérogation aux plafonds de l'État, prise par arrêté du préfet (CCH art. R.441-5-2), ne s'écrit pas encore "
        "dans une règle : cette version tient les plafonds de la loi.",
        "derogation",
        remedy="Retirez cette règle.",
    )


def _built(document: Document, room: Room, said: RuleFile, when: Condition, then: Mapping[str, Any]) -> Rule:
    return Rule(
        path=document.path,
        room=room,
        id=said.id,
        title=said.title,
        references=tuple(reference.model_dump(exclude_none=True) for reference in said.references),
        owner=said.owner,
        first_day=said.effective.first_day,
        last_day=said.effective.until,
        replaces=said.replaces,
        regulatory=said.regulatory,
        active=said.active,
        priority=said.priority,
        when=when,
        then=then,
        because=said.because,
        accepts={one.check: one.because for one in sorted(said.accepts or (), key=lambda one: one.check)},
        lines=_lines(document),
    )


def _lines(document: Document) -> dict[str, int]:
    """Lines by key of the file, and by place within `when` and `then`: `when.all.0`, `then.caps`."""
    lines = {key: document.line(key) for key in (*document.value, "replaces", "active", "accepts")}
    parts = (where for where in document.lines if len(where) > 1 and where[0] in {"when", "then"})
    return lines | {".".join(map(str, where)): document.lines[where] for where in parts}


def _own_faults(rule: Rule, document: Document) -> list[Fault]:
    faults = []
    stem = rule.path.rsplit("/", 1)[-1].removesuffix(".yaml")
    if rule.id != stem:
        faults.append(document.fault(("id",), "L'identifiant est le nom du fichier.", rule.id, stem))
    if rule.last_day is not None and rule.last_day < rule.first_day:
        found = f"{rule.first_day} – {rule.last_day}"
        faults.append(document.fault(("effective",), "La règle finit avant de commencer.", found))
    if len(rule.accepts) < len(document.value.get("accepts") or ()):
        message = "Un contrôle est accepté deux fois."
        faults.append(document.fault(("accepts",), message, remedy="Gardez une seule raison par contrôle."))
    allowed = known_to(rule.room.family)
    for name in PLACEHOLDER.findall(rule.because):
        if name not in allowed:
            suggestion = did_you_mean(name, allowed)
            faults.append(
                document.fault(
                    ("because",), "Fait inconnu dans la phrase.", name, listed(allowed), suggestion
                )
            )
    if re.search(r"[{}]", PLACEHOLDER.sub("", rule.because)):
        faults.append(document.fault(("because",), "Accolade isolée.", allowed="{nom.du.fait}"))
    return faults
