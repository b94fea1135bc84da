"""`up`, `demo`, `serve`, `feed`, `parties`: what speaks to Kafka."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated, Literal

import orjson
import typer
from prometheus_client import CollectorRegistry

from aiguillage.commands.options import (
    BAD_USAGE,
    Adopt,
    AsJson,
    Data,
    Database,
    Kafka,
    Port,
    Rules,
    client_tuning,
    cluster_of,
    settings_of,
    settings_to_serve,
)
from aiguillage.conversation import HEARD
from aiguillage.data_folder import held
from aiguillage.drafting import is_draft
from aiguillage.everything import Everything, everything
from aiguillage.feeding import Refusals, RefusedLine, feed, feeder, refused_lines
from aiguillage.line_check import listed
from aiguillage.lines import read_lines
from aiguillage.playing import play_parties
from aiguillage.progress import counting
from aiguillage.showing import Demonstration, demonstrate
from aiguillage.terminal.console import console_of
from aiguillage.terminal.numbers import agreed
from chassis.bus import Cluster, GroupProgress, Tail
from chassis.clock import Clock
from chassis.health import Check, health_app
from chassis.http import serve
from chassis.settings import Settings
from chassis.starting import started
from chassis.telemetry import configure_logging
from compliance.app import compliance_service
from orientation.app import orientation_service

SAYS_NO = 1

Checks = Mapping[str, Callable[[], Check]]


def up(
    kafka: Kafka = None,
    database: Database = None,
    rules: Rules = None,
    data: Data = None,
    port: Port = None,
    clock: Annotated[str | None, typer.Option(help="wall (en vrai) ou event (exemples).")] = None,
    trust: Annotated[
        str | None, typer.Option(help="topics, ou open : les sujets Kafka partagés sont admis.")
    ] = None,
    adopt: Adopt = None,
    as_json: AsJson = False,
) -> None:
    """Lance les deux services et la page dans un seul processus.

    Sans --kafka, un Kafka embarqué tourne avec eux.
    """
    configure_logging(sys.stderr)
    settings = settings_to_serve(
        kafka=kafka,
        database=database,
        rules=rules,
        data=data,
        port=port,
        clock=clock,
        trust=trust,
        adopt=adopt,
    )
    if settings.is_embedded and trust is None and "trust" not in settings.model_fields_set:
        settings = settings.model_copy(update={"trust": "open"})
    asyncio.run(_up(settings, as_json=as_json))


async def _up(settings: Settings, *, as_json: bool) -> None:
    stop = _on_signal()
    async with started(lambda: everything(settings), settings.tuning, stop) as whole:
        if whole is not None:
            _say_where(whole, as_json=as_json)
        await stop.wait()


def _say_where(whole: Everything, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(orjson.dumps({"bootstrap": whole.bootstrap, "web": whole.web}).decode() + "\n")
        sys.stdout.flush()
        return
    console = console_of()
    for notice in (whole.notice, _faulty_rules(whole.orientation.checks["rulebook"]())):
        if notice:
            console.print(notice)
    console.print(f"Kafka : {whole.bootstrap}\nPage : {whole.web}")
    console.print("Ctrl-C pour arrêter.")


def _faulty_rules(check: Check) -> str:
    """What whoever started on faulty rules must know at once; nothing when they are sound."""
    faults = check.detail.get("faults")
    if not isinstance(faults, list):
        return ""
    digest = str(check.detail["digest"])[:12]
    return "\n".join(
        [
            f"Règles fautives : le dernier recueil en vigueur ({digest}) reste appliqué.",
            *faults,
            "Réparez-les.",
        ]
    )


def demo(
    departement: Annotated[str, typer.Option(help="Département de l'année d'exemple.")] = "75",
    vacancies: Annotated[int, typer.Option(help="Logements libérés dans l'année.")] = 11_400,
    seed: Annotated[int, typer.Option(help="Graine de l'exemple.")] = 2026,
    data: Data = None,
    rules: Rules = None,
    port: Port = None,
    stay: Annotated[bool, typer.Option("--stay/--no-stay", help="Reste en marche après le résumé.")] = True,
    as_json: AsJson = False,
) -> None:
    """Joue une année d'exemple à travers Kafka, puis reste en marche.

    Elle dit ce que chacun a reçu.
    """
    where = data or Path(mkdtemp(prefix="aiguillage-"))
    where.mkdir(parents=True, exist_ok=True)
    with (where / "demo.log").open("w", encoding="utf-8") as log:
        configure_logging(log, "WARNING")
        settings = settings_of(
            data=where, rules=rules, port=port, clock="event", trust="open", kafka="embedded"
        )
        wish = Demonstration(departement, vacancies, seed, stay=stay, as_json=as_json)
        asyncio.run(demonstrate(settings, wish, _on_signal))


def serve_one(
    service: Annotated[
        Literal["orientation", "compliance"],
        typer.Argument(metavar="SERVICE", help="Lequel : orientation ou compliance."),
    ],
    adopt: Adopt = None,
) -> None:
    """Lance un service, réglé par l'environnement.

    AIGUILLAGE_KAFKA, AIGUILLAGE_DATABASE… : docs/integrateur.md les dit tous.
    """
    configure_logging(sys.stderr)
    settings = settings_to_serve(adopt=adopt)
    if settings.is_embedded:
        sys.stderr.write("aiguillage: donnez à AIGUILLAGE_KAFKA l'adresse de Kafka, HÔTE:PORT.\n")
        raise typer.Exit(BAD_USAGE)
    with held(settings, service):
        asyncio.run(serve_until_stopped(service, settings))


async def serve_until_stopped(service: str, settings: Settings, clock: Clock | None = None) -> None:
    """Run a service and its health page until Ctrl-C or SIGTERM; on the machine's clock unless one is given."""
    stop = _on_signal()

    @asynccontextmanager
    async def reachable() -> AsyncIterator[None]:
        registry = CollectorRegistry()
        async with (
            _service(service, settings, registry, clock) as checks,
            serve(health_app(checks, registry), settings.port, settings.host),
        ):
            yield

    async with started(reachable, settings.tuning, stop):
        await stop.wait()


