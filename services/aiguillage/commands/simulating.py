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
    events: Annotated[str, typer.Option(help="JSON Lines of events; - for standard input.")],
    rules: Annotated[Path | None, typer.Option(help="Directory of the rule files.")] = None,
    against: Annotated[Path | None, typer.Option(help="Other rules to compare with.")] = None,
    until: Annotated[str | None, typer.Option(help="Date at which waits that are over are fired.")] = None,
    decisions: Annotated[Path | None, typer.Option(help="File of decisions to write, one a line.")] = None,
    report: Annotated[Path | None, typer.Option(help="HTML report to write.")] = None,
    parties: Annotated[bool, typer.Option("--parties", help="Play the parties of a sample too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Decide a file of events with the services' own core; same file and rules, same decisions."""
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
