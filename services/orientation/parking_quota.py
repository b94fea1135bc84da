"""Quota of parked outcomes: how many one party may have waiting in one scope."""

from dataclasses import dataclass
from datetime import datetime

from contracts.inputs import Input
from orientation.domain.instants import instant
from orientation.domain.state import BEGINNING, ScopeState

IN_VAIN_AT_MOST = 5_000
"""Outcomes of a party in a scope that still wait once all that was said until they were parked has been applied."""
EVER_AT_MOST = 50_000
"""Outcomes of a party in a scope, whatever is still to be read: four times what a large scope says in a year."""


@dataclass(slots=True)
class ParkingQuota:
    """Lets a party park an outcome, or not.

    What comes before the vacancies it speaks of is nobody's fault while these are still to be read: it counts only once
    the watermark (`chassis.bus.Hearing`) has passed the instant it was parked at. A scope in which no vacancy was ever
    declared is read topic by topic: nothing of it counts but what it may have `ever_at_most`.

    On the event clock there is no watermark: there `ever_at_most` alone holds.
    """

    in_vain_at_most: int = IN_VAIN_AT_MOST
    ever_at_most: int = EVER_AT_MOST
    heard_until: datetime = BEGINNING
    """All that was said before this instant is applied."""
    is_asked: bool = False
    """Whether somebody has so many that the watermark must be looked at."""

    def heard(self, until: datetime) -> None:
        """Move the watermark; it never goes back."""
        self.heard_until, self.is_asked = max(self.heard_until, until), False

    def lets_park(self, state: ScopeState, cause: Input) -> bool:
        """Whether an input may be parked in a scope, should its proposal not be there."""
        speaker = cause.source.rpartition("/")[2]
        if state.parked.number_of(speaker) < self.in_vain_at_most:
            return True
        self.is_asked = True
        if state.parked.number_of(speaker) >= self.ever_at_most:
            return False
        oldest = state.parked.parked_at(speaker, self.in_vain_at_most)
        is_in_vain = oldest is not None and instant(oldest) < self.heard_until
        return not (is_in_vain and state.has_vacancies)
