"""The patterns `matches` accepts: a subset of regular expressions that cannot run away."""

import re

LONGEST_PATTERN = 200
LONGEST_TEXT = 256
"""Characters of a fact's value that a pattern looks at; a longer value does not match."""
MOST_REPEATS = 3
MOST_PATHS = 64
"""Ways through a pattern's alternatives: the product of the branches of its groups.

Trying them all on the longest text costs at most 64 × 256³ / 6 steps, a fraction of a second, once for each
value: what a backtracking engine could take for ever to refuse is refused here.
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
        return f"motif illisible ({error})"
    return ""


def _first_refused(pattern: str) -> str:
    place, before, repeats, paths, branches = 0, "", 0, 1, [1]
    while place < len(pattern):
        token = _TOKEN.match(pattern, place)
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
    return f"plus de {MOST_PATHS} combinaisons d'alternatives" if paths * branches[0] > MOST_PATHS else ""


def accepts(pattern: re.Pattern[str], text: str) -> bool:
    """Whether the whole text matches."""
    return len(text) <= LONGEST_TEXT and pattern.fullmatch(text) is not None
