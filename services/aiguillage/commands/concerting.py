"""What happened in a concertation, told to a clerk: the split, what each said of it, where its dwellings went."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

Facts = Iterable[tuple[str, Mapping[str, Any]]]
"""Facts of a scope's stream, in order: short type and data."""

_ANSWERS = {"agree": "est d'accord", "object": "objecte", "silent": "n'a rien dit : d'accord"}
_STATUSES = {"late": " (trop tard)", "recorded_only": " (sans changement)"}
_CONCLUSIONS = {
    "agreed": "conclue, tous d'accord",
    "objected": "conclue malgré une objection",
    "unanswered": "conclue sans aucune réponse",
}
_WAYS = {
    "proposed": "proposé à {reservataire}",
    "pre_assigned": "pré-affecté à {reservataire}",
    "concertation": "attend la concertation",
    "kept_by_bailleur": "gardé par le bailleur",
    "no_holder": "sans titulaire",
    "outside_flux": "hors du flux",
    "held": "en attente d'une convention",
}


def explain_programme(console: Console, programme_id: str, facts: Facts) -> None:
    """Print the facts of a programme in order: opening, splits, answers, conclusion, then its dwellings' decisions."""
    for kind, data in facts:
        if kind == "orientation.decided" and data["vacancy"].get("programme_id") == programme_id:
            _decision(console, data)
        elif data.get("programme_id") != programme_id:
            continue
        elif kind == "programme.recorded":
            _said(console, data)
        elif kind.startswith("concertation."):
            _split(console, kind, data)


def _said(console: Console, data: Mapping[str, Any]) -> None:
    status = _STATUSES.get(data.get("status", ""), "")
    if data["change"] == "opened":
        said = f"programme {data['programme_id']} ouvert"
    else:
        named = f" à {', '.join(data['objected'])}" if data.get("objected") else ""
        told = ", dit par le bailleur" if data.get("on_behalf") else ""
        said = f"{data['reservataire']} {_ANSWERS[data['answer']]}{named}{told}"
    console.print(f"{data['at']}  {said}{status}")


def _split(console: Console, kind: str, data: Mapping[str, Any]) -> None:
    if kind == "concertation.proposed":
        title = f"répartition proposée (tour {data['round']}), réponses jusqu'au {data['answer_by']}"
    else:
        title = f"concertation {_CONCLUSIONS[data['conclusion']]}"
        if data["silent"]:
            title += f" (sans réponse, donc d'accord : {', '.join(data['silent'])})"
    console.print(f"\n{data['at']}  {title}", style="bold")
    table = Table()
    for name in ("Logement", "Réservataire", "Pourquoi"):
        table.add_column(name)
    for each in data["split"]:
        kinds = f"{each['dwelling_id']} ({each['typologie']} {each['financement']})"
        table.add_row(kinds, each["reservataire"] or "flux", each["because"])
    console.print(table)
    for lack in data["unmet"]:
        console.print(f"  {lack['reservataire']} : {lack['because']}")


def _decision(console: Console, data: Mapping[str, Any]) -> None:
    way = _WAYS[data["outcome"]].format(**data)
    apart = ", décompté à part" if data.get("counted_apart") else ""
    dwelling = data["vacancy"]["dwelling"]["dwelling_id"]
    console.print(f"{data['at']}  {data['vacancy_id']} ({dwelling}) : {way}{apart}")
