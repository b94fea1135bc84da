"""The rulebook a service last decided by, as its own journal tells: what is left when a topic has none."""

from chassis.journal import Journal, Row
from chassis.rulebook.book import Rulebook


async def last_in_force(journal: Journal) -> Rulebook | None:
    """The rulebook of the last row that was decided by one, over all scopes; None before any decision.

    Every decision's rulebook is stored before it, so it is there; it was checked when it came into force.
    """
    last: Row | None = None
    for scope, head in (await journal.heads()).items():
        for row in await journal.rows(scope, after=head.version - 1):
            if row.rulebook and (last is None or row.recorded_at > last.recorded_at):
                last = row
    content = None if last is None else await journal.bundle(last.rulebook)
    return None if content is None else Rulebook.from_bundle(content)
