"""`topics`: makes the topics parties write to, which no service may invent, and those services write to."""

import asyncio
import re
import sys
from collections.abc import Iterable
from typing import Annotated

import orjson
import typer

from aiguillage.commands.options import AsJson, Kafka, bootstrap_of, client_tuning
from chassis.bus.topics import Topics
from contracts.catalogue import EMITTED, FAMILIES

SAYS_NO = 1
BAILLEUR = re.compile(r"[0-9]{9}")
PARTY = re.compile(r"[A-Z0-9][A-Z0-9-]{0,63}")


def topics(
    parties: Annotated[
        list[str] | None, typer.Argument(help="SIREN of bailleurs, ids of réservataires.")
    ] = None,
    kafka: Kafka = None,
    as_json: AsJson = False,
) -> None:
    """Make the topics everybody shares and those of the parties named; what is there stays as it is."""
    wanted = sorted({*_of_everybody(), *(topic for party in parties or () for topic in _of(party))})
    bootstrap = bootstrap_of(kafka)
    refused = asyncio.run(Topics(bootstrap, client_tuning(bootstrap)).make(wanted))
    if as_json:
        there = [topic for topic in wanted if topic not in refused]
        sys.stdout.write(orjson.dumps({"topics": there, "refused": refused}).decode() + "\n")
    else:
        for topic in wanted:
            sys.stdout.write(f"{topic} : {refused.get(topic, 'prêt')}\n")
    if refused:
        raise typer.Exit(SAYS_NO)


def _of_everybody() -> Iterable[str]:
    """What services write, whoever it is for."""
    return {topic for _, topics in EMITTED.values() for topic in topics if "{" not in topic}


def _of(party: str) -> Iterable[str]:
    """What one party writes and reads, and where its refused messages go."""
    if not PARTY.fullmatch(party):
        raise ValueError(f"{party} n'est ni un SIREN, ni un identifiant de réservataire (A-Z, 0-9, -).")
    if BAILLEUR.fullmatch(party):
        written = [f"{family}.{party}" for family in FAMILIES]
        return [*written, *(f"{topic}.rejected" for topic in written)]
    return [f"outcomes.{party}", f"outcomes.{party}.rejected", f"proposals.{party}"]
