"""The kinds of values a rule file writes as text: yes or no, whole numbers, decimals, days, sentences."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Never

from pydantic import BeforeValidator, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from chassis.rulebook.faults import shown
from chassis.rulebook.lint.remedies import day_remedy, number_remedy, yes_or_no_remedy

_YES, _NO = frozenset({"yes", "oui", "true"}), frozenset({"no", "non", "false"})
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_DECIMAL = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,9})?")
_PERCENT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,7})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SLUG = r"^[a-z0-9][a-z0-9_-]{0,79}$"
_LINK = re.compile(r"https?://[^\s/?#<>\"'\\@]+\.[^\s<>\"'\\]+")


def refuse(message: str, found: object, allowed: str, remedy: str = "") -> Never:
    """Stop the validation of a value with a message for its author, in French."""
    context = {"message": message, "found": shown(found), "allowed": allowed, "remedy": remedy}
    raise PydanticCustomError("rule_file", "{message}", context)


def yes_or_no(value: object) -> bool:
    """`oui`, `yes`, `true` and their opposites."""
    if isinstance(value, bool):
        return value
    word = value.lower() if isinstance(value, str) else ""
    if word not in _YES | _NO:
        allowed = "oui, non, yes, no, true, false"
        refuse("Il faut répondre par oui ou par non.", value, allowed, yes_or_no_remedy(value))
    return word in _YES


def whole(value: object) -> int:
    """A whole number, written with digits only."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str) or not _WHOLE.fullmatch(value):
        refuse("Il faut un nombre entier.", value, "des chiffres, par exemple 30", number_remedy(value))
    return int(value)


def number(value: object) -> Decimal:
    """A decimal number with a point, no exponent; never a float."""
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        refuse(
            "Il faut un nombre.",
            value,
            "des chiffres et un point décimal, par exemple 62.5",
            number_remedy(value),
        )
    return Decimal(value)


def plain(value: Decimal) -> str:
    """A decimal as canonical text: no exponent, no trailing zeros (`62.50` gives `62.5`)."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def _plain_number(value: object) -> str:
    return plain(number(value))


def _percent(value: object) -> str:
    if not isinstance(value, str) or not _PERCENT.fullmatch(value) or Decimal(value) > 100:  # noqa: PLR2004 - per cent
        refuse(
            "Il faut un pourcentage.",
            value,
            "de 0 à 100, sept décimales au plus, sans le signe %",
            number_remedy(value),
        )
    return plain(Decimal(value))


FIRST_YEAR, LAST_YEAR = 1900, 2999
"""Years a rule may speak of: a day further on has no next day, or no meaning."""


def _day(value: object) -> date:
    day = None
    if isinstance(value, str) and _DAY.fullmatch(value):
        with suppress(ValueError):
            day = date.fromisoformat(value)
    if day is None:
        allowed = "année-mois-jour, par exemple 2026-03-01"
        refuse("Il faut une date qui existe.", value, allowed, day_remedy(value))
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        remedy = "Une règle sans fin n'écrit pas « until »."
        refuse("Il faut une date de notre temps.", value, f"de {FIRST_YEAR} à {LAST_YEAR}", remedy)
    return day


def _sentence(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        refuse("Il faut un texte.", "" if value is None else value, "une phrase entre guillemets")
    if len(value) > 500:  # noqa: PLR2004 - a sentence for a clerk, not an essay
        refuse("Texte trop long.", f"{len(value)} caractères", "500 caractères au plus")
    return value.strip()


def _link(value: object) -> str:
    text = _sentence(value)
    if not _LINK.fullmatch(text):
        allowed = "une adresse https://… ou http://…, sans espace"
        refuse("Il faut l'adresse d'une page.", text, allowed, "Sans adresse, retirez « href ».")
    return text


def _any_case(*words: str) -> str:
    """A pattern for words in capitals or not."""
    spelt = ("".join(f"[{letter}{letter.upper()}]" for letter in word) for word in sorted(words))
    return f"^({'|'.join(spelt)})$"


_SCALAR = ["string", "number", "boolean"]
"""What an editor may take a scalar for; the loader reads every one as the text that is written."""

SPELT: Mapping[str, Mapping[str, Any]] = {
    "yes_no": {
        "anyOf": [
            {"enum": ["oui", "non"]},
            {"type": "boolean"},
            {"type": "string", "pattern": _any_case(*_YES, *_NO)},
        ]
    },
    "whole": {"type": ["integer", "string"], "pattern": f"^{_WHOLE.pattern}$"},
    "decimal": {"type": ["number", "string"], "pattern": f"^{_DECIMAL.pattern}$"},
    "percent": {
        "type": ["number", "string"],
        "pattern": f"^{_PERCENT.pattern}$",
        "minimum": 0,
        "maximum": 100,
    },
    "day": {"type": "string", "pattern": f"^{_DAY.pattern}$", "format": "date"},
    "sentence": {"type": _SCALAR, "pattern": "\\S", "maxLength": 500},
    "link": {"type": "string", "pattern": "^https?://\\S+$", "maxLength": 500},
    "slug": {"type": _SCALAR, "pattern": _SLUG},
    "text": {"type": _SCALAR},
}
"""The JSON Schema of each kind of value as an editor sees it: `30` is a number there, `non` a text or a boolean."""

YesNo = Annotated[bool, BeforeValidator(yes_or_no), WithJsonSchema(dict(SPELT["yes_no"]))]
Whole = Annotated[int, BeforeValidator(whole), WithJsonSchema(dict(SPELT["whole"]))]
DecimalText = Annotated[str, BeforeValidator(_plain_number), WithJsonSchema(dict(SPELT["decimal"]))]
Percent = Annotated[str, BeforeValidator(_percent), WithJsonSchema(dict(SPELT["percent"]))]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema(dict(SPELT["day"]))]
Sentence = Annotated[str, BeforeValidator(_sentence), WithJsonSchema(dict(SPELT["sentence"]))]
Link = Annotated[str, BeforeValidator(_link), WithJsonSchema(dict(SPELT["link"]))]
Slug = Annotated[str, StringConstraints(pattern=_SLUG), WithJsonSchema(dict(SPELT["slug"]))]
