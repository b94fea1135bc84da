"""The ledger of a scope: a fold of the movements written on accepted facts. It reads no rule.

Every fact of the ordered stream may carry a movement::

    {"year": 2026, "credit": {party: "1/4"}, "engaged": {…}, "counted": {"2026": {party: "1"}},
     "counts": {party: {"proposed": 1}}}

`credit` is what shares gave, `engaged` what settled units and open proposals took, `counted` the units of the
décompte by the year they count in, `counts` the legal counters kept apart (arrêté du 28/11/2011). Invariant:
the credits of a year sum to its engagements. `carry` tells the part of `credit` that a carry-over of earlier years
gave, or took when it is negative. `cycle` and `mix` are the balances of the fixed order and of the criteria.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from flux.units import fraction_text, units_of

Movement = Mapping[str, object]
"""A movement as it stands on a fact: JSON values only."""

ACCOUNTS = ("credit", "engaged", "carry", "cycle", "mix")
"""Accounts of the flux year; `counted` goes by the year a unit counts in, `counts` are whole events."""


@dataclass(slots=True)
class YearLedger:
    """Balances of one flux year by party, in units of a dwelling."""

    credit: dict[str, int] = field(default_factory=dict)
    engaged: dict[str, int] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)
    carry: dict[str, int] = field(default_factory=dict)
    cycle: dict[str, int] = field(default_factory=dict)
    mix: dict[str, int] = field(default_factory=dict)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)

    def balance(self, party: str) -> int:
        """Credit minus engaged: what the party is still due, in units."""
        return self.credit.get(party, 0) - self.engaged.get(party, 0)

    def to_json(self) -> dict[str, object]:
        """The year as JSON values, for snapshots; they share its parts: encode them at once."""
        return {entry.name: getattr(self, entry.name) for entry in fields(self)}

    def account(self, name: str) -> dict[str, int]:
        """One of `ACCOUNTS`, by name."""
        account: dict[str, int] = getattr(self, name)
        return account


@dataclass(slots=True)
class Ledger:
    """The years of one scope."""

    years: dict[int, YearLedger] = field(default_factory=dict)

    def year(self, year: int) -> YearLedger:
        """The ledger of a flux year, empty when nothing happened yet; asking leaves no trace."""
        return self.years.get(year) or YearLedger()

    def apply(self, movement: Movement | None) -> None:
        """Add a movement; None moves nothing."""
        if movement is None:
            return
        year = self._opened(int(str(movement["year"])))
        for name, moves in movement.items():
            if name == "counts":
                _add_counts(year.counts, moves)
            elif name == "counted":
                self._count(moves)
            elif name in ACCOUNTS:
                _add(year.account(name), moves)

    def _count(self, years: object) -> None:
        assert isinstance(years, Mapping)  # noqa: S101 - a movement of a journalled fact, validated when made
        for year, moves in years.items():
            _add(self._opened(int(year)).counted, moves)

    def _opened(self, year: int) -> YearLedger:
        ledger = self.years.get(year)
        if ledger is None:
            ledger = self.years[year] = YearLedger()
        return ledger


def _add(account: dict[str, int], moves: object) -> None:
    assert isinstance(moves, Mapping)  # noqa: S101 - a movement of a journalled fact, validated when it was made
    for party, text in moves.items():
        account[party] = account.get(party, 0) + units_of(text)


def _add_counts(counts: dict[str, dict[str, int]], moves: object) -> None:
    assert isinstance(moves, Mapping)  # noqa: S101 - a movement of a journalled fact, validated when it was made
    for party, names in moves.items():
        counters = counts.setdefault(party, {})
        for name, number in names.items():
            counters[name] = counters.get(name, 0) + number


def texts(units: Mapping[str, int]) -> dict[str, str]:
    """Units as the fraction texts a movement is written in; nothing is written for zero."""
    return {party: fraction_text(amount) for party, amount in units.items() if amount}
