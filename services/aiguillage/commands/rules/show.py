"""`rules show`: what is in force on a day, the law first, then the rules in the order in which they are asked."""

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.markup import escape
from rich.table import Table

from aiguillage.commands.options import AsJson, day_given, rules_in
from aiguillage.terminal.console import console_of
from chassis.rulebook import Rulebook, load
from chassis.rulebook.facts import FAMILIES
from chassis.rulebook.rule import Rule
from chassis.rulebook.standing import Status, precedence, standings
from chassis.rulebook.wording import layer_words
from flux.law import Cap, Entry, LegalDay, kind_of

_KINDS = {
    "exclusion": "hors du flux",
    "stock": "gardé en stock",
    "cap": "plafond",
    "legal_day": "échéance",
}


def show(
    directory: Annotated[Path | None, typer.Argument(metavar="DOSSIER", help="Dossier des règles.")] = None,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="Jour, AAAA-MM-JJ ; sinon aujourd'hui.")
    ] = None,
    departement: Annotated[
        str | None, typer.Option(help="Seulement les règles qui valent dans ce département.")
    ] = None,
    bailleur: Annotated[
        str | None, typer.Option(metavar="SIREN", help="Seulement les règles qui valent pour ce bailleur.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Montre ce qui est en vigueur un jour : la loi, puis les règles.

    La loi, qu'aucun fichier ne change, vient d'abord.
    """
    book = load(rules_in(directory))
    day = datetime.now(UTC).date() if on is None else day_given("--on", on)
    laws = [entry for entry in book.law.entries if entry.is_in_force(day)]
    rules = list(_in_force(book, day, departement, bailleur))
    if as_json:
        said = {"digest": book.digest, "on": day, "law": _law(book, day), "rules": list(map(_plain, rules))}
        sys.stdout.write(orjson.dumps(said).decode() + "\n")
        return
    console = console_of()
    console.print(_law_table(laws, day))
    console.print(_rules_table(rules))


def _law(book: Rulebook, day: date) -> list[dict[str, object]]:
    in_force = {entry.id for entry in book.law.entries if entry.is_in_force(day)}
    return [entry for entry in book.law.document() if entry["id"] in in_force]


def _in_force(book: Rulebook, day: date, departement: str | None, bailleur: str | None) -> Iterator[Rule]:
    """The rules in force, by family; with a place, those asked there and in that order."""
    for family in FAMILIES:
        ours = [rule for rule in book.rules if rule.room.family == family]
        if departement is None and bailleur is None:
            active = (rule for rule in ours if rule.active and rule.is_in_force(day))
            yield from sorted(active, key=lambda rule: (rule.room.layer, rule.room.owner, precedence(rule)))
            continue
        found = standings(ours, day, departement or "", bailleur or "")
        yield from (each.rule for each in found if each.status is Status.IN_FORCE)


def _plain(rule: Rule) -> dict[str, object]:
    return {"path": rule.path, **rule.document()}


def _law_table(laws: list[Entry], day: date) -> Table:
    title = f"La loi au {day:%d/%m/%Y} (aucun fichier ne la change)"
    table = Table("Entrée", "Nature", "Ce qu'elle dit", "Article", "Depuis", "Jusqu'au", title=title)
    for entry in sorted(laws, key=lambda entry: (list(_KINDS).index(kind_of(entry)), entry.id)):
        until = "" if entry.until is None else entry.until.isoformat()
        cells = (entry.id, _nature(entry), entry.title, entry.article, entry.since.isoformat(), until)
        table.add_row(*map(escape, cells))
    return table


def _nature(entry: Entry) -> str:
    said = _KINDS[kind_of(entry)]
    if isinstance(entry, Cap):
        return f"{said} {entry.percent} %"
    return f"{said} {entry.day:02}/{entry.month:02}" if isinstance(entry, LegalDay) else said


def _rules_table(rules: list[Rule]) -> Table:
    table = Table("Règle", "De qui", "Priorité", "Ce qu'elle dit", "Jusqu'au", title="Les règles en vigueur")
    for rule in rules:
        until = "" if rule.last_day is None else rule.last_day.isoformat()
        name = f"{rule.room.family}/{rule.id}"
        table.add_row(*map(escape, (name, layer_words(rule.room), str(rule.priority), rule.title, until)))
    return table
