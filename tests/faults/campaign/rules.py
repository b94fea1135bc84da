"""An operator at work on the rules while the services decide: rules come, end, follow one another, are misspelt."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from chassis.rulebook.directory import EXAMPLES_SUFFIX

OVERLAY = Path("territories/75/delais")
FIRST_DAY = date(2024, 1, 1)
LAST_BUILT = 2024
ATTEMPTS = (2, 3, 4)
RULE = """\
id: {name}
title: "Essais avant que le logement revienne au bailleur"
references:
  - title: "Accord local des parties à la gestion en flux"
owner: pole-attributions
effective: {{{dates}}}
{replaces}regulatory: non
priority: 400
when: {{all: [{{fact: dwelling.construction_year, is: {built}}}]}}
then: {{{key}: {attempts}}}
because: "Après {attempts} essais, le logement revient au bailleur."
"""
EXAMPLES = """\
- {{name: "Bâti cette année-là", facts: {{dwelling.construction_year: {built}}}, matches: oui}}
- {{name: "Bâti plus tard", facts: {{dwelling.construction_year: {later}}}, matches: non}}
"""


@dataclass(frozen=True, slots=True)
class _Written:
    """A rule as it stands in its file."""

    number: int
    built: int
    """It speaks of dwellings built that year: no two rules contradict each other."""
    attempts: int
    first_day: date
    replaces: str = ""

    @property
    def name(self) -> str:
        return f"essais-{self.number}"

    def text(self, *, key: str = "attempts", last_day: date | None = None) -> str:
        """The file: with a key no rule knows it is faulty, with a last day the rule is ended."""
        dates = f"from: {self.first_day}" + (f", until: {last_day}" if last_day else "")
        return RULE.format(
            name=self.name,
            dates=dates,
            replaces=f"replaces: {self.replaces}\n" if self.replaces else "",
            built=self.built,
            key=key,
            attempts=self.attempts,
        )


@dataclass(slots=True)
class Operator:
    """Writes rules into a folder of the campaign's own; each file is there whole, or not at all."""

    rules: Path
    random: Random
    _standing: list[_Written] = field(default_factory=list)
    _number: int = 0

    def add(self) -> None:
        """One more rule, for all days."""
        self._begin(FIRST_DAY)

    def replace(self) -> None:
        """End a rule yesterday and let another follow it; add one where there is none."""
        today = datetime.now(UTC).date()
        ended = next((one for one in self._standing if one.first_day < today), None)
        if ended is None:
            self.add()
            return
        self._standing.remove(ended)
        self._write(f"{ended.name}.yaml", ended.text(last_day=today - timedelta(days=1)))
        self._begin(today, ended)

    def misspell(self) -> None:
        """One more rule, with a key nobody knows."""
        self._begin(FIRST_DAY, key="attempt")

    def mend(self) -> None:
        """The last rule as it was meant."""
        last = self._standing[-1]
        self._write(f"{last.name}.yaml", last.text())

    def _begin(self, first_day: date, ended: _Written | None = None, key: str = "attempts") -> None:
        self._number += 1
        built = ended.built if ended else LAST_BUILT - self._number
        attempts, replaces = self.random.choice(ATTEMPTS), ended.name if ended else ""
        one = _Written(self._number, built, attempts, first_day, replaces)
        self._standing.append(one)
        self._write(f"{one.name}{EXAMPLES_SUFFIX}", EXAMPLES.format(built=built, later=built + 1))
        self._write(f"{one.name}.yaml", one.text(key=key))

    def _write(self, name: str, text: str) -> None:
        path = self.rules / OVERLAY / name
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.rules.with_name(f"{name}.written")
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
