"""What a source of rules puts forward: a rulebook that holds together, or what is wrong with it."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from chassis.rulebook.book import Rulebook
from chassis.rulebook.faults import Fault, RuleFileErrors
from chassis.rulesource.signatures import Signed

if TYPE_CHECKING:
    from chassis.rulesource.comparing import Compare


@dataclass(frozen=True, slots=True)
class Offer:
    """One state of a source: `book` when it is sound, `faults` when it is not.

    `author` and `message` are those of whoever published it, where somebody did; `digest` is the one it
    claims. `restless` names the files that changed all the while it was read: they are in it as they were in the
    last sound offer of that source, or not at all. `published_at` is when somebody published it, `signed` what proves
    who; `forced` whether it may edit values in force; `warnings` change nothing.
    """

    source: str
    book: Rulebook | None = None
    faults: tuple[Fault, ...] = ()
    digest: str | None = None
    author: str | None = None
    message: str | None = None
    restless: frozenset[str] = frozenset()
    published_at: datetime | None = None
    signed: Signed | None = None
    forced: bool = False
    warnings: tuple[Fault, ...] = ()

    def sound(self) -> Rulebook:
        """Its rulebook; raises `RuleFileErrors` when it has none."""
        if self.book is None:
            raise RuleFileErrors(self.faults)
        return self.book


class RuleSource(Protocol):
    """Where a service takes its rules from."""

    async def first(self, before: Rulebook | None = None, compare: "Compare" = ...) -> Offer:
        """The state of the source at start; its `book` may be older than what was last put forward.

        `before` is the rulebook that was in force, if one was, and `compare` says whether another may follow it.
        `Unavailable` when the source cannot be read at all.
        """
        ...

    def following(self) -> AsyncGenerator[Offer, None]:
        """Every later state, sound or faulty, once it has settled; ends only when it is closed."""
        ...
