"""The alarm of one sequence told two ways: an item heard again whose bytes are not those that were folded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from chassis.health import Check
from chassis.journal import Ledger
from compliance.items import Item

log = structlog.get_logger("compliance")

MOST_TOLD = 10
"""Named on health; all of them are logged and counted."""


def _nobody(number: int) -> None:
    """Whom to tell when nobody measures."""


@dataclass(slots=True)
class ToldTwoWays:
    """The sequences another journal told otherwise, since the start; `repeated` and `alarmed` are told how many."""

    journal: Ledger
    repeated: Callable[[int], None] = _nobody
    alarmed: Callable[[int], None] = _nobody
    found: dict[tuple[str, int], str] = field(default_factory=dict)

    async def look(self, repeats: Sequence[Item]) -> None:
        """Compare items heard again with those that stand in the journal: one look for all of them."""
        if not repeats:
            return
        known = await self.journal.known({item.identity for item in repeats})
        honest = [item for item in repeats if known.get(item.identity) == item.canonical]
        for item in honest:
            log.info("item_skipped", why="known", scope=item.scope, sequence=item.sequence)
        self.repeated(len(honest))
        for item in repeats:
            if known.get(item.identity) != item.canonical:
                self._alarm(item)

    def _alarm(self, item: Item) -> None:
        log.critical(
            "sequence_told_two_ways", scope=item.scope, sequence=item.sequence, identity=item.identity
        )
        self.found[item.scope, item.sequence] = item.identity
        self.alarmed(1)

    def check(self) -> Check:
        """Degraded once a sequence was told two ways: two journals were written from, somebody has to look."""
        told = [f"{scope} n° {sequence}" for scope, sequence in sorted(self.found)]
        detail: dict[str, str | int | list[str]] = {"told_two_ways": told[:MOST_TOLD]}
        if told:
            detail["alarm"] = (
                f"Le même numéro porte deux contenus ({len(told)} cas) : deux journaux ont écrit sur orientations, "
                "arrêtez orientation et cherchez lequel est le bon."
            )
        return Check(is_ready=True, detail=detail, is_degraded=bool(told))
