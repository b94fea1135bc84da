"""Punctuation that makes a file unreadable, found at the line where it was missed, not where the parser gave up."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_SINGLE = re.compile(r"'(?:[^']|'')*'")
_DOUBLE = re.compile(r'"(?:[^"\\]|\\.)*"')
_AFTER = re.compile(r"\s*(?:[,\]}:]|#|$)")
_KEY_LINE = re.compile(r"\s*(?:- +)?[A-Za-z_][\w.-]*:(?:\s|$)")
_GLUED = re.compile(r"\s*(?:- +)?[a-z_]+:(?![\s/]|$)[^\s]")
_COLON_IN_TEXT = re.compile(r"\s*(?:- +)?[\w.-]+: +[^\s\"'\[{#|>].*?:(?:\s|$)")
_COMMENT_IN_BRACES = re.compile(r"[\[{][^\]}]*\s#")
_TYPOGRAPHIC_SPACE = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f\u3000]")


class Slip(NamedTuple):
    """One slip of punctuation: its line from 1, what it is, what to do."""

    line: int
    words: str
    remedy: str


def slip_in(text: str, line: int) -> Slip | None:
    """The first slip of an unreadable file that explains it, `line` being where the parser gave up."""
    lines = text.splitlines()
    return next(_slips(lines), None) or _near(lines, line)


def _slips(lines: list[str]) -> Iterator[Slip]:
    for number, said in enumerate(lines, start=1):
        following = lines[number] if number < len(lines) else ""
        found = _in_quotes(said, following)
        if found is not None:
            yield Slip(number, *found)


def _in_quotes(line: str, following: str) -> tuple[str, str] | None:
    """What is wrong with the quoted values of a line; None when nothing is."""
    place, depth = 0, 0
    starts = True
    while place < len(line):
        sign = line[place]
        if sign in "'\"" and starts:
            closed = (_SINGLE if sign == "'" else _DOUBLE).match(line, place)
            if closed is None:
                return _never_closed(sign) if not following.strip() or _KEY_LINE.match(following) else None
            if not _AFTER.match(line, closed.end()):
                return _closed_too_soon(sign)
            place, starts = closed.end(), False
            continue
        if sign == "#" and (place == 0 or line[place - 1].isspace()):
            return None
        depth += (sign in "[{") - (sign in "]}")
        starts = _starts_a_value(line, place, depth, before=starts)
        place += 1
    return None


def _starts_a_value(line: str, place: int, depth: int, *, before: bool) -> bool:
    """Whether a value may start after the character at a place."""
    sign = line[place]
    if sign.isspace():
        return before
    if sign == ":":
        return line[place + 1 : place + 2].isspace()
    if sign == "-":
        return before and line[place + 1 : place + 2].isspace()
    return sign in "[{" or (sign == "," and depth > 0)


def _never_closed(sign: str) -> tuple[str, str]:
    name = "guillemet" if sign == '"' else "apostrophe"
    words = f"un guillemet ouvert et jamais fermé ({sign})"
    return words, f"Fermez-le sur la même ligne : ajoutez {'un' if sign == chr(34) else 'une'} {name} {sign}."


def _closed_too_soon(sign: str) -> tuple[str, str]:
    if sign == "'":
        words = "une apostrophe qui ferme le texte trop tôt"
        return (
            words,
            "Entourez le texte de guillemets droits : \"L'accord\", ou doublez l'apostrophe : 'L''accord'.",
        )
    words = "un guillemet au milieu d'un texte entre guillemets"
    return words, "Écrivez « … » à l'intérieur du texte, ou \\\" pour un guillemet droit."


def _near(lines: list[str], line: int) -> Slip | None:
    """A slip at the line where the parser gave up, or just above."""
    for number in (line, line - 1):
        said = lines[number - 1] if 0 < number <= len(lines) else ""
        if _COLON_IN_TEXT.match(said):
            words = "un deux-points de trop dans un texte sans guillemets"
            return Slip(number, words, 'Mettez tout le texte entre guillemets : "…".')
        if _TYPOGRAPHIC_SPACE.search(said):
            words = "un espace insécable, que YAML ne prend pas pour un espace"
            return Slip(number, words, "Effacez-le et tapez un espace simple.")
        if re.match(r" *\t", said):
            return Slip(number, "une tabulation en début de ligne", "Décalez avec des espaces.")
        if _GLUED.match(said):
            return Slip(number, "un deux-points sans espace après lui", "Écrivez « clé: valeur ».")
        if _COMMENT_IN_BRACES.search(said):
            words = "un # qui coupe la ligne avant la fin des crochets ou des accolades"
            return Slip(number, words, "Mettez entre guillemets le texte qui contient #.")
    return None
