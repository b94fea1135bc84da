"""The record of a conversion: its inputs, its method and its result, enough for anybody to compute it again."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from aiguillage.conversion.attempts import Attempt, title_of
from aiguillage.conversion.caps import CapsSource
from aiguillage.conversion.opening import Opened
from aiguillage.conversion.telling import notes
from contracts.canonical import encode
from flux.conversion import Conversion, EtatDesLieux, Holder, LeftOut, Lot, Part, Terms

FORMAT = 1


def document(opened: Opened, caps: CapsSource, attempts: Iterable[Attempt]) -> bytes:
    """Canonical JSON: the same files and choices give the same bytes.

    Fractions are texts (``36/161``); shares are parts of the yearly flux from 0 to 1.
    """
    etat = opened.etat
    return encode(
        {
            "document": "conversion",
            "format": FORMAT,
            "inputs": [source.to_json() for source in opened.sources],
            "stock": [_lot(lot) for lot in etat.lots],
            "reservataires": [_holder(etat.holders[name]) for name in sorted(etat.holders)],
            "caps_from": {"rule": caps.rule, "rulebook": caps.rulebook},
            "conversions": [_attempt(each, etat) for each in attempts],
        }
    )


def _lot(lot: Lot) -> dict[str, object]:
    return {
        "line": lot.line,
        "residence": lot.residence,
        "commune": lot.commune,
        "reservataire": lot.reservataire,
        "right": str(lot.right),
        "dwellings": lot.dwellings,
        "until": lot.until and lot.until.isoformat(),
        "rotation": None if lot.rotation is None else str(lot.rotation),
    }


def _holder(holder: Holder) -> dict[str, object]:
    return {"id": holder.id, "kind": holder.kind, "name": holder.name, "territory": holder.territory}


def _attempt(attempt: Attempt, etat: EtatDesLieux) -> dict[str, object]:
    head: dict[str, object] = {"title": title_of(attempt.terms), "terms": _terms(attempt.terms)}
    if attempt.conversion is None:
        return {**head, "refusal": attempt.refusal}
    return {**head, "result": _result(attempt.conversion, etat), "notes": [*notes(attempt.conversion, etat)]}


def _terms(terms: Terms) -> dict[str, object]:
    return {
        "method": str(terms.method),
        "year": terms.year,
        "years": terms.years,
        "flux": terms.flux,
        "weighted_by": {"rotation": terms.weighting.rotation, "days": terms.weighting.days},
        "needs": dict(terms.needs),
        "newcomers": [_holder(terms.newcomers[name]) for name in sorted(terms.newcomers)],
        "caps": {"etat": str(terms.caps.state), "etat_agents": str(terms.caps.agents)},
    }


def _result(conversion: Conversion, etat: EtatDesLieux) -> dict[str, object]:
    return {
        "flux": _text(conversion.flux),
        "parts": [_part(part) for part in conversion.parts],
        "bailleur": {
            "share": str(conversion.bailleur_share),
            "dwellings": _text(conversion.bailleur_dwellings),
        },
        "left_out": {
            "droits_simples": _left_out(etat.simple_rights()),
            "lapsed": _left_out(etat.lapsed(conversion.terms.year)),
        },
    }


def _part(part: Part) -> dict[str, object]:
    return {
        "reservataire": part.holder.id,
        "dwellings_of_stock": part.dwellings,
        "rights": _text(part.rights),
        "undrawn": _text(part.undrawn),
        "claimed": str(part.claimed),
        "share": str(part.share),
        "per_year": [str(amount) for amount in part.per_year],
    }


def _left_out(left: LeftOut) -> Mapping[str, object]:
    return {"dwellings": left.dwellings, "lots": left.lots, "by_reservataire": dict(left.by_reservataire)}


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)
