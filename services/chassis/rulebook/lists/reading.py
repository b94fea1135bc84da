"""Reads the files of `rules/referentiels` into dated lists."""

from collections.abc import Iterator, Mapping
from typing import Any

from chassis.rulebook.document import Document, Where
from chassis.rulebook.faults import Fault, did_you_mean
from chassis.rulebook.lists.dated import DatedLists, Name
from chassis.rulebook.lists.entries import FILES
from chassis.rulebook.lists.entry import Entry
from chassis.rulebook.validation import validate

_BARE = "zonage-abc"
"""The list whose entries may be written as their communes alone."""


def read_lists(documents: Mapping[str, Document], faults: list[Fault]) -> DatedLists:
    """The lists of the documents, by file name without folder or suffix; faults are added to the list."""
    entries: dict[Name, tuple[Entry, ...]] = {}
    lines: dict[Name, tuple[int, ...]] = {}
    for name, written in sorted(documents.items()):
        if name not in FILES:
            remedy = did_you_mean(name, FILES)
            faults.append(written.fault((), "Référentiel inconnu.", name, ", ".join(FILES), remedy))
            continue
        document = _versioned(name, written)
        said = validate(FILES[name], document.value, document, (), faults)
        for keys, versions in () if said is None else _entries(name, said.root):
            entries[(name, *keys)] = versions
            lines[(name, *keys)] = _lines(document, keys, versions)
    return DatedLists(entries, lines)


def _entries(name: str, root: Mapping[str, Any]) -> Iterator[tuple[Name, tuple[Entry, ...]]]:
    for key, value in root.items():
        if _depth(name) == 1:
            yield (key,), value
        else:
            yield from (((key, one), versions) for one, versions in value.items())


def _depth(name: str) -> int:
    """How many keys lead to an entry: a segment stands under its dimension."""
    return 2 if name == "segments" else 1


def _lines(document: Document, keys: Name, versions: tuple[Entry, ...]) -> tuple[int, ...]:
    return tuple(document.line(*keys, place) for place in range(len(versions)))


def _versioned(name: str, document: Document) -> Document:
    """The document with every entry written as a list of versions; what is no mapping stays, to be refused."""
    alone: set[Where] = set()
    value, depth = _wrapped(document.value, name, (), alone), _depth(name)
    moved = {
        (*where[:depth], 0, *where[depth:]): line
        for where, line in document.lines.items()
        if where[:depth] in alone
    }
    return Document(document.path, value, {**document.lines, **moved})


def _wrapped(value: Any, name: str, where: Where, alone: set[Where]) -> Any:  # noqa: ANN401 - YAML values
    """The value, its entries in lists; those that were written without one are added to `alone`."""
    if len(where) < _depth(name):
        if not isinstance(value, dict):
            return value
        return {key: _wrapped(one, name, (*where, key), alone) for key, one in value.items()}
    is_bare = name == _BARE and not isinstance(value, dict)
    if isinstance(value, list) and not (is_bare and all(isinstance(one, str) for one in value)):
        return value
    alone.add(where)
    return [{"communes": value}] if is_bare else [value]
