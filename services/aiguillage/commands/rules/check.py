"""`rules check`: the operators' rule files, before they are in force."""

import sys
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated

import orjson
import typer

from aiguillage.commands.options import AsJson, Kafka, day_given, rules_in
from aiguillage.predecessor import Predecessor, merge_base, predecessor_named
from chassis.clock import WallClock
from chassis.rulebook.backdated import backdated
from chassis.rulebook.book import Rulebook
from chassis.rulebook.consent import Consent, write_consent
from chassis.rulebook.directory import read
from chassis.rulebook.examples import try_files
from chassis.rulebook.faults import Fault
from chassis.rulebook.in_place import day_of_edit, edited_in_place
from chassis.rulebook.loading import emptied, examine_files

REFUSED = 1


@dataclass(slots=True)
class _Checked:
    """What a directory of rules comes to; `edits` are its edits in place, faults unless they are forced."""

    faults: list[Fault]
    rulebook: Rulebook | None
    warnings: list[Fault] = field(default_factory=list)
    edits: list[Fault] = field(default_factory=list)
    compared_with: str = ""


def check(
    directory: Annotated[Path | None, typer.Argument(metavar="DOSSIER", help="Dossier des règles.")] = None,
    in_force: Annotated[
        str | None,
        typer.Option(
            metavar="EMPREINTE|DOSSIER|URL",
            help="Compare au recueil en vigueur : son empreinte, un dossier de données, une base.",
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="RÈGLES",
            help="Compare à d'autres règles : un dossier, un recueil écrit, une révision git. Sinon, au commit d'où "
            "cette branche est partie, s'il y en a un.",
        ),
    ] = None,
    alone: Annotated[bool, typer.Option("--alone", help="Ne compare à rien.")] = False,
    on: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Premier jour qui peut changer, AAAA-MM-JJ ; sinon aujourd'hui."),
    ] = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Laisse un service qui suit ce dossier prendre des règles réécrites."),
    ] = False,
    author: Annotated[
        str,
        typer.Option(metavar="SERVICE", help="Avec --force : le service qui en répond, et non une personne."),
    ] = "",
    message: Annotated[
        str, typer.Option(metavar="TEXTE", help="Avec --force : pourquoi, en une ligne.")
    ] = "",
    kafka: Kafka = None,
    as_json: AsJson = False,
) -> None:
    """Vérifie les règles : chaque faute, sa place, son remède.

    Règles et listes en vigueur sont comparées à celles d'avant : une valeur en vigueur se termine et se remplace, elle
    ne se réécrit pas. Une règle rétroactive, ou sans exemple, est un avertissement : il est dit, et la réponse reste
    oui.
    """
    if sum((alone, in_force is not None, against is not None)) > 1:
        raise ValueError("--in-force, --against et --alone s'excluent : donnez-en un seul.")
    if force and not (author.strip() and message.strip()):
        raise ValueError("Dites qui force et pourquoi : --author SERVICE --message TEXTE.")
    where = rules_in(directory)
    checked = _checked(where)
    if not alone and checked.rulebook is not None:
        day = day_of_edit(WallClock().now()) if on is None else day_given("--on", on)
        _compare(checked, _before(where, in_force, against, kafka), day)
    if not force:
        checked.faults += checked.edits
    elif not checked.faults and checked.rulebook is not None:
        checked.warnings += checked.edits
        write_consent(where, Consent(checked.rulebook.digest, author.strip(), message.strip()))
    _tell_json(checked) if as_json else _tell(checked, where)
    if checked.faults or checked.rulebook is None:
        raise typer.Exit(REFUSED)


def _checked(where: Path) -> _Checked:
    """The directory on its own: its rules, then its examples."""
    files = read(where)
    examined = examine_files(files)
    checked = _Checked(list(examined.faults), examined.rulebook, list(examined.warnings))
    if checked.rulebook is None:
        return checked
    if not checked.rulebook.rules:
        checked.faults.append(emptied(str(where)))
    tried = try_files(files, checked.rulebook)
    checked.faults += tried.faults
    checked.warnings += tried.warnings
    return checked


def _before(where: Path, in_force: str | None, against: str | None, kafka: str | None) -> Predecessor | None:
    if in_force is not None:
        from aiguillage.rules_in_force import rules_in_force  # noqa: PLC0415 - slow: it brings Kafka and databases

        book = rules_in_force(in_force, kafka)
        return Predecessor(book, f"le recueil en vigueur {book.digest[:12]} ({in_force})")
    if against is not None:
        return Predecessor(predecessor_named(against, where), against)
    return merge_base(where)


def _compare(checked: _Checked, before: Predecessor | None, day: date) -> None:
    if before is None or checked.rulebook is None:
        return
    checked.compared_with = before.words
    checked.edits = edited_in_place(before.rulebook, checked.rulebook, day)
    checked.warnings += backdated(before.rulebook, checked.rulebook, day)


def _tell_json(checked: _Checked) -> None:
    book = checked.rulebook
    body = {
        "digest": None if book is None else book.digest,
        "rules": None if book is None else len(book.rules),
        "compared_with": checked.compared_with or None,
        "faults": [asdict(fault) for fault in checked.faults],
        "warnings": [asdict(warning) for warning in checked.warnings],
    }
    sys.stdout.write(orjson.dumps(body).decode() + "\n")


def _tell(checked: _Checked, where: Path) -> None:
    for fault in checked.faults:
        sys.stdout.write(f"{where}/{fault}\n")
    for warning in checked.warnings:
        sys.stdout.write(f"Attention : {where}/{warning}\n")
    if checked.compared_with:
        sys.stdout.write(f"Comparé avec {checked.compared_with}.\n")
    if not checked.faults and checked.rulebook is not None:
        count = len(checked.rulebook.rules)
        said = f"{count} règle{'s' if count > 1 else ''}, aucune faute."
        sys.stdout.write(f"{said} Empreinte {checked.rulebook.digest[:12]}.\n")
