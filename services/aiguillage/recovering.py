"""Brings a restored journal up to what stands on the topics, then has the services read from the start."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aiguillage.rule_topic import read_topic
from chassis.bus import Cluster, Record, Tail, Tuning
from chassis.bus.rewinding import rewind
from chassis.journal import Journal, Reject
from chassis.rejects import reject_in
from chassis.rulebook import Rulebook, load
from compliance.app import GROUP as COMPLIANCE
from compliance.app import STREAM
from contracts.envelope import open_emitted
from contracts.inputs import Input, read
from contracts.rejected import Rejected
from orientation.app import GROUP as ORIENTATION
from orientation.app import INPUTS
from orientation.recovering import Recovered, Recovery, Said
from orientation.rulebook import BookView

if TYPE_CHECKING:
    from chassis.settings import Settings

REFUSED = r"^(vacancies|conventions|programmes|outcomes)(\.[A-Za-z0-9-]+)?\.rejected$"
MOST_REFUSED = 1_000_000


@dataclass(frozen=True, slots=True)
class Caught:
    """What came back, scope by scope, and how many refusals."""

    scopes: Sequence[Recovered]
    refused: int

    @property
    def is_whole(self) -> bool:
        """Whether the journal now holds all the ordered stream tells."""
        return not any(recovered.stopped for recovered in self.scopes)


async def recover(journal: Journal, cluster: Cluster, tuning: Tuning, settings: "Settings") -> Caught:
    """Take back from the topics what orientation's journal lacks; when all of it came, rewind both services.

    Stop the services first. Raises `Unavailable` when the broker does not answer or somebody is at work.
    """
    refused = [found for r in await _all(cluster, REFUSED, tuning) if (found := reject_in(r))]
    await _keep(journal, refused)
    stream = [_said(record) for record in await _all(cluster, STREAM, tuning)]
    wanted = {str(said.data["cause"]) for said in stream}
    inputs = _inputs(await _all(cluster, INPUTS, tuning), wanted)
    books = _Rulebooks(journal, cluster, settings)
    scopes = await Recovery(journal, inputs, books.of, settings.trust).run(stream)
    caught = Caught(scopes, len(refused))
    if caught.is_whole:
        await _rewind(cluster, tuning)
    return caught


async def _all(cluster: Cluster, pattern: str, tuning: Tuning) -> list[Record]:
    async with Tail(cluster, pattern, tuning) as tail:
        return await tail.read()


async def _keep(journal: Journal, refused: Sequence[Reject]) -> None:
    """Keep them as refused and published: the senders were told, and are not to be told again."""
    await journal.reject(refused)
    places = {reject.place for reject in refused}
    unpublished = await journal.unpublished_rejects(MOST_REFUSED)
    told = [kept.id for kept in unpublished if kept.reject.place in places]
    await journal.mark_rejects_published(told)


def _said(record: Record) -> Said:
    emitted = open_emitted(record.value or b"")
    return Said(emitted.type, emitted.data)


def _inputs(records: Sequence[Record], wanted: Collection[str]) -> Mapping[str, Input]:
    found: dict[str, Input] = {}
    for record in records:
        try:
            one = read(record.value, record.headers, record.topic, now=None, trust="open")
        except Rejected:
            continue
        if one.identity in wanted:
            found.setdefault(one.identity, one)
    return found


async def _rewind(cluster: Cluster, tuning: Tuning) -> None:
    """What the journals hold by now is dropped as repeats; what was accepted and never published is heard again."""
    for group, pattern in ((ORIENTATION, INPUTS), (COMPLIANCE, STREAM)):
        await rewind(cluster, group, pattern, tuning)


class _Rulebooks:
    """Rulebooks by digest: those the journal holds, the folder's, those ever published."""

    def __init__(self, journal: Journal, cluster: Cluster, settings: "Settings") -> None:
        self._journal = journal
        self._cluster = cluster
        self._folder = None if settings.rules == "topic" else settings.rules
        self._found: dict[str, BookView | None] = {}

    async def of(self, digest: str) -> BookView | None:
        """The rulebook of a digest; kept in the journal from now on, wherever it was found."""
        if digest not in self._found:
            book = await self._find(digest)
            if book is not None:
                await self._journal.store_bundle(digest, book.bundle())
            self._found[digest] = None if book is None else BookView(book)
        return self._found[digest]

    async def _find(self, digest: str) -> Rulebook | None:
        if (content := await self._journal.bundle(digest)) is not None:
            return Rulebook.from_bundle(content)
        if self._folder is not None and (book := load(Path(self._folder))).digest == digest:
            return book
        published = (await read_topic(self._cluster)).publications
        return next((p.offer().sound() for p in published if p.digest == digest), None)
