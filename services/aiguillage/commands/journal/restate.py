"""`journal restate`: an older journal's inputs decided again into a new journal, and what differs, with why."""

import asyncio
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from aiguillage.commands.journals import journal_of, opened
from aiguillage.commands.options import AsJson, Data, Database
from aiguillage.kept_rulebooks import KeptRulebooks
from aiguillage.terminal.numbers import agreed
from chassis.failure import Failure
from chassis.journal import SEMANTICS, SqlJournal
from orientation.restatement import UNEXPLAINED, Difference, Reason, Restated, restate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SAYS_NO = 1
SHOWN_OF_EACH_REASON = 5
SERVICE = "orientation"


def restate_command(
    to: Annotated[
        str, typer.Option("--to", help="Dossier neuf, ou URL d'une base où aucun journal n'est écrit.")
    ],
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Redécide les entrées d'un journal ancien dans un journal neuf.

    Dit ce qui est décidé autrement, et pourquoi. L'ancien n'est pas touché. Compliance refait le sien en
    relisant ce qu'orientation publiera.
    """
    report = _restated(database, data, to)
    by_reason = _by_reason(report)
    if as_json:
        sys.stdout.write(orjson.dumps(_body(report, by_reason)).decode() + "\n")
    else:
        _tell(report, by_reason, to)
    if UNEXPLAINED in by_reason:
        raise typer.Exit(SAYS_NO)


def _restated(database: str | None, data: Path | None, to: str) -> Restated:
    if "://" in to:
        return asyncio.run(_decided_again(database, data, to.replace("{service}", SERVICE)))
    folder = Path(to)
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Failure(f"{folder} n'est pas vide : donnez par --to un dossier neuf.")
    unfinished = folder / f"{SERVICE}.unfinished"
    report = asyncio.run(_decided_again(database, data, f"sqlite:///{unfinished}"))
    unfinished.rename(folder / f"{SERVICE}.sqlite")
    return report


async def _decided_again(database: str | None, data: Path | None, url: str) -> Restated:
    async with journal_of(database, data, SERVICE) as old:
        return await _into(old, url)


async def _into(old: SqlJournal, url: str) -> Restated:
    async with opened(url) as new:
        if await new.heads():
            raise Failure("Un journal est déjà écrit dans la base donnée par --to : donnez-en une neuve.")
        books = KeptRulebooks(old, copied_to=new)
        report = await restate(old, new, books.of)
        await books.in_force()
    return report


def _by_reason(report: Restated) -> "dict[Reason, list[Difference]]":
    found: dict[Reason, list[Difference]] = defaultdict(list)
    for difference, reason in report.differences:
        found[reason].append(difference)
    return dict(found)


def _tell(report: Restated, by_reason: "Mapping[Reason, Sequence[Difference]]", to: str) -> None:
    sys.stdout.write(
        f"{agreed(report.inputs, 'entrée redécidée')} sous la sémantique {SEMANTICS}, {agreed(report.facts, 'fait')}, "
        f"dans {to}.\n"
    )
    if not by_reason:
        sys.stdout.write("Rien n'est décidé autrement.\n")
    for reason, differences in by_reason.items():
        sys.stdout.write(f"{len(differences)} × {reason.name} : {reason.sentence}\n")
        for one in differences[:SHOWN_OF_EACH_REASON]:
            where = f"version {one.version}" if one.version else "échéance nouvelle"
            what = one.said or ", ".join(one.fields) or _WHAT[one.kind]
            sys.stdout.write(f"  {one.scope} {where}, {one.type} {one.subject} : {what}\n")
    sys.stdout.write(
        "Lancez les services sur ce journal avec des sujets neufs : ils publieront tout, compliance relira tout.\n"
    )


_WHAT = {
    "refused": "refusée",
    "wait_gone": "cette échéance ne court plus",
    "wait_new": "cette échéance est arrivée",
    "facts": "d'autres faits",
}


def _body(report: Restated, by_reason: "Mapping[Reason, Sequence[Difference]]") -> dict[str, object]:
    return {
        "semantics": SEMANTICS,
        "scopes": report.scopes,
        "inputs": report.inputs,
        "facts": report.facts,
        "differences": [
            {
                "reason": reason.name,
                "sentence": reason.sentence,
                "inputs": [
                    {
                        "scope": one.scope,
                        "version": one.version or None,
                        "kind": one.kind,
                        "type": one.type,
                        "subject": one.subject,
                        "fields": list(one.fields),
                        "said": one.said or None,
                    }
                    for one in differences
                ],
            }
            for reason, differences in by_reason.items()
        ],
    }
