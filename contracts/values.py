"""The typed scalars of the language: what a SIREN, a commune, a percentage or a date is, and is not."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, TypeVar, cast

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    Strict,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from contracts.characters import refuse_unwritable

EARLIEST = date(2000, 1, 1)
"""Nothing here happened before: the reservation system of the ELAN law is of 2018."""

_HORIZON = timedelta(days=2 * 366)
_LONG_HORIZON = timedelta(days=10 * 366)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a validator may know of the message around a field: when it happened."""

    time: datetime


def departement_of(commune: str) -> str:
    """Département of an INSEE commune code: three characters overseas (974), two elsewhere (75, 2A)."""
    return commune[:3] if commune[:2] in {"97", "98"} else commune[:2]


@lru_cache(maxsize=4096)
def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the key of the others (SIREN, SIRET)."""
    products = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(product - 9 if product > 9 else product for product in products) % 10 == 0  # noqa: PLR2004 - Luhn's rule is about one decimal digit


def _siren(text: str) -> str:
    if not passes_luhn(text):
        raise PydanticCustomError(
            "valeur_invalide",
            "« {found} » n'est pas un SIREN : la clé de contrôle est fausse. Vérifiez les neuf chiffres.",
            {"found": text},
        )
    return text


def _percent(text: str) -> str:
    if Decimal(text) > 100:  # noqa: PLR2004 - a percentage
        raise PydanticCustomError(
            "part_excessive",
            "« {found} » dépasse 100 % : une part se situe entre 0 et 100. Corrigez la part.",
            {"found": text},
        )
    return text


def _number(value: object, low: int, high: int, decimals: int) -> Decimal:
    """An exact number; faster than the library's own check of digits and decimals."""
    number = Decimal(value) if type(value) is int else value
    if type(number) is not Decimal:
        raise PydanticCustomError(
            "type_de_valeur",
            "« {found} » n'est pas du bon type : attendu un nombre, sans guillemets. Corrigez la valeur.",
            {"found": str(value)[:40]},
        )
    if low <= number <= high and cast("int", number.as_tuple().exponent) >= -decimals:
        return number
    raise PydanticCustomError(
        "valeur_invalide",
        "« {found} » sort des limites : entre {low} et {high}, au plus {decimals} décimales. Corrigez-la.",
        {"found": str(value)[:40], "low": low, "high": high, "decimals": decimals},
    )


def _amount(value: object) -> Decimal:
    return _number(value, 0, 1_000_000, 4)


def _quantity(value: object) -> Decimal:
    return _number(value, -1_000_000_000, 1_000_000_000, 9)


def _civil_date(value: object) -> date:
    if type(value) is date:
        return value
    if isinstance(value, str) and len(value) == len("2026-03-01"):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise PydanticCustomError(
        "date_impossible",
        "« {found} » n'est pas une date. Écrivez une date réelle sous la forme AAAA-MM-JJ.",
        {"found": str(value)[:40]},
    )


def _within(value: date, info: ValidationInfo, horizon: timedelta) -> date:
    latest = (info.context.time + horizon).date() if isinstance(info.context, Reading) else date.max
    if EARLIEST <= value <= latest:
        return value
    raise PydanticCustomError(
        "date_impossible",
        "« {found} » est hors de ce qui peut être : entre {earliest} et {latest}. Vérifiez l'année.",
        {"found": value.isoformat(), "earliest": EARLIEST.isoformat(), "latest": latest.isoformat()},
    )


def _near_date(value: object, info: ValidationInfo) -> date:
    return _within(_civil_date(value), info, _HORIZON)


def _term_date(value: object, info: ValidationInfo) -> date:
    return _within(_civil_date(value), info, _LONG_HORIZON)


def _built_by_then(year: int, info: ValidationInfo) -> int:
    latest = (info.context.time + _HORIZON).year if isinstance(info.context, Reading) else date.max.year
    if year <= latest:
        return year
    raise PydanticCustomError(
        "date_impossible",
        "« {found} » est trop loin : une année entre 1500 et {latest}. Vérifiez l'année de construction.",
        {"found": year, "latest": latest},
    )


