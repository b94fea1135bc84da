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
    bailleurs: Annotated[list[str] | None, typer.Option("--bailleur", help="Its SIREN; repeat it.")] = None,
    reservataires: Annotated[
        list[str] | None, typer.Option("--reservataire", help="Its id, a SIREN or not; repeat it.")
    ] = None,
    stream: Annotated[
        list[str] | None,
        typer.Option(
            "--stream",
            help="With --acl: who, party or observatory, may also read every bailleur's decisions; repeat it.",
        ),
    ] = None,
    kafka: Kafka = None,
    acl: Annotated[
        bool,
        typer.Option("--acl", help="Make nothing: print the ACLs of the services, the operator and these."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the topics everybody shares and those of the parties named; what is there stays as it is."""
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
