"""The topic `rulebooks`, followed: the last sound rulebook published there is the one in force."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Self

import structlog

from chassis.bus import Cluster, Record, Tail, Tuning
from chassis.rulebook.book import Rulebook
from chassis.rulebook.faults import Fault, RuleFileErrors
from chassis.rulesource.comparing import Compare, not_compared
from chassis.rulesource.offer import Offer
from chassis.rulesource.publication import TOPIC, offer_of, publication_in
from chassis.rulesource.signatures import TrustedKeys
from chassis.unavailable import Unavailable

log = structlog.get_logger("rulebook")

LOOK_SECONDS = 0.5
AGAIN_SECONDS = 5.0
"""How long to wait before a broker that did not answer is asked again."""


class FollowedTopic:
    """The topic as a source. It has one partition, for the order of publications is what counts."""

    def __init__(
        self, cluster: Cluster | str, tuning: Tuning | None = None, keys: TrustedKeys | None = None
    ) -> None:
        self._tail = Tail(cluster, f"^{TOPIC}$", tuning)
        self._keys = keys
        self._newest: datetime | None = None
        """With keys, when the newest publication that was taken was signed: nothing older is taken after it."""

    async def __aenter__(self) -> Self:
        await self._tail.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._tail.__aexit__(None, None, None)

    async def first(self, before: Rulebook | None = None, compare: Compare = not_compared) -> Offer:
        """The newest sound rulebook of the topic, with the faults of those published after it.

        So a bad publication followed by a restart leaves the last good rules in force. When `before` was published
        here, what came after it is gone through in order, each compared with the one it would follow: a restart
        comes to what a service that ran on has come to. No book when none is sound. Raises `Unavailable`.
        """
        records = _in_order(await self._tail.read())
        if self._keys is not None:
            records = sorted(records, key=_published_at)
        after = [] if before is None else _since(records, before.digest)
        if before is not None and after:
            return await self._gone_through(after, before, compare)
        faults: tuple[Fault, ...] = ()
        for record in reversed(records):
            offer = await self._offer(record)
            if before is not None:
                offer = await asyncio.to_thread(compare, offer, before)
            if offer.book is not None:
                return replace(offer, faults=faults)
            faults = faults or offer.faults
        return Offer(TOPIC, faults=faults or (_EMPTY,))

    async def _offer(self, record: Record) -> Offer:
        """What a record offers; with keys, one that was signed before the newest taken is an old one sent again."""
        offer = await asyncio.to_thread(offer_of, record.value, self._keys)
        if self._keys is None or offer.book is None or offer.published_at is None:
            return offer
        if self._newest is not None and offer.published_at < self._newest:
            return replace(offer, book=None, faults=(_older(offer.published_at, self._newest),))
        self._newest = offer.published_at
        return offer

    async def _gone_through(self, records: list[Record], before: Rulebook, compare: Compare) -> Offer:
        """What the publications come to, one after the other, each sound one that may follow the one before."""
        book, found, faults = before, Offer(TOPIC, before, digest=before.digest), tuple[Fault, ...]()
        for record in records:
            offer = await asyncio.to_thread(compare, await self._offer(record), book)
            if offer.book is None:
                faults = offer.faults
            else:
                book, found, faults = offer.book, offer, ()
        return replace(found, faults=faults)

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
                yield await self._offer(record)
            await asyncio.sleep(LOOK_SECONDS)


_EMPTY = Fault(
    TOPIC,
    1,
    "Aucun recueil de règles n'a été publié.",
    remedy="Publiez-en un : « aiguillage rules publish rules --author … --message … ».",
)


def _older(found: datetime, newest: datetime) -> Fault:
    return Fault(
        TOPIC,
        1,
        "Cette publication signée est plus ancienne que celle en vigueur.",
        f"{found:%Y-%m-%d %H:%M:%S}",
        f"après le {newest:%Y-%m-%d %H:%M:%S}",
        "Pour revenir à un recueil, publiez-le de nouveau : « aiguillage rules publish --digest ».",
    )


def _published_at(record: Record) -> tuple[datetime, int]:
    """When a record says it was published, then its offset; what says nothing comes first."""
    try:
        return publication_in(record.value).at.astimezone(UTC), record.offset
    except (RuleFileErrors, ValueError, OverflowError):
        return datetime.min.replace(tzinfo=UTC), record.offset


def _since(records: list[Record], digest: str) -> list[Record]:
    """The first publication of a digest that is left, and those after it; none when it was never published."""
    places = [place for place, record in enumerate(records) if record.key == digest.encode()]
    return records[places[0] :] if places else []


def _in_order(records: list[Record]) -> list[Record]:
    """Publications in their order; tombstones, which withdraw a rulebook from the history, are passed over."""
    partitions = {record.partition for record in records}
    if len(partitions) > 1:
        found = f"{len(partitions)} partitions"
        raise RuleFileErrors([Fault(TOPIC, 1, "Le sujet doit avoir une seule partition.", found, "1")])
    said = [record for record in records if record.value is not None]
    return sorted(said, key=lambda record: record.offset)
