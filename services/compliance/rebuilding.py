"""Rebuilds projections from nothing: from the rows of compliance's own journal, or from the ordered stream itself."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256

from chassis.clock import WallClock
from chassis.containment import Quarantine, ScopeBrokeError
from chassis.journal import Append, Appended, Entry, Journal, Transition, walk
from chassis.unavailable import Unavailable
from compliance.domain.projection import Projection, apply
from compliance.domain.snapshot import freeze, thaw
from compliance.items import Item
from compliance.streams import is_of_items
from contracts.canonical import decode

PAGE_ITEMS = 2_000


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """One scope: how far it was folded, the digest of its projection, what was found on the way."""

    scope: str
    sequence: int
    digest: str
    """SHA-256 of the projection's canonical bytes: the same items give the same, wherever they were read."""
    stood: bool
    """Whether what stood before had the same bytes; a scope of which nothing stood counts as the same."""
    added: int = 0
    """Items the journal did not hold."""
    missing: int | None = None
    """First sequence the stream no longer holds: nothing beyond it was folded."""
    broken: str | None = None
    """Why the scope cannot be folded, in French: nothing of it was written."""


async def rebuild_from_journal(journal: Journal, *, is_written: bool = True) -> list[Rebuilt]:
    """Fold every row again, scope by scope; the new snapshots replace the old ones unless only a check is asked."""
    return [await _again(journal, scope, is_written=is_written) for scope in await _scopes(journal)]


async def rebuild_from_stream(
    journal: Journal, items: Iterable[Item], alerts: Iterable[Item] = ()
) -> list[Rebuilt]:
    """Journal the items that are not there yet, scope by scope in order of sequence, then fold every row again.

    Repeats are dropped. Past a hole nothing is taken in: publish the stream again from orientation's journal. Alerts
    told so far come back too, so that the next one bears the next number.
    """
    for stream, told in _by_scope(alerts).items():
        await _take_in(journal, stream, told)
    scopes = _by_scope(items)
    found = []
    for scope in sorted({*scopes, *await _scopes(journal)}):
        added, missing = await _take_in(journal, scope, scopes.get(scope, {}))
        again = await _again(journal, scope, is_written=True)
        found.append(replace(again, added=added, missing=missing))
    return found


def _by_scope(items: Iterable[Item]) -> dict[str, dict[int, Item]]:
    scopes: dict[str, dict[int, Item]] = {}
    for item in items:
        scopes.setdefault(item.scope, {})[item.sequence] = item
    return scopes


async def _scopes(journal: Journal) -> list[str]:
    return [stream for stream in await journal.scopes() if is_of_items(stream)]


async def _take_in(journal: Journal, scope: str, items: dict[int, Item]) -> tuple[int, int | None]:
    """Journal what follows the scope's last item; how many, and the first sequence that is missing."""
    stored = await journal.load(scope)
    version = first = stored.head_version
    while page := _following(items, version):
        transitions = [
            Transition(item.identity, item.time, item.rulebook, [Entry(item.kind, item.canonical)])
            for item in page
        ]
        await _append(journal, Append(scope, version, transitions))
        version += len(page)
    beyond = [sequence for sequence in items if sequence > version]
    return version - first, version + 1 if beyond else None


def _following(items: dict[int, Item], after: int) -> list[Item]:
    """The items that follow a sequence without a hole, a page at most."""
    page: list[Item] = []
    while len(page) < PAGE_ITEMS and (item := items.get(after + len(page) + 1)) is not None:
        page.append(item)
    return page


async def _again(journal: Journal, scope: str, *, is_written: bool) -> Rebuilt:
    """Fold a scope from nothing; one that breaks is told and left as it is, the others are made again."""
    quarantine = Quarantine(WallClock(), is_logged=False)
    try:
        with quarantine.guarding(scope, "le compte de ses faits"):
            return await _folded(journal, scope, is_written=is_written)
    except ScopeBrokeError:
        aside = quarantine.find(scope)
        return Rebuilt(scope, 0, "", stood=False, broken=None if aside is None else aside.told())


async def _folded(journal: Journal, scope: str, *, is_written: bool) -> Rebuilt:
    stored = await journal.load(scope)
    projection = Projection(scope)
    async for row in walk(journal, scope):
        _fold(projection, row.type, row.data)
    state = freeze(projection)
    if is_written:
        await _append(journal, Append(scope, stored.head_version, (), snapshot=state))
    stood = thaw(stored.snapshot.state) if stored.snapshot is not None else None
    if stood is not None:
        for row in stored.rows:
            _fold(stood, row.type, row.data)
    same = stood is None or freeze(stood) == state
    return Rebuilt(scope, projection.sequence, sha256(state).hexdigest(), same)


def _fold(projection: Projection, kind: str, row: bytes) -> None:
    data = decode(row)
    assert isinstance(data, dict)  # noqa: S101 - items are objects
    apply(projection, kind, data)


async def _append(journal: Journal, asked: Append) -> None:
    outcome = (await journal.append([asked]))[0]
    if not isinstance(outcome, Appended):
        raise Unavailable(f"{asked.scope} : un service écrit encore, arrêtez-le d'abord.")
