"""`bilan` and `previsionnel`: the two documents due before 28 February, and the proof that they add up."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import orjson
import typer

from aiguillage.closing.day import day_of_close
from aiguillage.commands.journals import journal_of
from aiguillage.commands.options import AsJson, Data, Database, Kafka, client_tuning, cluster_of, day_given
from aiguillage.stream_file import read_stream_file
from chassis.bus import Tail
from chassis.clock import WallClock
from chassis.rulebook import load
from compliance.app import SERVICE, STREAM
from compliance.bilan import as_csv, as_json, as_xlsx
from compliance.bilan.corrections import Closings
from compliance.bilan.document import Asked, Document, last_day, standings_of
from compliance.bilan.document import bilan as bilan_of
from compliance.bilan.parties import Watched
from compliance.bilan.previsionnel import previsionnel as previsionnel_of
from compliance.domain.closing.closing import closings
from compliance.gathering import Concerns, gather_from_journal, gather_from_stream
from compliance.items import read_items

SAYS_NO = 1
Format = Literal["json", "csv", "xlsx"]
WRITERS: dict[Format, Callable[[Document], bytes]] = {
    "json": as_json.write,
    "csv": as_csv.write,
    "xlsx": as_xlsx.write,
}

Year = Annotated[int, typer.Option(min=2000, max=2100, help="Année du document.")]
Departements = Annotated[
    list[str], typer.Option("--departement", help="À répéter pour en additionner plusieurs.")
]
Bailleur = Annotated[str | None, typer.Option(metavar="SIREN", help="Un seul bailleur ; sinon tous.")]
Out = Annotated[Path, typer.Option(metavar="FICHIER", help="Fichier à écrire.")]
As = Annotated[Format | None, typer.Option("--format", help="Sinon, d'après le nom du fichier.")]
Campaign = Annotated[
    str | None,
    typer.Option("--campaign-date", metavar="DATE", help="Date tolérée cette campagne, AAAA-MM-JJ."),
]
On = Annotated[
    str | None,
    typer.Option(
        metavar="DATE",
        help="Jour du document, AAAA-MM-JJ, au plus tôt celui du dernier fait, retenu sinon : une année finie ce "
        "jour-là compte entière. Avec --rules, le jour de la clôture aussi ; sinon aujourd'hui.",
    ),
]
From = Annotated[
    Literal["journal", "topic"],
    typer.Option("--from", help="Le journal de compliance, ou le sujet Kafka `orientations`."),
]
Events = Annotated[
    str | None,
    typer.Option(
        metavar="FICHIER", help="Événements du sujet Kafka ou de `journal export` ; - pour l'entrée standard."
    ),
]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the items are read from."""

    place: Literal["journal", "topic"]
    events: str | None
    kafka: str | None
    database: str | None
    data: Path | None


