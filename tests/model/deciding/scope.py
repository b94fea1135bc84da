"""Scope: everything the model knows of one bailleur in one département, and the plain questions asked of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from tests.model.deciding.moment import Moment
from tests.model.history.dossiers import Dossier
from tests.model.history.movements import Movement, Movements
from tests.model.rights.calendar import civil_day
from tests.model.rights.caps import Cap, caps_of, per_dwelling
from tests.model.rights.conventions import Convention, Line
from tests.model.rights.facts import of_vacancy
from tests.model.rights.shares import Standing
from tests.model.rulebook.asking import Rules
from tests.model.rulebook.files import RuleFolder
from tests.model.rulebook.lists import Lists
from tests.model.stream.predicted import Prediction


@dataclass(slots=True)
class Scope:
    """One bailleur in one département."""

    bailleur: str
    departement: str
    folder: RuleFolder
    conventions: dict[str, Convention] = field(default_factory=dict)
    forecasts: dict[int, int] = field(default_factory=dict)
    dossiers: dict[str, Dossier] = field(default_factory=dict)
    movements: Movements = field(default_factory=Movements)
    parked: list[Mapping[str, Any]] = field(default_factory=list)
    splits: dict[str, Mapping[str, str | None] | None] = field(default_factory=dict)
    """By programme opened: who is given each dwelling, once concluded; None while it is discussed."""
    event_time: str = ""
    """When the input in hand says that it happened, where that is known."""

    @property
    def rules(self) -> Rules:
        """The rules of this scope."""
        return Rules(self.folder, self.bailleur, self.departement)

    def lists(self, day: date) -> Lists:
        """The lists the rules cite, as they are on a day."""
        return Lists(self.folder.lists, day)

    def moment(self, at: str, happened_on: str = "") -> Moment:
        """An instant here; an outcome that was parked happened on the day it came, anything else on its event's day.

        Where the event's own time is not known, it is taken to be the instant it was applied.
        """
        day = (
            date.fromisoformat(happened_on)
            if happened_on
            else civil_day(self.event_time or at, self.departement)
        )
        return Moment(at, day, day)

    def facts(self, dossier: Dossier, day: date) -> dict[str, Any]:
        """The facts of a dwelling, by the lists of a day."""
        return of_vacancy(dossier.vacancy, self.bailleur, self.departement, self.lists(day))

    def line(self, name: str) -> Line:
        """A line by its name."""
        return next(line for line in self.lines() if line.id == name)

    def lines(self) -> list[Line]:
        """Every line ever signed."""
        return [line for each in self.conventions.values() for line in each.lines]

    def in_force(self, day: date) -> list[Convention]:
        """The conventions that bind on a day."""
        return [each for each in self.conventions.values() if each.is_in_force(day)]

    def rotation(self, dossier: Dossier, moment: Moment, **facts: Any) -> dict[str, Any]:  # noqa: ANN401 - facts
        """What the family `rotation` says for a dwelling."""
        return self.rules.answer(
            "rotation", moment.rules_of, {**self.facts(dossier, moment.rules_of), **facts}
        )

    def caps(self, dossier: Dossier, moment: Moment) -> list[Cap]:
        """The caps of the dwelling's year."""
        ruled = self.rotation(dossier, moment).get("caps") or {}
        return caps_of(self.lines(), ruled, self.forecasts.get(dossier.year))

    def caps_per_dwelling(self, dossier: Dossier, moment: Moment) -> list[tuple[Fraction, frozenset[str]]]:
        """The caps as parts of one dwelling."""
        return per_dwelling(self.lines(), self.rotation(dossier, moment).get("caps") or {})

    def standing(self, dossier: Dossier) -> Standing:
        """Where the dwelling's year stands for the lines."""
        given, carried = self.movements.first_rounds(dossier.year), self.movements.carried(dossier.year)
        covered: dict[str, int] = {}
        for vacancy in {*given, *carried}:
            lines = {**carried.get(vacancy, {}), **given.get(vacancy, {})}
            for line in lines:
                if given.get(vacancy, {}).get(line) or carried.get(vacancy, {}).get(line):
                    covered[line] = covered.get(line, 0) + 1
        return Standing(
            dossier.declared_on,
            self.forecasts.get(dossier.year),
            covered,
            self.movements.sums("credit", dossier.year),
            self.movements.sums("carry", dossier.year),
        )

    def mix(self, dossier: Dossier, line: str) -> dict[str, Any]:
        """How many dwellings a line has engaged this year under its targets, by segment."""
        found: dict[str, Any] = {}
        for each in self.movements.past:
            if each.account == "mix" and each.year == dossier.year and each.line == line:
                found[each.name] = found.get(each.name, 0) + each.amount
        return found

    def move(self, prediction: Prediction, *movements: Movement) -> None:
        """Write movements down, in the history and in what is expected of the stream."""
        self.movements.add(movements)
        prediction.moved.extend(movements)
