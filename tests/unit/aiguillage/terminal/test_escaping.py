"""What an event says is shown on a terminal, and does nothing to it."""

import sys

import pytest
from rich.table import Table

from aiguillage.terminal.console import console_of
from aiguillage.terminal.escaping import escape_standard_streams, visible

HOSTILE = "\x1b[2J\x1b]0;title\x07[/] [bold]gras[/bold] :boom: \x9b31m\u202eSETA\u2028\r"
SHOWN = "\\u001b[2J\\u001b]0;title\\u0007[/] [bold]gras[/bold] :boom: \\u009b31m\\u202eSETA\\u2028\\u000d"


def test_what_a_terminal_would_obey_is_written_out_and_the_rest_stays() -> None:
    assert visible(HOSTILE) == SHOWN
    assert visible("Où ?\tOui,\nçà et là — « é »") == "Où ?\tOui,\nçà et là — « é »"


def test_a_table_shows_markup_and_controls_as_they_came(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table(HOSTILE, title=HOSTILE)
    table.add_row(HOSTILE)
    console = console_of()
    console.width = 300
    console.print(table)
    console.print(HOSTILE)
    written = capsys.readouterr().out
    assert written.count(SHOWN) == 4
    assert "\x1b" not in written
    assert "\x9b" not in written


def test_whatever_a_command_writes_is_escaped_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", sys.stdout)  # given back at the end
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    escape_standard_streams()
    escape_standard_streams()
    sys.stdout.write(HOSTILE)
    sys.stderr.write(HOSTILE)
    console_of().print(HOSTILE, soft_wrap=True)
    assert capsys.readouterr() == (f"{SHOWN}{SHOWN}\n", SHOWN)
