"""`aiguillage demo`: a sample year through Kafka, then what everybody got, then it stays up."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, time
from time import perf_counter

import orjson

from aiguillage.conducting import Conductor
from aiguillage.conversation import HEARD, Conversation
from aiguillage.everything import Everything, everything
from aiguillage.exchanged import exchanged_in
from aiguillage.feeding import feeder
from aiguillage.monitoring import Monitoring, alerts_in, promised_in
from aiguillage.monitoring_tables import show_monitoring
from aiguillage.parties import Player
from aiguillage.progress import counting
from aiguillage.sample import make_sample
from aiguillage.summary import Summary, summarize
from aiguillage.tables import show_summary
from aiguillage.terminal.console import console_of
from chassis.bus import GroupProgress, Tail
from chassis.settings import Settings
from compliance.app import GROUP as COMPLIANCE
from compliance.domain.closing.closing import closings
from compliance.domain.projection import Projection
from flux.calendar import documents_due

YEAR = 2026
CLOSES_ON = documents_due(YEAR + 1)
"""The year is played until its last answers are in: its bilan is due before that day (CCH art. R.441-5-1)."""
END = datetime.combine(CLOSES_ON, time(), UTC)
CAUGHT_UP_SECONDS = 30.0
LOOK_SECONDS = 0.015


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What to show, and whether to stay up after it."""

    departement: str
    vacancies: int
    seed: int
    stay: bool
    as_json: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """The figures of a demonstration."""

    summary: Summary
    monitoring: Monitoring
    events: int
    wall_seconds: float
    rejected: int
    unpublished: int


async def demonstrate(
    settings: Settings, wish: Demonstration, on_signal: Callable[[], asyncio.Event]
) -> None:
    """Play the year, print its summary, stay up until a signal."""
    stop = on_signal()
    lines = list(make_sample(wish.departement, wish.vacancies, wish.seed, YEAR))
    player = Player(lines)
    async with everything(settings, player.topics()) as whole:
        if whole.notice and not wish.as_json:
            console_of(on_error=True).print(whole.notice)
        shown = await _play(whole, lines, player, quiet=wish.as_json)
        _print(whole, shown, as_json=wish.as_json)
        if wish.stay:
            await stop.wait()


async def _play(whole: Everything, lines: list[bytes], player: Player, *, quiet: bool) -> Shown:
    tuning, started = whole.settings.tuning, perf_counter()
    bar = nullcontext(lambda _: None) if quiet else counting("Événements de l'année", len(lines))
    async with (
        feeder(whole.bootstrap, tuning) as feeding,
        Tail(whole.bootstrap, HEARD, tuning) as heard,
        GroupProgress(whole.bootstrap, COMPLIANCE, tuning) as watching,
    ):
        conversation = Conversation(player)

        async def end_of_day(end: datetime) -> None:
            await whole.orientation.orientation.run_until(end)
            await _level(watching)

        conductor = Conductor(feeding, heard, conversation, end_of_day)
        with bar as told:
            await conductor.play(lines, END, told)
    return await _figures(whole, perf_counter() - started)


async def _level(watching: GroupProgress) -> None:
    """Wait until compliance has read what orientation wrote: the embedded broker keeps little."""
    async with asyncio.timeout(CAUGHT_UP_SECONDS):
        while (await watching.lag("^orientations$")).records:  # noqa: ASYNC110 - the broker is asked, nobody tells
            await asyncio.sleep(LOOK_SECONDS)


async def _figures(whole: Everything, wall_seconds: float) -> Shown:
    watching, journal = whole.compliance.compliance, whole.orientation.journal
    await watching.watch_until(CLOSES_ON)
    projections = [each async for each in watching.projections.each()]
    counts = await journal.reject_counts()
    heads = await journal.heads()
    behind = [scope for scope in await journal.unpublished() if scope in heads]
    return Shown(
        summary=summarize(projections, YEAR),
        monitoring=await _monitoring(whole, projections),
        events=whole.orientation.orientation.applied,
        wall_seconds=wall_seconds,
        rejected=sum(counts.values()),
        unpublished=len(behind),
    )


async def _monitoring(whole: Everything, projections: Sequence[Projection]) -> Monitoring:
    rulebook = whole.compliance.compliance.watching.rules.current()
    return Monitoring(
        YEAR,
        promised_in(projections, YEAR, CLOSES_ON),
        await alerts_in(whole.compliance.journal, rulebook),
        exchanged_in(projections, rulebook, YEAR, CLOSES_ON),
        [each for projection in projections for each in closings(projection, rulebook, YEAR, CLOSES_ON)],
    )


def _print(whole: Everything, shown: Shown, *, as_json: bool) -> None:
    rate = int(shown.events / shown.wall_seconds) if shown.wall_seconds else 0
    if as_json:
        body = shown.summary.to_json() | {
            "monitoring": shown.monitoring.to_json(),
            "events": shown.events,
            "events_per_second": rate,
            "rejected": shown.rejected,
            "unpublished": shown.unpublished,
            "bootstrap": whole.bootstrap,
            "web": whole.web,
        }
        sys.stdout.write(orjson.dumps(body).decode() + "\n")
        sys.stdout.flush()
        return
    console = console_of()
    show_summary(console, shown.summary)
    show_monitoring(console, shown.monitoring)
    console.print(
        f"{shown.events} événements en {shown.wall_seconds:.0f} s ({rate} par seconde) · "
        f"{shown.rejected} refusés · {shown.unpublished} non publiés"
    )
    console.print(_next_steps(whole))


def _next_steps(whole: Everything) -> str:
    data = whole.settings.data
    return (
        "\nOù regarder ensuite :\n"
        f"  la page                {whole.web}\n"
        f"  une décision expliquée aiguillage journal show V-… --data {data}\n"
        f"  la preuve              aiguillage journal verify --data {data}\n"
        f"  s'abonner              kcat -b {whole.bootstrap} -C -t orientations -o beginning -e\n"
        "Ctrl-C pour arrêter."
    )
