"""The bodies of events about one vacancy, one convention, one programme: name only what a test is about."""

# ruff: noqa: ANN401 - bodies of events are JSON values

from typing import Any

from tests.every_input.world import World

AL, ETAT, VILLE = "AL-75", "ETAT-75", "VILLE-75"
OUTSIDE = "mutation_interne"


def dwelling(name: str = "D1", **facts: Any) -> dict[str, Any]:
    """A dwelling with every fact known."""
    return {
        "dwelling_id": name,
        "commune": "75114",
        "typologie": "T3",
        "financement": "PLUS",
        "qpv": False,
        "qpv_code": None,
        "construction_year": 1974,
        "surface_m2": 62.5,
        "floor": 3,
        "lift": True,
        "accessible": False,
        "rent_eur": 412.3,
        "charges_eur": 95.1,
        "conventionne": True,
        **facts,
    }


def vacancy(name: str = "V1", home: str = "D1", **more: Any) -> dict[str, Any]:
    """The body of a declaration."""
    facts = more.pop("dwelling", {})
    return {
        "vacancy_id": name,
        "available_on": "2026-03-01",
        "cause": "conge",
        "purpose": "relocation",
        "stock_reservation": None,
        "dwelling": dwelling(home, **facts),
        **more,
    }


def convention(who: str = AL, share: str | None = "40", **more: Any) -> dict[str, Any]:
    """The body of a signature; kinds and ids follow from who holds it."""
    kinds = {AL: "action_logement", ETAT: "etat_prioritaires", VILLE: "commune"}
    return {
        "convention_id": f"C-{who}",
        "reservataire": {"id": who, "kind": kinds.get(who, "autre"), "name": "Exemple"},
        "year": 2026,
        "share_percent": share,
        "territory": {"scale": "departement"},
        "decompte": {"method": "proposition"},
        "management": "directe",
        "respond_within_days": 30,
        "effective": {"from": "2026-01-01", "until": "2026-12-31"},
        **more,
    }


def programme(**more: Any) -> dict[str, Any]:
    """The body that opens programme P1 of two dwellings, one promised to each of two réservataires."""
    return {
        "programme_id": "P1",
        "dwellings": [dwelling("N1"), dwelling("N2", typologie="T2")],
        "commitments": [
            {"reservataire": AL, "count": 1},
            {"reservataire": VILLE, "financement": "PLUS", "typologie": "T2", "count": 1},
        ],
        "answer_by": "2026-04-15",
        **more,
    }


def about(world: World, name: str = "V1") -> dict[str, Any]:
    """What an outcome says of a vacancy: its proposal and who holds it, as they stand."""
    dossier = world.dossier(name)
    return {
        "vacancy_id": name,
        "proposal_id": None if dossier is None else dossier.proposal_id,
        "reservataire": (dossier and dossier.reservataire) or AL,
    }


def report(**more: Any) -> dict[str, Any]:
    """A delegated bailleur's report of one dwelling."""
    line = {"vacancy_id": "V1", "stage": "attribution", "on": "2026-03-04", "public": ["dalo"]}
    return {"reservataire": AL, "convention_id": f"C-{AL}", "period": "2026-T1", "lines": [line], **more}
