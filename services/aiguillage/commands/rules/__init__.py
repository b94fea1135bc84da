"""`aiguillage rules …`: the operators' tools, one module a command, imported when it is called."""

import typer

from aiguillage.commands.on_demand import on_demand

_HERE = "aiguillage.commands.rules"
app = typer.Typer(
    no_args_is_help=True,
    cls=on_demand(
        {
            "check": f"{_HERE}.check:check",
            "schema": f"{_HERE}.schema:schema",
            "explain": f"{_HERE}.explain:explain_command",
            "test": f"{_HERE}.test:try_out",
            "diff": f"{_HERE}.diff:diff",
            "publish": f"{_HERE}.publish:publish",
            "status": f"{_HERE}.status:status",
        }
    ),
)


@app.callback()
def rules() -> None:
    """The operators' rule files."""
