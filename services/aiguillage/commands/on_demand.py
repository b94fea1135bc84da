"""Commands imported when they are called: `rules check` answers without loading Kafka's clients."""

from collections import UserDict
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group


class _OnDemand(UserDict[str, Any]):
    """Click commands by name; `module:attribute` stands for one that was not asked for yet."""

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - typer keeps its click to itself
        command = super().__getitem__(name)
        if isinstance(command, str):
            command = self.data[name] = _imported(name, command)
        return command


def _imported(name: str, place: str) -> Any:  # noqa: ANN401 - typer keeps its click to itself
    """The command of a function, or the group of commands of a `Typer`."""
    module, _, attribute = place.partition(":")
    found = getattr(import_module(module), attribute)
    if not isinstance(found, typer.Typer):
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        alone.command(name)(found)
        return get_command(alone)
    group = get_group(found)
    group.name = name
    return group


def on_demand(commands: Mapping[str, str]) -> type[TyperGroup]:
    """A group of commands for `typer.Typer(cls=…)`: by name, the `module:attribute` of a function or a `Typer`."""

    class Group(TyperGroup):
        """Commands that are imported one by one."""

        def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - what typer gives its groups
            super().__init__(**attributes)
            self.commands = _OnDemand({**commands, **self.commands})

    return Group
