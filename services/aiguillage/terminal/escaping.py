r"""Escaping of terminal output: a text somebody sent never moves the cursor, changes colours or hides what follows.

What a terminal would obey is written as `\u001b`: the same text to a reader of JSON, and harmless to a terminal.
"""

import re
import sys
from typing import Any, TextIO

from contracts.characters import UNWRITABLE

_OBEYED = re.compile(f"(?![\\n\\t])[{UNWRITABLE}]")


def visible(text: str) -> str:
    """The text with each character a terminal would obey, but line ends and tabulations, written out."""
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class EscapedStream:
    """A text stream whose texts are made visible; all else is as the stream beneath has it."""

    def __init__(self, beneath: TextIO) -> None:
        self.beneath = beneath

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the stream beneath has
        return getattr(self.beneath, name)

    def write(self, text: str) -> int:
        """Write the text, made visible."""
        return self.beneath.write(visible(text))


def escape_standard_streams() -> None:
    """From now on standard output and error show what texts say, and do nothing they say."""
    sys.stdout = EscapedStream(unescaped(sys.stdout))
    sys.stderr = EscapedStream(unescaped(sys.stderr))


def unescaped(stream: TextIO) -> TextIO:
    """The stream beneath, for what writes colours and moves the cursor itself."""
    return stream.beneath if isinstance(stream, EscapedStream) else stream
