"""Reads a service's journal into the values the checker takes, whatever the journal is stored in."""

from chassis.journal import Journal
from compliance.streams import is_of_items
from tests.faults.checker.history import Kept

MOST_REJECTS = 1_000_000


async def kept_by(journal: Journal) -> Kept:
    """Everything an open journal holds; nobody may be writing to it."""
    streams = {stream: await journal.rows(stream) for stream in await journal.scopes()}
    named = {row.rulebook for kept in streams.values() for row in kept if row.rulebook}
    bundles = {digest: await journal.bundle(digest) for digest in sorted(named)}
    return Kept(
        rows={stream: rows for stream, rows in streams.items() if is_of_items(stream)},
        heads=await journal.heads(),
        rejects=(await journal.rejects(MOST_REJECTS))[::-1],
        unpublished=await journal.unpublished(),
        alerts={stream: rows for stream, rows in streams.items() if not is_of_items(stream)},
        bundles={digest: bundle for digest, bundle in bundles.items() if bundle is not None},
    )
