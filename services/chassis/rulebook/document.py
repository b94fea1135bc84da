"""A YAML file as texts, lists and mappings that remember their line; whatever could surprise is refused."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from unicodedata import normalize

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from chassis.rulebook.faults import Fault

DEEPEST = 24
"""Levels of nesting a file may have: a rule needs eight, a bomb needs thousands."""

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
        """A fault at a value of this file."""
        return Fault(self.path, self.line(*where), message, found, allowed, remedy)


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
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableError(
            Fault(path, line, "Le fichier n'est pas en UTF-8.", remedy="Enregistrez-le en UTF-8.")
        ) from error
    reader = _Reader(path)
    try:
        value = reader.read(YAML(typ="safe", pure=True).parse(text))
    except YAMLError as error:
        raise UnreadableError(_syntax_fault(path, error)) from error
    return Document(path, value, reader.lines)


def _syntax_fault(path: str, error: YAMLError) -> Fault:
    mark = getattr(error, "problem_mark", None)
    line = 1 if mark is None else mark.line + 1
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or type(error).__name__
    return Fault(
        path,
        line,
        "Le fichier n'est pas un YAML lisible.",
        found=str(problem),
        remedy="Vérifiez l'indentation (des espaces, pas de tabulation), les guillemets et les deux-points.",
    )


class _Reader:
    """Builds the values from the parser's events, one level of Python recursion per level of YAML."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.lines: dict[Where, int] = {}

    def read(self, events: Iterator[Any]) -> Any:  # noqa: ANN401 - a YAML value is any of four kinds
        value: Any = None
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(event, "Un fichier tient un seul document.", "Retirez le second « --- ».")
                value = self._value(next(events), events, ())
            elif isinstance(event, StreamStartEvent | StreamEndEvent):
                continue
        return value

    def _refuse(self, event: Any, message: str, remedy: str) -> None:  # noqa: ANN401 - ruamel ships no event type
        raise UnreadableError(Fault(self.path, event.start_mark.line + 1, message, remedy=remedy))

    def _value(self, event: Any, events: Iterator[Any], where: Where) -> Any:  # noqa: ANN401 - as `read`
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor is not None):
            self._refuse(
                event, "Les ancres et les alias YAML (& et *) sont refusés.", "Écrivez la valeur en entier."
            )
        if _has_tag(event):
            self._refuse(event, "Les étiquettes YAML (!…) sont refusées.", "Retirez l'étiquette.")
        if len(where) > DEEPEST:
            self._refuse(event, f"Plus de {DEEPEST} niveaux d'imbrication.", "Aplatissez le fichier.")
        self.lines.setdefault(where, event.start_mark.line + 1)
        if isinstance(event, ScalarEvent):
            return _scalar(event)
        if isinstance(event, SequenceStartEvent):
            return list(self._items(events, where))
        return self._mapping(events, where)

    def _items(self, events: Iterator[Any], where: Where) -> Iterator[Any]:
        for index, event in enumerate(events):
            if isinstance(event, SequenceEndEvent):
                return
            yield self._value(event, events, (*where, index))

    def _mapping(self, events: Iterator[Any], where: Where) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            if not isinstance(event, ScalarEvent) or event.anchor is not None or _has_tag(event):
                self._refuse(
                    event, "Une clé est un mot simple.", "Retirez les crochets, accolades, & ou ! de la clé."
                )
            key = normalize("NFC", event.value)
            if key in mapping:
                self._refuse(event, f"La clé « {key} » est écrite deux fois.", "Gardez une seule des deux.")
            self.lines[(*where, key)] = event.start_mark.line + 1
            mapping[key] = self._value(next(events), events, (*where, key))
        return mapping


def _has_tag(event: Any) -> bool:  # noqa: ANN401 - ruamel ships no event type
    return isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent) and event.tag is not None


def _scalar(event: ScalarEvent) -> str | None:
    """The text of a scalar; an unquoted `null`, `~` or nothing at all is None."""
    if event.style is None and event.value in _NULLS:
        return None
    return normalize("NFC", event.value)
