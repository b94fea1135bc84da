"""Alerts: what was journalled is what was told, under one id; each is raised, then cleared, perhaps raised again."""

from collections.abc import Iterator
from typing import Any

from chassis.journal import Row
from compliance.watching import ALERTS, message_of
from contracts.canonical import decode
from tests.faults.checker.reading import Reading
from tests.faults.checker.violation import Violation


def alerts_told_are_those_journalled(reading: Reading) -> Iterator[Violation]:
    """Each alert of the journal stands on `alerts` in the bytes its row gives; nothing else does."""
    told = {record.value or b"" for record in reading.history.records.get(ALERTS, ())}
    due = {
        message_of(row).value or b"" for rows in reading.history.compliance.alerts.values() for row in rows
    }
    for value in sorted(due - told):
        yield Violation("lost", f"alert {value[:80]!r}", "journalled, never told")
    for value in sorted(told - due):
        yield Violation("doubled", f"alert {value[:80]!r}", "told in bytes no row gives")


def alerts_are_raised_and_cleared_in_turn(reading: Reading) -> Iterator[Violation]:
    """Numbered without a hole; nothing is cleared that does not stand, nor raised again without anything new."""
    for stream, rows in reading.history.compliance.alerts.items():
        standing: dict[Any, tuple[str, set[str]]] = {}
        for number, row in enumerate(rows, start=1):
            yield from _in_turn(stream, number, row, standing)


def _in_turn(
    stream: str, number: int, row: Row, standing: dict[Any, tuple[str, set[str]]]
) -> Iterator[Violation]:
    body: Any = decode(row.data)
    about = body["kind"], body.get("convention_id"), body.get("year")
    where = f"{stream} alert {number}"
    if body["sequence"] != number:
        yield Violation("lost", where, f"it bears the number {body['sequence']}")
    if row.type == "alert.cleared":
        if standing.pop(about, None) is None:
            yield Violation("disagreement", where, "cleared, and it did not stand")
        return
    severity, named = body["severity"], set(body.get("concerned") or ())
    before = standing.get(about)
    if before is not None and before[0] == severity and named <= before[1]:
        yield Violation("doubled", where, "raised, and it stood")
    standing[about] = severity, named
