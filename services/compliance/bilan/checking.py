"""Adds a document up again: what its tables sum to, against the same figures counted straight over the stream."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from compliance.bilan import words
from compliance.bilan.counting import APART, CHECKED, FLUX, OUTSIDE, Counted, by_reason
from compliance.bilan.parties import Standing
from compliance.bilan.table import Column, Table

_SUMMED = ("bailleurs", "reservataires", "conventions", *words.DIMENSIONS)
"""Tables whose rows add up to all proposals."""
_BY_CAUSE = (
    ("Écart", "ecart", ("ecart_flux", "ecart_refus", "ecart_arbitrage")),
    ("Manque à l'objectif", "manque", ("manque_flux", "manque_refus", "manque_arbitrage")),
)
_NAMED_AT_MOST = 3
"""Tables a printed line names; above, it says how many."""


@dataclass(frozen=True, slots=True)
class Check:
    """A figure as counted straight, and what each table makes of it."""

    what: str
    counted: int
    sums: Mapping[str, int]
    """By title of the table."""

    @property
    def wrong(self) -> dict[str, int]:
        """The sums that are not the figure."""
        return {title: number for title, number in self.sums.items() if number != self.counted}

    @property
    def holds(self) -> bool:
        """Whether every sum is the figure."""
        return not self.wrong

    def lines(self) -> list[str]:
        """What is printed: one line when it holds, one for each sum that does not."""
        figure = words.counted(self.counted)
        right = [title for title, number in self.sums.items() if number == self.counted]
        where = ", ".join(right) if len(right) <= _NAMED_AT_MOST else f"{len(right)} tableaux"
        said = [f"{self.what} {figure} = {figure} ✓ ({where})"] if right else []
        return said + [
            f"{self.what} {figure} ≠ {words.counted(number)} ✗ ({title})"
            for title, number in self.wrong.items()
        ]


def of_bilan(tables: Sequence[Table], standings: Sequence[Standing]) -> tuple[Check, ...]:
    """The checks of a bilan."""
    by_key = {table.key: table for table in tables}
    counted = counted_in(standings)
    return (
        *_of_the_flux(by_key, counted),
        *_of_proposals(by_key, counted),
        _of_ends(by_key),
        *_apart(by_key, counted),
        *_of_causes(by_key),
    )


def counted_in(standings: Iterable[Standing]) -> Counted:
    """The figures of all scopes, counted straight over their items."""
    total = Counted()
    for standing in standings:
        total.update(standing.watched.counted.of(standing.year))
    return total


def of_reasons(table: Table, counted: Counted, column: str) -> list[Check]:
    """One check a reason for leaving dwellings outside the flux."""
    reason, number = table.at("motif"), table.at(column)
    names = {str(row[reason]) for row in table.rows}
    names |= {name.partition(":")[2] for name in counted if name.startswith(by_reason("")) and counted[name]}
    return [
        Check(
            f"Hors du flux, {words.reason(name)}",
            counted[by_reason(name)],
            {table.title: sum(_whole(row[number]) for row in table.rows if row[reason] == name)},
        )
        for name in sorted(names)
    ]


def table_of(checks: Sequence[Check]) -> Table:
    """The checks as the last table of the document."""
    columns = (
        Column("verification", "Vérification"),
        Column("compte", "Compté sur les événements", "count"),
        Column("tableau", "Tableau"),
        Column("somme", "Somme du tableau", "count"),
        Column("verdict", "Verdict"),
    )
    rows = tuple(
        (check.what, check.counted, title, number, "juste" if number == check.counted else "FAUX")
        for check in checks
        for title, number in check.sums.items()
    )
    note = "Chaque chiffre est compté deux fois : sur les événements un par un, puis en additionnant les tableaux."
    return Table("verifications", "Vérifications", note, columns, rows)


def _of_the_flux(tables: Mapping[str, Table], counted: Counted) -> list[Check]:
    flux, outside = "Logements du flux", "Hors du flux"
    summed = [tables["synthese"], tables["bailleurs"]]
    reasons = tables["hors_flux"]
    return [
        Check(flux, counted[FLUX], {table.title: table.sum("flux") for table in summed}),
        Check(
            outside,
            counted[OUTSIDE],
            {table.title: table.sum("hors_flux") for table in summed}
            | {reasons.title: reasons.sum("logements")},
        ),
        *of_reasons(reasons, counted, "logements"),
    ]


def _of_proposals(tables: Mapping[str, Table], counted: Counted) -> list[Check]:
    return [
        Check(
            words.COUNTERS[name],
            counted[name],
            {tables[key].title: tables[key].sum(name) for key in ("synthese", *_SUMMED)},
        )
        for name in CHECKED
    ]


def _of_ends(tables: Mapping[str, Table]) -> Check:
    """However a proposal ended, or that it has not, it was proposed."""
    sums = {
        tables[key].title: sum(tables[key].sum(end) for end in words.ENDS) - tables[key].sum("proposed")
        for key in _SUMMED
    }
    return Check("Issues de toutes les propositions moins les proposés", 0, sums)


def _apart(tables: Mapping[str, Table], counted: Counted) -> list[Check]:
    table = tables["premieres_locations"]
    return [
        Check(
            f"{words.COUNTERS[name]} en première location",
            counted[APART + name],
            {table.title: table.sum(name)},
        )
        for name in CHECKED
        if counted[APART + name] or table.sum(name)
    ]


def _of_causes(tables: Mapping[str, Table]) -> list[Check]:
    """Rows whose causes do not sum to what they split."""
    table, checks = tables["objectifs"], []
    for what, name, parts in _BY_CAUSE:
        places = [table.at(part) for part in parts]
        wrong = sum(
            sum(_whole(row[place]) for place in places) != _whole(row[table.at(name)]) for row in table.rows
        )
        checks.append(Check(f"{what} : causes qui n'en font pas la somme", 0, {table.title: wrong}))
    return checks


def _whole(cell: object) -> int:
    return cell if isinstance(cell, int) else 0
