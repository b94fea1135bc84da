"""The hash of a row tells every two rows apart."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.journal.chain import genesis, hash_of, instant, link, microseconds
from chassis.journal.model import Row

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ZERO = "00" * 32


def a_row(**changes: object) -> Row:
    row = Row(
        scope="999001209:75",
        version=7,
        cause="ab" * 32,
        ordinal=2,
        type="vacancy.declared",
        data=b'{"a":1}',
        rulebook="cd" * 32,
        event_time=NOON,
        recorded_at=NOON + timedelta(seconds=1),
        hash="",
        semantics=2,
    )
    return replace(row, **changes)


@pytest.mark.parametrize(("semantics", "numbered"), [(1, ()), (2, (2,)), (3, (3,))])
def test_the_hash_of_a_known_row_never_changes(semantics: int, numbered: tuple[int, ...]) -> None:
    """Rows of semantics 1 were hashed before there was a number."""
    known = hash_of(genesis("999001209:75").hex(), a_row(semantics=semantics))
    assert known == _by_hand(*numbered)


@pytest.mark.parametrize(
    "change",
    [
        {"scope": "999001209:77"},
        {"version": 8},
        {"cause": "ac" + "ab" * 31},
        {"ordinal": 3},
        {"type": "vacancy.declareD"},
        {"data": b'{"a":2}'},
        {"rulebook": ""},
        {"event_time": NOON + timedelta(microseconds=1)},
        {"recorded_at": NOON},
        {"semantics": 1},
        {"semantics": 3},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_journalled_field_counts(change: dict[str, object]) -> None:
    assert hash_of(ZERO, a_row(**change)) != hash_of(ZERO, a_row())


def test_the_previous_hash_counts() -> None:
    assert hash_of("11" * 32, a_row()) != hash_of(ZERO, a_row())


@given(st.binary(max_size=4), st.binary(max_size=4), st.binary(max_size=4), st.binary(max_size=4))
def test_bytes_cannot_slip_from_one_field_to_the_next(a: bytes, b: bytes, c: bytes, d: bytes) -> None:
    def hashed(data: bytes, rulebook: bytes) -> bytes:
        return link(
            b"", scope="", version=1, cause=b"", ordinal=0, type="", data=data, rulebook=rulebook,
            event_time=0, recorded_at=0, semantics=2,
        )  # fmt: skip

    assert (hashed(a, b) == hashed(c, d)) == ((a, b) == (c, d))


def test_a_scope_begins_with_its_own_hash() -> None:
    assert genesis("999001209:75") == sha256(b"999001209:75").digest()


@given(st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis adds it
def test_an_instant_survives_being_stored(moment: datetime) -> None:
    assert instant(microseconds(moment)) == moment


def test_the_same_instant_elsewhere_is_stored_alike() -> None:
    paris = NOON.astimezone(timezone(timedelta(hours=1)))
    assert microseconds(paris) == microseconds(NOON)


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        microseconds(NOON.replace(tzinfo=None))


def _by_hand(*semantics: int) -> str:
    """Built from the layout that stored journals depend on."""
    lengths = (len("999001209:75"), 32, 16, 7, 32)
    numbers = (7, 2, 1772366400_000000, 1772366401_000000, *lengths, *semantics)
    header = b"".join(number.to_bytes(8, "big") for number in numbers)
    fields = b"999001209:75" + b"\xab" * 32 + b"vacancy.declared" + b'{"a":1}' + b"\xcd" * 32
    return sha256(genesis("999001209:75") + header + fields).hexdigest()
