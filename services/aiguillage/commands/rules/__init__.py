"""`aiguillage rules …`: the operators' tools, one module a command."""

import typer

from aiguillage.commands.rules.check import check

app = typer.Typer(no_args_is_help=True)


@app.callback()
def rules() -> None:
    """The operators' rule files."""


app.command()(check)
