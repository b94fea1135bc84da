"""The rulebook as the core reads it: rules and lists of one digest."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from chassis.rulebook import DatedLists, Referentiels
from chassis.rulebook import Rulebook as Loaded
from chassis.rulesource import InForce
from flux.territory import Territories
from orientation.domain.ports import Lists, Rules


class ListsView:
    """The referentials of a day, with their geography as the kernel takes it."""

    def __init__(self, referentiels: Referentiels) -> None:
        self.territories = Territories(
            referentiels.arrondissements, {**referentiels.territories, **referentiels.zones}
        )
        self.segment_of = referentiels.segment_of
        self.segment_names = referentiels.segment_names
        self.contains = referentiels.contains
        self.is_reasoned = referentiels.is_reasoned
        self.refusal_codes = referentiels.refusal_codes
        self.zone_of = referentiels.zone_of


class ListsByDay:
    """Dated lists as the core reads them: one view for all days between two changes."""

    def __init__(self, lists: DatedLists) -> None:
        self._lists = lists
        self._views: dict[int, ListsView] = {}

    def on(self, day: date) -> Lists:
        """The lists as they stand on a day."""
        turn = self._lists.turn(day)
        view = self._views.get(turn)
        if view is None:
            view = self._views[turn] = ListsView(self._lists.on(day))
        return view


@dataclass(frozen=True)
class BookView:
    """One loaded rulebook."""

    loaded: Loaded

    @property
    def rules(self) -> Rules:
        """Its rules."""
        return self.loaded

    def lists_on(self, day: date) -> Lists:
        """Its referentials as they stand on a day."""
        return self._by_day.on(day)

    @cached_property
    def _by_day(self) -> ListsByDay:
        return ListsByDay(self.loaded.lists)


class ViewedRules:
    """The rulebook in force, seen as the core reads it; one view a rulebook."""

    def __init__(self, in_force: InForce) -> None:
        self._in_force = in_force
        self._view = BookView(in_force.current())

    def current(self) -> BookView:
        """The rulebook in force now."""
        book = self._in_force.current()
        if self._view.loaded is not book:
            self._view = BookView(book)
        return self._view
