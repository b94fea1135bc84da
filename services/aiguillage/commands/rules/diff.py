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

_WHAT = "Un dossier de règles, un recueil écrit, ou une révision git d'un dossier (HEAD~1:rules)."


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help=_WHAT)],
    after: Annotated[str, typer.Argument(metavar="B", help=_WHAT)],
    on: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="Jour jusqu'où une valeur compte en vigueur, AAAA-MM-JJ ; sinon aujourd'hui."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Dit ce qui change d'un recueil à l'autre, en mots.

    Quelles règles, quelles listes, de A à B, à quelles dates, et qui cela touche.
    """
    day = legal_date(WallClock().now(), PARIS) if on is None else day_given("--on", on)
    found = changes(rulebook_named(before), rulebook_named(after), day)
    if as_json:
        sys.stdout.write(orjson.dumps(found.to_json()).decode() + "\n")
    else:
        sys.stdout.write("\n".join(told(found)) + "\n")
