"""What outcomes that wait for their proposal cost inputs that do not concern them, snapshots included."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import orjson

from bench.material import book
from bench.report import Row, Section
from bench.sizes import Sizes
from chassis.clock import WallClock
from chassis.journal import Appended, SqlJournal
from contracts.authority import own_source
from contracts.catalogue import TOPIC_OF
from contracts.inputs import Input, read
from flux.scope import Scope
from orientation.app import spare_the_collector
from orientation.domain.routing import route
from orientation.domain.state import ScopeState
from orientation.scope_batch import ScopeBatch

SIREN, DEPARTEMENT = "999001209", "75"
BEGAN = datetime(2026, 1, 5, 9, tzinfo=UTC)
AT_ONCE = 20
"""Inputs in one append."""
MOST = 1.10


def measure(sizes: Sizes) -> Section:
    """The section: the same vacancies with nothing parked and with many, turns taken."""
    best = {number: float("inf") for number in sizes.parked}
    for _ in range(sizes.turns):
        for number in sizes.parked:
            seconds = asyncio.run(_cpu_seconds(number, max(sizes.parked), sizes.beside_parked))
            best[number] = min(best[number], seconds)
    none, *_, most = sizes.parked
    section = Section(
        "parked", "Outcomes parked in a scope: vacancies of the same scope, none of them theirs"
    )
    for number, seconds in best.items():
        figures = {
            "µs CPU/input": 1e6 * seconds / sizes.beside_parked,
            "inputs/s": sizes.beside_parked / seconds,
        }
        section.rows.append(Row(f"{number} parked", {**figures, "× none": seconds / best[none]}))
    section.at_most(f"{most} parked cost an unrelated input less than 10 %", best[most] / best[none], MOST)
    section.notes += [
        "Decided, encoded and appended to SQLite with the snapshots that fall due; CPU time, the best of the turns.",
        "Each journal holds as many outcomes before: those that are not parked are recorded at once.",
    ]
    return section


async def _cpu_seconds(parked: int, said: int, vacancies: int) -> float:
    """What the vacancies take after so many outcomes were said, of which some are parked."""
    with TemporaryDirectory() as folder:
        journal = SqlJournal(f"sqlite+aiosqlite:///{Path(folder) / 'journal.sqlite'}", WallClock())
        await journal.open()
        try:
            scope = _Writing(journal)
            await scope.take(_conventions())
            await scope.take((_never if number < parked else _recorded)(number) for number in range(said))
            inputs = [_vacancy(number) for number in range(vacancies)]
            spare_the_collector()
            began = process_time()
            await scope.take(iter(inputs))
            return process_time() - began
        finally:
            await journal.close()


class _Writing:
    """One scope, decided and appended as orientation does."""

    def __init__(self, journal: SqlJournal) -> None:
        self._journal = journal
        self._state = ScopeState(Scope(SIREN, DEPARTEMENT))
        self._version, self._since = 0, 0
        self._hash: str | None = None

    async def take(self, inputs: Iterator[Input]) -> None:
        """Apply inputs, some at once."""
        batch = self._open()
        for number, cause in enumerate(inputs, start=1):
            at = max(self._state.clock, cause.time)
            batch.add(cause, at, route(self._state, cause, at, book()), book().rules.digest)
            if number % AT_ONCE == 0:
                await self._append(batch)
                batch = self._open()
        if batch.transitions:
            await self._append(batch)

    def _open(self) -> ScopeBatch:
        return ScopeBatch(self._state, self._version, self._hash, self._since)

    async def _append(self, batch: ScopeBatch) -> None:
        is_snapshot = batch.is_snapshot_due
        [outcome] = await self._journal.append([batch.append({})])
        assert isinstance(outcome, Appended)  # noqa: S101 - nobody else writes
        self._version, self._hash = outcome.head_version, outcome.head_hash
        self._since = 0 if is_snapshot else self._since + batch.rows


def _conventions() -> Iterator[Input]:
    for party, share in (("AL", "60"), ("COM", "40")):
        yield _said(
            "convention.signed",
            f"c-{party}",
            {
                "convention_id": f"C-{party}",
                "departement": DEPARTEMENT,
                "reservataire": {"id": party, "kind": "autre"},
                "year": 2026,
                "share_percent": share,
                "effective": {"from": "2026-01-01", "until": "2026-12-31"},
            },
        )


def _never(number: int) -> Input:
    """A refusal of a dwelling nobody declares."""
    body = {"departement": DEPARTEMENT, "vacancy_id": f"NEVER-{number}", "reservataire": "AL"}
    return _said("proposal.refused", f"n{number}", {**body, "by": "reservataire", "reason": "hors_criteres"})


def _recorded(number: int) -> Input:
    """An answer of the bailleur about such a dwelling: nothing waits for anything."""
    body = {"departement": DEPARTEMENT, "vacancy_id": f"NEVER-{number}", "reservataire": "AL", "by": SIREN}
    return _said("contestation.answered", f"n{number}", {**body, "reason": f"Pièce {number}."})


def _vacancy(number: int) -> Input:
    dwelling = {
        "dwelling_id": f"D-{number}",
        "commune": "75114",
        "typologie": "T3",
        "financement": "PLUS",
        "qpv": False,
    }
    body = {"vacancy_id": f"V-{number}", "available_on": "2026-01-05", "cause": "conge", "purpose": "vente"}
    return _said("vacancy.declared", f"v{number}", {**body, "dwelling": dwelling}, number)


def _said(kind: str, name: str, data: dict[str, object], seconds: int = 0) -> Input:
    body = {"bailleur": SIREN, **data}
    event = {
        "specversion": "1.0",
        "id": name,
        "source": own_source(kind, body),
        "type": f"fr.aiguillage.{kind}.v1",
        "time": (BEGAN + timedelta(seconds=seconds)).isoformat(),
        "data": body,
    }
    return read(orjson.dumps(event), (), TOPIC_OF[kind], now=None, trust="open")
