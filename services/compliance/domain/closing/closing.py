"""The close of a flux year: what each convention is owed, why, what makes up for it, and in which years.

A year is settled when it is over and none of its dwellings awaits anything. How, and why so:
docs/decisions/0022-corrective-actions.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from compliance.domain.closing.correcting import Remedy, refund_of, remedies_of
from compliance.domain.closing.debts import Owed, drawing_end, of_earlier_years, of_the_year
from compliance.domain.closing.scheduling import Room, Schedule, schedule
from compliance.domain.closing.state_room import state_room
from compliance.domain.closing.successors import base_of, flux_foreseen, last_day
from compliance.domain.ports import Rules
from compliance.domain.progress import view_of
from compliance.domain.state import Projection
from compliance.domain.views import ProgressView
from flux.units import DWELLING, share_of_percent


@dataclass(frozen=True, slots=True)
class Closing:
    """One convention at the close of a flux year, on a day. Amounts in units of a dwelling.

    What is owed and not awaited, with what earlier years left, is given in later years (`schedule`), refunded,
    extinguished, or left to the réservataire: the four sum to it.
    """

    view: ProgressView
    on: date
    open: tuple[str, ...]
    """Vacancies of the year that still await something."""
    counted: int
    """Units that count in the year (`year_of`)."""
    later: int
    """Units of the dwellings of this year and those before it that count in later years."""
    remedies: tuple[Remedy, ...]
    earlier: tuple[Owed, ...]
    """What earlier years left: not given in this one, or due later."""
    own: tuple[Owed, ...]
    """What this year leaves to later ones."""
    schedule: Schedule
    base_next: int
    """What the next year should give it, its carry-over apart."""
    state_room: int | None = None
    """What the State's caps let its carry-over add to the next year; None: they do not bind it."""

    @property
    def year(self) -> int:
        """The flux year that closes."""
        return self.view.year

    @property
    def is_over(self) -> bool:
        """Whether the year has ended."""
        return self.on.year > self.year

    @property
    def is_settled(self) -> bool:
        """Whether nothing can change its figures any more but a correction."""
        return self.is_over and not self.open

    @property
    def due(self) -> int:
        """What is to be made up for: owed and not awaited, and what earlier years left for later ones."""
        return self._of_the_year + sum(each.debt.units for each in self.earlier)

    @property
    def _of_the_year(self) -> int:
        return self.view.owed.total - self.view.awaited - self.view.uncarried

    @property
    def carried(self) -> int:
        """Given in later years."""
        return sum(part.units for part in self.schedule.parts)

    @property
    def extinguished(self) -> int:
        """What the limits put an end to."""
        return sum(units for _, units in self.schedule.extinguished)

    @property
    def refunds(self) -> Iterator[tuple[int, Decimal | None]]:
        """Rights refunded with what they are worth in euros; None: nobody said how much."""
        for remedy in self.remedies:
            if remedy.action == "remboursement":
                yield remedy.units, remedy.refund_eur
        worth = {
            each.debt: each.remedy.refund_each
            for each in (*self.earlier, *self.own)
            if each.remedy is not None
        }
        for debt, units in self.schedule.refunded:
            yield units, refund_of(units, worth.get(debt))

    @property
    def refunded(self) -> int:
        """Rights refunded."""
        return sum(units for units, _ in self.refunds)

    @property
    def left(self) -> int:
        """Left to the réservataire: its own doing, or nobody says that it is made up for."""
        return self._of_the_year - sum(remedy.units for remedy in self.remedies)


def closings(projection: Projection, rules: Rules, year: int, on: date | None = None) -> tuple[Closing, ...]:
    """Every convention of a scope that ran in a flux year, in order of id, closed on a day.

    `on` is the day of the last item unless it is given: after the year it closes the whole of it, within the year what
    is due by then. The State's caps hold next year's carry-overs together, base included.
    """
    on = on or date.fromisoformat(projection.day(projection.as_of))
    names = sorted(name for name in projection.conventions if _ran_in(projection, name, year))
    made = [_close(projection, name, rules, year, on) for name in names]
    wanted = {
        each.view.convention.id: each.schedule.added_in(year + 1)
        for each in made
        if each.view.convention.is_state
    }
    room = state_room(projection, wanted, rules, year + 1)
    return tuple(_under(each, room.get(each.view.convention.id)) for each in made)


def _ran_in(projection: Projection, convention_id: str, year: int) -> bool:
    convention = projection.commitments.terms(convention_id)
    return convention.first_day.year <= year <= last_day(projection, convention).year


def _close(projection: Projection, convention_id: str, rules: Rules, year: int, on: date) -> Closing:
    day = on if on.year <= year else max(on, date(year, 12, 31))
    view = view_of(projection, convention_id, year, day)
    remedies, flux = remedies_of(view, rules, on), flux_foreseen(projection, year + 1)
    gave = {line.line: line.base for line in view.lines}
    closing = Closing(
        view=view,
        on=on,
        open=_open(projection, view),
        counted=view.units_by_year.get(year, 0),
        later=_later(projection, view),
        remedies=remedies,
        earlier=tuple(of_earlier_years(view, rules, on)),
        own=tuple(of_the_year(view, remedies)),
        schedule=Schedule(),
        base_next=sum(base_of(line, gave.get(line.party, 0), flux) for line in view.convention.lines),
    )
    return _under(closing, None)


def _open(projection: Projection, view: ProgressView) -> tuple[str, ...]:
    lines = {line.line for line in view.lines}
    held = projection.held.items()
    return tuple(sorted(name for name, each in held if each.year == view.year and each.line in lines))


def _later(projection: Projection, view: ProgressView) -> int:
    """What the dwellings of the years so far count after this year: nothing counts before its own flux year."""
    names = [line.line for line in view.lines]
    accounts = [of for year, of in projection.accounts.items() if int(year) <= view.year]
    counted = sum(of.of(name).counted for of in accounts for name in names)
    return counted - sum(units for year, units in view.units_by_year.items() if year <= view.year)


def _under(closing: Closing, state: int | None) -> Closing:
    """The closing with its schedule, each year under the cap of the rules and, when it has one, the State's room."""
    owed = (*closing.earlier, *closing.own)
    percents = [each.remedy.cap_percent for each in owed if each.remedy is not None]
    strictest = min((percent for percent in percents if percent is not None), default=None)
    cap = None
    if strictest is not None:
        cap = closing.base_next * share_of_percent(str(strictest)) // DWELLING
    end = drawing_end(closing.view.convention)
    room = Room(
        added=_least(cap, state),
        taken=cap,
        tail_from=None if end is None else end + 1,
        tail=_least(closing.base_next, state),
    )
    return replace(closing, schedule=schedule([each.debt for each in owed], room), state_room=state)


def _least(*bounds: int | None) -> int | None:
    return min((bound for bound in bounds if bound is not None), default=None)
