"""`rules explain`: why a vacancy is decided as it is, and why not for somebody."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import orjson
import typer

from aiguillage.commands.explaining import show_decision
from aiguillage.commands.options import AsJson, Rules, day_given, settings_of
from aiguillage.explanation import Explanation, events_in, explain, read_question, situation_of
from aiguillage.explanation.telling import heading, told_answer, told_steps
from aiguillage.lines import read_lines
from aiguillage.tables import console_of
from chassis.rulebook import load
from contracts.rejected import Rejected
from orientation.rulebook import BookView

REFUSED = 1
MOST_REFUSED = 5
"""Refused events told on the terminal before they are only counted; `--json` tells them all."""


def explain_command(
    vacancy: Annotated[Path, typer.Argument(help="A vacancy.declared event, or its data alone with --on.")],
    reservataire: Annotated[str | None, typer.Option("--for", help="Why not this réservataire?")] = None,
    rules: Rules = None,
    events: Annotated[str | None, typer.Option(help="JSON Lines of the events before it.")] = None,
    conventions: Annotated[
        Path | None, typer.Option(help="Conventions, read first: JSON Lines, one event or a list.")
    ] = None,
    on: Annotated[str | None, typer.Option(help="Day of the declaration, YYYY-MM-DD.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say in French why a vacancy is decided so, fact by fact, and what keeps a réservataire from it."""
    if reservataire is not None and events is None and conventions is None:
        raise ValueError("--for demande les conventions : donnez --events ou --conventions.")
    try:
        question = read_question(vacancy.read_bytes(), None if on is None else day_given("--on", on))
    except Rejected as rejected:
        sys.stderr.write(f"{rejected.reason} {rejected.path} : {rejected.message}\n")
        raise typer.Exit(REFUSED) from None
    book = BookView(load(Path(settings_of(rules=rules).rules)))
    known = None if events is None and conventions is None else list(_known(conventions, events))
    said = explain(situation_of(question, book, known), reservataire)
    if as_json:
        sys.stdout.write(orjson.dumps(said.to_json()).decode() + "\n")
    else:
        _tell(said)


def _known(conventions: Path | None, events: str | None) -> Iterator[bytes]:
    if conventions is not None:
        yield from events_in(conventions.read_bytes())
    if events is not None:
        yield from read_lines(events)


def _tell(said: Explanation) -> None:
    console = console_of()
    console.print(heading(said), style="bold", markup=False, highlight=False)
    rest = len(said.refused) - MOST_REFUSED
    more = (f"… et {rest} autres événements refusés",) if rest > 0 else ()
    for sentence in (*said.refused[:MOST_REFUSED], *more):
        console.print(f"! {sentence}", markup=False, highlight=False)
    if said.decision is not None:
        show_decision(console, said.decision)
    sections = [] if said.answer is None else [list(told_answer(said.answer))]
    for section in [*sections, list(told_steps(said.steps))]:
        sys.stdout.write("\n" + "\n".join(section) + "\n")
