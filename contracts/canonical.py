"""The one way a JSON value is written as bytes, so that equal values have equal bytes and equal hashes."""

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

import orjson

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
_CONTAINERS = frozenset({dict, list, tuple})
_DIGITS_AT_MOST = 40
"""Longest number written, in digits: 1E+999999 must not become a megabyte of zeros."""


class NotCanonicalError(TypeError):
    """The value has no canonical form: a float, a date, an integer beyond 64 bits, a lone surrogate."""


def encode(value: object) -> bytes:
    """Canonical bytes of a JSON value: sorted keys, no spaces, UTF-8, decimals as plain numbers.

    Accepts ``dict`` (text keys), ``list``, ``tuple``, ``str``, ``int`` of 64 bits, ``bool``, ``None`` and
    ``Decimal`` (written without exponent nor trailing zeros: ``412.30`` gives ``412.3``). Raises
    `NotCanonicalError` on anything else, floats first: rights and money are never floats.
    """
    _refuse_floats((value,))
    return encode_own(value)


def encode_own(value: object) -> bytes:
    """The same bytes as `encode`, without looking for floats first.

    For values our own code made of decoded canonical bytes, integers and texts: there a float cannot come in.
    """
    try:
        return orjson.dumps(value, default=_plain_number, option=_OPTIONS)
    except orjson.JSONEncodeError as error:
        raise NotCanonicalError(str(error)) from error


def decode(data: bytes) -> object:
    """The value of canonical bytes; a number with a decimal point comes back as an exact ``Decimal``.

    Meant for bytes that `encode` wrote; bytes of unknown origin are read by ``contracts.inputs.read``.
    """
    if _POINT.search(data) is None:  # no decimal can be there: the fast parser reads the same value
        return orjson.loads(data)
    return _EXACT.decode(data.decode())


_POINT = re.compile(rb"\.(?<=[0-9]\.)[0-9]")
"""A decimal point, or what looks like one in a text; written so that the search jumps from point to point."""
_EXACT = json.JSONDecoder(parse_float=Decimal)


def _refuse_floats(values: Iterable[object]) -> None:
    kinds = set(map(type, values))
    if float in kinds:
        raise NotCanonicalError("a float has no canonical form: use Decimal, an integer or a text")
    if kinds.isdisjoint(_CONTAINERS):
        return
    for value in values:
        if type(value) is dict:
            _refuse_floats(value.values())
        elif type(value) in _CONTAINERS:
            _refuse_floats(value)  # type: ignore[arg-type]  # a list or a tuple, by the test above


def _plain_number(value: object) -> orjson.Fragment:
    if not isinstance(value, Decimal):
        raise TypeError(f"a {type(value).__name__} has no canonical form")
    return orjson.Fragment(_digits(value))


@lru_cache(maxsize=8_192)
def _digits(value: Decimal) -> str:
    """Equal numbers have equal digits, however they were written: they may share an entry."""
    text = str(value)
    if len(text) > _DIGITS_AT_MOST or not value.is_finite() or abs(value.adjusted()) > _DIGITS_AT_MOST:
        raise ValueError(f"not a number of at most {_DIGITS_AT_MOST} digits")
    if "E" in text:
        text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
