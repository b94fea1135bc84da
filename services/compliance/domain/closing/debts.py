"""What a closing has to give years to: what the year left owed by cause, and what earlier years left before it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from compliance.domain.closing.correcting import Remedy, remedy_for
from compliance.domain.closing.scheduling import Debt, Part
from compliance.domain.ports import Rules
from compliance.domain.views import ProgressView
from flux.carry import first_year
from flux.convention import Convention
from flux.units import units_of_decimal

SPREAD = frozenset({"etalement", "allongement"})


@dataclass(frozen=True, slots=True)
class Owed:
    """A debt, and the remedy that says within which limits it is given; None: nothing is said of its cause."""

    debt: Debt
    remedy: Remedy | None


def parts_of(convention: Convention) -> list[Part]:
    """The carry-over of a convention in parts; one that tells none is due whole in its first year."""
    said = convention.body.get("carry_over")
    if not isinstance(said, Mapping):
        return []
    first = first_year(convention.year, int(str(said["from_year"])))
    rows = list(said.get("parts") or ()) or [{**said, "year": first}]
    return [
        Part(
            int(row["year"]),
            units_of_decimal(str(row["units"])),
            int(row["from_year"]),
            str(row["cause"]),
        )
        for row in rows
    ]


def drawing_end(convention: Convention) -> int | None:
    """The last year in which its droits uniques are drawn; None: it does not say."""
    said = convention.body.get("correction")
    end = said.get("drawing_until") if isinstance(said, Mapping) else None
    return None if end is None else int(str(end))


def of_the_year(view: ProgressView, remedies: tuple[Remedy, ...]) -> Iterator[Owed]:
    """The debts of the year that closes; what is refunded or left is none."""
    for remedy in remedies:
        if remedy.action == "remboursement" or not remedy.units:
            continue
        first, years = view.year + 1, 1
        if remedy.action == "allongement":
            first = max(_term(view.convention), view.year) + 1
        if remedy.action in SPREAD:
            years = remedy.years
        end = None
        if remedy.extinction_years is not None:
            end = max(first - 1 + remedy.extinction_years, first - 1 + years)
        debt = Debt(remedy.units, view.year, remedy.cause, first, years, end, remedy.beyond_cap)
        yield Owed(debt, remedy)


def of_earlier_years(view: ProgressView, rules: Rules, on: date) -> Iterator[Owed]:
    """What earlier years left: what was due in this one and was not given, and what is due later.

    What a first close of this very year left to later ones is no earlier debt.
    """
    later = [part for part in parts_of(view.convention) if part.year > view.year > part.from_year]
    for part in (*not_given(view), *later):
        yield _carried_on(part, view, rules, on)


def not_given(view: ProgressView) -> Iterator[Part]:
    """The parts due in the year that it has not given: what was received made good the oldest first."""
    left = view.uncarried
    due = [part for part in parts_of(view.convention) if part.year == view.year]
    for part in sorted(due, key=lambda each: -each.from_year):
        if part.units * left > 0:
            units = part.units if abs(part.units) < abs(left) else left
            left -= units
            yield Part(part.year, units, part.from_year, part.cause)
    if left:
        yield Part(view.year, left, view.year, "flux")


def _carried_on(part: Part, view: ProgressView, rules: Rules, on: date) -> Owed:
    remedy = remedy_for(view, part.cause, part.units, rules, on)
    end = None
    if remedy is not None and remedy.extinction_years is not None:
        since = max(part.from_year, drawing_end(view.convention) or part.from_year)
        end = since + remedy.extinction_years
        if part.year > view.year:
            end = max(end, part.year)
    beyond = "etalement" if remedy is None else remedy.beyond_cap
    first = max(part.year, view.year + 1)
    return Owed(Debt(part.units, part.from_year, part.cause, first, 1, end, beyond), remedy)


def _term(convention: Convention) -> int:
    """The last year of what it draws: that of its droits uniques, or its own last year; 0 when it says neither."""
    ends = 0 if convention.last_day == date.max else convention.last_day.year
    return drawing_end(convention) or ends
