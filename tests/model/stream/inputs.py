"""Inputs: what the outside world said, told apart from what was decided of it, in the items one cause left."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Item = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Input:
    """One thing said, or one wait that ended."""

    kind: str
    """convention, forecast, programme, declared, amended, withdrawn, outcome, given up, wait ended."""
    told: Mapping[str, Any]
    vacancy: Mapping[str, Any] | None = None
    """The dwelling as described, where it was."""


SAID = (
    ("convention.recorded", "convention"),
    ("forecast.recorded", "forecast"),
    ("programme.recorded", "programme"),
    ("vacancy.recorded", ""),
)


def input_of(items: Sequence[Item], known: Container[str]) -> Input:
    """The input that led to these items; `known` are the vacancies met before."""
    for kind, name in SAID:
        told = next((data for each, data in items if each == kind), None)
        if told is not None:
            return Input(name or told["change"], told, _described(items))
    kind, first = items[0]
    if kind == "orientation.decided" and first["vacancy_id"] not in known:
        return Input("declared", first, first["vacancy"])
    said = next((data for each, data in items if each == "outcome.recorded" and not data.get("of")), None)
    if said is not None:
        return Input("outcome", said)
    if kind == "outcome.recorded":
        return Input("given up", first)
    return Input("programme" if kind.startswith("concertation.") else "wait ended", first)


def _described(items: Sequence[Item]) -> Mapping[str, Any] | None:
    return next((data["vacancy"] for kind, data in items if kind == "orientation.decided"), None)
