"""`sample` and `import rpls`: files of events, made without Kafka."""

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated

import orjson
import typer

from aiguillage.commands.options import AsJson, Rules, settings_of
from aiguillage.rpls.flow import vacancies_of
from aiguillage.rpls.reading import read_rpls
from aiguillage.rpls.register import RplsReport
from aiguillage.sample import make_national_sample, make_sample
from aiguillage.terminal.help_page import Commands
from chassis.rulebook import load
from contracts.canonical import encode

importing = Commands("Lit ce que d'autres publient (RPLS).")
NATIONAL = "FR"


def sample(
    departement: Annotated[str, typer.Option(help="Département, ou FR pour tous.")],
    vacancies: Annotated[int, typer.Option(min=0, help="Logements libérés dans l'année.")],
    out: Annotated[Path, typer.Option(metavar="FICHIER", help="Fichier à écrire, un événement par ligne.")],
    seed: Annotated[int, typer.Option(help="Même graine, mêmes octets.")] = 1,
    year: Annotated[int, typer.Option(help="Année de flux.")] = 2026,
) -> None:
    """Écrit une année d'exemple, la même à chaque fois.

    Conventions, vacances, et ce que chacun répond : tout est inventé.
    """
    national = departement == NATIONAL
    lines = (
        make_national_sample(vacancies, seed, year)
        if national
        else make_sample(departement, vacancies, seed, year)
    )
    sys.stdout.write(f"{_write(out, lines)} événements synthétiques écrits dans {out}.\n")


@importing.command("rpls")
def rpls(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FICHIER",
            help="Fichier RPLS ouvert, séparé par ; : une ligne par logement ou par adresse.",
        ),
    ],
    bailleur: Annotated[str, typer.Option(help="SIREN du bailleur qui déclare les logements.")],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FICHIER", help="Fichier à écrire, un événement par ligne ; sinon le même nom, en .jsonl."
        ),
    ] = None,
    year: Annotated[int, typer.Option(help="Année des vacances.")] = 2026,
    rotation: Annotated[str, typer.Option(help="Logements libérés par an, pour cent.")] = "7",
    seed: Annotated[int, typer.Option(help="Même graine, mêmes octets.")] = 1,
    rules: Rules = None,
    as_json: AsJson = False,
) -> None:
    """Lit un fichier RPLS ouvert : un registre de logements et une année de vacances."""
    directory = settings_of(rules=rules).rules
    codes = load(Path(directory)).lists.on(date(year, 1, 1)).financements
    report = RplsReport()
    dwellings = list(read_rpls(file, codes, report))
    lines = vacancies_of(dwellings, bailleur, year, rotation, seed)
    target = out or file.with_suffix(".jsonl")
    written = _write(target, (encode(line) for line in lines))
    told = {
        "dwellings": len(dwellings),
        "vacancies": written,
        "unknown": {f"{column} {value}": number for (column, value), number in report.unknown.items()},
        "out": str(target),
    }
    if as_json:
        sys.stdout.write(orjson.dumps(told).decode() + "\n")
        return
    sys.stdout.write(f"{len(dwellings)} logements lus, {written} vacances écrites dans {target}.\n")
    for (column, value), number in sorted(report.unknown.items()):
        sys.stdout.write(f"  {column} « {value} » : {number} fois, inconnu\n")


def _write(target: Path, lines: Iterable[bytes]) -> int:
    number = 0
    with target.open("wb") as file:
        for number, line in enumerate(lines, start=1):  # noqa: B007 - the count is what is wanted
            file.write(line + b"\n")
    return number
