"""`simulate`: what would be decided, without Kafka, on the event clock."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer

from aiguillage.commands.options import AsJson, settings_of
from aiguillage.comparing import compare
from aiguillage.line_check import listed
from aiguillage.lines import read_lines
from aiguillage.page import render
from aiguillage.simulating import Outcome, simulate_lines
from aiguillage.tables import show_comparison, show_summary
from aiguillage.terminal.console import console_of
from aiguillage.terminal.numbers import agreed
from chassis.rulebook import load
from orientation.rulebook import BookView

REFUSED = 1


def simulate(
    events: Annotated[
        str, typer.Option(metavar="FICHIER", help="Événements, un par ligne ; - pour l'entrée standard.")
    ],
    rules: Annotated[Path | None, typer.Option(metavar="DOSSIER", help="Dossier des règles.")] = None,
    against: Annotated[
        Path | None, typer.Option(metavar="DOSSIER", help="D'autres règles, à comparer.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="Jour jusqu'où les délais échus sont tirés.")
    ] = None,
    decisions: Annotated[
        Path | None, typer.Option(metavar="FICHIER", help="Décisions à écrire, une par ligne.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FICHIER", help="Compte rendu HTML à écrire.")
    ] = None,
    parties: Annotated[bool, typer.Option("--parties", help="Joue aussi les parties d'un exemple.")] = False,
    as_json: AsJson = False,
) -> None:
    """Décide un fichier d'événements, sans Kafka.

    C'est le cœur même des services : même fichier et mêmes règles, mêmes décisions.
    """
    lines = list(read_lines(events))
    end = _instant(until)
    first = simulate_lines(lines, _book(rules), end, decisions, with_parties=parties)
    if report is not None:
        report.write_text(render(first.summaries), encoding="utf-8")
    if against is not None:
        second = simulate_lines(lines, _book(against), end, None, with_parties=parties)
        show_comparison(console_of(), compare(first, second))
        first.refused += [each for each in second.refused if each not in first.refused]
    else:
        _say(first, as_json=as_json)
    if first.refused:
        sys.stderr.write(f"{listed(first.refused)}\n")
        raise typer.Exit(REFUSED)


def _say(outcome: Outcome, *, as_json: bool) -> None:
    if as_json:
        body = {
            "decisions": outcome.decisions,
            "rejected": outcome.rejected,
            "refused": [asdict(each) for each in outcome.refused],
            "years": [summary.to_json() for summary in outcome.summaries],
        }
        sys.stdout.write(orjson.dumps(body).decode() + "\n")
        return
    console = console_of()
    for summary in outcome.summaries:
        show_summary(console, summary)
    refused = agreed(outcome.rejected, "événement refusé")
    console.print(f"{agreed(outcome.decisions, 'décision')}, {refused}.")


def _book(rules: Path | None) -> BookView:
    return BookView(load(Path(settings_of(rules=rules).rules)))


def _instant(until: str | None) -> datetime | None:
    """A date, taken as its first instant in UTC, or an instant with its time zone."""
    if until is None:
        return None
    try:
        at = datetime.fromisoformat(until)
    except ValueError as error:
        raise ValueError(f"--until {until} : écrivez AAAA-MM-JJ, ou un instant avec son fuseau.") from error
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
