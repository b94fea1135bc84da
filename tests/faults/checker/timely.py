"""Who was in time was heard, where a history tells when messages were said."""

from collections.abc import Iterator
from datetime import UTC, datetime

from contracts.canonical import decode
from orientation.domain.instants import instant
from orientation.domain.routing import DEADLINE_FIRED
from tests.faults.checker.reading import Reading
from tests.faults.checker.violation import Violation

NEVER = datetime.min.replace(tzinfo=UTC)


def no_wait_ended_before_what_was_said_in_time(reading: Reading) -> Iterator[Violation]:
    """What was said of a scope before one of its waits was over is applied before that wait ends."""
    for scope, rows in reading.history.orientation.rows.items():
        ended = NEVER
        for row in rows:
            if row.ordinal == 0 and row.type == DEADLINE_FIRED:
                ended = max(ended, _due(row.data))
            elif row.ordinal == 0 and any(at < ended for at in _said_at(reading, row.cause, row.data)):
                yield Violation(
                    "lost",
                    f"cause {row.cause} of {scope}",
                    "said before a wait was over, applied after its end",
                )


def _due(data: bytes) -> datetime:
    body = decode(data)
    assert isinstance(body, dict)
    due: str = body["data"]["due"]
    return instant(due)


def _said_at(reading: Reading, cause: str, canonical: bytes) -> Iterator[datetime]:
    """When a message was said, each time."""
    for place, message in reading.said.get(cause, ()):
        if message.canonical == canonical and place in reading.history.said_at:
            yield reading.history.said_at[place]
