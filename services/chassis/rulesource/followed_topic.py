"""The topic `rulebooks`, followed: the last sound rulebook published there is the one in force."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Self

import structlog

from chassis.bus import Cluster, Record, Tail, Tuning
from chassis.rulebook.faults import Fault, RuleFileErrors
from chassis.rulesource.offer import Offer
from chassis.rulesource.publication import TOPIC, offer_of
from chassis.unavailable import Unavailable

log = structlog.get_logger("rulebook")

LOOK_SECONDS = 0.5
AGAIN_SECONDS = 5.0
"""How long to wait before a broker that did not answer is asked again."""


class FollowedTopic:
    """The topic as a source. It has one partition, for the order of publications is what counts."""

    def __init__(self, cluster: Cluster | str, tuning: Tuning | None = None) -> None:
        self._tail = Tail(cluster, f"^{TOPIC}$", tuning)

    async def __aenter__(self) -> Self:
        await self._tail.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._tail.__aexit__(None, None, None)

    async def first(self) -> Offer:
        """The newest sound rulebook of the topic, with the faults of those published after it.

        So a bad publication followed by a restart leaves the last good rules in force. No book when none is sound.
        Raises `Unavailable`.
        """
        faults: tuple[Fault, ...] = ()
        for record in reversed(_in_order(await self._tail.read())):
            offer = await asyncio.to_thread(offer_of, record.value)
            if offer.book is not None:
                return replace(offer, faults=faults)
            faults = faults or offer.faults
        return Offer(TOPIC, faults=faults or (_EMPTY,))

    async def following(self) -> AsyncGenerator[Offer, None]:
        """Each rulebook published later, in order; while the broker does not answer, none."""
        while True:
            try:
                records = _in_order(await self._tail.read())
            except Unavailable as error:
                log.warning("rulebooks_unread", error=str(error))
                await asyncio.sleep(AGAIN_SECONDS)
                continue
            except RuleFileErrors as errors:
                yield Offer(TOPIC, faults=errors.faults)
                records = []
            for record in records:
                yield await asyncio.to_thread(offer_of, record.value)
            await asyncio.sleep(LOOK_SECONDS)


_EMPTY = Fault(
    TOPIC,
    1,
    "Aucun recueil de règles n'a été publié.",
    remedy="Publiez-en un : « aiguillage rules publish rules --author … --message … ».",
)


def _in_order(records: list[Record]) -> list[Record]:
    """Publications in their order; tombstones, which withdraw a rulebook from the history, are passed over."""
    partitions = {record.partition for record in records}
    if len(partitions) > 1:
        found = f"{len(partitions)} partitions"
        raise RuleFileErrors([Fault(TOPIC, 1, "Le sujet doit avoir une seule partition.", found, "1")])
    said = [record for record in records if record.value is not None]
    return sorted(said, key=lambda record: record.offset)
