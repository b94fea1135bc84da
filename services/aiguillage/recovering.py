"""Brings a restored journal up to what stands on the topics, then has the services read from the start."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from aiguillage.remainder import Remainder, said_in
from aiguillage.rule_topic import read_topic
from chassis.bus import Cluster, Record, Tail, Tuning
from chassis.bus.incarnation.incarnations import Incarnations
from chassis.bus.rewinding import rewind
from chassis.bus.tail import RECORDS_AT_ONCE
from chassis.journal import Adoption, Journal, Reject
from chassis.rejects import reject_in
from chassis.rulebook import Rulebook, load
from compliance.app import GROUP as COMPLIANCE
from compliance.app import STREAM
from orientation.app import GROUP as ORIENTATION
from orientation.app import INPUTS
from orientation.recovering import Recovered, Recovery
from orientation.rulebook import BookView

if TYPE_CHECKING:
    from chassis.settings import Settings

REFUSED = r"^(vacancies|conventions|programmes|outcomes)(\.[A-Za-z0-9-]+)?\.rejected$"


@dataclass(frozen=True, slots=True)
class Caught:
    """What came back, scope by scope, and how many refusals."""

    scopes: Sequence[Recovered]
    refused: int

    @property
    def is_whole(self) -> bool:
        """Whether the journal now holds all the ordered stream tells."""
        return not any(recovered.stopped for recovered in self.scopes)


async def recover(
    journal: Journal,
    cluster: Cluster,
    tuning: Tuning,
    settings: "Settings",
    at_once: int = RECORDS_AT_ONCE,
    *,
    at: datetime,
) -> Caught:
    """Take back from the topics what orientation's journal lacks; when all of it came, rewind both services.

    Stop the services first. Topics are read `at_once` records at a time, and what the journal lacks is laid aside
    on a temporary file: memory follows the number of scopes, by a number each, not what is on the topics. Raises
    `Unavailable` when the broker does not answer or somebody is at work.
    """
    refused = 0
    async for records in _read(cluster, REFUSED, tuning, at_once):
        found = [reject for record in records if (reject := reject_in(record))]
        await _keep(journal, found)
        refused += len(found)
    books = _Rulebooks(journal, cluster, settings)
    with Remainder() as lacking:
        recovery = Recovery(journal, lacking, books.of, settings.trust)
        known: dict[str, int] = {}
        async for records in _read(cluster, STREAM, tuning, at_once):
            await _lay_aside(records, known, recovery, lacking)
        async for records in _read(cluster, INPUTS, tuning, at_once):
            lacking.offer(records)
        caught = Caught(await recovery.run(), refused)
    if caught.is_whole:
        await _rewind(cluster, tuning)
        await _note(journal, cluster, at)
    return caught


async def _note(journal: Journal, cluster: Cluster, at: datetime) -> None:
    """The journal holds by now what was published: checkpoints said before, of rows it recorded anew, count no more."""
    incarnations = Incarnations(Cluster.of(cluster))
    await incarnations.look()
    bound = (await journal.identity()).cluster_id
    cluster_id = bound if incarnations.is_embedded else incarnations.cluster_id
    await journal.adopt(Adoption(at, "journal recover", cluster_id or "", "Journal repris des sujets."))


async def _read(cluster: Cluster, pattern: str, tuning: Tuning, at_once: int) -> AsyncIterator[list[Record]]:
    async with Tail(cluster, pattern, tuning) as tail:
        async for records in tail.chunks(at_once):
            yield records


async def _lay_aside(
    records: Sequence[Record], known: dict[str, int], recovery: Recovery, lacking: Remainder
) -> None:
    """Keep what is beyond the journal; `known` are the sequences it holds, by scope, asked for once."""
    said = [(said_in(value), value) for record in records if (value := record.value or b"")]
    for scope in {one.data["scope"] for one, _ in said} - known.keys():
        known[scope] = await recovery.sequence(scope)
        lacking.know(scope)
    lacking.add((one, value) for one, value in said if one.sequence > known[one.data["scope"]])


async def _keep(journal: Journal, refused: Sequence[Reject]) -> None:
    """Keep them as refused and published: the senders were told, and are not to be told again."""
    await journal.reject(refused)
    places = {reject.heard for reject in refused}
    after = 0
    while waiting := await journal.unpublished_rejects(RECORDS_AT_ONCE, after):
        after = waiting[-1].id
        told = [kept.id for kept in waiting if kept.reject.heard in places]
        await journal.mark_rejects_published(told)


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
