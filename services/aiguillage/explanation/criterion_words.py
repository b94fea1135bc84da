"""Territories and housing criteria of a convention, said in French."""

from collections.abc import Mapping

from chassis.rulebook import Referentiels
from chassis.rulebook.facts import FactValue
from chassis.rulebook.wording import listed_words, value_words
from flux.criteria import FACT_OF_DIMENSION, Criterion
from flux.territory import Territory

MOST_COMMUNES = 8
"""Communes named in a sentence before they are only counted."""

_SCALES = {"epci": "l'EPCI", "ept": "l'EPT", "zone": "la zone", "communes": "le territoire"}


def excluded_words(criterion: Criterion, dwelling: Mapping[str, FactValue], lists: Referentiels) -> str:
    """Which criterion leaves a dwelling out: `typologie : « T1 et T2 » exclu, trouvé T1`."""
    found = value_words(dwelling.get(FACT_OF_DIMENSION[criterion.dimension]))
    return f"{criterion.dimension} : « {segment_words(criterion, lists)} » exclu, trouvé {found}"


def segment_words(criterion: Criterion, lists: Referentiels) -> str:
    """The part of a dimension a criterion speaks of: the label of its segment, its values or its bounds."""
    if criterion.segment is not None:
        known = lists.segments.get(criterion.dimension, ())
        return next((one.label for one in known if one.name == criterion.segment), criterion.segment)
    if criterion.values is not None:
        return listed_words(criterion.values, "ou")
    bounds = (("à partir de", criterion.low), ("jusqu'à", criterion.high))
    return " ".join(f"{word} {value_words(bound)}" for word, bound in bounds if bound is not None)


def territory_words(territory: Territory, departement: str, lists: Referentiels) -> str:
    """Where a line applies: `tout le département 75`, `l'EPCI 200054781 (…)`, `2 communes : 75104, 75105`."""
    if territory.communes is not None:
        return _communes(territory.communes)
    if territory.scale in {None, "departement"}:
        return f"tout le département {departement}"
    code = territory.code or ""
    name = lists.territory_names.get(code)
    return f"{_SCALES[str(territory.scale)]} {code}" + (f" ({name})" if name else "")


def _communes(codes: frozenset[str]) -> str:
    if len(codes) == 1:
        return f"la commune {next(iter(codes))}"
    named = ", ".join(sorted(codes)[:MOST_COMMUNES])
    return f"{len(codes)} communes : {named}{'…' if len(codes) > MOST_COMMUNES else ''}"
