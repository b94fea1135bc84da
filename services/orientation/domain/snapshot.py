"""A scope's state as canonical bytes, and back: what a restart reads instead of its whole history."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from contracts.canonical import decode, encode_own
from flux.convention import Convention
from flux.ledger import Ledger, YearLedger
from flux.scope import Scope
from orientation.domain.concertation.programme import Programme
from orientation.domain.dossier import Dossier
from orientation.domain.instants import instant, instant_text
from orientation.domain.state import ScopeState

FORMAT = 3
"""Version of the format; a snapshot of another format is ignored and the rows are folded again."""

UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What reading bytes that no writer of ours wrote may raise: the rows are folded again."""


def freeze(state: ScopeState) -> bytes:
    """The state as bytes; equal states give equal bytes."""
    return encode_own(
        {
            "format": FORMAT,
            "scope": str(state.scope),
            "sequence": state.sequence,
            "clock": instant_text(state.clock),
            "conventions": {name: c.body for name, c in state.conventions.items()},
            "ended": {name: day.isoformat() for name, day in state.ended.items()},
            "forecasts": {str(year): body for year, body in state.forecasts.items()},
            "ledger": {str(year): ledger.to_json() for year, ledger in state.ledger.years.items()},
            "dossiers": {name: dossier.to_json() for name, dossier in state.dossiers.items()},
            "dwellings": state.dwellings,
            "parked": list(state.parked.values()),
            "reservataire_sequences": state.reservataire_sequences,
            "accrued": state.accrued,
            "covered": state.covered,
            "programmes": {name: programme.to_json() for name, programme in state.programmes.items()},
            "concertation_sequence": state.concertation_sequence,
        }
    )


def thaw(data: bytes) -> ScopeState | None:
    """The state of `freeze`d bytes; None when they are of another format, or do not hold what it says."""
    try:
        values: Any = decode(data)
        if not isinstance(values, Mapping) or values.get("format") != FORMAT:
            return None
        return _read(values)
    except UNREADABLE:
        return None


def _read(values: Mapping[str, Any]) -> ScopeState:
    state = ScopeState(
        scope=Scope.parse(values["scope"]),
        sequence=values["sequence"],
        clock=instant(values["clock"]),
        conventions={name: Convention.from_body(body) for name, body in values["conventions"].items()},
        ended={name: date.fromisoformat(day) for name, day in values["ended"].items()},
        forecasts={int(year): body for year, body in values["forecasts"].items()},
        ledger=Ledger({int(year): YearLedger(**ledger) for year, ledger in values["ledger"].items()}),
        dossiers={name: Dossier.from_json(body) for name, body in values["dossiers"].items()},
        dwellings=values["dwellings"],
        reservataire_sequences=values["reservataire_sequences"],
        accrued=values["accrued"],
        covered=values["covered"],
        programmes={name: Programme.from_json(body) for name, body in values["programmes"].items()},
        concertation_sequence=values["concertation_sequence"],
    )
    for body in values["parked"]:
        state.parked.add(body)
    state.rebuild_deadlines()
    return state
