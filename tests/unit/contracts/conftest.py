"""Builders of messages: the interface's own example, with what a test changes."""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import contracts
from contracts.attributes import Headers
from contracts.catalogue import TOPIC_OF
from contracts.inputs import Input, read
from contracts.rejected import Rejected
from contracts.speakers import Trust

EXAMPLES = Path(contracts.__file__).parent / "examples"
NOW = datetime(2026, 3, 2, tzinfo=UTC)

Event = dict[str, Any]


@pytest.fixture
def an_event() -> Callable[..., Event]:
    """The example of a type; `changes` maps dotted paths of the event to new values, `...` removes."""

    def build(kind: str = "vacancy.declared", changes: Mapping[str, Any] | None = None) -> Event:
        event: Event = json.loads((EXAMPLES / f"{kind}.json").read_text(encoding="utf-8"))
        event = deepcopy(event)
        for path, value in (changes or {}).items():
            *parents, last = path.split(".")
            place = event
            for parent in parents:
                place = place[int(parent)] if isinstance(place, list) else place[parent]
            if value is ...:
                del place[last]
            else:
                place[last] = value
        return event

    return build


@pytest.fixture
def accept(an_event: Callable[..., Event]) -> Callable[..., Input]:
    """Read an example as a record of its topic."""

    def run(
        kind: str = "vacancy.declared",
        changes: Mapping[str, Any] | None = None,
        *,
        raw: bytes | None = None,
        headers: Headers = (),
        topic: str | None = None,
        trust: Trust = "open",
        now: datetime | None = NOW,
    ) -> Input:
        value = json.dumps(an_event(kind, changes)).encode() if raw is None else raw
        return read(value, headers, topic or TOPIC_OF[kind], now=now, trust=trust)

    return run


@pytest.fixture
def refuse(accept: Callable[..., Input]) -> Callable[..., Rejected]:
    """The refusal of an example; the test fails when it is accepted."""

    def run(*args: object, **kwargs: object) -> Rejected:
        with pytest.raises(Rejected) as caught:
            accept(*args, **kwargs)
        return caught.value

    return run
