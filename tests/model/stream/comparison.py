"""Comparison: the stream of every scope beside what the model expects, input by input.

Each input is predicted before the items it led to are looked at. After the first disagreement a scope is set aside:
what follows from a wrong state proves nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from typing import Any

from tests.model.deciding.scope import Scope
from tests.model.rights.calendar import instant
from tests.model.rights.conventions import BAILLEUR
from tests.model.rulebook.files import RuleFolder
from tests.model.stream.inputs import Item, input_of
from tests.model.stream.model import Model
from tests.model.stream.predicted import Expected, Prediction

COMPARED = (
    "orientation.decided",
    "proposal.issued",
    "proposal.expired",
    "proposal.withdrawn",
    "outcome.recorded",
    "vacancy.recorded",
)
COUNTERS = {
    "proposed",
    "attributed",
    "leased",
    "refused",
    "expired",
    "not_attributed",
    "withdrawn",
    "overridden",
    "open",
    "kept",
}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Where the stream is not what the model expects."""

    scope: str
    sequence: int
    what: str

    def __str__(self) -> str:
        return f"{self.scope} item {self.sequence}: {self.what}"


@dataclass(slots=True)
class Comparison:
    """Scopes compared as their items come."""

    folder: RuleFolder
    models: dict[str, Model] = field(default_factory=dict)
    disagreements: list[Disagreement] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    aside: set[str] = field(default_factory=set)

    def take_all(self, stream: Iterable[Item]) -> None:
        """Compare a whole stream: items of one scope and cause follow one another."""
        for (scope, _), items in groupby(stream, key=lambda item: (item[1]["scope"], item[1]["cause"])):
            self.take(scope, list(items))

    def take(
        self, scope: str, items: Sequence[Item], folder: RuleFolder | None = None, event_time: str = ""
    ) -> None:
        """Compare what one input led to, by the rules that decided it where they are not always the same.

        `event_time` is when the input says that it happened, where that is known: the stream does not tell it.
        """
        if scope in self.aside:
            self.seen["items not compared"] += len(items)
            return
        model = self.models.setdefault(scope, Model(_scope(scope, self.folder)))
        model.scope.folder = folder or self.folder
        model.scope.event_time = event_time
        try:
            said = input_of(items, model.scope.dossiers)
            prediction = model.predict(said, items)
            wrong = list(_differences(prediction, items))
            model.learn_ids(items)
        except (KeyError, AssertionError, StopIteration, ValueError, ZeroDivisionError) as error:
            wrong = [f"the model cannot tell: {error!r}"]
        self.seen.update(kind for kind, _ in items)
        if wrong:
            self.aside.add(scope)
            self.disagreements.append(Disagreement(scope, items[0][1]["sequence"], "; ".join(wrong)))


def _scope(name: str, folder: RuleFolder) -> Scope:
    bailleur, departement = name.split(":")
    return Scope(bailleur, departement, folder)


def _differences(prediction: Prediction, items: Sequence[Item]) -> Iterator[str]:
    told = [(kind, data) for kind, data in items if kind in COMPARED]
    expected = prediction.items
    if [kind for kind, _ in _sorted(told)] != sorted(each.kind for each in expected):
        yield f"expected {[each.kind for each in expected]}, told {[kind for kind, _ in told]}"
        return
    for each, (_, data) in zip(sorted(expected, key=lambda one: one.kind), _sorted(told), strict=True):
        yield from _fields(each, data)
    ours, theirs = _moved(prediction), _ledger(items)
    if ours != theirs:
        yield f"moves: expected {_short(ours, theirs)}, told {_short(theirs, ours)}"


def _sorted(told: Sequence[Item]) -> list[Item]:
    return sorted(told, key=lambda item: item[0])


def _fields(expected: Expected, data: Mapping[str, Any]) -> Iterator[str]:
    for name, value in expected.told.items():
        found = _told(name, data)
        if name == "alternatives":
            for line in sorted({*value, *found}):
                if value.get(line) != found.get(line):
                    yield f"{line}: expected {_shown(value.get(line))}, told {_shown(found.get(line))}"
        elif found != value:
            yield f"{expected.kind} {name}: expected {value!r}, told {found!r}"


def _told(name: str, data: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a field of an item
    if name == "alternatives":
        return {
            one["line"]: (
                Fraction(one["share"]),
                Fraction(one["credit"]),
                Fraction(one["engaged"]),
                one["eligible"],
            )
            for one in data["alternatives"]
            if one.get("line") != BAILLEUR
        }
    if name == "respond_by":
        return instant(data[name]).isoformat()
    if name in ("first_round", "counted_apart"):
        return bool(data.get(name))
    return data.get(name)


def _shown(value: Any) -> str:  # noqa: ANN401 - what is told of a line
    return "nothing" if value is None else "share {}, credit {}, engaged {}, eligible {}".format(*value)


Moves = dict[tuple[str, ...], Fraction]


def _moved(prediction: Prediction) -> Moves:
    found: Moves = Counter()  # type: ignore[assignment]
    for each in prediction.moved:
        if each.account in ("credit", "carry", "engaged"):
            found[each.account, each.line] += each.amount
        elif each.account == "counted" or each.name.removeprefix("apart_") in COUNTERS:
            found[each.account, each.line, each.name] += each.amount
    return {key: amount for key, amount in found.items() if amount}


def _ledger(items: Sequence[Item]) -> Moves:
    found: Moves = Counter()  # type: ignore[assignment]
    for _, data in items:
        ledger = data.get("ledger") or {}
        for account in ("credit", "carry", "engaged"):
            for line, amount in (ledger.get(account) or {}).items():
                found[account, line] += Fraction(amount)
        for year, lines in (ledger.get("counted") or {}).items():
            for line, amount in lines.items():
                found["counted", line, year] += Fraction(amount)
        for line, counts in (ledger.get("counts") or {}).items():
            for name, amount in counts.items():
                if name.removeprefix("apart_") in COUNTERS:
                    found["counts", line, name] += Fraction(amount)
    return {key: amount for key, amount in found.items() if amount}


def _short(these: Moves, those: Moves) -> str:
    return ", ".join(f"{' '.join(key)} {amount}" for key, amount in these.items() if those.get(key) != amount)
