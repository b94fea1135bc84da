"""Every wait ends once: by the answer, if that came in time, else by an input of its own."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import orjson

from flux.scope import Scope
from orientation.domain.instants import instant, instant_text
from orientation.domain.state import ScopeState
from orientation.scopes import replay
from tests.faults.checker.reading import Reading
from tests.faults.checker.violation import Violation

ANSWERS = ("candidates.designated", "proposal.refused")
CLOCKS_DIFFER_BY = timedelta(days=1)
"""No service takes an event from further in the future: who waits may be that much ahead of who answers."""


def no_wait_was_lost(reading: Reading) -> Iterator[Violation]:
    """Every wait that ended before the history settled was ended by an input of its own, or by an answer."""
    settled_at = reading.history.settled_at
    if settled_at is None:
        return
    for scope, rows in reading.history.orientation.rows.items():
        state = ScopeState(Scope.parse(scope))
        replay(state, list(rows))
        late = state.pop_due(settled_at)
        if late is not None:
            due = instant_text(late.due)
            yield Violation(
                "lost", f"{scope} {late.kind} {late.subject}", f"it ended {due}, and nothing was done"
            )


def no_proposal_expired_that_was_answered_in_time(reading: Reading) -> Iterator[Violation]:
    """What the broker had before a wait was over was applied before it ended, however late services were."""
    answered = _answered(reading)
    due = {row.cause: instant(orjson.loads(row.data)["data"]["due"]) for row in reading.deadlines}
    for fact in reading.facts:
        if fact.row.type != "proposal.expired" or fact.row.cause not in due:
            continue
        ended, heard = due[fact.row.cause], answered.get(fact.data["proposal_id"])
        if heard is not None and heard < ended - CLOCKS_DIFFER_BY:
            where = f"proposal {fact.data['proposal_id']} of {fact.row.scope}"
            what = f"expired {instant_text(ended)}, answered {instant_text(heard)}"
            yield Violation("lost", where, what)


def _answered(reading: Reading) -> dict[str, datetime]:
    """When each proposal was first answered by its party, as far as that is known."""
    answered: dict[str, datetime] = {}
    for fed in reading.history.fed:
        if fed.acknowledged_at is not None:
            event = orjson.loads(fed.value)
            if event["type"].split(".", 2)[2].removesuffix(".v1") in ANSWERS:
                answered.setdefault(event["data"]["proposal_id"], fed.acknowledged_at)
    return answered
