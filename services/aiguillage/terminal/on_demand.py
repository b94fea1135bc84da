"""Commands imported when they are called: `rules check` answers without loading Kafka's clients, `--help` nothing."""

from collections import UserDict
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, cast

import typer
from typer._click import (  # typer keeps its click to itself: the lock holds its version
    Command,
    Context,
    HelpFormatter,
)
from typer.main import get_command, get_group

from aiguillage.terminal.help_page import FrenchCommand, FrenchGroup


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command is: the `module:attribute` of a function or a `Typer`, and what it does in one line of French."""

    command: str
    does: str


class _OnDemand(UserDict[str, Any]):
    """Click commands by name; a `Place` stands for one that was not asked for yet."""

    def __getitem__(self, name: str) -> Command:
        found = self.data[name]
        if isinstance(found, Place):
            found = self.data[name] = _imported(name, found.command)
        return cast("Command", found)


def _imported(name: str, place: str) -> Command:
    """The command of a function, or the group of commands of a `Typer`."""
    module, _, attribute = place.partition(":")
    found = getattr(import_module(module), attribute)
    if not isinstance(found, typer.Typer):
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
        alone.command(name, cls=FrenchCommand)(found)
        return get_command(alone)
    group = get_group(found)
    group.name = name
    return group


def on_demand(places: Mapping[str, Place]) -> type[FrenchGroup]:
    """A group of commands for `typer.Typer(cls=…)`, each named by its `Place`."""

    class Group(FrenchGroup):
        """Commands that are imported one by one; its help imports none."""

        def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - what typer gives its groups
            super().__init__(**attributes)
            self.commands = _OnDemand({**places, **self.commands})

        def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:  # noqa: ARG002 - as typer has it
            """Write the commands' names and what each does."""
            with formatter.section("Commands"):
                formatter.write_dl([(name, place.does) for name, place in places.items()])

    return Group
