"""Bytes of unknown origin → an exact JSON value: nothing guessed, nothing rounded, nothing hidden."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NoReturn

from contracts.rejected import Rejected, RejectionReason

VALUE_BYTES_AT_MOST = 512 * 1024
"""Largest accepted value."""
LEVELS_AT_MOST = 32
"""Deepest accepted nesting of objects and lists."""
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def json_value(value: bytes | None) -> object:
    """The value these bytes say; raises `Rejected`.

    Numbers with a point or an exponent are ``Decimal``, exactly as written. Depth is the caller's to check
    (`LEVELS_AT_MOST`): it already walks the value.
    """
    text = _text(value)
    try:
        parsed: object = _DECODER.decode(text)
    except RecursionError:
        raise too_deep() from None
    except json.JSONDecodeError as error:
        raise Rejected(
            RejectionReason.JSON_INVALIDE,
            "$",
            f"Le message n'est pas du JSON : erreur ligne {error.lineno}, colonne {error.colno}. "
            "Vérifiez les guillemets, les virgules et les accolades.",
        ) from None
    except (ValueError, ArithmeticError):  # an integer of thousands of digits, an exponent beyond reason
        raise Rejected(
            RejectionReason.TROP_GRAND, "$", "Un nombre du message est démesuré. Corrigez-le."
        ) from None
    if "\\u" in text:  # the only way in: raw ones are refused by the two decoders
        _refuse_unkeepable(parsed)
    return parsed


def too_deep() -> Rejected:
    """The refusal of a value nested beyond `LEVELS_AT_MOST`."""
    return Rejected(
        RejectionReason.TROP_PROFOND, "$", f"Le message dépasse {LEVELS_AT_MOST} niveaux. Aplatissez-le."
    )


def _text(value: bytes | None) -> str:
    if value is None:
        raise Rejected(
            RejectionReason.MESSAGE_VIDE,
            "$",
            "Le message est vide (tombstone) : rien ne s'efface ici. "
            "Publiez l'événement qui retire ou qui termine.",
        )
    if len(value) > VALUE_BYTES_AT_MOST:
        raise Rejected(
            RejectionReason.TROP_GRAND,
            "$",
            f"Le message fait {len(value)} octets ; le maximum est {VALUE_BYTES_AT_MOST}. Scindez-le.",
        )
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise Rejected(
            RejectionReason.TEXTE_ILLISIBLE,
            "$",
            f"Le message n'est pas de l'UTF-8 (octet {error.start}). Encodez-le en UTF-8, sans marque.",
        ) from None


def _refuse_unkeepable(parsed: object) -> None:
    if any(_UNKEEPABLE.search(text) for text in _texts(parsed)):
        raise Rejected(
            RejectionReason.CARACTERE_INTERDIT,
            "$",
            "Le message contient U+0000 ou une moitié de caractère (surrogate), "
            "qu'aucune base ne sait garder. Retirez-la.",
        )


def _texts(parsed: object) -> Iterator[str]:
    waiting = [parsed]
    while waiting:
        node = waiting.pop()
        if type(node) is str:
            yield node
        elif type(node) is dict:
            yield from node
            waiting += node.values()
        elif type(node) is list:
            waiting += node


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Rejected(
            RejectionReason.CLE_EN_DOUBLE,
            "$",
            f"La clé « {twice[:64]} » est écrite deux fois dans le même objet. Gardez la bonne.",
        )
    return found


def _not_a_number(name: str) -> NoReturn:
    raise Rejected(
        RejectionReason.JSON_INVALIDE, "$", f"« {name} » n'est pas un nombre JSON. Donnez un nombre, ou null."
    )


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_not_a_number, object_pairs_hook=_object)
