"""`cloture`: a year closed, what makes up for what is owed, next year's conventions drafted."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from aiguillage.closing.day import day_of_close
from aiguillage.closing.drafts import Proposal, drafts_of
from aiguillage.closing.telling import show
from aiguillage.commands.journals import journal_of
from aiguillage.commands.options import AsJson, Data, Database, Rules, day_given, settings_of
from aiguillage.stream_file import read_stream_file
from aiguillage.terminal.console import console_of
from chassis.clock import WallClock
from chassis.rulebook import Rulebook, load
from compliance.app import SERVICE
from compliance.domain.closing.closing import closings
from compliance.domain.closing.next_year import next_year_of
from compliance.domain.closing.telling import closing_body
from compliance.domain.projection import Projection
from compliance.gathering import Concerns, gather_from_stream, projections_in
from contracts.canonical import encode
from flux.scope import Scope

SAYS_NO = 1


def cloture(
    year: Annotated[int, typer.Option(min=2000, max=2100, help="Année de flux à clore.")],
    departement: Annotated[str, typer.Option(help="Département.")],
    bailleur: Annotated[
        str | None, typer.Option(metavar="SIREN", help="Un seul bailleur ; sinon tous.")
    ] = None,
    on_demand: Annotated[
        bool,
        typer.Option(
            "--on-demand", help="En cours d'année, ou avant qu'elle soit arrêtée : ce qui est dû à ce jour."
        ),
    ] = False,
    drafts: Annotated[
        Path | None,
        typer.Option(
            metavar="FICHIER", help="Projets de conventions de l'année suivante à écrire, un par ligne."
        ),
    ] = None,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="Jour de la clôture, AAAA-MM-JJ ; sinon aujourd'hui.")
    ] = None,
    events: Annotated[
        str | None,
        typer.Option(
            metavar="FICHIER",
            help="Événements du sujet Kafka `orientations` ; sinon le journal de compliance.",
        ),
    ] = None,
    rules: Rules = None,
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Clôt une année : ce qui est dû, les projets de l'année suivante.

    Rien n'est publié. Code de sortie 1 : une convention n'est pas arrêtée pour l'année ; elle n'a pas de projet.
    """
    day = None if on is None else day_given("--on", on)

    def concerns(scope: str) -> bool:
        found = Scope.parse(scope)
        return found.departement == departement and bailleur in {None, found.bailleur}

    projections = asyncio.run(_projections(events, database, data, concerns))
    book = load(Path(settings_of(rules=rules).rules))
    closed = [_proposals(each, book, year, day, on_demand=on_demand) for each in projections]
    closed = [each for each in closed if each]
    if not closed:
        raise ValueError(f"Aucune convention de {departement} ne court en {year} : rien à clore.")
    ready = [each for scope in closed for each in scope if on_demand or each.closing.is_settled]
    lines = list(drafts_of(ready))
    _tell(closed, year, as_json=as_json)
    if drafts is not None:
        drafts.write_bytes(b"".join(line + b"\n" for line in lines))
        sys.stderr.write(
            f"{len(lines)} brouillons de conventions écrits dans {drafts} : à relire, rien n'est publié.\n"
        )
    if len(ready) < sum(map(len, closed)):
        raise typer.Exit(SAYS_NO)


async def _projections(
    events: str | None, database: str | None, data: Path | None, concerns: Concerns
) -> list[Projection]:
    if events is not None:
        watched = gather_from_stream(read_stream_file(events), concerns)
        return [each.projection for each in watched]
    async with journal_of(database, data, SERVICE) as journal:
        return await projections_in(journal, concerns)


def _proposals(
    projection: Projection, book: Rulebook, year: int, on: date | None, *, on_demand: bool
) -> list[Proposal]:
    """The closings of a scope on a day: the one given; on demand that of its last item, else today's if later."""
    if on is None and not on_demand:
        on = day_of_close(projection, WallClock().now())
    found = closings(projection, book, year, on)
    return [Proposal(each, next_year_of(projection, each)) for each in found]


def _tell(closed: Sequence[Sequence[Proposal]], year: int, *, as_json: bool) -> None:
    if as_json:
        bodies: list[Any] = [closing_body(each.closing, each.following) for scope in closed for each in scope]
        sys.stdout.write(encode({"year": year, "closings": bodies}).decode() + "\n")
        return
    console = console_of()
    for scope in closed:
        show(console, scope, year)
