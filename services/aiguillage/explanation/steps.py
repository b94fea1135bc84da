"""The families of rules in the order of the decision, each asked what the core would ask it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from aiguillage.explanation.consultation import Facts, FamilyReading, Place, consult
from flux.convention import Convention, Line
from orientation.domain.facts import of_convention, of_line
from orientation.domain.ports import Lists

TERMS = ("gestion", "delais", "decompte")
"""Families asked for the convention that is offered the dwelling."""

OWN_CRITERIA: Mapping[str, Any] = dict.fromkeys(("exclude", "target"), "selon ses propres critères")
"""What a convention that writes its criteria, be they none, settles before any rule."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the families are asked about: the facts of the vacancy and whose conventions matter.

    `lines` are those in force; `terms` is the convention whose terms are told, if any. `has_turn` is false when a
    concertation settles the dwelling without a turn of the flux, `is_offered` whether somebody is offered it then.
    """

    place: Place
    facts: Facts
    lists: Lists
    lines: tuple[tuple[Convention, Line], ...]
    terms: Convention | None
    has_turn: bool = True
    is_offered: bool = True


def steps(asked: Asked) -> tuple[FamilyReading, ...]:
    """Every family consulted, in order; a dwelling that leaves the flux stops at `assiette`."""
    place, facts = asked.place, asked.facts
    assiette = consult(place, "assiette", facts)
    if {"outside_flux", "stock"} & {key.key for key in assiette.keys}:
        return (assiette,)
    neuf = consult(place, "neuf", facts)
    if not asked.has_turn:
        offered = (_of_terms(asked, family) for family in ("gestion", "delais") if asked.is_offered)
        return (assiette, neuf, *offered)
    return (
        assiette,
        neuf,
        *_grouped(_of_lines(asked, "echelle")),
        *_grouped(_of_lines(asked, "criteres")),
        consult(place, "rotation", facts),
        *(_of_terms(asked, family) for family in TERMS),
    )


def _of_lines(asked: Asked, family: str) -> Iterator[FamilyReading]:
    """One reading a line; without a convention, what the rules say when nothing is known of one."""
    if not asked.lines:
        yield consult(asked.place, family, asked.facts)
    for convention, line in asked.lines:
        inside = line.territory.contains(str(asked.facts["dwelling.commune"]), asked.lists.territories)
        more, own = of_line(convention, line, inside=inside), _own(convention, family)
        yield consult(asked.place, family, asked.facts, more, party=line.party, own=own)


def _of_terms(asked: Asked, family: str) -> FamilyReading:
    if asked.terms is None:
        return consult(asked.place, family, asked.facts)
    more, own = of_convention(asked.terms), _own(asked.terms, family)
    return consult(asked.place, family, asked.facts, more, party=asked.terms.id, own=own)


def _own(convention: Convention, family: str) -> Mapping[str, Any]:
    """The keys of a family that a convention decides itself."""
    body, criteria = convention.body, OWN_CRITERIA if convention.has_own_criteria else {}
    decompte = body.get("decompte")
    written: Mapping[str, Any] = {
        "gestion": {name: body.get(name) for name in ("management", "confirmation")},
        "delais": {"respond_within_days": body.get("respond_within_days")},
        "decompte": decompte if isinstance(decompte, Mapping) else {},
        "criteres": criteria,
    }.get(family, {})
    return {key: value for key, value in written.items() if value is not None}


def _grouped(readings: Iterable[FamilyReading]) -> tuple[FamilyReading, ...]:
    """Readings that say the same of several lines, told once."""
    together: dict[FamilyReading, tuple[str, ...]] = {}
    for reading in readings:
        alike = replace(reading, parties=())
        together[alike] = (*together.get(alike, ()), *reading.parties)
    return tuple(replace(alike, parties=parties) for alike, parties in together.items())
