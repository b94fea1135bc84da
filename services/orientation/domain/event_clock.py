"""The event clock: a scope's time is that of its events, and waits end before the first event past them."""

from collections.abc import Iterator
from datetime import datetime

from contracts.inputs import Input
from orientation.domain.ports import Rulebook
from orientation.domain.routing import due, route
from orientation.domain.state import ScopeState
from orientation.domain.work import Fact

Applied = tuple[Input, datetime, list[Fact]]
"""An input, the instant it was applied, and its facts."""


def run_until(state: ScopeState, until: datetime, rulebook: Rulebook) -> Iterator[Applied]:
    """Fire every wait that ends before an instant, and those that they start."""
    for fired in due(state, until):
        at = max(state.clock, fired.time)
        yield fired, at, route(state, fired, at, rulebook)
