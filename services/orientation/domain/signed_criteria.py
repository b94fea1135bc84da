"""The criteria of a convention as they arrive: each must tell dwellings apart, and none undo another (theme 6).

A criterion that no dwelling can meet is never felt: no proposal is wrong, some are only never made. So it is refused
when it is signed, with its place and its remedy.
"""

import re
from collections.abc import Mapping, Sequence
from typing import get_args

from contracts.refusals import closest
from contracts.rejected import Rejected, RejectionReason
from contracts.vocabulary import Financement, Typologie
from flux.convention import Convention
from flux.criteria import FACT_OF_DIMENSION, Criterion
from orientation.domain.ports import Lists

_FLAG = {"true": True, "false": False}
_VALUES: Mapping[str, Mapping[str, object]] = {
    "typologie": {name: name for name in get_args(Typologie)},
    "financement": {name: name for name in get_args(Financement)},
    "qpv": _FLAG,
    "lift": _FLAG,
    "accessible": _FLAG,
}
"""Every value a dwelling may have, by its spelling, in the dimensions that are not numbers."""
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def refuse_vain_criteria(convention: Convention, lists: Lists) -> None:
    """Refuse a word nobody knows, a criterion that tells nothing apart, and criteria that undo each other."""
    reaches: list[frozenset[str]] = []
    for number, criterion in enumerate(convention.criteria):
        place = f"$.data.criteria[{number}]"
        _refuse_unknown_segment(criterion, place, lists)
        _refuse_unknown_values(criterion, place)
        _refuse_bounds_reversed(criterion, place)
        reaches.append(_reach(criterion, lists))
        _refuse_every_value(criterion, reaches[-1], place)
    _refuse_undone(convention.criteria, reaches)


def _refuse_unknown_segment(criterion: Criterion, place: str, lists: Lists) -> None:
    known = list(lists.segment_names(criterion.dimension))
    if criterion.segment is None or criterion.segment in known:
        return
    raise Rejected(
        RejectionReason.VALEUR_INCONNUE,
        f"{place}.segment",
        f"« {criterion.segment} » n'est pas un segment de {criterion.dimension} ; segments connus : "
        f"{', '.join(known) or 'aucun'}. Corrigez-le, ou ajoutez-le à rules/referentiels/segments.yaml."
        + closest(criterion.segment, known),
    )


def _refuse_unknown_values(criterion: Criterion, place: str) -> None:
    allowed = _VALUES.get(criterion.dimension)
    for number, value in enumerate(criterion.values or ()):
        if value in allowed if allowed is not None else _NUMBER.fullmatch(value):
            continue
        words = "un nombre, ou un segment par son nom dans « segment »"
        raise Rejected(
            RejectionReason.VALEUR_INCONNUE,
            f"{place}.in[{number}]",
            f"« {value} » n'est pas une valeur de {criterion.dimension} ; valeurs admises : "
            f"{words if allowed is None else ', '.join(allowed)}. Corrigez-la."
            + closest(value, list(allowed or ())),
        )


def _refuse_bounds_reversed(criterion: Criterion, place: str) -> None:
    low, high = criterion.low, criterion.high
    if low is not None and high is not None and low > high:
        raise Rejected(
            RejectionReason.VALEUR_INVALIDE,
            f"{place}.to",
            f"Les bornes sont inversées : « from » vaut {low} et « to » {high}. Aucun logement n'y est : échangez-les.",
        )


def _refuse_every_value(criterion: Criterion, reach: frozenset[str], place: str) -> None:
    """As `in: [true, false]`: both sides of QPV are every dwelling."""
    if reach and len(reach) == len(_VALUES[criterion.dimension]):
        raise Rejected(
            RejectionReason.VALEUR_INVALIDE,
            f"{place}.{'in' if criterion.segment is None else 'segment'}",
            f"Ce critère retient toutes les valeurs de {criterion.dimension} : il ne distingue aucun logement. "
            "Ôtez-en, ou supprimez le critère.",
        )


def _refuse_undone(criteria: Sequence[Criterion], reaches: Sequence[frozenset[str]]) -> None:
    """Exclusions leave some value of each dimension, and to each target a part of what it wants."""
    excluded = _excluded(criteria, reaches)
    for number, (criterion, reach) in enumerate(zip(criteria, reaches, strict=True)):
        out = excluded.get(criterion.dimension, frozenset())
        if criterion.kind == "target" and reach and reach <= out:
            said = f"La part visée en {criterion.dimension} est tout entière exclue par un autre critère"
        elif out and len(out) == len(_VALUES[criterion.dimension]):
            said = f"Les exclusions réunies écartent toutes les valeurs de {criterion.dimension}"
        else:
            continue
        raise Rejected(
            RejectionReason.VALEUR_INVALIDE,
            f"$.data.criteria[{number}]",
            f"{said} : ces critères se contredisent. Gardez l'un ou l'autre.",
        )


def _excluded(
    criteria: Sequence[Criterion], reaches: Sequence[frozenset[str]]
) -> Mapping[str, frozenset[str]]:
    """What all exclusions together take away, by dimension."""
    excluded: dict[str, frozenset[str]] = {}
    for criterion, reach in zip(criteria, reaches, strict=True):
        if criterion.kind == "exclude":
            excluded[criterion.dimension] = excluded.get(criterion.dimension, frozenset()) | reach
    return excluded


def _reach(criterion: Criterion, lists: Lists) -> frozenset[str]:
    """The values of a dimension of words that lie in the criterion's segment; none for a dimension of numbers."""
    fact = FACT_OF_DIMENSION[criterion.dimension]
    values = _VALUES.get(criterion.dimension, {})
    return frozenset(name for name, value in values.items() if criterion.matches({fact: value}, lists))
