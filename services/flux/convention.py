"""The convention of a réservataire with a bailleur in a département, and its lines (CCH art. R.441-5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from flux.carry import Dues, dues_of, split
from flux.criteria import Criterion
from flux.territory import Territory
from flux.units import share_of_percent, units_of_decimal

STATE_KINDS = frozenset({"etat_prioritaires", "etat_agents"})
"""Kinds of réservataire whose rights add up under the State's cap (CCH art. R.441-5-2)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One right: a share (units of each dwelling) or an objective (units a year) on a territory.

    `dues` is its part of what earlier years left owed, kept apart from that base.
    """

    party: str
    territory: Territory
    share: int | None
    objective: int | None
    dues: Dues = ()

    def due_in(self, year: int) -> int:
        """Units carried over to a flux year; negative: to be taken back."""
        return sum(units for due, units in self.dues if due == year)


@dataclass(frozen=True, slots=True, eq=False)
class Convention:
    """What orientation and monitoring need of a convention; `body` keeps what the parties signed."""

    id: str
    reservataire: str
    kind: str
    year: int
    lines: tuple[Line, ...]
    criteria: tuple[Criterion, ...]
    stock_weight: int | None
    first_day: date
    last_day: date
    body: Mapping[str, object]

    @classmethod
    def from_body(cls, body: Mapping[str, object]) -> "Convention":
        """The convention of an accepted `convention.signed` body (canonical data)."""
        reservataire, effective = _mapping(body["reservataire"]), _mapping(body["effective"])
        weight, criteria = body.get("stock_weight_percent"), body.get("criteria")
        return cls(
            id=str(body["convention_id"]),
            reservataire=str(reservataire["id"]),
            kind=str(reservataire["kind"]),
            year=int(str(body["year"])),
            lines=_lines(body),
            criteria=tuple(Criterion.from_body(_mapping(c)) for c in criteria)
            if isinstance(criteria, list)
            else (),
            stock_weight=share_of_percent(str(weight)) if weight else None,
            first_day=date.fromisoformat(str(effective["from"])),
            last_day=date.fromisoformat(str(effective["until"])) if effective.get("until") else date.max,
            body=body,
        )

    @property
    def is_state(self) -> bool:
        """Whether it belongs to one of the State's two contingents."""
        return self.kind in STATE_KINDS

    @property
    def has_own_criteria(self) -> bool:
        """Whether it settles its criteria itself, be it by an empty list; else the rules do."""
        return self.body.get("criteria") is not None

    @property
    def delegates(self) -> tuple[str, ...]:
        """What the bailleur may say on the réservataire's behalf."""
        said = self.body.get("delegates")
        return tuple(map(str, said)) if isinstance(said, list | tuple) else ()

    @property
    def largest_share(self) -> int:
        """The largest share of its lines, in units of each dwelling; 0 when it holds objectives only."""
        return max((line.share or 0 for line in self.lines), default=0)

    def is_in_force(self, on: date) -> bool:
        """Whether `on` lies between its first and last day, both included."""
        return self.first_day <= on <= self.last_day

    def overlaps(self, other: "Convention") -> bool:
        """Whether both are in force on some day."""
        return self.first_day <= other.last_day and other.first_day <= self.last_day

    def text(self, field: str) -> str | None:
        """A field the convention decides itself, or None when it leaves it to the rules."""
        value = self.body.get(field)
        return None if value is None else str(value)


def _lines(body: Mapping[str, object]) -> tuple[Line, ...]:
    convention_id, shares = str(body["convention_id"]), body.get("shares")
    if isinstance(shares, list) and shares:
        lines = tuple(
            _line(f"{convention_id}#{number}", _mapping(share))
            for number, share in enumerate(shares, start=1)
        )
    else:
        lines = (_line(convention_id, body),)
    dues = dues_of(body)
    if not dues:
        return lines
    parts = split(dues, [line.share for line in lines], [line.objective for line in lines])
    return tuple(replace(line, dues=part) for line, part in zip(lines, parts, strict=True))


def _line(party: str, body: Mapping[str, object]) -> Line:
    percent, objective, territory = body.get("share_percent"), body.get("objective"), body.get("territory")
    return Line(
        party=party,
        territory=Territory.from_body(_mapping(territory) if territory else None),
        share=None if percent is None else share_of_percent(str(percent)),
        objective=None if objective is None else units_of_decimal(str(objective)),
    )


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError(f"expected an object, got {type(value).__name__}")
    return value


def state_shares(conventions: Sequence[Convention]) -> tuple[int, int]:
    """Shares of the State and, of these, of its agents, in units of each dwelling."""
    state = sum(c.largest_share for c in conventions if c.is_state)
    return state, sum(c.largest_share for c in conventions if c.kind == "etat_agents")
