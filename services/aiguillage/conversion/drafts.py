"""Conventions drafted from a conversion: one `convention.signed` for each réservataire, for people to read first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from fractions import Fraction

from aiguillage.conversion.figures import percent_text
from aiguillage.conversion.places import Place, Places
from aiguillage.drafting import draft_line, refuse_unreadable
from contracts.envelope import derived_id
from flux.conversion import Conversion, EtatDesLieux, Method, Part, share_on_territory

SIGNED = "convention.signed"


@dataclass(frozen=True, slots=True)
class Signature:
    """What a draft needs besides the figures: whose stock, where, on which day, from which record (SHA-256)."""

    bailleur: str
    departement: str
    on: date
    record: str


def drafts_of(
    conversion: Conversion, etat: EtatDesLieux, places: Places, signature: Signature
) -> Iterator[bytes]:
    """One line of JSONL for each part, in order of réservataire: a valid input marked as a draft.

    A percentage is floored at seven decimals, the rest is the bailleur's. Raises `ValueError` when the services
    would refuse a draft (a commune of another département, a year too far ahead).
    """
    for part in conversion.parts:
        body = _body(part, conversion, etat, places.of(part.holder, conversion.terms.method), signature)
        line = draft_line(
            SIGNED,
            id=derived_id(signature.record, str(body["convention_id"])),
            source=f"/bailleurs/{signature.bailleur}",
            time=datetime.combine(signature.on, time(), UTC),
            data=body,
        )
        refuse_unreadable(line, signature.bailleur, part.holder.id)
        yield line


def _body(
    part: Part, conversion: Conversion, etat: EtatDesLieux, place: Place | None, signature: Signature
) -> dict[str, object]:
    holder, year = part.holder, conversion.terms.year
    name = {} if holder.name is None else {"name": holder.name}
    territory = {} if place is None else {"territory": place.body}
    return {
        "convention_id": f"{signature.bailleur}-{signature.departement}-{holder.id}-{year}",
        "bailleur": signature.bailleur,
        "departement": signature.departement,
        "reservataire": {"id": holder.id, "kind": holder.kind, **name},
        "year": year,
        **_promise(part, conversion, etat, place),
        **territory,
        "stock_weight_percent": percent_text(Fraction(part.dwellings, etat.stock or 1)),
        **_drawing(part, conversion),
        "effective": {"from": f"{year}-01-01", "until": f"{year}-12-31"},
    }


def _drawing(part: Part, conversion: Conversion) -> dict[str, object]:
    """The last year in which its droits uniques are drawn: the close of a year may lengthen that period."""
    if conversion.terms.method is not Method.DROITS_UNIQUES:
        return {}
    return {"correction": {"drawing_until": conversion.terms.year + len(part.per_year) - 1}}


def _promise(
    part: Part, conversion: Conversion, etat: EtatDesLieux, place: Place | None
) -> dict[str, object]:
    terms, share = conversion.terms, part.share
    if terms.method is not Method.POURCENTAGE:
        return {"objective": part.objective}
    if place is not None:
        share = share_on_territory(share, etat, terms.weighting, place.communes)
    return {"share_percent": percent_text(share)}
