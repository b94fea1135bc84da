"""What we emit is a CloudEvent around the very bytes of the fact."""

import json
from datetime import UTC, datetime

import pytest

from contracts.canonical import encode
from contracts.envelope import derived_id, emit, identity_of, open_emitted
from contracts.rejected import Rejected

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


def test_the_data_is_spliced_in_byte_for_byte() -> None:
    data = encode({"b": 1, "a": "é"})
    value = emit(
        type="alert.raised",
        id="1",
        source="/aiguillage/compliance",
        time=AT,
        subject="S",
        data=data,
        sequence=3,
    )
    assert value.endswith(b',"data":' + data + b"}")
    assert json.loads(value) == {
        "specversion": "1.0",
        "id": "1",
        "source": "/aiguillage/compliance",
        "type": "fr.aiguillage.alert.raised.v1",
        "time": "2026-03-01T08:00:00Z",
        "datacontenttype": "application/json",
        "subject": "S",
        "sequence": "3",
        "data": {"a": "é", "b": 1},
    }


def test_what_was_emitted_can_be_opened_again() -> None:
    value = emit(type="x.y", id="1", source="/s", time=AT, subject=None, data=b'{"rent":1.50}')
    emitted = open_emitted(value)
    assert (emitted.type, emitted.id, emitted.source, emitted.time) == ("x.y", "1", "/s", AT)
    assert encode(emitted.data) == b'{"rent":1.5}'


@pytest.mark.parametrize("value", [b"", b"{", b"[]", b"{}", b'"x"', b"\xff", b'{"type":1}'], ids=repr)
def test_what_is_no_event_of_ours_is_refused(value: bytes) -> None:
    with pytest.raises(Rejected):
        open_emitted(value)


def test_an_identity_cannot_be_forged_by_moving_the_boundary() -> None:
    assert identity_of("/bailleurs/1", "2") != identity_of("/bailleurs/", "12")


def test_derived_ids_are_stable_and_distinct() -> None:
    assert derived_id("cause", 1) == derived_id("cause", 1)
    assert (
        len(
            {derived_id("cause", 1), derived_id("cause", 2), derived_id("cause1"), derived_id("c", "ause", 1)}
        )
        == 4
    )
    assert len(derived_id("cause", 1)) == 32
