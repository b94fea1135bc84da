"""`rules check`: the operators' rule files, before they are in force."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import orjson
import typer

from aiguillage.commands.options import AsJson, settings_of
from chassis.rulebook import check as faults_of
from chassis.rulebook import load

REFUSED = 1


def check(
    directory: Annotated[Path | None, typer.Argument(help="Directory of the rule files.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say everything wrong with the rule files, each with path:line, or the digest of the rulebook."""
    where = Path(settings_of(rules=directory).rules)
    if not where.is_dir():
        raise FileNotFoundError(f"{where} is not a directory of rule files")
    faults = faults_of(where)
    if as_json:
        body = {"faults": [asdict(fault) for fault in faults]}
        sys.stdout.write(orjson.dumps(body).decode() + "\n")
    for fault in () if as_json else faults:
        sys.stdout.write(f"{where}/{fault}\n")
    if faults:
        raise typer.Exit(REFUSED)
    if not as_json:
        rulebook = load(where)
        sys.stdout.write(f"{len(rulebook.rules)} règles, aucune faute. Empreinte {rulebook.digest[:12]}.\n")
