"""What is wrong with a file's characters and punctuation, in French."""

from yaml import YAMLError

from chassis.rulebook.faults import Fault
from chassis.rulebook.lint.characters import Trap
from chassis.rulebook.lint.punctuation import slip_in

_WORDS = {
    "found character that cannot start any token": "une tabulation, ou un signe @ ` % hors de guillemets",
    "found unexpected end of stream": "un guillemet ouvert et jamais fermé",
    "found unexpected document indicator": "un guillemet ouvert et jamais fermé",
    "mapping values are not allowed in this context": "un deux-points de trop, ou un décalage",
    "mapping keys are not allowed in this context": "un point d'interrogation mal placé",
    "block sequence entries are not allowed in this context": "un tiret de liste mal placé",
    "did not find expected key": "un décalage, ou une clé mal écrite",
    "did not find expected '-' indicator": "une ligne sans tiret au milieu d'une liste",
    "did not find expected ',' or ']'": "un crochet ouvert et jamais fermé, ou une virgule oubliée",
    "did not find expected ',' or '}'": "une accolade ouverte et jamais fermée, ou une virgule oubliée",
    "did not find expected node content": "une parenthèse, un crochet ou une accolade de trop",
    "did not find expected <document start>": "un texte après la fin de la règle, ou un décalage",
    "did not find expected alphabetic or numeric character": "un signe & ou * hors de guillemets",
    "did not find expected comment or line break": "un texte après un signe | ou >",
    "could not find expected ':'": "un deux-points oublié",
    "exceeded maximum nesting depth": "beaucoup trop de niveaux d'imbrication",
    "found unknown escape character": "une barre oblique inverse entre guillemets doubles",
    "did not find expected hexdecimal number": "une barre oblique inverse entre guillemets doubles",
    "found invalid Unicode character escape code": "un caractère impossible, écrit par son code",
    "found a tab character where an indentation space is expected": "une tabulation en début de ligne",
    "found a tab character that violates indentation": "une tabulation en début de ligne",
    "found unexpected ':'": "un deux-points de trop",
}
_UNKNOWN = "une ponctuation que YAML n'attend pas ici"
_OPENED = frozenset({"found unexpected end of stream", "found unexpected document indicator"})
"""Told at the place where the quote opens, which may be far above the place where it was missed."""
_REMEDY = "Vérifiez l'indentation (des espaces, pas de tabulation), les guillemets et les deux-points."


def character_fault(path: str, line: int, character: str) -> Fault:
    """A character that cannot be seen, named by its code point."""
    found, allowed = f"U+{ord(character):04X}", "des caractères visibles, des espaces, des fins de ligne"
    return Fault(
        path, line, "Caractère invisible interdit.", found, allowed, "Effacez-le et retapez la ligne."
    )


def trap_fault(path: str, line: int, trap: Trap) -> Fault:
    """A scalar that is not what it looks like."""
    return Fault(path, line, trap.message, trap.found[:80], remedy=trap.remedy)


def encoding_fault(path: str, data: bytes, error: UnicodeDecodeError) -> Fault:
    """Bytes that are not UTF-8, at their line, with what they would be in the encoding they seem to be in."""
    message = "Le fichier n'est pas en UTF-8."
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return Fault(path, 1, message, "UTF-16", remedy="Enregistrez-le en UTF-8.")
    line = data.count(b"\n", 0, error.start) + 1
    start = data.rfind(b"\n", 0, error.start) + 1
    seen = data[start : error.start + 12].split(b"\n")[0].decode("cp1252", "replace").strip()
    remedy = "Il semble venir de Windows (ANSI, Windows-1252) : enregistrez-le en UTF-8."
    return Fault(path, line, message, seen[-80:], remedy=remedy)


def syntax_fault(path: str, text: str, error: YAMLError) -> Fault:
    """What the parser stumbled on, at the line where it was missed when that can be told."""
    problem = str(getattr(error, "problem", None) or "")
    place = "context_mark" if problem in _OPENED else "problem_mark"
    mark = getattr(error, place, None) or getattr(error, "problem_mark", None)
    line = 1 if mark is None else mark.line + 1
    message = "Le fichier n'est pas un YAML lisible."
    slip = slip_in(text, line)
    if slip is not None:
        return Fault(path, slip.line, message, slip.words, remedy=slip.remedy)
    return Fault(path, line, message, _WORDS.get(problem, _UNKNOWN), remedy=_REMEDY)
