"""Décompte (theme 3): what a dwelling is worth at the furthest stage it reached, and the year it counts in."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from tests.model.history.dossiers import Stage
from tests.model.rights.amounts import NOTHING, ONE
from tests.model.rights.conventions import Line
from tests.model.rights.facts import of_line
from tests.model.rulebook.asking import Rules

ORDER = [Stage.PROPOSED, Stage.ATTRIBUTED, Stage.LEASED]


def decompte_of(line: Line, facts: Mapping[str, Any], day: date, rules: Rules) -> dict[str, Any]:
    """The convention's own words; where it is silent, the rules in force that day."""
    written = line.convention.told.get("decompte") or {}
    ruled = rules.answer("decompte", day, {**facts, **of_line(line)})
    return {**ruled, **{key: value for key, value in written.items() if value is not None}}


def worth(decompte: Mapping[str, Any], stage: Stage) -> Fraction:
    """Units a proposal is worth at a stage."""
    method = decompte["method"]
    if method == "mixte":
        return Fraction(str(decompte["weights"][stage]))
    return ONE if ORDER.index(stage) >= ORDER.index(Stage(method)) else NOTHING