def instant(value: object) -> datetime:
    """An RFC 3339 instant, in UTC; raises `ValueError` on anything else, a naive one included."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    if not isinstance(value, str) or len(value) < len("2026-03-01T08:00Z") or value[10] not in "Tt ":
        raise ValueError("not an RFC 3339 instant")
    read = datetime.fromisoformat(value)
    if read.tzinfo is None:
        raise ValueError("an instant without time zone")
    return read.astimezone(UTC)


def instant_text(value: datetime) -> str:
    """The RFC 3339 text of an aware instant, in UTC with a ``Z``."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


_T = TypeVar("_T")
_DATE_SCHEMA = WithJsonSchema({"type": "string", "format": "date"})
_WRITE_DATE = PlainSerializer(date.isoformat, return_type=str)

Many = Annotated[tuple[_T, ...], Strict(strict=False)]
"""A JSON array."""

Siren = Annotated[str, Field(pattern=r"^[0-9]{9}$", examples=["999001209"]), AfterValidator(_siren)]
"""SIREN of a bailleur: nine digits, the last one a Luhn key."""

Commune = Annotated[
    str,
    Field(pattern=r"^(?:(?:0[1-9]|1[0-9]|2[1-9AB]|[3-8][0-9]|9[0-5])[0-9]{3}|(?:97[1-8]|98[4-8])[0-9]{2})$"),
]
"""INSEE commune code, a text of five characters (``01004``, ``2A004``, ``97411``, ``75114``)."""

Departement = Annotated[str, Field(pattern=r"^(?:0[1-9]|1[0-9]|2[1-9AB]|[3-8][0-9]|9[0-5]|97[1-8]|98[4-8])$")]
"""Département code, a text (``01``, ``2A``, ``974``)."""

PartyId = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,63}$")]
"""A réservataire (it names a topic), or a bailleur by its SIREN."""

Identifier = Annotated[
    str,
    Field(
        min_length=1, max_length=128, pattern=r"^[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$"
    ),
    AfterValidator(refuse_unwritable),
]
"""A name given by the sender: 1 to 128 visible characters (`contracts.characters`)."""

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""A word of a referential."""

Label = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(refuse_unwritable)]
"""A name people read, of an organisation or a territory, visible (`contracts.characters`); never of a person."""

FreeText = Annotated[str, Field(min_length=1, max_length=4000), "erasable"]
"""A sentence somebody wrote; journalled as its SHA-256 only, the text kept where it can be erased."""

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""Hexadecimal SHA-256."""

Percent = Annotated[
    str,
    Field(pattern=r"^(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,7})?$", examples=["25", "12.5"]),
    AfterValidator(_percent),
]
"""A percentage from 0 to 100, a decimal text with at most seven decimals."""

Weight = Annotated[str, Field(pattern=r"^(?:0(?:\.[0-9]{1,7})?|1(?:\.0{1,7})?)$")]
"""A decimal text from 0 to 1."""

FractionText = Annotated[str, Field(pattern=r"^-?[0-9]+(?:/[1-9][0-9]*)?$", examples=["17/20"])]
"""An exact fraction of dwellings."""

Amount = Annotated[Decimal, PlainValidator(_amount), WithJsonSchema({"type": "number", "minimum": 0})]
"""A JSON number read exactly, from 0 to a million, at most 4 decimals."""

Quantity = Annotated[Decimal, PlainValidator(_quantity), WithJsonSchema({"type": "number"})]
"""A JSON number read exactly, of either sign, at most 9 decimals."""

Count = Annotated[int, Field(ge=0, le=10_000_000)]
"""A number of dwellings or of candidates."""

Year = Annotated[int, Field(ge=2000, le=2100)]
"""A calendar year."""

ConstructionYear = Annotated[int, Field(ge=1500, le=2100), AfterValidator(_built_by_then)]
"""Year of construction, from 1500 to two years after the event."""

NearDate = Annotated[date, BeforeValidator(_near_date), _WRITE_DATE, _DATE_SCHEMA]
"""A civil date from 2000 to two years after the event."""

TermDate = Annotated[date, BeforeValidator(_term_date), _WRITE_DATE, _DATE_SCHEMA]
"""The end of an agreement: a civil date from 2000 to ten years after the event."""

Instant = Annotated[
    datetime,
    BeforeValidator(instant),
    PlainSerializer(instant_text, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An instant, RFC 3339 in UTC."""
