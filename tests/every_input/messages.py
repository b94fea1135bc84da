"""Every input there is, and what may be otherwise in one: derived from the models of the contract.

A variant's name says what it changes. Optional fields are left out and null, closed lists take every value, names take
one that is known, one that is not; times lie before everything, at once, and in the next year.
"""

# ruff: noqa: ANN401 - bodies of events are JSON values

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from contracts.authority import RESERVATAIRE_SAYS
from contracts.catalogue import INPUTS
from tests.every_input.bodies import AL, ETAT, VILLE, about, convention, programme, report, vacancy
from tests.every_input.world import BAILLEUR, SOURCE, World

Body = dict[str, Any]
LONG_BEFORE, NEXT_YEAR = datetime(2025, 12, 30, 9, tzinfo=UTC), datetime(2027, 3, 10, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Variant:
    """One input that may come: how its body differs from the plain one."""

    kind: str
    name: str
    body: Body
    source: str | None = None
    """Who says it; None: whose word it is."""
    at: datetime | None = None

    def line(self, world: World) -> bytes:
        """Its bytes, said now in a world under a new id, unless its time is its own."""
        before = world.now
        world.now = self.at or world.now
        try:
            return world.event(self.kind, self.body, source=self.source)
        finally:
            world.now = before


def plain(kind: str, world: World) -> Body:
    """The body of an input about the subject of a world, with all that is optional in it."""
    outcome = about(world)
    home = "N1" if "P1" in world.state.programmes else "D1"
    declared = vacancy(home=home, **({"cause": "neuf", "programme_id": "P1"} if home == "N1" else {}))
    full = convention(
        criteria=[{"dimension": "qpv", "segment": "hors_qpv", "target_percent": "60", "kind": "target"}],
        confirmation="none",
        stock_weight_percent="25",
        carry_over={"units": 1, "from_year": 2025, "cause": "flux"},
        correction={"method": "report"},
    )
    bodies: Mapping[str, Body] = {
        "vacancy.declared": declared,
        "vacancy.amended": {**declared, "dwelling": {**declared["dwelling"], "typologie": "T5"}},
        "vacancy.withdrawn": {"vacancy_id": "V1", "reason": "Vendu."},
        "convention.signed": full,
        "convention.adjusted": {**full, "share_percent": "35"},
        "convention.ended": {"convention_id": f"C-{AL}", "on": "2026-06-30", "reason": "Commun accord."},
        "convention.contested": {"convention_id": f"C-{AL}", "by": AL, "reason": "La part est fausse."},
        "forecast.declared": {
            "year": 2026,
            "flux": 30,
            "by_operation": {"mutation_interne": 3},
            "taux_rotation_percent": "7.5",
            "status": "partage",
        },
        "programme.opened": programme(),
        "concertation.answered": {
            "programme_id": "P1",
            "reservataire": AL,
            "answer": "object",
            "reason": "Trop loin.",
            "round": 1,
            "objected": ["N1"],
        },
        "candidates.designated": {**outcome, "count": 3, "on_behalf": False},
        "proposal.refused": {
            **outcome,
            "by": "reservataire",
            "reason": "hors_criteres",
            "note": "Une phrase.",
            "candidates_left": 0,
        },
        "caleol.decided": {**outcome, "decision": "attribution", "rank": 1, "public": ["dalo"]},
        "lease.signed": {**outcome, "signed_on": "2026-03-03"},
        "orientation.confirmed": outcome,
        "decision.overridden": {**outcome, "reservataire": BAILLEUR, "reason": "Urgence."},
        "delegation.reported": {"proposal_id": None, **report()},
        "exclusion.contested": {
            **outcome,
            "reservataire": AL,
            "by": AL,
            "reason": "Ce n'est pas une mutation.",
        },
        "contestation.answered": {
            "proposal_id": None,
            "vacancy_id": "V1",
            "reservataire": AL,
            "by": BAILLEUR,
            "reason": "C'en est une.",
        },
    }
    return deepcopy(bodies[kind])


NAMED: Mapping[str, tuple[Any, ...]] = {
    "vacancy_id": ("V2", "V-INCONNUE"),
    "proposal_id": ("0" * 32,),
    "convention_id": (f"C-{ETAT}", "C-INCONNUE"),
    "programme_id": ("P2",),
    "reservataire": (AL, ETAT, VILLE, BAILLEUR, "INCONNU"),
    "by": (AL, BAILLEUR, "INCONNU"),
    "reason": ("absence_de_candidat", "ressources_inadaptees"),
    "count": (0, 1),
    "candidates_left": (0, 2),
    "round": (1, 2),
    "objected": ([], ["N2"], ["N9"]),
    "lines": ([],),
    "commitments": ([],),
    "on": ("2026-01-31", "2027-06-30"),
    "year": (2025, 2027),
    "flux": (0, 1),
    "share_percent": ("0", "100"),
    "period": ("2026", "2026-03", "2025-T4"),
    "answer_by": ("2026-01-01", "2026-09-30"),
}
"""Contradicting values of the fields that name or count something."""

EXCHANGED: Mapping[str, tuple[tuple[str, Body], ...]] = {
    "convention.signed": (
        ("objective in place of the share", {"share_percent": None, "objective": 5}),
        ("no objective at all", {"share_percent": None, "objective": 0}),
        (
            "another holder",
            {"convention_id": f"C-{ETAT}", "reservataire": {"id": ETAT, "kind": "etat_prioritaires"}},
        ),
        (
            "lines in place of the share",
            {
                "share_percent": None,
                "shares": [
                    {"territory": {"scale": "communes", "communes": ["75114"]}, "share_percent": "50"},
                    {"territory": {"scale": "departement"}, "objective": 5},
                ],
            },
        ),
        ("of next year", {"year": 2027, "effective": {"from": "2027-01-01", "until": "2027-12-31"}}),
        ("already over", {"effective": {"from": "2026-01-01", "until": "2026-01-31"}}),
        ("without a term", {"effective": {"from": "2026-01-01", "until": None}}),
    ),
    "vacancy.declared": (
        ("outside the flux", {"purpose": "mutation_interne"}),
        ("of a programme", {"cause": "neuf", "programme_id": "P1"}),
        ("of an unknown programme", {"cause": "neuf", "programme_id": "P9"}),
    ),
    "contestation.answered": (("about a convention", {"vacancy_id": None, "convention_id": f"C-{AL}"}),),
    "delegation.reported": (
        ("with a vacancy", {"vacancy_id": "V1"}),
        ("of an unknown dwelling", {"lines": [{"vacancy_id": "V-INCONNUE", "stage": "bail"}]}),
    ),
    "programme.opened": (
        ("another building", {"programme_id": "P2"}),
        ("one dwelling less", {"dwellings": programme()["dwellings"][:1]}),
        ("promised twice", {"commitments": programme()["commitments"] * 2}),
    ),
}
"""Changes of several fields at once."""
_AS = {"convention.adjusted": "convention.signed", "vacancy.amended": "vacancy.declared"}


def variants(kind: str, world: World) -> Iterator[Variant]:
    """Every variant of an input about the subject of a world, the plain one first."""
    body = plain(kind, world)
    yield Variant(kind, "plain", body)
    yield Variant(kind, "long before", body, at=LONG_BEFORE)
    yield Variant(kind, "next year", body, at=NEXT_YEAR)
    if kind in RESERVATAIRE_SAYS:
        claim = {"on_behalf": True} if kind == "candidates.designated" else {}
        yield Variant(kind, "said by the bailleur", {**body, **claim}, SOURCE)
    for path, value in _changes(INPUTS[kind], body, ()):
        yield Variant(kind, f"{'.'.join(path)}={_text(value)}", _with(body, path, value))
    for name, more in EXCHANGED.get(_AS.get(kind, kind), ()):
        yield Variant(
            kind, name, {key: value for key, value in {**body, **more}.items() if value is not None}
        )


def plainest(kind: str, world: World) -> list[Variant]:
    """The few variants that pairs are made of: as it is, of another year, all that is optional left out."""
    body = plain(kind, world)
    bare = body
    for path, value in _changes(INPUTS[kind], body, ()):
        if value is _ABSENT:
            bare = _with(bare, path, value)
    return [
        Variant(kind, "plain", body),
        Variant(kind, "bare", bare),
        Variant(kind, "next year", body, at=NEXT_YEAR),
        *(
            Variant(kind, name, {k: v for k, v in {**body, **more}.items() if v is not None})
            for name, more in EXCHANGED.get(_AS.get(kind, kind), ())[:1]
        ),
    ]


class _Absent:
    """Stands for a field that is left out."""


_ABSENT = _Absent()


def _text(value: object) -> str:
    return "absent" if value is _ABSENT else repr(value)[:30]


def _changes(
    model: type[BaseModel], body: Body, at: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Any]]:
    for field, info in model.model_fields.items():
        name = info.alias or field
        path, value = (*at, name), body.get(name)
        if not info.is_required() and value is not None:
            yield path, _ABSENT
            yield path, None
        for other in (*_listed(info.annotation), *NAMED.get(name, ())):
            if other != value and not isinstance(value, dict):
                yield path, other
        inner = _model_in(info.annotation)
        if inner is not None and isinstance(value, dict):
            yield from _changes(inner, value, path)


def _listed(annotation: Any) -> Iterator[Any]:
    """The values of a closed list."""
    origin = get_origin(annotation)
    if origin is Literal:
        yield from get_args(annotation)
    elif origin in {Union, UnionType, Annotated}:
        for part in get_args(annotation):
            yield from _listed(part)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in {Union, UnionType}:
        return next(filter(None, map(_model_in, get_args(annotation))), None)
    return None


def _with(body: Body, path: tuple[str, ...], value: object) -> Body:
    name, *rest = path
    if rest:
        inner = body.get(name)
        return body if inner is None else {**body, name: _with(inner, tuple(rest), value)}
    return {k: v for k, v in {**body, name: value}.items() if v is not _ABSENT}
