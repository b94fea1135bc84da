"""A YAML file as texts, lists and mappings that remember their line; whatever could surprise is refused."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Never
from unicodedata import normalize

from yaml import CLoader, YAMLError
from yaml import parse as events_of
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from chassis.rulebook.faults import Fault, cut
from chassis.rulebook.lint.characters import PROSE, invisible, trap_in
from chassis.rulebook.lint.cuts import comma_in_number, cut_by_comment
from chassis.rulebook.syntax import character_fault, encoding_fault, syntax_fault, trap_fault

DEEPEST = 24
"""Levels of nesting a file may have: a rule needs eight, a bomb needs thousands."""
MOST_VALUES = 50_000
"""Values a file may hold: the longest referential needs some thousands."""

Where = tuple[str | int, ...]
_NULLS = frozenset({"", "~", "null"})


@dataclass(frozen=True, slots=True)
class Document:
    """The values of a file: `dict`, `list`, `str` (every scalar is text, NFC) or None; and their lines."""

    path: str
    value: Any
    lines: dict[Where, int] = field(repr=False)

    def line(self, *where: str | int) -> int:
        """Line of a value, or of the nearest one that encloses it."""
        for end in range(len(where), -1, -1):
            if where[:end] in self.lines:
                return self.lines[where[:end]]
        return 1

    def fault(
        self, where: Where, message: str, found: str = "", allowed: str = "", remedy: str = ""
    ) -> Fault:
        """A fault at a value of this file; what it quotes of the file is cut short."""
        return Fault(self.path, self.line(*where), cut(message, 300), cut(found), allowed, cut(remedy, 300))


class UnreadableError(Exception):
    """The file is not a document we read; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(fault))


def parse(path: str, data: bytes) -> Document:
    """Read the bytes of a YAML file; raises `UnreadableError` with the place of the first surprise."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(encoding_fault(path, data, error)) from error
    place = invisible(text)
    if place is not None:
        raise UnreadableError(character_fault(path, text.count("\n", 0, place) + 1, text[place]))
    reader = _Reader(path, text)
    try:
        value = reader.read(events_of(text, Loader=CLoader))
    except YAMLError as error:
        raise UnreadableError(syntax_fault(path, text, error)) from error
    return Document(path, value, reader.lines)


class _Reader:
    """Builds the values from the parser's events, one level of Python recursion per level of YAML."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.lines: dict[Where, int] = {}
        self._written = text.split("\n")

    def read(self, events: Iterator[Any]) -> Any:  # noqa: ANN401 - a YAML value is any of four kinds
        """The value of the only document; None when there is none."""
        value: Any = None
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(event, "Un fichier tient un seul document.", "Retirez le second « --- ».")
                if event.version or event.tags:
                    self._refuse(event, "Les directives YAML (%…) sont refusées.", "Retirez la ligne en %.")
                value = self._value(next(events), events, ())
        return value

    def _refuse(self, event: Any, message: str, remedy: str) -> Never:  # noqa: ANN401 - any event
        raise UnreadableError(Fault(self.path, _line(event), cut(message, 300), remedy=remedy))

    def _value(self, event: Any, events: Iterator[Any], where: Where) -> Any:  # noqa: ANN401 - as `read`
        if isinstance(event, AliasEvent) or event.anchor is not None:
            self._refuse(
                event, "Les ancres et les alias YAML (& et *) sont refusés.", "Écrivez la valeur en entier."
            )
        if event.tag is not None:
            self._refuse(event, "Les étiquettes YAML (!…) sont refusées.", "Retirez l'étiquette.")
        if len(where) > DEEPEST:
            self._refuse(event, f"Plus de {DEEPEST} niveaux d'imbrication.", "Aplatissez le fichier.")
        if len(self.lines) > MOST_VALUES:
            self._refuse(event, f"Plus de {MOST_VALUES} valeurs.", "Séparez le fichier en plusieurs.")
        self.lines.setdefault(where, _line(event))
        if isinstance(event, ScalarEvent):
            is_prose = bool(where) and where[-1] in PROSE
            if is_prose and not event.style:
                self._refuse_cut(event)
            is_null = not event.style and event.value in _NULLS
            return None if is_null else self._text(event, is_prose=is_prose)
        if isinstance(event, SequenceStartEvent):
            return list(self._items(events, where))
        return self._mapping(events, where)

    def _text(self, event: ScalarEvent, *, is_prose: bool) -> str:
        """A scalar's text, composed (NFC)."""
        if event.style == '"':  # the only style in which an escape can write what the file may not hold
            place = invisible(event.value)
            if place is not None:
                raise UnreadableError(character_fault(self.path, _line(event), event.value[place]))
        trap = trap_in(event.value, is_prose=is_prose, is_folded=event.style in {"|", ">"})
        if trap is not None:
            raise UnreadableError(trap_fault(self.path, _line(event), trap))
        return normalize("NFC", event.value)

    def _refuse_cut(self, event: ScalarEvent) -> None:
        """Refuse a sentence without quotes that a # cuts: what follows would be lost in silence."""
        lost = cut_by_comment(self._written, event)
        if lost:
            message = "Un # coupe ce texte : ce qui suit serait perdu."
            remedy = "Mettez tout le texte entre guillemets, ou la remarque sur une ligne à elle."
            raise UnreadableError(Fault(self.path, _line(event), message, cut(lost), remedy=remedy))

    def _refuse_comma(self, number: str, event: ScalarEvent) -> Never:
        message = "Virgule dans un nombre : entre accolades, une virgule sépare deux clés."
        point = number.replace(",", ".")
        allowed, remedy = "un point décimal", f"Écrivez {point}."
        raise UnreadableError(Fault(self.path, _line(event), message, cut(number), allowed, remedy))

    def _items(self, events: Iterator[Any], where: Where) -> Iterator[Any]:
        for index, event in enumerate(events):
            if isinstance(event, SequenceEndEvent):
                return
            yield self._value(event, events, (*where, index))

    def _mapping(self, events: Iterator[Any], where: Where) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        before: Any = None
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            key = self._key(event)
            value = next(events)
            number = comma_in_number(before, event, value)
            if number:
                self._refuse_comma(number, event)
            before = value
            if key in mapping:
                self._refuse(
                    event, f"La clé « {cut(key)} » est écrite deux fois.", "Gardez une seule des deux."
                )
            self.lines[(*where, key)] = _line(event)
            mapping[key] = self._value(value, events, (*where, key))
        return mapping

    def _key(self, event: Any) -> str:  # noqa: ANN401 - any event
        if not isinstance(event, ScalarEvent) or event.anchor is not None or event.tag is not None:
            self._refuse(
                event, "Une clé est un mot simple.", "Retirez les crochets, accolades, & ou ! de la clé."
            )
        if event.value == "<<":
            self._refuse(event, "Les fusions YAML (<<) sont refusées.", "Écrivez les clés en entier.")
        return self._text(event, is_prose=False)


def _line(event: Any) -> int:  # noqa: ANN401 - any event; its mark is typed as if it could be absent
    line: int = event.start_mark.line
    return line + 1
