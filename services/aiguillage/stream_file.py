"""Items of the ordered stream kept in a file: messages of the topic `orientations`, or rows of an exported journal."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from aiguillage.lines import read_lines
from compliance.items import Item
from compliance.streams import is_of_items
from contracts.canonical import decode
from contracts.catalogue import EMITTED
from contracts.envelope import identity_of, open_emitted
from contracts.rejected import Rejected

STREAM = "orientations"
INPUT = 0
"""Ordinal of the rows of orientation's journal that hold an input: not an item."""


def read_stream_file(name: str) -> Iterator[Item]:
    """The items of a JSON Lines file, ``-`` for standard input, one after the other.

    Each line is a CloudEvent as it stands on the topic, or a row of `journal export`, of either service. Raises
    `ValueError` with the line's number when it is neither.
    """
    for number, line in enumerate(read_lines(name), start=1):
        try:
            item = _event(line) if b'"specversion"' in line else _row(line)
        except (Rejected, ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f"{name}, ligne {number} : ce n'est pas un fait du flux orientations. Attendu : les messages de ce "
                "sujet, ou les lignes de « aiguillage journal export »."
            ) from error
        if item is not None:
            yield item


def _event(line: bytes) -> Item:
    emitted = open_emitted(line)
    if STREAM not in EMITTED[emitted.type][1]:
        raise ValueError(f"{emitted.type} is no item of the stream")
    data = emitted.data
    identity = identity_of(emitted.source, emitted.id)
    return Item(identity, emitted.type, data["scope"], data["sequence"], emitted.time, data)


def _row(line: bytes) -> Item | None:
    row: Any = decode(line)
    data = row["data"]
    is_input = row["ordinal"] == INPUT and "sequence" not in data
    if is_input or not is_of_items(row["scope"]):
        return None
    at = datetime.fromisoformat(row["event_time"])
    return Item(row["cause"], row["type"], data["scope"], data["sequence"], at, data)
