"""`rules diff`: what changes from one rulebook to another, in words."""

import sys
from typing import Annotated

import orjson
import typer

from aiguillage.changes import changes, rulebook_named
from aiguillage.changes.telling import told
from aiguillage.commands.options import AsJson, day_given
from chassis.clock import WallClock
from flux.calendar import legal_date

PARIS = "75"
"""Département whose civil day is today's."""

_WHAT = "A directory of rules, a bundle file, or a git revision of a directory (HEAD~1:rules)."


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help=_WHAT)],
    after: Annotated[str, typer.Argument(metavar="B", help=_WHAT)],
    on: Annotated[
        str | None, typer.Option(help="Day up to which a value counts as in force; default: today.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say in French which rules and lists change from A to B, on which dates, and whom it touches."""
    day = legal_date(WallClock().now(), PARIS) if on is None else day_given("--on", on)
    found = changes(rulebook_named(before), rulebook_named(after), day)
    if as_json:
        sys.stdout.write(orjson.dumps(found.to_json()).decode() + "\n")
    else:
        sys.stdout.write("\n".join(told(found)) + "\n")
