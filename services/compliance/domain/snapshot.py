"""A projection as canonical bytes, and back."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from compliance.domain.projection import Projection
from contracts.canonical import decode, encode_own
from flux.ledger import Ledger, YearLedger

FORMAT = 2
"""Version of the format; a snapshot of another format is ignored and the rows are folded again."""


def freeze(projection: Projection) -> bytes:
    """The projection as bytes; equal projections give equal bytes."""
    values = {entry.name: getattr(projection, entry.name) for entry in fields(projection)}
    values["ledger"] = {str(year): ledger.to_json() for year, ledger in projection.ledger.years.items()}
    return encode_own({"format": FORMAT, **values})


def thaw(data: bytes) -> Projection | None:
    """The projection of `freeze`d bytes; None when they are of another format."""
    values: Any = decode(data)
    if not isinstance(values, Mapping) or values.get("format") != FORMAT:
        return None
    fields = {name: value for name, value in values.items() if name != "format"}
    years = {int(year): YearLedger(**ledger) for year, ledger in fields["ledger"].items()}
    return Projection(**{**fields, "ledger": Ledger(years)})
