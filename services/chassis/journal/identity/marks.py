"""Applied marks: up to where a batch takes each input partition, lowered by what is not done with yet. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from chassis.journal.identity.model import Mark
from chassis.journal.model import Append, Appended, Heard, Outcome, Reject

Key = tuple[str, int, str]


def lowered(marks: Sequence[Mark], appends: Sequence[Append], outcomes: Sequence[Outcome]) -> list[Mark]:
    """The marks a transaction may write: what a scope in conflict did not write holds its partition there.

    An append in conflict that does not tell where its messages stood holds every mark back.
    """
    lost = [
        asked for asked, outcome in zip(appends, outcomes, strict=True) if not isinstance(outcome, Appended)
    ]
    if any(not asked.heard and not asked.refused for asked in lost):
        return []
    return _held_by(marks, [heard for asked in lost for heard in heard_by(asked)])


def heard_by(asked: Append) -> Iterable[Heard]:
    """Where the messages of an append stood, applied and refused ones."""
    yield from asked.heard
    yield from (reject.heard for reject in asked.refused)


def _held_by(marks: Sequence[Mark], pending: Iterable[Heard]) -> list[Mark]:
    lowest: dict[Key, int] = {}
    for heard in pending:
        topic, partition, offset = heard.place
        key = topic, partition, heard.incarnation
        lowest[key] = min(offset, lowest.get(key, offset))
    return [
        Mark(
            mark.topic, mark.partition, mark.incarnation, min(mark.offset, lowest.get(mark.key, mark.offset))
        )
        for mark in marks
    ]


@dataclass(slots=True)
class Marks:
    """The marks of the batch in hand, and those the journal is known to hold.

    What has no incarnation, for it stands on no log that outlives the process, has no mark.
    """

    known: dict[Key, int] = field(default_factory=dict)
    _upto: dict[Key, int] = field(default_factory=dict)
    _pending: list[Heard] = field(default_factory=list)

    def begin(self, places: Iterable[Mark]) -> None:
        """A batch is in hand; once all of it is done with, these are the marks."""
        self._pending = []
        self._upto = {}
        for mark in places:
            self._upto[mark.key] = max(mark.offset, self._upto.get(mark.key, 0))

    def hold(self, refused: Iterable[Reject]) -> None:
        """These are refused, and not kept yet."""
        self._pending += [reject.heard for reject in refused]

    def release(self) -> None:
        """All that was pending is kept with what is written next."""
        self._pending = []

    def reached(self) -> list[Mark]:
        """What may be written with whatever the batch writes next."""
        return _held_by([Mark(*key, offset) for key, offset in self._upto.items()], self._pending)

    def written(self, marks: Iterable[Mark]) -> None:
        """The journal holds these now; marks only move forward."""
        for mark in marks:
            self.known[mark.key] = max(mark.offset, self.known.get(mark.key, 0))
