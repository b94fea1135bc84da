"""Movements of the ledger, as facts carry them."""

from collections.abc import Mapping
from typing import Any

from flux.ledger import texts


def movement(  # noqa: PLR0913 - one argument an account of the ledger
    year: int,
    *,
    credit: Mapping[str, int] | None = None,
    engaged: Mapping[str, int] | None = None,
    counted: Mapping[int, Mapping[str, int]] | None = None,
    carry: Mapping[str, int] | None = None,
    cycle: Mapping[str, int] | None = None,
    mix: Mapping[str, int] | None = None,
    counts: Mapping[str, Mapping[str, int]] | None = None,
) -> dict[str, Any]:
    """A movement in units by account and party, as JSON values; accounts that do not move are left out."""
    accounts = {"credit": credit, "engaged": engaged, "carry": carry, "cycle": cycle, "mix": mix}
    moved: dict[str, Any] = {"year": year}
    for name, units in accounts.items():
        written = texts(units) if units else None
        if written:
            moved[name] = written
    by_year = {str(when): texts(units) for when, units in (counted or {}).items()}
    if any(by_year.values()):
        moved["counted"] = {when: units for when, units in by_year.items() if units}
    if counts:
        moved["counts"] = counts
    return moved
