"""The command line: `aiguillage …`. Each family of commands is a module of `aiguillage.commands`."""

import sys

import typer

from aiguillage.commands.on_demand import on_demand
from chassis.rulebook.faults import RuleFileErrors
from chassis.unavailable import Unavailable

UNUSABLE = 2

_COMMANDS = "aiguillage.commands"
app = typer.Typer(
    name="aiguillage",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    cls=on_demand(
        {
            "up": f"{_COMMANDS}.running:up",
            "demo": f"{_COMMANDS}.running:demo",
            "serve": f"{_COMMANDS}.running:serve_one",
            "topics": f"{_COMMANDS}.topics:topics",
            "feed": f"{_COMMANDS}.running:feed_file",
            "parties": f"{_COMMANDS}.running:parties",
            "simulate": f"{_COMMANDS}.simulating:simulate",
            "sample": f"{_COMMANDS}.files:sample",
            "import": f"{_COMMANDS}.files:importing",
            "cloture": f"{_COMMANDS}.closing:cloture",
            "convert": f"{_COMMANDS}.converting:convert",
            "rules": f"{_COMMANDS}.rules:app",
            "journal": f"{_COMMANDS}.journal:app",
            "compliance": f"{_COMMANDS}.compliance:app",
            "bilan": f"{_COMMANDS}.bilan:bilan",
            "previsionnel": f"{_COMMANDS}.bilan:previsionnel",
            "rejected": f"{_COMMANDS}.rejected:app",
        }
    ),
)


@app.callback()
def aiguillage() -> None:
    """Routes every freed social dwelling to the réservataire whose turn it is, and says why."""


def main() -> None:
    """Entry point: errors a person can mend are told in a line, with exit code 1 or 2."""
    try:
        app()
    except RuleFileErrors as errors:
        for fault in errors.faults:
            sys.stderr.write(f"{fault}\n")
        sys.exit(UNUSABLE)
    except (Unavailable, OSError, ValueError) as error:
        sys.stderr.write(f"aiguillage: {_said(error)}\n")
        sys.exit(UNUSABLE)


def _said(error: Exception) -> str:
    """The error's own words; of a file that is not there, ours rather than the system's."""
    if isinstance(error, FileNotFoundError) and error.filename is not None:
        return f"{error.filename} n'existe pas : corrigez le chemin."
    return str(error)
