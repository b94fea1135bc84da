"""Whatever arrives is either an input or a refusal: nothing else ever comes out of the reader."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.canonical import decode, encode
from contracts.catalogue import INPUTS, TOPIC_OF
from contracts.inputs import read
from contracts.rejected import Rejected

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats()
    | st.text(st.characters(), max_size=8)
    | st.sampled_from(
        ["100.5", "2026-13-01", "0001-01-01T00:00:00+14:00", "1e9", "T9", "😀", "\x00", "/bailleurs/1"]
    )
)
VALUES = st.recursive(
    SCALARS,
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(st.text(st.characters(), max_size=8), children, max_size=3)
    ),
    max_leaves=8,
)


def places(node: object, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place of a JSON value where something can be put instead."""
    parts: Any = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [place for key, value in parts for place in [(*at, key), *places(value, (*at, key))]]


def is_input_or_refusal(raw: bytes, topic: str) -> bool:
    try:
        cause = read(raw, [], topic, now=None, trust="open")
    except Rejected as rejected:
        return bool(rejected.message) and rejected.path.startswith("$")
    return encode(decode(cause.canonical)) == cause.canonical


@pytest.mark.parametrize("kind", INPUTS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_an_example_with_one_place_changed(
    an_event: Callable[..., dict[str, Any]], kind: str, data: st.DataObject
) -> None:
    event: Any = an_event(kind)
    *parents, last = data.draw(st.sampled_from(places(event)))
    holder = event
    for parent in parents:
        holder = holder[parent]
    holder[last] = data.draw(VALUES)
    assert is_input_or_refusal(json.dumps(event).encode(), TOPIC_OF[kind])


@settings(deadline=None)
@given(st.binary(max_size=60) | st.text('{}[]":,0123456789.eE-\\untrufalsd ', max_size=60).map(str.encode))
def test_any_bytes(raw: bytes) -> None:
    assert is_input_or_refusal(raw, "vacancies")
