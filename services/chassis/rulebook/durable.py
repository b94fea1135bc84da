"""The one adapter to durable_rules: conjunctions of ranges in, names of matched rules out.

The engine is C code of 2020 that must never see anything else: every field of a message is present and is a
small integer, a rule is a flat `$and` of comparisons with constants, a handle holds at most
`MOST_RULES` of them. `$or`, `$nex`, texts, decimals, sessions and its threads are never used.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from threading import Lock
from typing import Any

import durable_rules_engine as engine

from chassis.rulebook.alternatives import Conjunction, Span

MOST_RULES = 60
"""Rules in a handle, which is also how many can match at once."""

_MATCHED, _NOT_MATCHED = 0, 1
_TRY_SECONDS = 20
_TRIAL = (
    "import json, sys, durable_rules_engine as e\n"
    "for text in json.load(sys.stdin): e.delete_ruleset(e.create_ruleset('trial', text))\n"
)


class EngineError(Exception):
    """durable_rules failed on a definition or a message it should accept; the rules cannot be relied upon."""


def definition(ways: Sequence[Conjunction]) -> str:
    """The ruleset of some conjunctions, named by their place in the sequence."""
    return json.dumps({str(place): {"all": [{"m": {"$and": _terms(way)}}]} for place, way in enumerate(ways)})


def _terms(way: Conjunction) -> list[dict[str, Any]]:
    terms: list[dict[str, Any]] = [{"p.always": 1}]
    for column, span in sorted(way.items()):
        terms.extend(_comparisons(f"p.c{column}", span))
    return terms


def _comparisons(field: str, span: Span) -> list[dict[str, Any]]:
    if span.low == span.high:
        return [{field: span.low}]
    low = [{"$gte": {field: span.low}}] if span.low else []
    high = [{"$lte": {field: span.high}}] if span.high is not None else []
    return [*low, *high, *({"$neq": {field: hole}} for hole in sorted(span.holes))]


def try_out(definitions: Sequence[str]) -> str:
    """Compile definitions in another process, which may die of it; the reason, empty when all is well."""
    command = [sys.executable, "-I", "-c", _TRIAL]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter on a constant program, data on its input
            command,
            input=json.dumps(list(definitions)),
            text=True,
            capture_output=True,
            timeout=_TRY_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {_TRY_SECONDS} s"
    return "" if done.returncode == 0 else f"exit {done.returncode}: {done.stderr.strip()[-200:]}"


class Matcher:
    """One handle of the engine: at most `MOST_RULES` conjunctions, one message at a time."""

    def __init__(self, ways: Sequence[Conjunction]) -> None:
        if len(ways) > MOST_RULES:
            raise ValueError(f"{len(ways)} conjunctions in one handle, at most {MOST_RULES}")
        self._definition = definition(ways)
        self._columns = sorted({column for way in ways for column in way})
        self._lock = Lock()
        self._handle = self._compiled()

    def __del__(self) -> None:
        if "_handle" in self.__dict__:
            with suppress(Exception):  # the interpreter may be closing: nothing is left to free
                engine.delete_ruleset(self._handle)

    def _compiled(self) -> int:
        try:
            handle: int = engine.create_ruleset("rules", self._definition)
        except Exception as error:
            raise EngineError(f"durable_rules refused a definition: {error}") from error
        return handle

    def matched(self, places: Sequence[int]) -> set[int]:
        """Which conjunctions hold, by their place in the sequence given at the start."""
        payload = {f"c{column}": places[column] for column in self._columns}
        fact = json.dumps({"p": {"always": 1, **payload}, "id": "m"})
        with self._lock:
            try:
                return self._fired(fact)
            except Exception as error:
                with suppress(Exception):  # the broken handle is given up either way
                    engine.delete_ruleset(self._handle)
                self._handle = self._compiled()
                raise EngineError(f"durable_rules failed on a message: {error}") from error

    def _fired(self, fact: str) -> set[int]:
        fired: set[int] = set()
        status, offset = engine.assert_fact(self._handle, fact)
        if status not in {_MATCHED, _NOT_MATCHED}:
            raise EngineError(f"the last message is still there (status {status})")
        action = engine.start_action_for_state(self._handle, offset) if status == _MATCHED else None
        while action:
            message = action[1] if isinstance(action, tuple) else action
            fired.add(int(next(iter(json.loads(message)))))
            action = engine.complete_and_start_action(self._handle, offset)
        engine.retract_fact(self._handle, fact)
        return fired
