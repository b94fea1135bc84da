"""Equal values have equal bytes, and come back as they were."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.canonical import NotCanonicalError, decode, encode

DECIMALS = st.decimals(-(10**12), 10**12, places=6)
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | DECIMALS
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda children: (
        st.lists(children, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), children, max_size=4)
    ),
    max_leaves=12,
)


def test_keys_are_sorted_and_nothing_is_wasted() -> None:
    assert encode({"b": [1, True, None], "a": "é"}) == '{"a":"é","b":[1,true,null]}'.encode()


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("412.30", b"412.3"),
        ("412.00", b"412"),
        ("0.10", b"0.1"),
        ("-0", b"0"),
        ("-0.0", b"0"),
        ("1E+3", b"1000"),
        ("1E-7", b"0.0000001"),
        ("100", b"100"),
        ("62.5", b"62.5"),
    ],
)
def test_a_decimal_has_one_written_form(written: str, canonical: bytes) -> None:
    assert encode(Decimal(written)) == canonical


def test_decimals_are_read_exactly_beyond_what_a_float_holds() -> None:
    assert decode(b'{"x":0.12345678901234567890}') == {"x": Decimal("0.12345678901234567890")}


def test_an_integer_stays_an_integer_beside_a_decimal() -> None:
    decoded = decode(b"[1,2.5]")
    assert isinstance(decoded, list)
    assert [type(number) for number in decoded] == [int, Decimal]


@pytest.mark.parametrize(
    "value", [1.5, [1.0], {"a": {"b": 0.5}}, (2.0,), {"a": [{"b": float("nan")}]}], ids=repr
)
def test_a_float_is_refused_wherever_it_hides(value: object) -> None:
    with pytest.raises(NotCanonicalError, match="float"):
        encode(value)


@pytest.mark.parametrize(
    "value",
    [{1}, b"x", "\ud800", 2**70, {1: 2}, Decimal("NaN"), Decimal("Infinity"), Decimal("1E+999999")],
    ids=repr,
)
def test_what_json_cannot_say_is_refused(value: object) -> None:
    with pytest.raises(NotCanonicalError):
        encode(value)


@given(JSON_VALUES)
def test_what_was_encoded_comes_back_and_encodes_to_the_same_bytes(value: object) -> None:
    data = encode(value)
    assert decode(data) == value
    assert encode(decode(data)) == data
