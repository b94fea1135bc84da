"""Next year's convention, drafted from a closing: the same terms, and what is carried over kept apart from the base."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from compliance.domain.closing.closing import Closing
from compliance.domain.closing.debts import drawing_end, not_given, parts_of
from compliance.domain.closing.scheduling import Part
from compliance.domain.closing.successors import successor_of
from compliance.domain.state import Projection
from compliance.domain.telling import dwellings
from flux.convention import Convention

SIGNED, ADJUSTED = "convention.signed", "convention.adjusted"
_LONGEST = 128
"""Characters of a convention's id."""


@dataclass(frozen=True, slots=True)
class NextYear:
    """The event that a closing proposes, for people to read first; without a body: none, `because` says why."""

    because: str
    kind: str = SIGNED
    body: Mapping[str, Any] | None = None


def next_year_of(projection: Projection, closing: Closing) -> NextYear:
    """The draft of a closing: a new convention, or the one that stands for next year adjusted."""
    convention, year = closing.view.convention, closing.year + 1
    if convention.id in projection.commitments.ended:
        return NextYear("Convention terminée : ce qui reste dû se règle entre les parties.")
    standing = successor_of(projection, convention, year)
    if standing is not None:
        return _adjusted(standing, closing)
    carry = carry_over_of(closing.schedule.parts, closing.year)
    is_drawn = _is_drawn(convention, year)
    if is_drawn and carry is None:
        return NextYear(f"Droits uniques tirés jusqu'en {closing.year} : rien ne reste à tirer.")
    body = {
        **convention.body,
        **(_nothing_of(convention.body) if is_drawn else {}),
        "convention_id": _next_id(projection, convention, year),
        "year": year,
        "effective": _following(convention),
        "carry_over": carry,
    }
    return NextYear(f"Convention {year} proposée.", SIGNED, body)


def _adjusted(standing: Convention, closing: Closing) -> NextYear:
    """The convention that stands for next year, with what is carried over, and what was given of it before."""
    past = [part for part in parts_of(standing) if part.year <= closing.year]
    if standing.id == closing.view.convention.id:
        past += [replace(part, year=closing.year, units=-part.units) for part in not_given(closing.view)]
    carry = carry_over_of((*past, *closing.schedule.parts), closing.year)
    before = carry_over_of(parts_of(standing), closing.year)
    if carry == before:
        return NextYear(f"Rien à changer dans {standing.id}.", ADJUSTED)
    body = {**standing.body, "carry_over": carry}
    return NextYear(f"{standing.id} à ajuster.", ADJUSTED, body)


def carry_over_of(parts: tuple[Part, ...] | list[Part], year: int) -> dict[str, Any] | None:
    """Parts as a convention's `carry_over` from a year; None when there is none."""
    merged: dict[tuple[int, int, str], int] = {}
    for part in parts:
        key = (part.year, part.from_year, part.cause)
        merged[key] = merged.get(key, 0) + part.units
    rows = [(key, units) for key, units in sorted(merged.items()) if units]
    if not rows:
        return None
    due = [(cause, units) for (when, _, cause), units in rows if when == year + 1]
    cause = max(due, key=lambda each: abs(each[1]), default=(rows[0][0][2], 0))[0]
    whole = {"units": dwellings(sum(units for _, units in due)), "from_year": year, "cause": cause}
    if len(rows) == 1 and rows[0][0][:2] == (year + 1, year):
        return whole
    told = [
        {"year": when, "units": dwellings(units), "from_year": since, "cause": why}
        for (when, since, why), units in rows
    ]
    return {**whole, "parts": told}


def _is_drawn(convention: Convention, year: int) -> bool:
    """Whether its droits uniques are drawn before a year."""
    end = drawing_end(convention)
    return end is not None and end < year


def _nothing_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """The base of a convention whose droits uniques are drawn: nothing accrues, what is carried over is drawn."""
    emptied = {"share_percent": "0", "objective": 0}
    lines = body.get("shares")
    if lines:
        return {"shares": [{**line, **_of_the_same_kind(emptied, line)} for line in lines]}
    return _of_the_same_kind(emptied, body)


def _of_the_same_kind(emptied: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in emptied.items() if said.get(name) is not None}


def _next_id(projection: Projection, convention: Convention, year: int) -> str:
    """Its id with the next year in place of its own, or after it; never one that was used."""
    own = list(re.finditer(rf"(?<![0-9]){year - 1}(?![0-9])", convention.id))
    if own:
        name = f"{convention.id[: own[-1].start()]}{year}{convention.id[own[-1].end() :]}"
        if name not in projection.conventions:
            return name
    return f"{convention.id[: _LONGEST - 5]}-{year}"


def _following(convention: Convention) -> dict[str, str]:
    """From the day after its last one, to the same day a year later."""
    last = convention.last_day
    first = last + timedelta(days=1)
    until = date(last.year + 1, last.month, min(last.day, 28) if last.month == 2 else last.day)  # noqa: PLR2004 - February
    return {"from": first.isoformat(), "until": until.isoformat()}
