"""What is wrong with a file's characters and punctuation, in French."""

import re

from yaml import YAMLError

from chassis.rulebook.faults import Fault

_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
"""Control characters, line ends that editors do not count, signs that reverse the reading order."""

_WORDS = {
    "found character that cannot start any token": "une tabulation, ou un signe @ ` % hors de guillemets",
    "found unexpected end of stream": "un guillemet ouvert et jamais fermé",
    "found unexpected document indicator": "un guillemet ouvert et jamais fermé",
    "mapping values are not allowed in this context": "un deux-points de trop, ou un décalage",
    "block sequence entries are not allowed in this context": "un tiret de liste mal placé",
    "did not find expected key": "un décalage, ou une clé mal écrite",
    "did not find expected '-' indicator": "une ligne sans tiret au milieu d'une liste",
    "did not find expected ',' or ']'": "un crochet ouvert et jamais fermé, ou une virgule oubliée",
    "did not find expected ',' or '}'": "une accolade ouverte et jamais fermée, ou une virgule oubliée",
    "did not find expected node content": "une parenthèse, un crochet ou une accolade de trop",
    "could not find expected ':'": "un deux-points oublié",
    "exceeded maximum nesting depth": "beaucoup trop de niveaux d'imbrication",
    "found unknown escape character": "une barre oblique inverse entre guillemets doubles",
}
_OPENED = frozenset({"found unexpected end of stream", "found unexpected document indicator"})
"""Told at the place where the quote opens, which may be far above the place where it was missed."""


def forbidden_character(text: str) -> int | None:
    """Index of the first character a rule file may not hold; None when there is none."""
    found = _FORBIDDEN.search(text)
    return None if found is None else found.start()


def character_fault(path: str, line: int, character: str) -> Fault:
    """A character that cannot be seen, named by its code point."""
    found, allowed = f"U+{ord(character):04X}", "des caractères visibles, des espaces, des fins de ligne"
    return Fault(
        path, line, "Caractère invisible interdit.", found, allowed, "Effacez-le et retapez la ligne."
    )


def syntax_fault(path: str, error: YAMLError) -> Fault:
    """What the parser stumbled on, at the line where it did."""
    problem = str(getattr(error, "problem", None) or type(error).__name__)
    place = "context_mark" if problem in _OPENED else "problem_mark"
    mark = getattr(error, place, None) or getattr(error, "problem_mark", None)
    remedy = "Vérifiez l'indentation (des espaces, pas de tabulation), les guillemets et les deux-points."
    message = "Le fichier n'est pas un YAML lisible."
    line = 1 if mark is None else mark.line + 1
    return Fault(path, line, message, _WORDS.get(problem, problem), remedy=remedy)
