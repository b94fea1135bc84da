"""The rulebook in force in a service: replaced as a whole by a sound one, kept when the next is faulty."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Protocol, Self

import structlog

from chassis.rulebook.book import Rulebook
from chassis.rulebook.durable import EngineError
from chassis.rulebook.faults import Fault
from chassis.rulesource.comparing import Compare, not_compared
from chassis.rulesource.offer import Offer
from chassis.rulesource.vanished import whole
from chassis.unavailable import Unavailable

log = structlog.get_logger("rulebook")

KEEP_AGAIN_SECONDS = 1.0
"""How long to wait before a rulebook that could not be kept is kept again."""

Keep = Callable[[str, bytes, bytes | None], Awaitable[None]]
"""Stores a bundle under its digest, and what signed it; `Unavailable` when it cannot now."""


class Told(Protocol):
    """Who is told of what became of each offer."""

    async def activated(self, offer: Offer) -> None:
        """The offer is in force from now on."""

    async def refused(self, offer: Offer, digest: str) -> None:
        """The offer is faulty; the rulebook of that digest stays in force."""


class InForce:
    """Holds one rulebook at a time; whoever asks for it keeps it for as long as its work lasts."""

    def __init__(self, first: Offer, keep: Keep, told: Told, compare: Compare = not_compared) -> None:
        self._book = first.sound()
        self._compare = compare
        self._keep = keep
        self._told = told
        self.source = first.source
        self.faults: tuple[Fault, ...] = first.faults
        self.warnings: tuple[Fault, ...] = first.warnings
        self.is_waiting = False
        """Whether a sound rulebook waits because it cannot be kept."""

    def current(self) -> Rulebook:
        """The rulebook in force now."""
        return self._book

    @classmethod
    async def begin(cls, first: Offer, keep: Keep, told: Told, compare: Compare = not_compared) -> Self:
        """The first offer in force: kept, and told of, before anything is decided by it.

        Raises `RuleFileErrors` when it has no rulebook, `Unavailable` when that cannot be kept.
        """
        in_force = cls(first, keep, told, compare)
        digest = in_force.current().digest
        await keep(digest, in_force.current().bundle(), _signed(first))
        await told.activated(first)
        if first.faults:
            await told.refused(first, digest)
        return in_force

    async def follow(self, offers: AsyncIterator[Offer]) -> None:
        """Take each offer as it comes: a sound one replaces the rulebook, a faulty one changes nothing."""
        async for offer in offers:
            await self._consider(offer)

    async def interrupted(self, error: Exception) -> None:
        """Tell that what was offered last could not be read for a reason of ours; the rulebook stays."""
        fault = Fault(
            self.source,
            1,
            "Erreur interne en lisant les règles.",
            type(error).__name__,
            remedy="Prévenez-nous.",
        )
        self.faults = (fault,)
        await self._told.refused(Offer(self.source, faults=self.faults), self._book.digest)

    async def _consider(self, offer: Offer) -> None:
        if offer.book is not None and offer.book.digest == self._book.digest:
            offer = replace(offer, book=self._book)  # what it compiled and remembers stays
        elif offer.book is not None:
            offer = whole(offer, offer.book, self._book)
            offer = await asyncio.to_thread(self._compare, offer, self._book)
        if offer.book is not None and offer.book is not self._book:
            offer = await _prepared(offer, offer.book, self._book)
        if self._is_told(offer):
            return
        if offer.book is None:
            self.faults = offer.faults
            await self._told.refused(offer, self._book.digest)
            return
        await self._kept(offer.book, _signed(offer))
        self._book, self.faults, self.source = offer.book, offer.faults, offer.source
        self.warnings = offer.warnings
        await self._told.activated(offer)
        if offer.faults:
            await self._told.refused(offer, offer.book.digest)

    def _is_told(self, offer: Offer) -> bool:
        """Whether it changes nothing and says nothing new: a source that does not rest is offered over and over.

        Any other offer is somebody's doing, and is answered each time.
        """
        changes_nothing = offer.book is None or offer.book is self._book
        return bool(offer.restless) and changes_nothing and offer.faults == self.faults

    async def _kept(self, book: Rulebook, signed: bytes | None) -> None:
        """Store the bundle first: a decision must never name a rulebook nobody can find again."""
        while True:
            try:
                await self._keep(book.digest, book.bundle(), signed)
            except Unavailable as error:
                self.is_waiting = True
                log.warning("rulebook_not_kept", rulebook=book.digest, error=str(error))
                await asyncio.sleep(KEEP_AGAIN_SECONDS)
            else:
                self.is_waiting = False
                return


def _signed(offer: Offer) -> bytes | None:
    """What signed an offer's rulebook, as the journal keeps it."""
    return None if offer.signed is None else offer.signed.encoded()


async def _prepared(offer: Offer, book: Rulebook, before: Rulebook) -> Offer:
    """The offer, compiled for what its predecessor is asked; without a book when the engine refuses it."""
    try:
        await asyncio.to_thread(book.prepare, before)
    except EngineError as error:
        fault = Fault(offer.source, 1, "Le moteur refuse ces règles.", found=str(error))
        return replace(offer, book=None, faults=(fault,))
    return offer
