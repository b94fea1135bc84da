"""What recovering and proving lay aside costs disk, not memory, however long the topics are."""

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import orjson
import pytest

from aiguillage.remainder import Remainder, said_in
from aiguillage.said_heads import SaidHeads
from chassis.bus import Record
from chassis.journal import Head

EXAMPLES = Path(__file__).parents[3] / "contracts" / "examples"
SCOPES, FACTS, AT_ONCE = 40, 250, 50
MOST_BYTES = 2 << 20


@contextmanager
def peak() -> Iterator[Callable[[], int]]:
    """How much Python held at most since."""
    tracemalloc.start()
    try:
        yield lambda: tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def a_fact(scope: str, sequence: int) -> bytes:
    event = orjson.loads((EXAMPLES / "orientation.decided.json").read_bytes())
    cause = sha256(f"{scope} {sequence}".encode()).hexdigest()
    return orjson.dumps(
        {**event, "data": {**event["data"], "scope": scope, "sequence": sequence, "cause": cause}}
    )


def a_vacancy(number: int, **data: str) -> Record:
    event = orjson.loads((EXAMPLES / "vacancy.declared.json").read_bytes())
    event = {**event, "id": f"v-{number}", "data": {**event["data"], **data}}
    return Record("vacancies", 0, number, None, orjson.dumps(event), (), 0)


def test_facts_come_back_scope_by_scope_in_order_each_once_and_never_stand_in_memory_together() -> None:
    whole = 0
    with Remainder() as lacking, peak() as held:
        for start in range(0, SCOPES * FACTS, AT_ONCE):
            values = [
                a_fact(f"999001209:{n % SCOPES:02}", 1 + n // SCOPES) for n in range(start, start + AT_ONCE)
            ]
            whole += sum(map(len, values))
            lacking.add((said_in(value), value) for value in [*values, *values[:5]])
        for scope in range(SCOPES):
            lacking.know(f"999001209:{scope:02}")
        assert [lacking.last(scope) for scope in lacking.scopes()] == [FACTS] * SCOPES
        for scope in lacking.scopes():
            assert [said.sequence for said in lacking.facts(scope)] == list(range(1, FACTS + 1))
        assert held() < MOST_BYTES < whole


def test_only_inputs_that_are_wanted_are_kept_as_they_were_first_said() -> None:
    first, second, other = a_vacancy(1), a_vacancy(1, vacancy_id="V-2026-000999"), a_vacancy(2)
    fact = said_in(a_fact("999001209:75", 1))
    with Remainder() as lacking:
        wanted = sha256(orjson.loads(first.value or b"")["source"].encode() + b"\0v-1").hexdigest()
        fact = type(fact)(fact.kind, {**fact.data, "cause": wanted})
        lacking.add([(fact, b"{}")])
        lacking.offer([Record("vacancies", 0, 0, None, b"{", (), 0), other, first, second])
        found = lacking.input(wanted)
        assert found is not None
        assert (found.identity, found.id, found.data["vacancy_id"]) == (wanted, "v-1", "V-2026-000123")
        unwanted = sha256(orjson.loads(other.value or b"")["source"].encode() + b"\0v-2").hexdigest()
        assert lacking.input(unwanted) is None


def test_heads_said_by_the_thousand_never_stand_in_memory_together() -> None:
    example = orjson.loads((EXAMPLES / "checkpoint.published.json").read_bytes())
    body = {**example["data"], "service": "orientation"}
    whole = 0
    with SaidHeads() as said, peak() as held:
        for start in range(0, SCOPES * FACTS, AT_ONCE):
            values = [
                orjson.dumps(
                    {**example, "data": {**body, "scope": f"999001209:{n % SCOPES:02}", "version": 1 + n}}
                )
                for n in range(start, start + AT_ONCE)
            ]
            whole += sum(map(len, values))
            said.add(values)
        heads = said.of("orientation")
        assert (said.events, len(heads), len(said.of("compliance"))) == (SCOPES * FACTS, SCOPES, 0)
        assert {len(heads[scope]) for scope in heads} == {FACTS}
        assert held() < MOST_BYTES < whole
        assert Head(1, body["hash"]) in heads["999001209:00"]
        with pytest.raises(KeyError):
            heads["999001209:99"]
