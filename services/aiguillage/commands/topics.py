"""`topics`: makes the topics parties write to, which no service may invent, and those services write to."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import orjson
import typer

from aiguillage.commands.options import AsJson, Kafka, client_tuning, cluster_of
from aiguillage.party_topics import (
    account,
    bailleur,
    reservataire,
    told_to,
    told_to_everybody,
    written_by,
)
from aiguillage.rights import Right, rights
from chassis.bus.topics import Topics

SAYS_NO = 1
ADD = 'kafka-acls.sh --bootstrap-server "$AIGUILLAGE_KAFKA" --command-config admin.properties --add'


def topics(
    bailleurs: Annotated[
        list[str] | None, typer.Option("--bailleur", metavar="SIREN", help="Son SIREN ; à répéter.")
    ] = None,
    reservataires: Annotated[
        list[str] | None,
        typer.Option(
            "--reservataire", metavar="IDENTIFIANT", help="Son identifiant, SIREN ou non ; à répéter."
        ),
    ] = None,
    stream: Annotated[
        list[str] | None,
        typer.Option(
            "--stream",
            metavar="IDENTIFIANT",
            help="Avec --acl : qui, partie ou observatoire, lit aussi les décisions de tous ; à répéter.",
        ),
    ] = None,
    kafka: Kafka = None,
    acl: Annotated[
        bool,
        typer.Option(
            "--acl", help="Ne crée rien : donne les droits Kafka des services, de l'opérateur et de ceux-ci."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Crée les sujets Kafka partagés et ceux des parties nommées.

    Ce qui existe reste comme il est.
    """
    speakers = [*map(bailleur, bailleurs or []), *map(reservataire, reservataires or [])]
    followers = [account(name) for name in stream or []]
    if acl:
        _print_rights(rights(speakers, followers), as_json=as_json)
        return
    own = {topic for speaker in speakers for topic in (*written_by(speaker), *told_to(speaker))}
    wanted = sorted({*told_to_everybody(), *own})
    cluster = cluster_of(kafka)
    not_made = asyncio.run(Topics(cluster, client_tuning(cluster)).make(wanted))
    refused = {topic: str(why) for topic, why in not_made.items()}
    if as_json:
        there = [topic for topic in wanted if topic not in refused]
        sys.stdout.write(orjson.dumps({"topics": there, "refused": refused}).decode() + "\n")
    else:
        for topic in wanted:
            sys.stdout.write(f"{topic} : {refused.get(topic, 'prêt')}\n")
    if refused:
        raise typer.Exit(SAYS_NO)


def _print_rights(found: Sequence[Right], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(orjson.dumps([asdict(right) for right in found]).decode() + "\n")
        return
    for right in found:
        sys.stdout.write(f"{ADD} {right.arguments}\n")
