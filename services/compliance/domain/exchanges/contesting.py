"""The contradictory exchange: who contests a dwelling's place or a convention, what was answered, how it ended.

A contestation is *open* until it is answered by another than who contests, *answered* until it is settled. It is
*settled* when, whichever comes first:

- who contests says so: its own `contestation.answered`;
- it is put right: the vacancy is taken back or amended to another place, the convention adjusted or ended;
- it was answered and nobody contested again by the end of the exchange, nor within `REPLY_DAYS` of the answer.

Contesting again opens it again. The exchange about a year ends with the legal day of its bilan (CCH art.
R.441-5-1).
"""

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, field
from datetime import date, timedelta
from typing import Any, Literal, Self

from flux.calendar import documents_due

Data = Mapping[str, Any]
State = Literal["open", "answered", "settled"]

REPLY_DAYS = 30
"""What the contesting party has, at the least, to contest an answer."""
_IN_THE_FLUX = ""


def end_of_exchange(year: int) -> date:
    """Last day of the contradictory exchange about a flux year."""
    return documents_due(year + 1)


def year_discussed(day: date) -> int:
    """The year the exchange of a day is about: last year's until it ends."""
    return day.year - 1 if day <= end_of_exchange(day.year - 1) else day.year


@dataclass(slots=True)
class Contestation:
    """One party's disagreement about one vacancy or one convention. Days are civil, texts are digests; "" for none."""

    subject: str
    """The vacancy or the convention."""
    is_convention: bool
    by: str
    year: int
    """Flux year it bears on."""
    about: str
    """Why the vacancy was outside the flux; "" for a dwelling of the flux and for a convention."""
    contested_on: str
    reason_sha256: str = ""
    times: int = 1
    answered_on: str = ""
    answered_by: str = ""
    answer_sha256: str = ""
    settled_on: str = ""
    settled_by: str = ""
    """`contester`, `amended`, `withdrawn`, `adjusted` or `ended`."""

    def state(self, on: date) -> State:
        """Where it stands when a day ends."""
        if self.settled_on:
            return "settled"
        if not self.answered_on:
            return "open"
        reply_until = date.fromisoformat(self.answered_on) + timedelta(days=REPLY_DAYS)
        return "settled" if on > max(end_of_exchange(self.year), reply_until) else "answered"

    def again(self, day: str, reason_sha256: str) -> None:
        """The party contests again: nothing said so far settles it."""
        self.contested_on, self.reason_sha256, self.times = day, reason_sha256, self.times + 1
        self.answered_on = self.answered_by = self.answer_sha256 = self.settled_on = self.settled_by = ""

    def settle(self, day: str, by: str) -> None:
        """It is over; what settled it first stays."""
        if not self.settled_on:
            self.settled_on, self.settled_by = day, by


@dataclass(slots=True)
class Contestations:
    """Of one scope, in the order they were first made, indexed by what they are about.

    `examined` counts those looked at: what is not contested looks at none, however many there are.
    """

    made: list[Contestation] = field(default_factory=list)
    examined: int = field(default=0, compare=False)
    _by_subject: dict[tuple[str, bool], list[Contestation]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._by_subject = {}
        for each in self.made:
            self._index(each)

    def decided(self, data: Data, day: str) -> None:
        """A decision: an exclusion contested is settled when it is no longer why the vacancy is where it is."""
        place = data["reason"] if data["outcome"] == "outside_flux" else _IN_THE_FLUX
        for each in self._about(data["vacancy_id"]):
            if each.about and place != each.about:
                each.settle(day, "amended")

    def vacancy(self, data: Data, day: str) -> None:
        """A vacancy amended or taken back, when that changed something."""
        change = data["change"]
        if data["status"] != "applied" or change == "convention_ended":
            return
        for each in self._about(data["vacancy_id"]):
            if change == "withdrawn" or not each.about:
                each.settle(day, change)

    def contested(self, data: Data, day: str, place: tuple[int, str] | None) -> None:
        """A party contests a vacancy; `place` is its flux year, and why it is outside the flux, when they are known."""
        year, about = place or (year_discussed(date.fromisoformat(day)), _IN_THE_FLUX)
        self._contest(Contestation(data["vacancy_id"], False, data["by"], year, about, day, _digest(data)))

    def convention(self, data: Data, day: str, in_force: tuple[int, int]) -> None:
        """A convention is contested, or put right; `in_force` are its first and last years."""
        name, change = data["convention_id"], data["change"]
        if change == "contested":
            year = min(max(year_discussed(date.fromisoformat(day)), in_force[0]), in_force[1])
            self._contest(Contestation(name, True, data["by"], year, _IN_THE_FLUX, day, _digest(data)))
        elif change in {"adjusted", "ended"}:
            for each in self._of_convention(name):
                each.settle(day, change)

    def answered(self, data: Data, day: str) -> None:
        """An answer to the réservataire it names, else to all who contest; one's own answer says it is satisfied."""
        vacancy, convention = data.get("vacancy_id"), data.get("convention_id")
        found = list(self._about(vacancy) if vacancy is not None else self._of_convention(convention or ""))
        own = [each for each in found if each.by == data["by"]]
        for each in own:
            each.settle(day, "contester")
        named = [each for each in found if each.by == data["reservataire"]]
        for each in () if own else named or found:
            if not each.settled_on:
                each.answered_on, each.answered_by, each.answer_sha256 = day, data["by"], _digest(data)

    def _contest(self, new: Contestation) -> None:
        for each in self._looked_at(new.subject, is_convention=new.is_convention):
            if each.by == new.by:
                each.about = new.about
                each.again(new.contested_on, new.reason_sha256)
                return
        self.made.append(new)
        self._index(new)

    def _index(self, each: Contestation) -> None:
        self._by_subject.setdefault((each.subject, each.is_convention), []).append(each)

    def _about(self, vacancy: str) -> Iterator[Contestation]:
        return self._looked_at(vacancy, is_convention=False)

    def _of_convention(self, name: str) -> Iterator[Contestation]:
        return self._looked_at(name, is_convention=True)

    def _looked_at(self, subject: str, *, is_convention: bool) -> Iterator[Contestation]:
        for each in self._by_subject.get((subject, is_convention), ()):
            self.examined += 1
            yield each

    def to_json(self) -> list[Any]:
        """The contestations as JSON values."""
        return [list(astuple(each)) for each in self.made]

    @classmethod
    def from_json(cls, values: list[Any]) -> Self:
        """The contestations written by `to_json`."""
        return cls([Contestation(*each) for each in values])


def _digest(data: Data) -> str:
    return str(data.get("reason_sha256", ""))