@asynccontextmanager
async def _service(
    service: str, settings: Settings, registry: CollectorRegistry, clock: Clock | None
) -> AsyncIterator[Checks]:
    """The service named, running; what it tells of its health."""
    if service == "orientation":
        async with orientation_service(settings, settings.kafka, registry, clock) as routing:
            yield routing.checks
    else:
        async with compliance_service(settings, settings.kafka, registry, clock=clock) as watching:
            yield watching.checks


def feed_file(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FICHIER", help="Événements CloudEvents, un par ligne ; - pour l'entrée standard."
        ),
    ],
    kafka: Kafka = None,
    rate: Annotated[int | None, typer.Option(help="Nombre d'événements par seconde, au plus.")] = None,
    lockstep: Annotated[
        bool,
        typer.Option("--lockstep", help="Attend que chacun soit appliqué, et dit ceux qui sont refusés."),
    ] = False,
    confirm_drafts: Annotated[
        bool, typer.Option("--confirm-drafts", help="Publie aussi les projets : ils ont été lus et acceptés.")
    ] = False,
    unchecked: Annotated[
        bool, typer.Option("--unchecked", help="Publie même les lignes qui seront refusées, pour l'essayer.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Publie un fichier d'événements, chacun sur son sujet.

    Les lignes sont vérifiées d'abord : si l'une serait refusée, rien n'est publié. Code de sortie 1 s'il y a des refus.
    """
    lines = list(read_lines(file))
    drafts = sum(map(is_draft, lines))
    if drafts and not confirm_drafts:
        raise ValueError(
            f"{drafts} brouillons dans {file} : relisez-les, puis --confirm-drafts. Rien n'est publié."
        )
    refused = [] if unchecked else list(refused_lines(lines))
    if refused:
        _say_fed(0, refused, as_json=as_json)
        raise typer.Exit(SAYS_NO)
    with _progress(len(lines), quiet=as_json) as told:
        refused = asyncio.run(_feed(cluster_of(kafka), lines, rate, told, lockstep=lockstep))
    _say_fed(len(lines), refused, as_json=as_json)
    if refused:
        raise typer.Exit(SAYS_NO)


def _say_fed(published: int, refused: Sequence[RefusedLine], *, as_json: bool) -> None:
    if as_json:
        body = {"published": published, "refused": [asdict(each) for each in refused]}
        sys.stdout.write(orjson.dumps(body).decode() + "\n")
        return
    if refused:
        sys.stderr.write(f"{listed(refused)}\n")
    events = agreed(published, "événement publié")
    told = f", {agreed(len(refused), 'refusé')}" if refused else ""
    sys.stdout.write(f"{events}{told}.\n")


async def _feed(
    cluster: Cluster, lines: list[bytes], rate: int | None, told: Callable[[int], None], *, lockstep: bool
) -> list[RefusedLine]:
    tuning = client_tuning(cluster)
    async with feeder(cluster, tuning) as feeding, GroupProgress(cluster, "", tuning) as progress:
        refusals = Refusals(progress)
        await refusals.open()
        fed = await feed(feeding, lines, rate=rate, lockstep=lockstep, told=told)
        return await refusals.of(fed) if lockstep else []


def parties(
    kafka: Kafka = None,
    idle_seconds: Annotated[
        float, typer.Option(help="Silence, en secondes, après lequel partent les réponses suivantes.")
    ] = 1.0,
    until_quiet: Annotated[
        bool, typer.Option("--until-quiet", help="Finit quand plus personne n'a rien à dire.")
    ] = False,
) -> None:
    """Joue les réservataires et les commissions d'un exemple.

    Les propositions sont lues, les réponses publiées.
    """
    cluster = cluster_of(kafka)
    asyncio.run(_parties(cluster, idle_seconds, until_quiet=until_quiet))


async def _parties(cluster: Cluster, idle_seconds: float, *, until_quiet: bool) -> None:
    tuning = client_tuning(cluster)
    async with (
        feeder(cluster, tuning) as feeding,
        Tail(cluster, "^sample$", tuning) as described,
        Tail(cluster, HEARD, tuning) as heard,
    ):
        said = await play_parties(feeding, described, heard, idle_seconds, until_quiet=until_quiet)
    sys.stdout.write(f"{said} réponses publiées.\n")


def _on_signal() -> asyncio.Event:
    """An event set by Ctrl-C or SIGTERM."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    return stop


def _progress(total: int, *, quiet: bool) -> AbstractContextManager[Callable[[int], None]]:
    return nullcontext(lambda _: None) if quiet else counting("Événements publiés", total)
