"""An offer compared with the rulebook in force: values in force are ended and followed, never edited in place."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from chassis.clock import Clock
from chassis.rulebook.book import Rulebook
from chassis.rulebook.in_place import day_of_edit, edited_in_place
from chassis.rulesource.offer import Offer

Compare = Callable[[Offer, Rulebook], Offer]
"""The offer as it stands beside the rulebook in force: without a book, and told why, when it may not follow it."""


def not_compared(offer: Offer, before: Rulebook) -> Offer:  # noqa: ARG001 - a `Compare`
    """The offer as it is, whatever was in force before it."""
    return offer


@dataclass(frozen=True, slots=True)
class WithTheOneInForce:
    """Refuses edits in place, on the day an offer was published, else today's; marks those that were forced."""

    clock: Clock

    def __call__(self, offer: Offer, before: Rulebook) -> Offer:
        """The offer; without its book when it edits values in force and nobody forced it."""
        if offer.book is None or offer.book.digest == before.digest:
            return replace(offer, forced=False)
        edits = tuple(
            edited_in_place(before, offer.book, day_of_edit(offer.published_at or self.clock.now()))
        )
        if edits and not offer.forced:
            return replace(offer, book=None, faults=(*edits, *offer.faults))
        return replace(offer, forced=bool(edits))
