"""What compliance made of a year, as the terminal shows it: commitments and causes, alerts, the close."""

from collections import Counter
from collections.abc import Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from aiguillage.exchanged import Exchanged
from aiguillage.monitoring import Monitoring, Promised, Told
from aiguillage.tables import show_counts
from compliance.domain.closing.closing import Closing
from compliance.domain.exchanges.contesting import State
from flux.units import spoken

_PROGRESS = ("Dû", "Attendu", "Décompté", "Manque", "Flux", "Refus", "Arbitrage", "En cours")
_ALERTS = ("Levées", "Éteintes", "En cours")
_CLOSE = ("Conventions", "Soldées", "À compenser", "Reporté", "Remboursé", "Laissé", "Éteint")
_STATES: Mapping[State, str] = {
    "open": "sans réponse",
    "answered": "répondues",
    "settled": "réglées",
}
_ACTIONS = {
    "report": "report",
    "report_part": "report d'une part",
    "etalement": "étalement",
    "remboursement": "remboursement",
    "allongement": "allongement",
}


def show_monitoring(console: Console, monitoring: Monitoring) -> None:
    """Print the commitments of a year with the causes of what is missing, alerts, exchanges, how the year closes."""
    console.print(_progress(monitoring.promised, monitoring.year))
    console.print(_alerts(monitoring.alerts))
    _show_exchanged(console, monitoring.exchanged)
    console.print(_close(monitoring.closings, monitoring.year))


def _table(title: str, first: str, names: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    table.add_column(first, no_wrap=True)
    for name in names:
        table.add_column(name, justify="right")
    return table


def _progress(promised: Sequence[Promised], year: int) -> Table:
    table = _table(f"Engagements {year} : ce qui manque et pourquoi", "Réservataire", _PROGRESS)
    for each in promised:
        causes = each.owed
        units = (each.base, each.expected, each.counted, causes.total)
        split = (causes.flux, causes.refusals, causes.arbitration)
        table.add_row(each.reservataire, *map(spoken, (*units, *split, each.awaited)))
    return table


def _alerts(alerts: Sequence[Told]) -> Table:
    table = _table("Alertes, par nature", "Nature", _ALERTS)
    for each in alerts:
        table.add_row(each.title, str(each.raised), str(each.cleared), str(each.standing))
    return table


def _show_exchanged(console: Console, exchanged: Exchanged) -> None:
    """Two lines: the contradictory exchange, and what delegated managements reported."""
    contested = {_STATES[state]: exchanged.contested.get(state, 0) for state in _STATES}
    show_counts(console, "Contestations", {"faites": sum(contested.values()), **contested})
    reports = {"dus": exchanged.due, "reçus": exchanged.received, "manquants": exchanged.missing}
    show_counts(console, "Comptes rendus de gestion déléguée", reports)


def _close(closings: Sequence[Closing], year: int) -> Table:
    table = _table(f"Clôture {year} : ce qui est dû, et l'action corrective", "Actions", _CLOSE)
    for action, ours in sorted(_by_action(closings).items()):
        sums = (
            sum(each.due for each in ours),
            sum(each.carried for each in ours),
            sum(each.refunded for each in ours),
            sum(each.left for each in ours),
            sum(each.extinguished for each in ours),
        )
        settled = sum(each.is_settled for each in ours)
        table.add_row(action, str(len(ours)), str(settled), *map(spoken, sums))
    return table


def _by_action(closings: Sequence[Closing]) -> dict[str, list[Closing]]:
    """Closings by the actions they take, in words; none is taken where nothing is due."""
    found: dict[str, list[Closing]] = {}
    for each in closings:
        taken = Counter(_ACTIONS[remedy.action] for remedy in each.remedies if remedy.units)
        found.setdefault(" + ".join(sorted(taken)) or "aucune", []).append(each)
    return found
