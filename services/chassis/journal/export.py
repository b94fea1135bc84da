"""Hands the journal over as JSON Lines, one row a line as it is, so that anybody can prove the chain again."""

from collections.abc import AsyncIterator, Collection

import orjson

from chassis.journal.model import Row
from chassis.journal.port import Ledger
from chassis.journal.walk import walk


async def export(journal: Ledger, scopes: Collection[str] | None = None) -> AsyncIterator[bytes]:
    """One line for each row, scope by scope in order of version, all scopes unless some are named."""
    for scope in await journal.scopes() if scopes is None else scopes:
        async for row in walk(journal, scope, is_proved=False):
            yield line(row)


def line(row: Row) -> bytes:
    """A row as one line of JSON, newline included; its data stands there byte for byte as journalled."""
    return orjson.dumps(
        {
            "scope": row.scope,
            "version": row.version,
            "cause": row.cause,
            "ordinal": row.ordinal,
            "type": row.type,
            "data": orjson.Fragment(row.data),
            "rulebook": row.rulebook,
            "event_time": row.event_time,
            "recorded_at": row.recorded_at,
            "hash": row.hash,
            "semantics": row.semantics,
        },
        option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z,
    )
