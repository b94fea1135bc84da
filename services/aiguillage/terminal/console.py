"""Console for tables and figures: as wide as the terminal, and every text shown as it is, never as markup."""

import sys
from typing import Any

from rich.console import Console
from rich.text import Text

from aiguillage.terminal.escaping import unescaped, visible

WIDTH = 110
"""Where nobody watches: wide enough for the tables."""


class PlainConsole(Console):
    """A console that reads no markup and no emoji code in texts, and shows what a terminal would obey."""

    def render_str(self, text: str, **options: Any) -> Text:  # noqa: ANN401 - as rich has them
        """The text as it is."""
        return super().render_str(visible(text), **{**options, "markup": False, "emoji": False})


def console_of(*, on_error: bool = False) -> Console:
    """A console on standard output, or on standard error."""
    stream = unescaped(sys.stderr if on_error else sys.stdout)
    console = PlainConsole(file=stream, markup=False, emoji=False)
    return (
        console if console.is_terminal else PlainConsole(file=stream, markup=False, emoji=False, width=WIDTH)
    )
