"""`rules test`: the examples beside the rules and the acceptance cases, and what they leave untried."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from aiguillage.acceptance.overlay import Ground
from aiguillage.acceptance.reading import read_cases_at
from aiguillage.acceptance.report import Report, report
from aiguillage.acceptance.running import Result, run_all
from aiguillage.acceptance.scenarios import SCENARIOS
from aiguillage.commands.options import AsJson, rules_in
from aiguillage.terminal.console import console_of
from chassis.rulebook import load

REFUSED = 1


def try_out(
    directory: Annotated[Path | None, typer.Argument(metavar="DOSSIER", help="Dossier des règles.")] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Ce que rien n'essaie est une faute aussi.")
    ] = False,
    run_at: Annotated[
        Path | None,
        typer.Option(
            "--run",
            metavar="CAS|DOSSIER",
            help="Joue seulement ce cas, ou ceux de ce dossier, sur toutes les règles.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Joue les exemples et les cas.

    Dit quel scénario chacun prouve, et ce que rien n'essaie. Les cas du dossier jouent sur ses règles communes, sauf
    s'ils disent `local: oui`.
    """
    where = rules_in(directory)
    if run_at is not None:
        _run_only(run_at, where, as_json=as_json)
        return
    found = report(where, load(where))
    if as_json:
        sys.stdout.write(orjson.dumps(found.to_json()).decode() + "\n")
    else:
        _tell(found, where)
    if found.faults or (strict and found.coverage.gaps):
        raise typer.Exit(REFUSED)


def _run_only(run_at: Path, where: Path, *, as_json: bool) -> None:
    """Cases of anywhere on all the rules of a directory; `FileNotFoundError` when there is none."""
    if not run_at.exists():
        raise FileNotFoundError(f"{run_at} n'existe pas : donnez un cas, ou un dossier de cas.")
    cases, faults = read_cases_at(run_at)
    if not cases and not faults:
        raise FileNotFoundError(f"{run_at} ne contient aucun cas (*.yaml).")
    results = run_all(cases, Ground(load(where)))
    told = [*faults, *(fault for result in results for fault in result.faults)]
    if as_json:
        body = {
            "cases": [{"number": each.case.number, "passed": each.is_passed} for each in results],
            "faults": [asdict(fault) for fault in told],
        }
        sys.stdout.write(orjson.dumps(body).decode() + "\n")
    else:
        _show("Fautes", [str(fault) for fault in told])
        passed = sum(result.is_passed for result in results)
        sys.stdout.write(f"Cas réussis : {passed} sur {len(results) + len(faults)}.\n")
    if told:
        raise typer.Exit(REFUSED)


def _tell(found: Report, where: Path) -> None:
    console = console_of()
    _show_scenarios(console, found)
    _show(f"{len(found.faults)} fautes", [f"{where}/{fault}" for fault in found.faults])
    gaps = [f"{where}/{gap}" for gap in found.coverage.gaps]
    _show(f"{len(gaps)} choses que ni exemple ni cas n'essaie", gaps)
    if found.coverage.unproved:
        _show("Règles en vigueur qu'aucun cas ne fait parler", list(found.coverage.unproved))
    passed = sum(result.is_passed for result in found.results)
    total = f"{passed} cas réussis sur {len(found.results)}, {found.examples} exemples essayés"
    sys.stdout.write(f"{total}. Empreinte {found.digest[:12]}.\n")


def _show(title: str, lines: list[str]) -> None:
    if lines:
        sys.stdout.write(f"{title} :\n" + "".join(f"  {line}\n" for line in lines))


def _show_scenarios(console: Console, found: Report) -> None:
    table = Table(title="Les scénarios et leurs cas", title_justify="left", box=SIMPLE_HEAD)
    for name in ("Scénario", "Cas", "Ce qu'il prouve", "Résultat"):
        table.add_column(name, no_wrap=name != "Ce qu'il prouve")
    for scenario, results in found.by_scenario().items():
        table.add_row(
            scenario, "", Text(str(SCENARIOS[scenario]), style="bold"), "" if results else "aucun cas"
        )
        for result in results:
            table.add_row("", result.case.number, _title(result), "réussi" if result.is_passed else "échec")
    console.print(table)


def _title(result: Result) -> str:
    also = result.case.said.also
    return result.case.said.title + (f" (avec {', '.join(also)})" if also else "")
