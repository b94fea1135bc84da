"""`journal replay`: everything decided again from the journal; the rows must be the same bytes."""

import asyncio
import sys
from pathlib import Path

import orjson
import typer

from aiguillage.commands.journals import journal_of
from aiguillage.commands.options import AsJson, Data, Database
from aiguillage.kept_rulebooks import KeptRulebooks
from aiguillage.terminal.numbers import agreed
from orientation.replaying import Replayed, replay

SAYS_NO = 1
SHOWN_BYTES = 400


def replay_command(database: Database = None, data: Data = None, as_json: AsJson = False) -> None:
    """Redécide tout : les lignes doivent être les mêmes.

    Tout est rejoué depuis les entrées et les recueils du journal, et comparé octet pour octet.
    """
    report = asyncio.run(_replay(database, data))
    if as_json:
        sys.stdout.write(orjson.dumps(_body(report)).decode() + "\n")
    else:
        _tell(report)
    if report.differences:
        raise typer.Exit(SAYS_NO)


async def _replay(database: str | None, data: Path | None) -> Replayed:
    async with journal_of(database, data) as journal:
        return await replay(journal, KeptRulebooks(journal).of)


def _body(report: Replayed) -> dict[str, object]:
    differences = [{"scope": each.scope, "version": each.version} for each in report.differences]
    return {
        "scopes": report.scopes,
        "inputs": report.inputs,
        "facts": report.facts,
        "differences": differences,
    }


def _tell(report: Replayed) -> None:
    for found in report.differences:
        sys.stdout.write(
            f"{found.scope} version {found.version} diffère\n"
            f"  journal : {_shown(found.journalled)}\n  rejoué  : {_shown(found.decided)}\n"
        )
    same = "identique octet pour octet" if report.facts <= 1 else "identiques octet pour octet"
    verdict = "DIFFÉRENTS" if report.differences else same
    sys.stdout.write(
        f"{agreed(report.inputs, 'entrée rejouée')}, {agreed(report.facts, 'fait')} {verdict}.\n"
    )


def _shown(data: bytes | None) -> str:
    return "rien" if data is None else data.decode()[:SHOWN_BYTES]
