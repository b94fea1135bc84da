"""What happened to a vacancy, told to a clerk."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from chassis.journal import Row
from contracts.canonical import decode
from flux.units import spoken, units_of

_TITLES = {
    "proposed": "proposé à {reservataire}",
    "pre_assigned": "pré-affecté à {reservataire}",
    "outside_flux": "hors du flux ({reason})",
    "concertation": "en concertation, première mise en location",
    "kept_by_bailleur": "gardé par le bailleur ({reason})",
    "no_holder": "sans titulaire",
    "held": "en attente d'une convention",
}


def explain(console: Console, vacancy_id: str, rows: Iterable[Row]) -> None:
    """Print the facts of a vacancy in order: decisions with their reasons and alternatives, then the rest."""
    for row in rows:
        data: Any = decode(row.data)
        if row.ordinal == 0 or data.get("vacancy_id") != vacancy_id:
            continue
        if row.type == "orientation.decided":
            show_decision(console, data)
        else:
            cause = data.get("outcome") or data.get("cause_of_closing") or data.get("change") or ""
            console.print(f"{data['at']}  {row.type} {cause} {data.get('status', '')}".rstrip())


def show_decision(console: Console, data: Mapping[str, Any]) -> None:
    """Print one decision: what was decided, why, everybody considered, the rules and their digest."""
    title = _TITLES[data["outcome"]].format(**data)
    console.print(f"\n{data['at']}  {data['vacancy_id']} : {title}", style="bold")
    for sentence in data["because"]:
        console.print(f"  {sentence}")
    if data["alternatives"]:
        console.print(_alternatives(data["alternatives"]))
    console.print(f"  règles {', '.join(data['rules']) or 'aucune'} · recueil {data['rulebook'][:12]}")


def _alternatives(alternatives: Iterable[Mapping[str, Any]]) -> Table:
    table = Table()
    for name in ("Réservataire", "Crédit", "Engagé", "Pourquoi"):
        table.add_column(name)
    for other in alternatives:
        credit, engaged = spoken(units_of(other["credit"])), spoken(units_of(other["engaged"]))
        table.add_row(other["reservataire"], credit, engaged, other["because"])
    return table
