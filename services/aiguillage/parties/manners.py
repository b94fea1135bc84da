"""How a party answers: chances out of a hundred, weights and delays, as a sample carries them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

PARTY = "sample.party"
"""Short type of a party's line; its topic is `sample`, which no service reads."""

Span = tuple[int, int]
"""Least and most, both included."""


class UnreadablePartyError(ValueError):
    """A party's line lacks something the player needs."""


@dataclass(frozen=True, slots=True)
class Manner:
    """What any party has: its id (réservataire id or SIREN), its fictional name, the seed of its draws."""

    party: str
    name: str
    seed: int

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The manner a line's `data` describes; raises `UnreadablePartyError`."""
        lacking = [field.name for field in fields(cls) if field.name not in data]
        if lacking:
            raise UnreadablePartyError(
                f"Il manque à la partie « {data.get('party')} » : {', '.join(lacking)}."
            )
        values: dict[str, Any] = {field.name: _settled(data[field.name]) for field in fields(cls)}
        return cls(**values)

    def to_data(self) -> dict[str, object]:
        """The `data` of its line; `role` tells which manner it is."""
        return {"role": ROLE_OF[type(self)], **asdict(self)}


@dataclass(frozen=True, slots=True)
class ReservataireManner(Manner):
    """How a réservataire answers; what its percentages leave of a hundred designates candidates.

    `scopes` are those in which it has a convention, and looks at what the bailleur leaves outside the flux.
    """

    silence_percent: int
    void_percent: int
    refusal_percent: int
    void_reason: str
    reasons: Mapping[str, int]
    delay_days: Span
    note_percent: int
    objection_percent: int
    scopes: tuple[str, ...]
    contests_per_thousand: int
    contest_delay_days: Span
    satisfied_percent: int
    satisfied_delay_days: Span


@dataclass(frozen=True, slots=True)
class BailleurManner(Manner):
    """How a bailleur's commission, leasing and agents act on what is designated to it, and account for it."""

    caleol_delay_days: Span
    non_attribution_percent: int
    inadmissible_percent: int
    ranked_percent: int
    conditional_percent: int
    publics: Mapping[str, int]
    candidate_refusal_percent: int
    candidate_reasons: Mapping[str, int]
    candidate_delay_days: Span
    next_candidate_percent: int
    lease_delay_days: Span
    delegated_delay_days: Span
    confirmation_hours: Span
    override_percent: int
    unanswered_contestation_percent: int
    contestation_delay_days: Span
    forgotten_report_percent: int
    report_delay_days: Span


ROLE_OF: Mapping[type[Manner], str] = {ReservataireManner: "reservataire", BailleurManner: "bailleur"}


def _settled(value: object) -> object:
    """A span comes back from JSON as a list."""
    return tuple(value) if isinstance(value, list) else value
