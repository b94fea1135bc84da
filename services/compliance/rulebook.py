"""The rulebook as compliance's core reads it: rules and lists of one digest."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from chassis.rulebook import DatedLists, Referentiels
from chassis.rulebook import Rulebook as Loaded
from compliance.domain.ports import Lists, Rulebook, Rules
from flux.territory import Territories


class ListsView:
    """The referentials of a day, with their geography as the kernel takes it."""

    def __init__(self, referentiels: Referentiels) -> None:
        self.territories = Territories(
            referentiels.arrondissements, {**referentiels.territories, **referentiels.zones}
        )
        self._publics = referentiels.publics

    def is_priority(self, public: str) -> bool:
        """Whether a public counts among priority households; one nobody listed does not."""
        return public in self._publics and self._publics[public].is_priority

    def is_first_quartile(self, public: str) -> bool:
        """Whether a public counts in the first quartile of incomes; one nobody listed does not."""
        return public in self._publics and self._publics[public].is_first_quartile

    def is_public_of(self, public: str, kind: str) -> bool:
        """Whether a public is that of réservataires of a kind; one nobody listed is nobody's."""
        return public in self._publics and kind in self._publics[public].kinds


@dataclass(frozen=True, slots=True)
class BookView:
    """One loaded rulebook."""

    rules: Rules
    dated: DatedLists
    _views: dict[int, ListsView] = field(default_factory=dict, init=False, compare=False)

    @classmethod
    def of(cls, loaded: Loaded) -> "BookView":
        """The view of a loaded rulebook."""
        return cls(loaded, loaded.lists)

    def lists_on(self, day: date) -> Lists:
        """Its referentials as they stand on a day."""
        turn = self.dated.turn(day)
        if turn not in self._views:
            self._views[turn] = ListsView(self.dated.on(day))
        return self._views[turn]


@dataclass(slots=True)
class RulesInForce:
    """The rulebook in force now, one view a rulebook; `current` gives what is loaded."""

    current: Callable[[], Loaded]
    _loaded: Loaded | None = field(default=None, init=False)
    _view: BookView | None = field(default=None, init=False)

    def view(self) -> Rulebook:
        """What the core is to judge by."""
        loaded = self.current()
        if self._view is None or self._loaded is not loaded:
            self._loaded, self._view = loaded, BookView.of(loaded)
        return self._view
