"""Published heads: what the tails of `orientations` and `checkpoints` say of a journal, and whether it holds that."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from chassis.bus.progress import GroupProgress
from chassis.bus.records import Record
from chassis.checkpoints import CHECKPOINTS, checkpoint_in
from chassis.journal.port import Ledger
from contracts.envelope import open_emitted
from contracts.events.checkpoints import CheckpointPublished
from contracts.rejected import Rejected
from contracts.speakers import ORIENTATION

A_DIGEST = re.compile("[0-9a-f]{64}")
TAIL = 500
"""Events looked at from the end of each partition: the very last are those an older journal lacks."""


@dataclass(frozen=True, slots=True)
class Heads:
    """What was published last: the causes of facts, each with its scope, and of one service the checkpoints."""

    causes: dict[str, str]
    checkpoints: dict[str, CheckpointPublished]

    async def ahead_of(self, journal: Ledger, since: datetime | None) -> tuple[list[str], list[str]]:
        """The scopes of which the journal lacks something, and those it tells otherwise; read it after the topics.

        Checkpoints of rows recorded by `since` say nothing: the journal was recovered or adopted then, and its rows
        bear other hours and other numbers since.
        """
        known = await journal.known(list(self.causes)) if self.causes else {}
        ahead = {scope for cause, scope in self.causes.items() if cause not in known}
        contradicted = set()
        heads = await journal.heads() if self.checkpoints else {}
        for scope, said in self.checkpoints.items():
            if since is not None and said.recorded_at <= since:
                continue
            if scope not in heads or heads[scope].version < said.version:
                ahead.add(scope)
            elif said.hash not in {row.hash for row in await journal.rows(scope, said.version - 1, 1)}:
                contradicted.add(scope)
        return sorted(ahead), sorted(contradicted)


async def published_heads(progress: GroupProgress, service: str, facts: str | None) -> Heads:
    """The heads at the tail of the topic of facts, if the service publishes one, and of the checkpoints."""
    said = await _tail(progress, [CHECKPOINTS, *([facts] if facts else [])])
    causes = dict(causes_in(record for record in said if record.topic == facts))
    return Heads(causes, _checkpoints((r for r in said if r.topic == CHECKPOINTS), service))


async def _tail(progress: GroupProgress, topics: Collection[str]) -> list[Record]:
    places = await progress.led("|".join(topics))
    ends = await progress.ends(places)
    begins = await progress.beginnings(places)
    starts = {place: max(begins[place], end - TAIL) for place, end in ends.items()}
    return await progress.records(starts, ends)


def causes_in(said: Iterable[Record]) -> Iterable[tuple[str, str]]:
    """The cause of each fact, and its scope; what orientation did not say is left out."""
    for record in said:
        try:
            emitted = open_emitted(record.value or b"")
            cause, scope = str(emitted.data["cause"]), str(emitted.data["scope"])
        except (Rejected, KeyError, TypeError):
            continue
        if emitted.source == ORIENTATION and A_DIGEST.fullmatch(cause):
            yield cause, scope


def _checkpoints(said: Iterable[Record], service: str) -> dict[str, CheckpointPublished]:
    """The last of each scope."""
    last: dict[str, CheckpointPublished] = {}
    for record in said:
        try:
            one = checkpoint_in(record.value or b"")
        except ValueError:
            continue
        if one.service == service:
            last[one.scope] = one
    return last
