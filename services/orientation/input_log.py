"""Log lines of inputs: one for each applied, one for each rejected."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from chassis.journal import Reject
from orientation.scope_batch import Applied

log = structlog.get_logger("orientation")


def log_applied(scope: str, applied: Applied, decision: Mapping[str, Any] | None) -> None:
    """Log an input that was applied, with the decision it caused, if any."""
    log.info(
        "input_applied",
        event_id=applied.cause.id,
        type=applied.cause.type,
        scope=scope,
        outcome=decision["outcome"] if decision else [kind for kind, _ in applied.facts],
        rule=decision["rules"] if decision else None,
        rulebook=decision["rulebook"][:12] if decision else None,
    )


def log_rejected(rejects: Sequence[Reject]) -> None:
    """Log messages that were rejected, each with its place and reason."""
    for reject in rejects:
        log.warning(
            "message_rejected",
            topic=reject.topic,
            partition=reject.partition,
            offset=reject.offset,
            reason=reject.reason,
            path=reject.path,
        )
