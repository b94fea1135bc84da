"""`topics`: makes the topics parties write to, which no service may invent, and those services write to."""

import asyncio
import sys
from dataclasses import asdict
from typing import Annotated

import orjson
import typer

from aiguillage.commands.options import AsJson, Kafka, client_tuning, cluster_of
from aiguillage.rights import rights, told_to, told_to_everybody, written_by
from chassis.bus.topics import Topics

SAYS_NO = 1
ADD = 'kafka-acls.sh --bootstrap-server "$AIGUILLAGE_KAFKA" --command-config admin.properties --add'


def topics(
    parties: Annotated[
        list[str] | None, typer.Argument(help="SIREN of bailleurs, ids of réservataires.")
    ] = None,
    kafka: Kafka = None,
    acl: Annotated[
        bool, typer.Option("--acl", help="Make nothing: print the ACLs of the services and these parties.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the topics everybody shares and those of the parties named; what is there stays as it is."""
    named = parties or []
    if acl:
        _print_rights(named, as_json=as_json)
        return
    wanted = sorted(
        {*told_to_everybody(), *(topic for party in named for topic in (*written_by(party), *told_to(party)))}
    )
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


def _print_rights(parties: list[str], *, as_json: bool) -> None:
    found = rights(parties)
    if as_json:
        sys.stdout.write(orjson.dumps([asdict(right) for right in found]).decode() + "\n")
        return
    for right in found:
        sys.stdout.write(f"{ADD} {right.arguments}\n")
