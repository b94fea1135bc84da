"""However two writers interleave, no scope has a gap and nothing is written twice; on every engine."""

import asyncio
import random
from itertools import count
from types import SimpleNamespace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.journal import Append, Appended, Conflict, SqlJournal, verify
from chassis.journal.chain import genesis, hash_of

EXAMPLES = count()
STEPS = st.lists(
    st.tuples(
        st.integers(0, 1),  # who
        st.sampled_from(["load", "append", "append"]),
        st.sets(st.integers(0, 2), min_size=1),  # which scopes
        st.lists(st.integers(0, 9), min_size=1, max_size=3),  # which inputs, repeats included
    ),
    max_size=12,
)


@given(steps=STEPS)
@settings(
    max_examples=25,
    deadline=None,  # a database is as fast as its disk
    suppress_health_check=[
        HealthCheck.function_scoped_fixture
    ],  # each example has scopes and causes of its own
)
async def test_two_writers_leave_neither_gap_nor_double(
    journal: SqlJournal,
    rival: SqlJournal,
    a: SimpleNamespace,
    steps: list[tuple[int, str, set[int], list[int]]],
) -> None:
    example = next(EXAMPLES)
    believed: list[dict[str, int]] = [{}, {}]
    accepted: dict[str, list[str]] = {}
    for who, action, numbers, inputs in steps:
        scopes = [f"{example}-{number}:75" for number in sorted(numbers)]
        writer = (journal, rival)[who]
        if action == "load":
            for scope in scopes:
                believed[who][scope] = (await writer.load(scope)).head_version
            continue
        causes = [f"{example}-{number}" for number in inputs]
        appends = [a.append(*causes, scope=scope, base=believed[who].get(scope, 0)) for scope in scopes]
        for outcome in await writer.append(appends):
            if isinstance(outcome, Appended):
                believed[who][outcome.scope] = outcome.head_version
                accepted.setdefault(outcome.scope, []).extend(a.digest(cause) for cause in causes)
    await _check(journal, accepted)


async def _check(journal: SqlJournal, accepted: dict[str, list[str]]) -> None:
    everything = [cause for causes in accepted.values() for cause in causes]
    assert len(set(everything)) == len(everything)
    for scope, causes in accepted.items():
        rows = await journal.rows(scope)
        assert [row.version for row in rows] == list(range(1, len(rows) + 1))
        assert [row.cause for row in rows if row.ordinal == 0] == causes
        previous = genesis(scope).hex()
        for row in rows:
            assert row.hash == hash_of(previous, row)
            previous = row.hash


async def test_writers_that_race_in_earnest_decide_every_input_once(
    journal: SqlJournal, rival: SqlJournal, a: SimpleNamespace
) -> None:
    inputs = [f"input {number}" for number in range(40)]
    scopes = ["a:75", "b:75", "c:75"]

    async def work(writer: SqlJournal, seed: int) -> None:
        order = random.Random(seed)
        for cause in order.sample(inputs, len(inputs)):
            scope = scopes[inputs.index(cause) % 3]
            while not await writer.known([a.digest(cause)]):
                base = (await writer.load(scope)).head_version
                await asyncio.sleep(0)
                [outcome] = await writer.append([Append(scope, base, [a.transition(cause)])])
                assert isinstance(outcome, Appended | Conflict)

    await asyncio.gather(work(journal, 1), work(rival, 2), work(rival, 3))
    rows = [row for scope in scopes for row in await journal.rows(scope)]
    assert sorted(row.cause for row in rows if row.ordinal == 0) == sorted(map(a.digest, inputs))
    assert (await verify(journal)).is_sound


async def test_a_cancelled_append_leaves_all_or_nothing(journal: SqlJournal, a: SimpleNamespace) -> None:
    order = random.Random(7)
    for number in range(20):
        scope = f"{number}:75"
        writing = asyncio.ensure_future(journal.append([a.append(f"{number} a", f"{number} b", scope=scope)]))
        for _ in range(order.randrange(30)):
            await asyncio.sleep(0.0002)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        assert len(await journal.rows(scope)) in (0, 6)
    assert (await verify(journal)).is_sound
