"""`rules publish`: put a rulebook on the topic every service follows, or an earlier one back in force."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import orjson
import typer

from aiguillage.commands.options import AsJson, Kafka, client_tuning, cluster_of, rules_in
from aiguillage.rule_topic import read_topic
from chassis.bus import Cluster, Publisher
from chassis.clock import WallClock
from chassis.rulebook.backdated import backdated
from chassis.rulebook.book import Rulebook
from chassis.rulebook.examples import run_examples
from chassis.rulebook.faults import Fault, RuleFileErrors
from chassis.rulebook.in_place import edited_in_place
from chassis.rulebook.loading import emptied, load
from chassis.rulesource.publication import TOPIC, message_of
from chassis.rulesource.signatures import SigningKey
from flux.calendar import legal_date

REFUSED = 1
PARIS = "75"
"""Département whose civil day is today's."""


def publish(
    directory: Annotated[Path | None, typer.Argument(help="Directory of the rule files.")] = None,
    author: Annotated[str, typer.Option(help="Office that publishes, not a person.")] = "",
    message: Annotated[str, typer.Option(help="What changes, in one line.")] = "",
    digest: Annotated[
        str | None, typer.Option(help="Go back: publish again the rulebook whose digest begins so.")
    ] = None,
    sign_with: Annotated[
        Path | None, typer.Option(help="Clé privée Ed25519 du service qui publie, fichier PEM.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Publish although rules in force were edited in place.")
    ] = False,
    kafka: Kafka = None,
    as_json: AsJson = False,
) -> None:
    """Check the rules, run their examples, and publish them on the topic `rulebooks`.

    A new rule that reaches back is told on standard error and published.
    """
    if not author.strip() or not message.strip():
        raise ValueError("Dites qui publie et ce qui change : --author SERVICE --message TEXTE.")
    if digest is not None and (directory is not None or not digest.strip()):
        raise ValueError(
            "--digest nomme un recueil déjà publié, par le début de son empreinte : ne donnez pas de dossier avec lui."
        )
    key = None if sign_with is None else SigningKey.read(sign_with)
    cluster, where = cluster_of(kafka), TOPIC if digest is not None else str(rules_in(directory))
    try:
        if digest is not None:
            book = asyncio.run(_earlier(cluster, digest))
        else:
            book = asyncio.run(_sound(Path(where), cluster, force=force))
    except RuleFileErrors as errors:
        _tell_faults(errors.faults, where, as_json=as_json)
        raise typer.Exit(REFUSED) from errors
    asyncio.run(_publish(cluster, book, author.strip(), message.strip(), key))
    _tell(book, as_json=as_json)


async def _earlier(cluster: Cluster, digest: str) -> Rulebook:
    return (await read_topic(cluster)).named(digest).offer().sound()


async def _sound(directory: Path, cluster: Cluster, *, force: bool) -> Rulebook:
    """The rulebook of a directory; `RuleFileErrors` when it or its examples are wrong, or past values changed."""
    book = await asyncio.to_thread(load, directory)
    faults: list[Fault] = await asyncio.to_thread(run_examples, directory, book)
    before, today = await _last_published(cluster), legal_date(WallClock().now(), PARIS)
    if before is not None and not force:
        faults += edited_in_place(before, book, today)
    if not book.rules:
        faults.append(emptied(str(directory)))
    if faults:
        raise RuleFileErrors(faults)
    for warning in () if before is None else backdated(before, book, today):
        sys.stderr.write(f"Attention : {directory}/{warning}\n")
    return book


async def _last_published(cluster: Cluster) -> Rulebook | None:
    last = (await read_topic(cluster)).last_sound()
    return None if last is None else last[1].sound()


async def _publish(
    cluster: Cluster, book: Rulebook, author: str, message: str, key: SigningKey | None
) -> None:
    publisher = Publisher(cluster, client_tuning(cluster))
    try:
        [error] = await publisher.publish([message_of(book, author, message, WallClock().now(), key)])
    finally:
        await publisher.stop()
    if error is not None:
        raise error


def _tell_faults(faults: Sequence[Fault], where: str, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(orjson.dumps({"faults": [asdict(fault) for fault in faults]}).decode() + "\n")
        return
    for fault in faults:
        sys.stdout.write(f"{where}/{fault}\n")
    sys.stdout.write("Rien n'est publié.\n")


def _tell(book: Rulebook, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(orjson.dumps({"digest": book.digest, "rules": len(book.rules)}).decode() + "\n")
        return
    sys.stdout.write(f"{len(book.rules)} règles publiées sur « {TOPIC} ». Empreinte {book.digest[:12]}.\n")
