"""What a service starts by when its source has no sound rules: the rulebook its own journal says was in force."""

from dataclasses import replace

from chassis.journal import Journal
from chassis.rulebook.book import Rulebook
from chassis.rulebook.faults import RuleFileErrors
from chassis.rulesource.offer import Offer, RuleSource


async def first_offer(source: RuleSource, journal: Journal) -> Offer:
    """The source's first offer; with the rulebook last in force here, and its faults, when it has no sound one.

    Without a book when none ever was in force. Raises `Unavailable`.
    """
    first = await source.first()
    return first if first.book is not None else replace(first, book=await last_in_force(journal), digest=None)


async def last_in_force(journal: Journal) -> Rulebook | None:
    """The rulebook the journal says was in force last; None before any was, or when this version cannot read it.

    It was checked when it came into force.
    """
    content = await journal.bundle_in_force()
    if content is None:
        return None
    try:
        return Rulebook.from_bundle(content)
    except RuleFileErrors:
        return None
