"""A journal of a million rows: a played year's own, copied under other bailleurs, each chain computed anew.

`python -m bench.restart_journal ROWS URL…` fills the empty journals of both services behind each URL.
"""

import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, cast

from prometheus_client import CollectorRegistry
from sqlalchemy import Table  # noqa: TC002 - as the project's own modules do
from sqlalchemy.ext.asyncio import AsyncConnection

from aiguillage.lines import SAMPLE, event_time, topic_of
from bench.material import book, sample_lines
from chassis.bus import Message, Publisher, Record
from chassis.clock import FixedClock
from chassis.journal import SEMANTICS, Row, Snapshot, SqlJournal
from chassis.journal.chain import genesis, link, microseconds
from chassis.journal.database import Database
from chassis.journal.lookup import Standing
from chassis.journal.migrating import upgrade
from chassis.journal.proving import snapshot_digest
from chassis.journal.tables import journal, scopes, snapshots, waits
from chassis.metrics import Metrics
from chassis.telemetry import configure_logging
from compliance.domain.projection import Projection, apply
from compliance.domain.snapshot import freeze
from compliance.projections import SNAPSHOT_EVERY_ROWS
from contracts.canonical import decode
from orientation.domain.ports import Rulebook
from orientation.handlers import Orientation
from orientation.meter import Meter
from orientation.publishing import Publishing
from orientation.scopes import Scopes

VACANCIES, BATCH, AT_ONCE = 2_500, 100, 20_000
DAWN = datetime(2026, 1, 1, tzinfo=UTC)

Columns = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Played:
    """One scope of the played year: rows, until when it waits in microseconds, its last snapshot and version."""

    scope: str
    rows: Sequence[Row]
    due: int
    snapshot: Snapshot | None


@dataclass(frozen=True, slots=True)
class Copied:
    """One scope to be written: columns of its rows, until when it waits, its snapshot and the version of that."""

    scope: str
    rows: Sequence[Columns]
    due: int
    at: int
    state: bytes


class _Anywhere:
    async def publish(self, messages: Sequence[Message]) -> list[BaseException | None]:
        return [None for _ in messages]


class _OneBook:
    def current(self) -> Rulebook:
        return book()


async def played(vacancies: int) -> list[Played]:
    """A year decided by the service itself, waits included; nobody answers, so that much stays open."""
    clock = FixedClock(DAWN)
    kept = SqlJournal("sqlite://", clock)
    await kept.open()
    meter = Meter(Metrics(CollectorRegistry()))
    service = Orientation(
        Scopes(kept),
        kept,
        Publishing(kept, cast("Publisher", _Anywhere()), clock),
        _OneBook(),
        clock,
        meter,
        "event",
        "open",
    )
    lines = sorted((line for line in sample_lines(vacancies) if topic_of(line) != SAMPLE), key=event_time)
    records = [Record(topic_of(line), 0, offset, None, line, (), 0) for offset, line in enumerate(lines)]
    for start in range(0, len(records), BATCH):
        await service.handle(records[start : start + BATCH])
    until = {name: waiting.next_due for name, waiting in (await kept.waits()).items()}
    found = [
        Played(
            scope,
            await kept.rows(scope),
            microseconds(until[scope] or DAWN),
            (await kept.load(scope)).snapshot,
        )
        for scope in await kept.scopes()
    ]
    await kept.close()
    return found


def as_items(year: Sequence[Played]) -> list[Played]:
    """The year as compliance journals it: each fact a row of its own."""
    found = []
    for one in year:
        rows = [row for row in one.rows if row.ordinal]
        projection, at = Projection(one.scope), len(rows) - len(rows) % (SNAPSHOT_EVERY_ROWS + 1)
        for row in rows[:at]:
            data: Any = decode(row.data)
            apply(projection, row.type, data)
        snapshot = Snapshot(at, freeze(projection)) if at else None
        found.append(Played(one.scope, rows, one.due, snapshot))
    return found


def copies(year: Sequence[Played], rows: int, *, as_inputs: bool) -> Iterator[Copied]:
    """Scopes until there are so many rows."""
    turn = 0
    while rows > 0:
        for one in year:
            siren = one.scope.partition(":")[0]
            other = f"{100 + turn}{siren[3:]}"
            scope = one.scope.replace(siren, other)
            sealed = list(_sealed(one.rows, scope, siren, other, as_inputs=as_inputs))
            at, state = (one.snapshot.version, one.snapshot.state) if one.snapshot else (0, b"")
            yield Copied(scope, sealed, one.due, at, state.replace(siren.encode(), other.encode()))
            rows -= len(sealed)
        turn += 1


def _sealed(rows: Sequence[Row], scope: str, siren: str, other: str, *, as_inputs: bool) -> Iterator[Columns]:
    previous = genesis(scope)
    for version, row in enumerate(rows, start=1):
        name = row.cause if as_inputs else f"{row.cause}{row.ordinal}"
        cause = sha256(f"{name}{other}".encode()).digest()
        data = row.data.replace(siren.encode(), other.encode()).replace(
            row.cause.encode(), cause.hex().encode()
        )
        columns: dict[str, Any] = {
            "scope": scope,
            "version": version,
            "cause": cause,
            "ordinal": row.ordinal if as_inputs else 0,
            "type": row.type,
            "data": data,
            "rulebook": bytes.fromhex(row.rulebook) if as_inputs else b"",
            "event_time": microseconds(row.event_time),
            "recorded_at": microseconds(row.recorded_at),
        }
        previous = link(previous, **columns, semantics=SEMANTICS)
        yield (*columns.values(), previous, SEMANTICS)


async def fill(url: str, copied: Iterator[Copied]) -> dict[str, int]:
    """Write them all, published; how many scopes and rows."""
    database = Database(url)
    told = {"scopes": 0, "rows": 0}
    together: list[Copied] = []
    for one in copied:
        together.append(one)
        told["scopes"], told["rows"] = told["scopes"] + 1, told["rows"] + len(one.rows)
        if sum(len(each.rows) for each in together) > AT_ONCE:
            await database.write(_write, database, together)
            together = []
    await database.write(_write, database, together)
    await database.close()
    return told


def _frozen(one: Copied) -> Columns:
    hash_ = one.rows[one.at - 1][-2]
    return one.scope, one.at, one.state, hash_, snapshot_digest(Standing(one.at, hash_), one.state)


async def _write(connection: AsyncConnection, database: Database, filled: Sequence[Copied]) -> None:
    tables: dict[Table, list[Columns]] = {
        journal: [row for one in filled for row in one.rows],
        scopes: [(one.scope, len(one.rows), one.rows[-1][-2], len(one.rows)) for one in filled],
        waits: [(one.scope, one.due) for one in filled],
        snapshots: [_frozen(one) for one in filled if one.state],
    }
    for table, records in tables.items():
        if records:
            await connection.exec_driver_sql(database.dialect.insert_tuples(table), records)


async def main(rows: int, places: Sequence[str]) -> None:
    """Entry point."""
    configure_logging(sys.stderr, "ERROR")
    year = await played(min(VACANCIES, rows))
    items, told = as_items(year), {}
    for place in places:
        for service, of in (("orientation", year), ("compliance", items)):
            url = place.format(service=service)
            await upgrade(url)
            told[url] = await fill(url, copies(of, rows, as_inputs=service == "orientation"))
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2:]))
