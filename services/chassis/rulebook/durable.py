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


_GREETING = "greeting"
"""A rule that matches no message but the first of a handle."""


def definition(ways: Sequence[Conjunction]) -> str:
    """The ruleset of some conjunctions, named by their place in the sequence."""
    rules = {str(place): {"all": [{"m": {"$and": _terms(way)}}]} for place, way in enumerate(ways)}
    return json.dumps({_GREETING: {"all": [{"m": {"p.always": 0}}]}, **rules})


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
        said = "".join(f', "c{column}": %d' for column in self._columns)
        self._message = f'{{"p": {{"always": 1{said}}}, "id": "m"}}'
        self._greeting = self._message.replace('"always": 1', '"always": 0') % ((0,) * len(self._columns))
        self._lock = Lock()
        self._handle = self._compiled()

    def __del__(self) -> None:
        if "_handle" in self.__dict__:
            try:
                engine.delete_state(self._handle, None)
                engine.delete_ruleset(self._handle)
            except Exception:  # noqa: BLE001, S110 - nothing is left to free then
                pass

    def _compiled(self) -> int:
        """A handle that can be given back whole.

        `delete_ruleset` leaves the working memory of the messages behind, 320 kB; `delete_state` frees it, and
        kills the process before a first action was run. So one is run at once.
        """
        try:
            handle: int = engine.create_ruleset("rules", self._definition)
            greeted = _fired(handle, self._greeting)
        except Exception as error:
            raise EngineError(f"durable_rules refused a definition: {error}") from error
        if greeted != [_GREETING]:
            raise EngineError(f"durable_rules answered its greeting with {greeted}")
        return handle

    def matched(self, places: Sequence[int]) -> set[int]:
        """Which conjunctions hold, by their place in the sequence given at the start."""
        fact = self._message % tuple([places[column] for column in self._columns])
        with self._lock:
            try:
                return set(map(int, _fired(self._handle, fact)))
            except Exception as error:
                with suppress(Exception):  # the broken handle is given up either way
                    engine.delete_ruleset(self._handle)
                self._handle = self._compiled()
                raise EngineError(f"durable_rules failed on a message: {error}") from error


def _fired(handle: int, fact: str) -> list[str]:
    """Names of the rules a message matches; the message does not stay."""
    fired: list[str] = []
    status, offset = engine.assert_fact(handle, fact)
    if status not in {_MATCHED, _NOT_MATCHED}:
        raise EngineError(f"the last message is still there (status {status})")
    action = engine.start_action_for_state(handle, offset) if status == _MATCHED else None
    while action:
        message = action[1] if isinstance(action, tuple) else action
        fired.append(next(iter(json.loads(message))))
        action = engine.complete_and_start_action(handle, offset)
    engine.retract_fact(handle, fact)
    return fired
