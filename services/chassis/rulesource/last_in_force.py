"""What a service starts by when its source has no sound rules: the rulebook its own journal says was in force."""

from dataclasses import replace

from chassis.journal import Journal
from chassis.rulebook.book import Rulebook
from chassis.rulebook.faults import RuleFileErrors
from chassis.rulesource.comparing import Compare, not_compared
from chassis.rulesource.offer import Offer, RuleSource
from chassis.rulesource.signatures import Signed, TrustedKeys


async def first_offer(
    source: RuleSource, journal: Journal, keys: TrustedKeys | None = None, compare: Compare = not_compared
) -> Offer:
    """The source's first offer; with the rulebook last in force here, and its faults, when it has no sound one.

    One that edits in place what was last in force here is not sound, unless it was forced. With keys, one that was
    not signed by any of them does not come back. Without a book when none ever was in force. Raises `Unavailable`.
    """
    last = await last_in_force(journal)
    if last is not None and keys is not None and not await _is_trusted(journal, last, keys):
        last = None
    first = await source.first(last, compare)
    return first if first.book is not None else replace(first, book=last, digest=None)


async def _is_trusted(journal: Journal, book: Rulebook, keys: TrustedKeys) -> bool:
    kept = await journal.signature_in_force()
    signed = None if kept is None else Signed.decoded(kept)
    return (
        signed is not None
        and signed.claim.digest == book.digest
        and keys.why_refused(signed.claim, signed.signature) is None
    )


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
