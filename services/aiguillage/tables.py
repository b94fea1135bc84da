"""Tables and figures as the terminal shows them."""

from collections.abc import Mapping

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from aiguillage.comparing import Comparison
from aiguillage.summary import Standing, Summary
from flux.units import BAILLEUR, DWELLING, spoken

_COLUMNS = ("Part %", "Attendu", "Engagé", "Écart", "Prop.", "Attr.", "Refus", "Exp.", "Écart max")


def show_summary(console: Console, summary: Summary) -> None:
    """Print a year: one row for each party, then exclusions and the worst deviation."""
    table = Table(title=f"Année {summary.year} : où en est chacun", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("Réservataire", no_wrap=True)
    for name in _COLUMNS:
        table.add_column(name, justify="right")
    total = sum(standing.expected for standing in summary.standings)
    for standing in summary.standings:
        table.add_row(*_cells(standing, total))
    console.print(table)
    show_counts(console, "Décisions", summary.outcomes)
    show_counts(console, "Hors du flux, par motif", summary.outside_flux)
    if summary.concertations:
        show_counts(console, "Concertations", _concerted(summary.concertations))
    worst = summary.worst
    if worst is not None:
        console.print(f"Plus grand écart jamais vu : {spoken(worst.worst)} logement ({_name(worst)}).")


def show_counts(console: Console, title: str, counts: Mapping[str, int]) -> None:
    """Print counts by name on one line."""
    listed = " · ".join(f"{name} {number}" for name, number in counts.items()) or "aucun"
    console.print(f"{title} : {listed}")


_OF_CONCERTATIONS = {
    "opened": "ouvertes",
    "proposed_again": "reproposées",
    "concluded": "conclues",
    "dwellings": "logements",
    "given": "donnés par la répartition",
    "apart_proposed": "proposés à part",
    "apart_attributed": "attribués à part",
    "apart_leased": "loués à part",
    "joined_flux": "passés au flux",
}


def _concerted(counts: Mapping[str, int]) -> dict[str, int]:
    return {label: counts.get(name, 0) for name, label in _OF_CONCERTATIONS.items()}


def _cells(standing: Standing, total: int) -> tuple[str, ...]:
    share = standing.expected * DWELLING * 100 // total if total else 0
    counts = standing.counts
    return (
        _name(standing),
        spoken(share),
        spoken(standing.expected),
        spoken(standing.engaged),
        spoken(standing.engaged - standing.expected),
        *(str(counts.get(name, 0)) for name in ("proposed", "attributed", "refused", "expired")),
        spoken(standing.worst),
    )


def _name(standing: Standing) -> str:
    return "Bailleurs (reste et remises)" if standing.party == BAILLEUR else standing.party


def show_comparison(console: Console, comparison: Comparison) -> None:
    """Print what each party gets under two sets of rules."""
    ours, theirs = (digest[:12] for digest in comparison.digests)
    table = Table(title=f"Règles {ours} comparées à {theirs}", title_justify="left")
    table.add_column("Réservataire")
    for name in ("Année", "Proposés", "Proposés (autres)", "Engagé", "Engagé (autres)"):
        table.add_column(name, justify="right")
    for change in comparison.changes:
        proposed, engaged = map(str, change.proposed), map(spoken, change.engaged)
        table.add_row(change.party, str(change.year), *proposed, *engaged)
    console.print(table)
