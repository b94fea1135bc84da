"""Keeps the watch over one scope: every civil day is watched once, when it is over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from compliance.domain.ports import Rulebook
from compliance.domain.state import Projection
from compliance.domain.watch.evening import Told, watch
from compliance.domain.watch.standing import Alert, Standing
from contracts.canonical import decode, encode_own

FORMAT = 1
"""Version of the format; a snapshot of another format is ignored and the rows are folded again."""
MOST_DAYS = 800
"""After a longer silence only the latest days are watched: nothing moved before them."""
_DAY = timedelta(days=1)


@dataclass(slots=True)
class Watch:
    """The alerts of a scope, and the last civil day that was watched.

    Every day before that of the last item was watched before that item was folded.
    """

    standing: Standing = field(default_factory=Standing)
    last: date | None = None
    judged_by: str | None = None
    """Digest of the rules the last day was watched by."""

    @classmethod
    def thaw(cls, state: bytes) -> "Watch | None":
        """The watch of `freeze`d bytes; None when they are of another format."""
        values: Any = decode(state)
        if not isinstance(values, Mapping) or values.get("format") != FORMAT:
            return None
        standing = Standing(values["sequence"])
        for body in values["alerts"]:
            standing.alerts[Alert(body).key] = Alert(body)
        last = values["last"]
        return cls(standing, None if last is None else date.fromisoformat(last), values["judged_by"])

    def freeze(self) -> bytes:
        """The watch as bytes: which alerts stand, how far days were watched, by which rules."""
        return encode_own(
            {
                "format": FORMAT,
                "sequence": self.standing.sequence,
                "alerts": [alert.body for _, alert in sorted(self.standing.alerts.items())],
                "last": None if self.last is None else self.last.isoformat(),
                "judged_by": self.judged_by,
            }
        )

    def until(self, projection: Projection, day: date, book: Rulebook) -> list[Told]:
        """Watch every day that is over when `day` begins and was not watched: alerts told, in order."""
        told: list[Told] = []
        if not projection.as_of:
            return told
        on = max(self._latest(projection) + _DAY, day - MOST_DAYS * _DAY)
        while on < day:
            told += watch(projection, self.standing, book, on)
            self.last, self.judged_by = on, book.rules.digest
            on += _DAY
        return told

    def again(self, projection: Projection, book: Rulebook) -> list[Told]:
        """Watch the last day once more, by rules that have changed since."""
        if not projection.as_of:
            return []
        self.judged_by = book.rules.digest
        return watch(projection, self.standing, book, self._latest(projection))

    def _latest(self, projection: Projection) -> date:
        """The last day watched: after a restart `last` is that of the last change, and more were watched since."""
        before = date.fromisoformat(projection.day(projection.as_of)) - _DAY
        return before if self.last is None else max(before, self.last)
