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
    directory: Annotated[Path | None, typer.Argument(help="Directory of the rule files.")] = None,
    in_force: Annotated[
        str | None,
        typer.Option(
            metavar="DIGEST|DATA|URL",
            help="Compare with the rulebook in force: its digest, a directory of data, a database.",
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            help="Compare with other rules: a directory, a bundle file, a git revision. Default: the commit from "
            "which this branch parted, when there is one."
        ),
    ] = None,
    alone: Annotated[bool, typer.Option("--alone", help="Compare with nothing.")] = False,
    on: Annotated[
        str | None, typer.Option(help="First day an edit may change, YYYY-MM-DD; default: today.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Let a service that follows this directory take edits in place.")
    ] = False,
    author: Annotated[str, typer.Option(help="With --force: office that answers for it, not a person.")] = "",
    message: Annotated[str, typer.Option(help="With --force: why, in one line.")] = "",
    kafka: Kafka = None,
    as_json: AsJson = False,
) -> None:
    """Say everything wrong with the rule files, each with path:line, or the digest of the rulebook.

    Rules and lists in force are compared with those before them: a value in force is ended and followed, never
    edited. What is odd without being wrong, a new rule that reaches back, and one without examples, are warnings: told,
    and the answer stays yes.
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
