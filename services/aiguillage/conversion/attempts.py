"""The methods tried on one état des lieux: what each comes to, or why it cannot be applied."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flux.conversion import (
    Conversion,
    ConversionError,
    EtatDesLieux,
    Method,
    Terms,
    Weighting,
    convert,
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A conversion, or the reason there is none (`refusal`, in French)."""

    terms: Terms
    conversion: Conversion | None
    refusal: str | None = None


def attempt(etat: EtatDesLieux, terms: Terms) -> Attempt:
    """The conversion by these terms; a refusal is an outcome, for it stands in a table beside the others."""
    try:
        return Attempt(terms, convert(etat, terms))
    except ConversionError as error:
        return Attempt(terms, None, str(error))


def every_method(terms: Terms) -> Iterator[Terms]:
    """All the ways to convert with the same figures; by needs only when needs were given."""
    yield replace(terms, method=Method.DROITS_UNIQUES)
    for days in (False, True):
        for rotation in (False, True):
            yield replace(terms, method=Method.POURCENTAGE, weighting=Weighting(rotation=rotation, days=days))
    if terms.needs:
        yield replace(terms, method=Method.BESOINS)


def title_of(terms: Terms) -> str:
    """A method with its options, as a column is headed."""
    if terms.method is Method.DROITS_UNIQUES:
        return "Droits uniques" + (f" sur {terms.years} ans" if terms.years else ", durée de chacun")
    if terms.method is Method.BESOINS:
        return "Besoins négociés"
    weights = [("rotation", terms.weighting.rotation), ("jours restants", terms.weighting.days)]
    return " × ".join(["Part du parc", *(name for name, is_on in weights if is_on)])
