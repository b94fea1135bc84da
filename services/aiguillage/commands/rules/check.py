"""`rules check`: the operators' rule files, before they are in force."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import orjson
import typer

from aiguillage.commands.options import AsJson, day_given, rules_in
from aiguillage.predecessor import last_committed, predecessor_named
from chassis.clock import WallClock
from chassis.rulebook.backdated import backdated
from chassis.rulebook.book import Rulebook
from chassis.rulebook.faults import Fault
from chassis.rulebook.in_place import edited_in_place
from chassis.rulebook.loading import emptied, examine
from flux.calendar import legal_date

REFUSED = 1
PARIS = "75"
"""Département whose civil day is today's."""


def check(
    directory: Annotated[Path | None, typer.Argument(help="Directory of the rule files.")] = None,
    against: Annotated[
        str | None,
        typer.Option(
            help="Rules in force before: a directory, a bundle file, a git revision. "
            "Default: the last commit, when there is one."
        ),
    ] = None,
    alone: Annotated[bool, typer.Option("--alone", help="Compare with nothing.")] = False,
    on: Annotated[
        str | None, typer.Option(help="First day an edit may change, YYYY-MM-DD; default: today.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say everything wrong with the rule files, each with path:line, or the digest of the rulebook.

    What is odd without being wrong, and a new rule that reaches back, are warnings: told, and the answer stays yes.
    """
    where = rules_in(directory)
    day = legal_date(WallClock().now(), PARIS) if on is None else day_given("--on", on)
    examined = examine(where)
    faults = list(examined.faults)
    if examined.rulebook is not None and not examined.rulebook.rules:
        faults.append(emptied(str(where)))
    warnings = list(examined.warnings)
    before = None if alone or examined.rulebook is None else _before(where, against)
    if examined.rulebook is not None and before is not None:
        faults += edited_in_place(before, examined.rulebook, day)
        warnings += backdated(before, examined.rulebook, day)
    _tell(faults, warnings, where, as_json=as_json)
    if faults or examined.rulebook is None:
        raise typer.Exit(REFUSED)
    if not as_json:
        said = f"{len(examined.rulebook.rules)} règles, aucune faute."
        sys.stdout.write(f"{said} Empreinte {examined.rulebook.digest[:12]}.\n")


def _before(where: Path, against: str | None) -> Rulebook | None:
    return last_committed(where) if against is None else predecessor_named(against, where)


def _tell(faults: list[Fault], warnings: list[Fault], where: Path, *, as_json: bool) -> None:
    if as_json:
        body = {
            "faults": [asdict(fault) for fault in faults],
            "warnings": [asdict(warning) for warning in warnings],
        }
        sys.stdout.write(orjson.dumps(body).decode() + "\n")
        return
    for fault in faults:
        sys.stdout.write(f"{where}/{fault}\n")
    for warning in warnings:
        sys.stdout.write(f"Attention : {where}/{warning}\n")
