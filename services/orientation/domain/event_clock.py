"""When waits end: on the wall clock all at once; on the event clock, before the first event past each."""

from collections.abc import Callable, Iterator
from datetime import datetime

from contracts.inputs import Input
from orientation.domain.ports import Rulebook
from orientation.domain.routing import due, route
from orientation.domain.state import ScopeState
from orientation.domain.work import Fact

Applied = tuple[Input, datetime, list[Fact]]
"""An input, the instant it was applied, and its facts."""
Ended = Callable[[ScopeState, datetime, Rulebook], Iterator[Applied]]
"""How the waits of a scope that end before an instant are fired."""


def run_until(state: ScopeState, until: datetime, rulebook: Rulebook) -> Iterator[Applied]:
    """Fire every wait that ends before an instant, and those that they start."""
    for fired in due(state, until):
        at = max(state.clock, fired.time)
        yield fired, at, route(state, fired, at, rulebook)


def all_at(state: ScopeState, before: datetime, rulebook: Rulebook, at: datetime) -> Iterator[Applied]:
    """Fire every wait that ends before an instant, all at another, not earlier one."""
    for fired in due(state, before):
        yield fired, at, route(state, fired, at, rulebook)
