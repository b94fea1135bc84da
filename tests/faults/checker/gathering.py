"""Reads a service's journal into the values the checker takes, whatever the journal is stored in."""

from chassis.journal import Journal
from tests.faults.checker.history import Kept

MOST_REJECTS = 1_000_000


async def kept_by(journal: Journal) -> Kept:
    """Everything an open journal holds; nobody may be writing to it."""
    rows = {scope: await journal.rows(scope) for scope in await journal.scopes()}
    named = {row.rulebook for kept in rows.values() for row in kept if row.rulebook}
    bundles = {digest: await journal.bundle(digest) for digest in sorted(named)}
    return Kept(
        rows=rows,
        heads=await journal.heads(),
        rejects=(await journal.rejects(MOST_REJECTS))[::-1],
        unpublished=await journal.unpublished(),
        bundles={digest: bundle for digest, bundle in bundles.items() if bundle is not None},
    )
