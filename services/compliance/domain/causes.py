"""Why a convention is owed dwellings: its gap split by cause, exactly (docs/decisions/0017-causes-of-a-gap.md).

The gap of a line is its credit minus what its décompte counts. A dwelling engaged that will never be counted is
*lost*; a turn given back is *owed* until dwellings received make it good.

- refusals: lost and owed by a refusal, an expiry, the lack of a candidate, a candidate nobody retained;
- arbitration: owed by an override; negative for the line that received by one, until its shares absorb it;
- flux: all the rest, turns that have not come and proposals awaiting an answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from flux.ledger import YearLedger
from flux.units import BAILLEUR, units_of


@dataclass(frozen=True, slots=True)
class Causes:
    """Parts of a gap, in units of a dwelling; negative parts are dwellings in advance."""

    flux: int = 0
    refusals: int = 0
    arbitration: int = 0

    @property
    def total(self) -> int:
        """The gap they split."""
        return self.flux + self.refusals + self.arbitration

    @property
    def main(self) -> str:
        """The cause of the largest part, in the words of the rules; on a tie nobody's doing first."""
        parts = {"flux": self.flux, "refusals": self.refusals, "arbitration": self.arbitration}
        return max(parts, key=lambda name: parts[name])

    def __add__(self, other: "Causes") -> "Causes":
        return Causes(
            self.flux + other.flux, self.refusals + other.refusals, self.arbitration + other.arbitration
        )


@dataclass(slots=True)
class Account:
    """What refusals and arbitration did to one line in one flux year, in units of a dwelling."""

    counted: int = 0
    """Counted by the décompte for dwellings of this flux year, in whatever year it counts them."""
    lost: int = 0
    """Engaged and never to be counted, by the réservataire's own answer or silence."""
    owed_refusals: int = 0
    """Given back after a refusal, not yet made good."""
    owed_arbitration: int = 0
    """Given back after an override, not yet made good; negative: received by one, not yet absorbed."""
    settled: int = 0
    """Engaged, not counted and over, by nobody's doing: a lease that the décompte weighs below one dwelling."""

    def bound(self, balance: int) -> None:
        """What is owed is never more than the line's balance of turns: dwellings received make it good.

        What arbitration took is made good first. An advance is never more than the line is ahead: shares absorb it.
        """
        over = max(self.owed_arbitration, 0) + self.owed_refusals - max(balance, 0)
        if over > 0:
            arbitration = min(over, max(self.owed_arbitration, 0))
            self.owed_arbitration -= arbitration
            self.owed_refusals -= over - arbitration
        if self.owed_arbitration < 0:
            self.owed_arbitration = max(self.owed_arbitration, min(balance, 0))

    def awaited(self, engaged: int) -> int:
        """What open proposals and pre-assignments would still count, were they all to come to a lease."""
        return engaged - self.counted - self.lost - self.settled

    def causes(self, credit: int) -> Causes:
        """The gap of a line that shares gave so much, split; the parts sum to it whatever it is."""
        gap, refusals = credit - self.counted, self.lost + self.owed_refusals
        return Causes(gap - refusals - self.owed_arbitration, refusals, self.owed_arbitration)

    def to_json(self) -> list[int]:
        """The account as JSON values."""
        return [getattr(self, entry.name) for entry in fields(self)]

    @classmethod
    def from_json(cls, values: list[int]) -> Self:
        """The account written by `to_json`."""
        return cls(*values)


@dataclass(slots=True)
class YearAccounts:
    """The accounts of a flux year by line of a convention; one is opened when something happens to it."""

    lines: dict[str, Account] = field(default_factory=dict)

    def of(self, line: str) -> Account:
        """The account of a line; asking for one nothing happened to leaves no trace."""
        return self.lines.get(line) or Account()

    def opened(self, line: str) -> Account:
        """The account of a line, kept from now on."""
        account = self.lines.get(line)
        if account is None:
            account = self.lines[line] = Account()
        return account

    def count(self, counted: Mapping[str, Mapping[str, str]]) -> None:
        """Units counted, in fractions of a dwelling by the year they count in, then by party."""
        for moves in counted.values():
            for party, text in moves.items():
                if party != BAILLEUR:
                    self.opened(party).counted += units_of(text)

    def bound(self, parties: Iterable[str], ledger: YearLedger) -> None:
        """The balances of these parties moved: see `Account.bound`."""
        for party in parties:
            account = self.lines.get(party)
            if account is not None and (account.owed_refusals or account.owed_arbitration):
                account.bound(ledger.balance(party))

    def to_json(self) -> dict[str, Any]:
        """The accounts as JSON values."""
        return {line: account.to_json() for line, account in self.lines.items()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The accounts written by `to_json`."""
        return cls({line: Account.from_json(account) for line, account in values.items()})
