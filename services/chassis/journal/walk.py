"""Walks along the rows of a scope, however many, a page at a time."""

from collections.abc import AsyncIterator, Sequence

from chassis.journal.model import Row
from chassis.journal.port import Ledger

PAGE_ROWS = 2_000
PAGE_CONTENTS = 10_000


async def walk(journal: Ledger, scope: str, after: int = 0, *, is_proved: bool = True) -> AsyncIterator[Row]:
    """Every row of the scope beyond a version, in order, proved unless asked for as they are.

    No connection is held between two pages.
    """
    while page := await journal.rows(scope, after, PAGE_ROWS, is_proved=is_proved):
        for row in page:
            yield row
        after = page[-1].version


async def walk_contents(
    journal: Ledger, scope: str, page_rows: int = PAGE_CONTENTS
) -> AsyncIterator[Sequence[tuple[str, bytes]]]:
    """The type and the data of every row of the scope, in order, page by page; versions have no hole."""
    after = 0
    while page := await journal.contents(scope, after, page_rows):
        yield page
        after += len(page)
