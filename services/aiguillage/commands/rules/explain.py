"""`rules explain`: why a vacancy is decided as it is, and why not for somebody."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import orjson
import typer

from aiguillage.commands.explaining import show_decision
from aiguillage.commands.options import AsJson, Data, Database, Rules, day_given, settings_of
from aiguillage.explanation import (
    Explanation,
    PartyExplanation,
    Situation,
    events_in,
    explain,
    explain_to,
    read_question,
    situation_of,
)
from aiguillage.explanation.telling import heading, told_answer, told_party, told_steps
from aiguillage.lines import read_lines
from aiguillage.terminal.console import console_of
from chassis.rulebook import load
from contracts.rejected import Rejected
from orientation.rulebook import BookView

REFUSED = 1
MOST_REFUSED = 5
"""Refused events told on the terminal before they are only counted; `--json` tells them all."""


def explain_command(
    vacancy: Annotated[
        str,
        typer.Argument(
            metavar="VACANCE",
            help="Un fichier : l'événement vacancy.declared, ou ses données seules avec --on. Ou le numéro d'une "
            "vacance, avec --data ou --database : sa décision comme elle fut prise.",
        ),
    ],
    reservataire: Annotated[
        str | None,
        typer.Option(
            "--for", metavar="RÉSERVATAIRE", help="Pourquoi pas lui ? La réponse peut lui être remise."
        ),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Avec --for : tout, crédits et rangs des autres compris.")
    ] = False,
    rules: Rules = None,
    events: Annotated[
        str | None, typer.Option(metavar="FICHIER", help="Événements d'avant elle, un par ligne.")
    ] = None,
    conventions: Annotated[
        Path | None,
        typer.Option(
            metavar="FICHIER", help="Conventions, lues d'abord : un événement, une liste, ou un par ligne."
        ),
    ] = None,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="Jour de la déclaration, AAAA-MM-JJ.")
    ] = None,
    database: Database = None,
    data: Data = None,
    attempt: Annotated[
        int | None, typer.Option(min=1, help="Quel tour d'une vacance du journal ; sinon le dernier.")
    ] = None,
    bailleur: Annotated[
        str | None, typer.Option(metavar="SIREN", help="Quand plusieurs bailleurs ont déclaré ce numéro.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Explique une vacance, règle par règle.

    Avec --for, la réponse peut être remise à ce réservataire : rien des autres parties n'y est.
    """
    if database is not None or data is not None:
        situation = _recorded(vacancy, bailleur, attempt, database, data)
    else:
        if reservataire is not None and events is None and conventions is None:
            raise ValueError("--for demande les conventions : donnez --events ou --conventions.")
        situation = _now(vacancy, rules, events, conventions, on)
    if reservataire is not None and not full:
        _tell_party(explain_to(situation, reservataire), as_json=as_json)
    else:
        _tell(explain(situation, reservataire), as_json=as_json)


def _recorded(
    vacancy: str, bailleur: str | None, attempt: int | None, database: str | None, data: Path | None
) -> Situation:
    from aiguillage.commands.rules.recorded import recorded  # noqa: PLC0415 - slow: it opens a database

    return recorded(vacancy, bailleur, attempt, database, data)


def _now(
    vacancy: str, rules: Path | None, events: str | None, conventions: Path | None, on: str | None
) -> Situation:
    """What the services would decide after some events."""
    if not Path(vacancy).is_file():
        raise ValueError(
            f"{vacancy} n'est pas un fichier. Pour une vacance déjà décidée, donnez --data ou --database."
        )
    try:
        question = read_question(Path(vacancy).read_bytes(), None if on is None else day_given("--on", on))
    except Rejected as rejected:
        sys.stderr.write(f"{rejected.reason} {rejected.path} : {rejected.message}\n")
        raise typer.Exit(REFUSED) from None
    book = BookView(load(Path(settings_of(rules=rules).rules)))
    known = None if events is None and conventions is None else list(_known(conventions, events))
    return situation_of(question, book, known)


def _known(conventions: Path | None, events: str | None) -> Iterator[bytes]:
    if conventions is not None:
        yield from events_in(conventions.read_bytes())
    if events is not None:
        yield from read_lines(events)


def _tell_party(said: PartyExplanation, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(orjson.dumps(said.to_json()).decode() + "\n")
        return
    console = console_of()
    console.print(heading(said), style="bold", markup=False, highlight=False)
    if said.unread_events:
        console.print(f"! événements refusés : {said.unread_events}", markup=False, highlight=False)
    sys.stdout.write("\n" + "\n".join(told_party(said)) + "\n")


def _tell(said: Explanation, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(orjson.dumps(said.to_json()).decode() + "\n")
        return
    console = console_of()
    console.print(heading(said), style="bold", highlight=False)
    rest = len(said.refused) - MOST_REFUSED
    more = (f"… et {rest} autres événements refusés",) if rest > 0 else ()
    for sentence in (*said.refused[:MOST_REFUSED], *more):
        console.print(f"! {sentence}", highlight=False)
    if said.decision is not None:
        show_decision(console, said.decision)
    sections = [] if said.answer is None else [list(told_answer(said.answer))]
    for section in [*sections, list(told_steps(said.steps))]:
        sys.stdout.write("\n" + "\n".join(section) + "\n")
