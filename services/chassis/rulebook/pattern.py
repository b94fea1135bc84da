"""The patterns `matches` accepts: a subset of regular expressions that cannot run away."""

import re

LONGEST_PATTERN = 200
LONGEST_TEXT = 256
"""Characters of a fact's value that a pattern looks at; a longer value does not match."""
MOST_REPEATS = 3

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
    place, before, repeats = 0, "", 0
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
            repeats += token.group() != "?"
        place, before = token.end(), kind
    return f"plus de {MOST_REPEATS} répétitions" if repeats > MOST_REPEATS else ""


def accepts(pattern: re.Pattern[str], text: str) -> bool:
    """Whether the whole text matches."""
    return len(text) <= LONGEST_TEXT and pattern.fullmatch(text) is not None
