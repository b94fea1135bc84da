"""Help of every command: in French, the first line its place announces, nothing of the parser's own words."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer._click import Command, Context  # typer keeps its click to itself: the lock holds its version
from typer.core import TyperGroup

from aiguillage.cli import PLACES, app
from aiguillage.commands.journal import PLACES as JOURNAL
from aiguillage.commands.rejected import PLACES as REJECTED
from aiguillage.commands.rules import PLACES as RULES

ENGLISH = re.compile(
    r"\b(usage|show this|default|required|the|of|file|with|and|or a|which|directory|topic|day|year|to write|print|"
    r"write|only|every|what|when|instead|repeat|YYYY|str|path|int|command)\b|\(s\)",
    re.IGNORECASE,
)
TYPED = re.compile(
    r"`[^`]*`|--[\w-]+|<[\w|-]+>(?=\s)|AIGUILLAGE_\w+|\b\w+\.(declared|md|json|jsonl)\b|\btopic :|\btopics, ou|"
    r"journal\|topic|\bday\b(?=>)"
)
"""Words that are typed as they are: names of options, values, files, settings and topics."""


def every_command() -> Iterator[tuple[str, Any, Context]]:
    """The words of each command and group, itself, and its context."""
    root: Any = typer.main.get_command(app)
    yield from _within("aiguillage", root, None)


def _within(words: str, command: Command, parent: Context | None) -> Iterator[tuple[str, Any, Context]]:
    context = command.context_class(command, info_name=words.rpartition(" ")[2], parent=parent)
    yield words, command, context
    if isinstance(command, TyperGroup):
        for name in command.list_commands(context):
            yield from _within(f"{words} {name}", command.commands[name], context)


COMMANDS = {words: (command, context) for words, command, context in every_command()}
ANNOUNCED = {
    **{f"aiguillage {name}": place.does for name, place in PLACES.items()},
    **{f"aiguillage rules {name}": place.does for name, place in RULES.items()},
    **{f"aiguillage journal {name}": place.does for name, place in JOURNAL.items()},
    **{f"aiguillage rejected {name}": place.does for name, place in REJECTED.items()},
}


@pytest.mark.parametrize("words", COMMANDS)
def test_the_help_of_a_command_is_in_french(words: str) -> None:
    command, context = COMMANDS[words]
    said = command.get_help(context)
    assert said.startswith(f"Emploi : {words}")
    assert ENGLISH.findall(TYPED.sub("", said)) == []


@pytest.mark.parametrize("words", ANNOUNCED)
def test_a_list_of_commands_announces_the_first_line_of_each_ones_help(words: str) -> None:
    command, _ = COMMANDS[words]
    assert command.help.partition("\n")[0] == ANNOUNCED[words]


@pytest.mark.parametrize("words", COMMANDS)
def test_every_option_and_argument_says_what_it_is(words: str) -> None:
    command, _ = COMMANDS[words]
    assert [each.name for each in command.params if not getattr(each, "help", None)] == []


@pytest.mark.parametrize("columns", [60, 100])
def test_a_help_page_is_as_wide_as_the_terminal(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    command, context = COMMANDS["aiguillage bilan"]
    widest = max(map(len, command.get_help(context).splitlines()))
    assert columns - 20 < widest <= columns
