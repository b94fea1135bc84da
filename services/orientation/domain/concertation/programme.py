"""A programme in memory: its dwellings, what it promised, the split in hand, what the parties said of it."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from flux.programme_split import Commitment, Home


@dataclass(frozen=True, slots=True)
class Lot:
    """A dwelling of the split: who would have it, by which commitment (its place), and why in French.

    `home` leaves memory with the conclusion: only who has it and why is still asked then.
    """

    reservataire: str | None
    commitment: int | None
    because: str
    home: Home | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a réservataire said in a round; `objected` are the dwellings it gives up by its objection."""

    reservataire: str
    round: int
    answer: str
    objected: tuple[str, ...] = ()
    reason_sha256: str | None = None


@dataclass(slots=True)
class Programme:
    """One programme of a scope; `content` is the digest of its opening, `due` when silence becomes agreement.

    `round` is 0 until a split is proposed; `days` is how long the parties were given to answer.
    """

    programme_id: str
    content: str
    round: int = 0
    days: int = 0
    due: str | None = None
    commitments: list[Commitment] = field(default_factory=list)
    lots: dict[str, Lot] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    conclusion: str | None = None

    @property
    def planned(self) -> timedelta:
        """How long the parties were given to answer, in whole days."""
        return timedelta(days=self.days)

    @property
    def parties(self) -> list[str]:
        """The réservataires it promised something, in order."""
        return sorted({each.reservataire for each in self.commitments})

    def lots_of(self, reservataire: str) -> list[str]:
        """The dwellings the split gives a réservataire, in order."""
        return [name for name, lot in self.lots.items() if lot.reservataire == reservataire]

    def answer_of(self, reservataire: str) -> Answer | None:
        """What it said in the current round."""
        found = (each for each in self.answers if each.round == self.round)
        return next((each for each in found if each.reservataire == reservataire), None)

    def last_answers(self) -> Iterator[Answer]:
        """What each réservataire said last; one that was asked again and stayed silent agreed."""
        for reservataire in self.parties:
            said = [each for each in self.answers if each.reservataire == reservataire]
            if said and (said[-1].round == self.round or reservataire not in self.asked):
                yield said[-1]

    def given_up(self) -> dict[str, str]:
        """Dwellings objected to in the current round, with who gives each up."""
        return {
            name: each.reservataire
            for each in self.answers
            if each.round == self.round and each.answer == "object"
            for name in each.objected
        }

    @property
    def is_answered(self) -> bool:
        """Whether everybody who was asked has said something."""
        return all(self.answer_of(reservataire) is not None for reservataire in self.asked)

    def to_json(self) -> dict[str, Any]:
        """The programme as JSON values, for snapshots."""
        body = asdict(self)
        for lot in body["lots"].values():
            if lot["home"] is not None:
                lot["home"]["barred"] = sorted(lot["home"]["barred"])
        return body

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Programme":
        """The programme written by `to_json`."""
        read = {
            "commitments": [Commitment(**each) for each in values["commitments"]],
            "lots": {name: _lot(lot) for name, lot in values["lots"].items()},
            "answers": [
                Answer(**{**each, "objected": tuple(each["objected"])}) for each in values["answers"]
            ],
        }
        return cls(**{**values, **read})


def _lot(values: Mapping[str, Any]) -> Lot:
    home = values["home"]
    kept = None if home is None else Home(**{**home, "barred": frozenset(home["barred"])})
    return Lot(**{**values, "home": kept})