def bilan(
    year: Year,
    departement: Departements,
    out: Out,
    bailleur: Bailleur = None,
    format_: As = None,
    campaign_date: Campaign = None,
    on: On = None,
    source: From = "journal",
    events: Events = None,
    rules: Annotated[
        Path | None,
        typer.Option(
            metavar="DOSSIER", help="Règles : ajoute les actions correctives, comme `cloture` les dit."
        ),
    ] = None,
    kafka: Kafka = None,
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Écrit le bilan annuel dû avant le 28 février.

    CCH R.441-5-1. Ses chiffres sont vérifiés : code de sortie 1 s'ils ne concordent pas.
    """
    asked = _asked(year, departement, bailleur, campaign_date, on)
    found = None if rules is None else _closings(rules, asked)
    read = Source(source, events, kafka, database, data)
    _deliver(
        lambda watched: bilan_of(watched, asked, found), asked, year, read, out, format_, as_json=as_json
    )


def previsionnel(
    year: Year,
    departement: Departements,
    out: Out,
    bailleur: Bailleur = None,
    format_: As = None,
    campaign_date: Campaign = None,
    on: On = None,
    source: From = "journal",
    events: Events = None,
    kafka: Kafka = None,
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Écrit le prévisionnel dû à la même date.

    Les logements que l'année laisse hors du flux, à côté de ceux de l'année d'avant.
    """
    asked = _asked(year, departement, bailleur, campaign_date, on)
    read = Source(source, events, kafka, database, data)
    _deliver(
        lambda watched: previsionnel_of(watched, asked), asked, year - 1, read, out, format_, as_json=as_json
    )


def _deliver(
    make: Callable[[Sequence[Watched]], Document],
    asked: Asked,
    last: int,
    source: Source,
    out: Path,
    format_: Format | None,
    *,
    as_json: bool,
) -> None:
    """Gather, make, write, tell; `last` is the year of which something must have come."""
    write = WRITERS[_format(format_, out)]
    watched = _gathered(source, asked)
    if not _has_something(watched, last, asked.year):
        sys.stderr.write(f"aiguillage: rien en {last} pour {_about(asked)} : aucun fichier n'est écrit.\n")
        raise typer.Exit(SAYS_NO)
    document = make(watched)
    out.write_bytes(write(document))
    _tell(document, out, as_json=as_json)
    if not document.is_sound:
        raise typer.Exit(SAYS_NO)


def _asked(
    year: int, departements: Sequence[str], bailleur: str | None, campaign: str | None, on: str | None
) -> Asked:
    return Asked(
        year=year,
        departements=tuple(sorted(set(departements))),
        bailleur=bailleur,
        campaign=None if campaign is None else day_given("--campaign-date", campaign),
        on=None if on is None else day_given("--on", on),
    )


def _format(given: Format | None, out: Path) -> Format:
    found = given or next((name for name in WRITERS if out.suffix.lower() == f".{name}"), None)
    if found is None:
        raise ValueError(
            f"{out} : dites --format {'|'.join(WRITERS)}, ou donnez cette fin au nom du fichier."
        )
    return found


def _gathered(source: Source, asked: Asked) -> list[Watched]:
    seen: set[str] = set()

    def concerns(scope: str) -> bool:
        seen.add(scope)
        return asked.concerns(scope)

    watched = asyncio.run(_gather(source, concerns))
    known = {scope.partition(":")[2] for scope in seen}
    unknown = [name for name in asked.departements if name not in known]
    if unknown:
        listed = ", ".join(sorted(known)) or "aucun"
        raise ValueError(f"Département inconnu ici : {', '.join(unknown)}. Connus : {listed}.")
    if not watched:
        raise ValueError(f"Le bailleur {asked.bailleur} n'a rien dans {', '.join(asked.departements)}.")
    return watched


async def _gather(source: Source, concerns: Concerns) -> list[Watched]:
    if source.events is not None:
        return gather_from_stream(read_stream_file(source.events), concerns)
    if source.place == "topic":
        cluster = cluster_of(source.kafka, source.data)
        async with Tail(cluster, STREAM, client_tuning(cluster)) as tail:
            return gather_from_stream(read_items(await tail.read()), concerns)
    async with journal_of(source.database, source.data, SERVICE) as journal:
        return await gather_from_journal(journal, concerns)


def _has_something(watched: Sequence[Watched], *years: int) -> bool:
    forecast = any(str(years[-1]) in each.projection.commitments.forecasts for each in watched)
    happened = not all(standing.is_empty for standing in standings_of(watched, years[0], last_day(watched)))
    return happened or (forecast and years[0] != years[-1])


def _about(asked: Asked) -> str:
    of = "" if asked.bailleur is None else f", bailleur {asked.bailleur}"
    return f"{', '.join(asked.departements)}{of}"


def _closings(rules: Path, asked: Asked) -> Closings:
    """The close of each scope, on the day asked about or that of `cloture`: both say the same."""
    book, now = load(rules), WallClock().now()
    return lambda projection: closings(
        projection, book, asked.year, asked.on or day_of_close(projection, now)
    )


def _tell(document: Document, out: Path, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(orjson.dumps(_told(document, out)).decode() + "\n")
        return
    for check in document.checks:
        for line in check.lines():
            sys.stdout.write(f"{line}\n")
    verdict = "tout concorde" if document.is_sound else "DES CHIFFRES NE CONCORDENT PAS"
    sys.stdout.write(f"{document.title} écrit dans {out} : {verdict}.\n{document.due.sentence()}\n")


def _told(document: Document, out: Path) -> dict[str, Any]:
    checks = [
        {"what": check.what, "counted": check.counted, "sums": dict(check.sums), "holds": check.holds}
        for check in document.checks
    ]
    return {"out": str(out), "is_sound": document.is_sound, "checks": checks}
