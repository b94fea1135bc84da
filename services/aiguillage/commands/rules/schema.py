"""`rules schema`: JSON Schemas of the rule files, for an editor to complete and correct what is typed."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from aiguillage.acceptance.schema import case_schema
from aiguillage.commands.options import settings_of
from chassis.rulebook.schema import schema_files

STALE = 1
FOLDER = ".schema"
"""Beside the rules; the loader passes over it."""


def schema(
    out: Annotated[
        Path | None,
        typer.Option(metavar="DOSSIER", help="Dossier à écrire ; sinon .schema dans celui des règles."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="N'écrit rien : code de sortie 1 si un schéma est périmé.")
    ] = False,
) -> None:
    """Écrit les schémas JSON des fichiers de règles.

    Un pour les règles et les exemples de chaque famille, et un par liste.
    """
    folder = out if out is not None else Path(settings_of().rules) / FOLDER
    wanted = {folder / file.name: written(file.schema) for file in (*schema_files(), case_schema())}
    stale = [path for path, text in wanted.items() if not path.is_file() or path.read_text("utf-8") != text]
    if stale and not check:
        folder.mkdir(parents=True, exist_ok=True)
        for path in stale:
            path.write_text(wanted[path], encoding="utf-8")
    for path in stale:
        sys.stdout.write(f"{path}\n")
    said = "à écrire" if check else "écrits"
    sys.stdout.write(f"{len(wanted)} schémas, {len(stale)} {said}.\n")
    if stale and check:
        raise typer.Exit(STALE)


def written(schema: dict[str, object]) -> str:
    """The bytes of a schema's file, as text; the same schema gives the same."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
