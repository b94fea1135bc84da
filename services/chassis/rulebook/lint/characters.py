"""Characters that cannot be seen, or look like others: spaces that do not break, foreign digits and letters."""

import re
from typing import NamedTuple
from unicodedata import name as unicode_name
from unicodedata import normalize

PROSE = frozenset({"title", "because", "label", "name", "advice"})
"""Keys whose value is a sentence: typographic spaces, quotes and dashes are at home there."""

_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f"
    r"\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e0fff]"
)
"""Controls, joiners, zero widths, signs that reverse the reading order, line ends editors do not count."""
_DASHES = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_CURLY = "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb\u2039\u203a"
_WRAPPED = re.compile(r"[\u201c\u201d\u201e\u201f].*[\u201c\u201d\u201e\u201f]", re.DOTALL)
_BROKEN_ACCENTS = re.compile(
    r"Ã[\u0080-\u00bf©¨ª«¢®´»¹§\u2030\u02c6\u0160]|â€[™œ\u009d\u0093\u0094¦]|Â[«»°§\u00a0]"
)


class Trap(NamedTuple):
    """What deceives in a scalar, in French: message, what was found (made visible), what to do."""

    message: str
    found: str
    remedy: str


def invisible(text: str) -> int | None:
    """Index of the first character a rule file may not hold, wherever it stands; None when there is none."""
    if text.isascii() and text.isprintable():
        return None
    found = _INVISIBLE.search(text)
    return None if found is None else found.start()


def trap_in(text: str, *, is_prose: bool, is_folded: bool = False) -> Trap | None:
    """What deceives in a scalar: a sentence may hold typographic signs, a code or a number may not.

    `is_folded` says that the scalar is a block (`|`, `>`), which ends with a line end of its own.
    """
    if text.isascii():
        return None if is_prose or is_folded else _edges(text)
    if _BROKEN_ACCENTS.search(text):
        return Trap(
            "Accents abîmés par une conversion.", text, "Retapez le texte et enregistrez-le en UTF-8."
        )
    if _WRAPPED.fullmatch(text):
        return Trap(
            "Guillemets typographiques autour d'une valeur : YAML les garde dans le texte.",
            text,
            'Écrivez des guillemets droits : "…".',
        )
    if is_prose:
        return None
    return _look_alike(text) or (None if is_folded else _edges(text))


def _edges(text: str) -> Trap | None:
    if text and text != text.strip():
        return Trap(
            "Espace en trop au début ou à la fin de la valeur.", text.strip(), "Retirez-le des guillemets."
        )
    return None


def _look_alike(text: str) -> Trap | None:
    """The first character of a code that looks like another one, and is not."""
    for place, sign in enumerate(text):
        if not sign.isascii():
            shown = f"{text[:place]}[U+{ord(sign):04X}]{text[place + 1 :]}"
            trap = _sign(sign, shown)
            if trap is not None:
                return trap
    return None


def _sign(sign: str, shown: str) -> Trap | None:
    """What deceives in a character that a code may not hold; None when it may."""
    plain = normalize("NFKC", sign)
    if sign.isspace():
        message = "Espace insécable ou autre espace qui n'en est pas un."
        return Trap(message, shown, "Effacez-le ou tapez un espace simple.")
    if _DASHES.match(sign):
        return Trap("Tiret typographique dans une valeur.", shown, "Tapez le tiret du clavier : -.")
    if sign in _CURLY:
        message = "Guillemet ou apostrophe typographique dans une valeur."
        return Trap(message, shown, "Retirez-le, ou tapez un signe droit.")
    if sign.isnumeric() or (plain != sign and plain.isascii()):
        message = "Signe qui ressemble à un autre dans une valeur."
        return Trap(message, shown, f"Retapez-le au clavier : {_digits(plain)}.")
    if sign.isalpha() and not unicode_name(sign, "").startswith("LATIN"):
        message = "Lettre d'un autre alphabet dans une valeur."
        return Trap(message, shown, "Retapez le mot en lettres latines.")
    return None


def _digits(sign: str) -> str:
    """A digit of any alphabet as ours; anything else as it is."""
    return str(int(sign)) if sign.isdecimal() else sign
