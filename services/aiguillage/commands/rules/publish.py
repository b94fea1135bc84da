"""`rules publish`: put a rulebook on the topic every service follows, or an earlier one back in force."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
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
from chassis.rulebook.examples import try_examples
from chassis.rulebook.faults import Fault, RuleFileErrors
from chassis.rulebook.in_place import day_of_edit, edited_in_place
from chassis.rulebook.loading import emptied, load
from chassis.rulesource.office import office
from chassis.rulesource.publication import TOPIC, message_of
from chassis.rulesource.signatures import SigningKey

REFUSED = 1


def publish(
    directory: Annotated[Path | None, typer.Argument(metavar="DOSSIER", help="Dossier des règles.")] = None,
    author: Annotated[
        str, typer.Option(metavar="SERVICE", help="Le service qui publie, et non une personne.")
    ] = "",
    message: Annotated[str, typer.Option(metavar="TEXTE", help="Ce qui change, en une ligne.")] = "",
    digest: Annotated[
        str | None,
        typer.Option(
            metavar="EMPREINTE",
            help="Revient en arrière : republie le recueil dont l'empreinte commence ainsi.",
        ),
    ] = None,
    sign_with: Annotated[
        Path | None,
        typer.Option(metavar="FICHIER", help="Clé privée Ed25519 du service qui publie, fichier PEM."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Publie bien que des règles en vigueur soient réécrites.")
    ] = False,
    kafka: Kafka = None,
    as_json: AsJson = False,
) -> None:
    """Publie un recueil sur le sujet Kafka `rulebooks`.

    Les règles sont vérifiées et leurs exemples essayés d'abord. Une règle rétroactive, ou sans exemple, est publiée
    avec un avertissement.
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
            ready = asyncio.run(_earlier(cluster, digest, force=force))
        else:
            ready = asyncio.run(_sound(Path(where), cluster, force=force))
    except RuleFileErrors as errors:
        _tell_faults(errors.faults, where, as_json=as_json)
        raise typer.Exit(REFUSED) from errors
    asyncio.run(_publish(cluster, ready, office(author, ready.book), message.strip(), key))
    _tell(ready, as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A rulebook to publish; `forced` when it edits values in force, `examples` tried and held, None when not tried."""

    book: Rulebook
    forced: bool
    examples: int | None


async def _earlier(cluster: Cluster, digest: str, *, force: bool) -> _Ready:
    """A rulebook that was published before; its examples were tried then, or never."""
    topic = await read_topic(cluster)
    earlier = topic.named(digest)
    book = earlier.offer().sound()
    last = topic.last_sound()
    edits = [] if last is None else _edits(last[1].sound(), book)
    if edits and not force:
        raise RuleFileErrors(edits)
    return _Ready(book, bool(edits), earlier.examples)


def _edits(before: Rulebook, book: Rulebook) -> list[Fault]:
    return edited_in_place(before, book, day_of_edit(WallClock().now()))


async def _sound(directory: Path, cluster: Cluster, *, force: bool) -> _Ready:
    """The rulebook of a directory; `RuleFileErrors` when it or its examples are wrong, or past values changed."""
    book = await asyncio.to_thread(load, directory)
    tried = await asyncio.to_thread(try_examples, directory, book)
    before = await _last_published(cluster)
    edits = [] if before is None else _edits(before, book)
    faults = [*tried.faults, *(() if force else edits)]
    if not book.rules:
        faults.append(emptied(str(directory)))
    if faults:
        raise RuleFileErrors(faults)
    late = [] if before is None else backdated(before, book, day_of_edit(WallClock().now()))
    for warning in (*tried.warnings, *(edits if force else ()), *late):
        sys.stderr.write(f"Attention : {directory}/{warning}\n")
    return _Ready(book, bool(edits), len(tried.tried))


async def _last_published(cluster: Cluster) -> Rulebook | None:
    last = (await read_topic(cluster)).last_sound()
    return None if last is None else last[1].sound()


async def _publish(
    cluster: Cluster, ready: _Ready, author: str, message: str, key: SigningKey | None
) -> None:
    publisher = Publisher(cluster, client_tuning(cluster))
    try:
        said = message_of(
            ready.book, author, message, WallClock().now(), key, forced=ready.forced, examples=ready.examples
        )
        [error] = await publisher.publish([said])
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


def _tell(ready: _Ready, *, as_json: bool) -> None:
    book = ready.book
    if as_json:
        said = {
            "digest": book.digest,
            "rules": len(book.rules),
            "forced": ready.forced,
            "examples": ready.examples,
        }
        sys.stdout.write(orjson.dumps(said).decode() + "\n")
        return
    forced = " Des valeurs en vigueur ont été réécrites, de force." if ready.forced else ""
    tried = "" if ready.examples is None else f" Exemples essayés : {ready.examples}."
    sys.stdout.write(
        f"{len(book.rules)} règles publiées sur « {TOPIC} ». Empreinte {book.digest[:12]}.{tried}{forced}\n"
    )
