"""The command line: `aiguillage …`. Each family of commands is a module of `aiguillage.commands`."""

import sys

import typer

from aiguillage.commands import files, journal, rejected, rules, running, simulating
from chassis.rulebook import RuleFileErrors
from chassis.unavailable import Unavailable

UNUSABLE = 2

app = typer.Typer(
    name="aiguillage",
    help="Routes every freed social dwelling to the réservataire whose turn it is, and says why.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
running.register(app)
simulating.register(app)
files.register(app)
app.add_typer(rules.app, name="rules", help="Check the operators' rule files.")
app.add_typer(journal.app, name="journal", help="Prove, reproduce, explain and hand over what was decided.")
app.add_typer(rejected.app, name="rejected", help="What was refused, and why.")


def main() -> None:
    """Entry point: errors a person can mend are told in a line, with exit code 1 or 2."""
    try:
        app()
    except RuleFileErrors as errors:
        for fault in errors.faults:
            sys.stderr.write(f"{fault}\n")
        sys.exit(UNUSABLE)
    except (Unavailable, OSError, ValueError) as error:
        sys.stderr.write(f"aiguillage: {error}\n")
        sys.exit(UNUSABLE)
