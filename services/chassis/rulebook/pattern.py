"""The patterns `matches` accepts: a subset of regular expressions that cannot run away."""

import re
from math import factorial

LONGEST_PATTERN = 200
LONGEST_TEXT = 256
"""Characters of a fact's value that a pattern looks at; a longer value does not match."""
MOST_REPEATS = 3
MOST_PATHS = 64
"""Ways through a pattern's alternatives: the product of the branches of its groups."""
MOST_STEPS = 10_000_000
"""Steps a backtracking engine may take to refuse the longest text, about a tenth of a second, once for each value.

Each way through the alternatives tries every split of the text between the repeats: 256 for one, 256² / 2 for two,
256³ / 6 for three. What could take for ever, or seconds, is refused.
"""

_TOKEN = re.compile(
    r"(?P<escape>\\[dwsDWS.\\+*?()\[\]{}|/^$-])|(?P<set>\[\^?(?:\\.|[^\]\\\[])+\])|(?P<open>\((?:\?:)?)"
    r"|(?P<close>\))|(?P<or>\|)|(?P<repeat>[*+?]|\{[0-9]{1,2}(?:,[0-9]{0,2})?\})|(?P<plain>[^\\()\[\]{}*+?|^$])"
)


def mistake(pattern: str) -> str:
    """What is wrong with a pattern, in French; empty when it is accepted."""
    if len(pattern) > LONGEST_PATTERN:
        return f"motif de plus de {LONGEST_PATTERN} caractères"
    if pattern[:1] == "^" or pattern[-1:] == "$":
        return "^ et $ sont inutiles : le motif porte sur tout le texte"
    wrong = _first_refused(pattern)
    if wrong:
        return wrong
    try:
        re.compile(pattern)
    except re.error as error:
        return f"motif illisible : {_ERRORS.get(error.msg, 'parenthèse, crochet ou intervalle mal écrit')}"
    return ""


def _first_refused(pattern: str) -> str:
    place, before, repeats, paths, branches = 0, "", 0, 1, [1]
    while place < len(pattern):
        token = _TOKEN.match(pattern, place)
        if token is None and pattern[place] == "[":
            return "motif illisible : un crochet ouvert et jamais fermé, ou vide"
        if token is None:
            return (
                f"« {pattern[place : place + 4]} » n'est pas admis (ni renvoi, ni condition avant ou arrière)"
            )
        kind = token.lastgroup or ""
        if kind == "repeat":
            if before in {"", "open", "or", "close", "repeat"}:
                return (
                    "une répétition porte sur un seul caractère ou un seul [ensemble], jamais sur un groupe"
                )
            repeats += 1
        elif kind == "open":
            branches.append(1)
        elif kind == "or":
            branches[-1] += 1
        elif kind == "close" and len(branches) > 1:
            paths *= branches.pop()
        place, before = token.end(), kind
    if repeats > MOST_REPEATS:
        return f"plus de {MOST_REPEATS} répétitions"
    return _too_costly(paths * branches[0], repeats)


def _too_costly(paths: int, repeats: int) -> str:
    if paths > MOST_PATHS:
        return f"plus de {MOST_PATHS} combinaisons d'alternatives"
    if paths * LONGEST_TEXT**repeats // factorial(repeats) > MOST_STEPS:
        return f"motif trop coûteux : {repeats} répétitions et {paths} combinaisons d'alternatives"
    return ""


_ERRORS = {
    "missing ), unterminated subpattern": "une parenthèse ouverte et jamais fermée",
    "unbalanced parenthesis": "une parenthèse fermée de trop",
    "min repeat greater than max repeat": "une répétition dont le minimum dépasse le maximum",
}


def accepts(pattern: re.Pattern[str], text: str) -> bool:
    """Whether the whole text matches."""
    return len(text) <= LONGEST_TEXT and pattern.fullmatch(text) is not None
