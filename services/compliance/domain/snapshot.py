"""A projection as canonical bytes, and back."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from compliance.domain.causes import YearAccounts
from compliance.domain.commitments import Commitments
from compliance.domain.exchanges.exchanges import Exchanges
from compliance.domain.held import Held
from compliance.domain.state import Projection
from compliance.domain.tallies import YearTally
from compliance.domain.watch.seen import Seen
from contracts.canonical import decode, encode_own
from flux.ledger import Ledger, YearLedger

FORMAT = 5
"""Version of the format; a snapshot of another format is ignored and the rows are folded again."""

UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What reading bytes that no writer of ours wrote may raise: the rows are folded again."""


def freeze(projection: Projection) -> bytes:
    """The projection as bytes; equal projections give equal bytes."""
    commitments = projection.commitments
    return encode_own(
        {
            "format": FORMAT,
            **{entry.name: getattr(projection, entry.name) for entry in fields(projection)},
            "ledger": {str(year): ledger.to_json() for year, ledger in projection.ledger.years.items()},
            "commitments": {
                entry.name: getattr(commitments, entry.name) for entry in fields(commitments) if entry.init
            },
            "tallies": {year: tally.to_json() for year, tally in projection.tallies.items()},
            "accounts": {year: accounts.to_json() for year, accounts in projection.accounts.items()},
            "held": {name: held.to_json() for name, held in projection.held.items()},
            "exchanges": projection.exchanges.to_json(),
            "seen": projection.seen.to_json(),
        }
    )


def thaw(data: bytes) -> Projection | None:
    """The projection of `freeze`d bytes; None when they are of another format, or do not hold what it says."""
    try:
        values: Any = decode(data)
        if not isinstance(values, Mapping) or values.get("format") != FORMAT:
            return None
        return _read(values)
    except UNREADABLE:
        return None


def _read(values: Mapping[str, Any]) -> Projection:
    plain = {name: value for name, value in values.items() if name != "format"}
    years = {int(year): YearLedger(**ledger) for year, ledger in values["ledger"].items()}
    return Projection(
        **{
            **plain,
            "ledger": Ledger(years),
            "commitments": Commitments(**values["commitments"]),
            "tallies": {year: YearTally.from_json(tally) for year, tally in values["tallies"].items()},
            "accounts": {year: YearAccounts.from_json(lines) for year, lines in values["accounts"].items()},
            "held": {name: Held.from_json(held) for name, held in values["held"].items()},
            "exchanges": Exchanges.from_json(values["exchanges"]),
            "seen": Seen.from_json(values["seen"]),
        }
    )
