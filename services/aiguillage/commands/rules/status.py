"""`rules status`: what was published on the topic of rulebooks, and what each instance runs."""

import asyncio
import sys
from typing import Annotated

import orjson
import typer
from rich.table import Table

from aiguillage.commands.options import AsJson, Kafka, cluster_of
from aiguillage.rule_topic import RuleTopic, read_topic
from aiguillage.terminal.console import console_of

SHORT = 12
"""Digits of a digest that are shown."""
MINUTE = len("2026-03-02T09:00")


def status(
    kafka: Kafka = None,
    last: Annotated[int, typer.Option(help="Combien de publications, la plus récente à la fin.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Dit quel recueil est en vigueur dans chaque service.

    Les recueils publiés, puis l'empreinte que suit chaque instance.
    """
    topic = asyncio.run(read_topic(cluster_of(kafka)))
    if as_json:
        sys.stdout.write(orjson.dumps(_plain(topic, last)).decode() + "\n")
        return
    console = console_of()
    console.print(_published(topic, last))
    console.print(_running(topic))


def _plain(topic: RuleTopic, last: int) -> dict[str, object]:
    in_force = topic.last_sound()
    return {
        "in_force": None if in_force is None else in_force[0].digest,
        "published": [
            {"digest": p.digest, "at": p.at, "author": p.author, "message": p.message}
            | {"key_id": None if p.signature is None else p.signature.key_id}
            | {"forced": p.forced, "examples": p.examples}
            for p in topic.publications[-last:]
        ],
        "instances": [
            {"service": s.service, "instance": s.instance, "digest": s.digest, "at": s.at}
            | {"refused_faults": s.fault_count, "forced": s.forced}
            for s in topic.standings
        ],
    }


def _published(topic: RuleTopic, last: int) -> Table:
    table = Table(
        "Publié le", "Empreinte", "Par", "Ce qui change", "Signé par", "État", title="Recueils publiés"
    )
    sound = topic.last_sound()
    place = -1 if sound is None else topic.publications.index(sound[0])
    for number, publication in list(enumerate(topic.publications))[-last:]:
        state = "dernier valable" if number == place else "refusé" if number > place else "précédent"
        signed = "personne" if publication.signature is None else publication.signature.key_id
        state += ", de force" if publication.forced else ""
        when = f"{publication.at:%Y-%m-%d %H:%M}"
        cells = (when, publication.digest[:SHORT], publication.author, publication.message, signed, state)
        table.add_row(*cells)
    return table


def _running(topic: RuleTopic) -> Table:
    table = Table("Service", "Instance", "Empreinte en vigueur", "Depuis", "Dernier refus", title="Instances")
    for standing in topic.standings:
        refused = _faults(standing.fault_count)
        since = standing.at[:MINUTE].replace("T", " ")
        digest = standing.digest[:SHORT] + (" (de force)" if standing.forced else "")
        cells = (standing.service, standing.instance, digest, since, refused)
        table.add_row(*cells)
    return table


def _faults(count: int) -> str:
    return "aucun" if not count else f"{count} faute{'s' if count > 1 else ''}"
