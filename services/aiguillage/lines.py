"""Lines of a JSONL file of events: what each is, and the topic it goes to."""

import sys
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import orjson

from contracts.inputs import TOPIC_OF

SAMPLE = "sample"
"""Topic of the lines that tell how the parties of a sample answer: no service reads it."""

BEGINNING = datetime.min.replace(tzinfo=UTC)

_PREFIX, _SUFFIX = "fr.aiguillage.", ".v1"


def read_lines(name: str) -> Iterator[bytes]:
    """The lines of a file, or of standard input when it is ``-``; blank ones and a UTF-8 mark are passed over."""
    if name == "-":
        yield from _lines(sys.stdin.buffer)
        return
    with Path(name).open("rb") as file:
        yield from _lines(file)


def _lines(file: Iterable[bytes]) -> Iterator[bytes]:
    for number, line in enumerate(file):
        text = line.removeprefix(BOM_UTF8) if number == 0 else line
        if text.strip():
            yield text.rstrip(b"\r\n")


def topic_of(line: bytes) -> str:
    """The shared topic a line belongs to; what cannot be told goes to ``vacancies``, to be refused there."""
    kind = type_of(line)
    return SAMPLE if kind.startswith("sample.") else TOPIC_OF.get(kind, "vacancies")


def type_of(line: bytes) -> str:
    """The short type of a line, empty when it has none."""
    with suppress(orjson.JSONDecodeError, TypeError, KeyError, AttributeError):
        kind: str = orjson.loads(line)["type"]
        return kind.removeprefix(_PREFIX).removesuffix(_SUFFIX)
    return ""


def event_time(line: bytes) -> datetime:
    """When the event of a line happened; the beginning of time when it does not say."""
    with suppress(orjson.JSONDecodeError, TypeError, KeyError, ValueError):
        at = datetime.fromisoformat(orjson.loads(line)["time"])
        if at.tzinfo is not None:
            return at
    return BEGINNING
