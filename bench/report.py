"""What a section found: figures by row, ratios to its peers, targets met or not."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

TIMES, PERCENT = "×", "%"
"""How a column's name begins when it holds a ratio, or ends when it holds a percentage."""


@dataclass(frozen=True, slots=True)
class Row:
    """One contender, size or step: its figures by column."""

    what: str
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Target:
    """A promise of the issue, and what this run found."""

    promise: str
    measured: float
    is_met: bool


@dataclass(slots=True)
class Section:
    """One question and its answers."""

    name: str
    title: str
    rows: list[Row] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def rates(self, unit: str, rates: Mapping[str, float], peers: Mapping[str, str]) -> None:
        """One row a contender; one column of ratios for each peer (heading → contender)."""
        for what, rate in rates.items():
            ratios = {f"{TIMES} {heading}": rate / rates[peer] for heading, peer in peers.items()}
            self.rows.append(Row(what, {unit: rate, **ratios}))

    def at_least(self, promise: str, measured: float, least: float) -> None:
        """Note a promise that is kept from `least` up."""
        self.targets.append(Target(promise, measured, measured >= least))

    def at_most(self, promise: str, measured: float, most: float) -> None:
        """Note a promise that is kept up to `most`."""
        self.targets.append(Target(promise, measured, measured <= most))

    def to_json(self) -> dict[str, Any]:
        """The section as JSON values."""
        return asdict(self)


def show(console: Console, section: Section) -> None:
    """Print a section: its table, its targets, what to know of them."""
    table = Table(title=section.title, title_justify="left", box=SIMPLE_HEAD)
    table.add_column("")
    columns = list(dict.fromkeys(name for row in section.rows for name in row.figures))
    for column in columns:
        table.add_column(column, justify="right")
    for row in section.rows:
        table.add_row(row.what, *(_cell(column, row.figures.get(column)) for column in columns))
    console.print(table)
    for target in section.targets:
        verdict = "[green]met[/]" if target.is_met else "[red]NOT met[/]"
        console.print(f"  {verdict}  {target.promise} (measured {target.measured:.2f})", highlight=False)
    for note in section.notes:
        console.print(f"  {note}", style="dim", highlight=False)
    console.print()


def _cell(column: str, figure: float | None) -> str:
    if figure is None:
        return "-"
    if column.startswith(TIMES):
        return f"{figure:.2f}"
    if column.endswith(PERCENT):
        return f"{figure:.1f}"
    return f"{figure:,.0f}".replace(",", " ")
