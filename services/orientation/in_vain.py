"""Outcomes that waited in vain for their proposal: refused as any message is, on their sender's topic."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from chassis.journal import Journal, Reject
from chassis.rejects import NOWHERE
from contracts.canonical import decode, encode
from contracts.envelope import PREFIX, SUFFIX
from orientation.scope_batch import ScopeBatch

OUTCOMES = "outcomes"


async def in_vain(
    journal: Journal, batches: Sequence[ScopeBatch], trust: Literal["topics", "open"], at: datetime
) -> list[tuple[str, Reject]]:
    """The refusals of what these batches give up, with the scope that does.

    The message is the journalled one: free texts by digest.
    """
    given_up = dict(_given_up(batches))
    if not given_up:
        return []
    said = await journal.known(list(given_up))
    for batch in batches:
        said |= {applied.cause.identity: applied.cause.canonical for applied in batch.applied}
    return [
        (scope, _refusal(said[identity], scope, error, trust, at))
        for identity, (scope, error) in given_up.items()
    ]


def _given_up(batches: Sequence[ScopeBatch]) -> Iterable[tuple[str, tuple[str, Mapping[str, str]]]]:
    for batch in batches:
        for applied in batch.applied:
            for kind, data in applied.facts:
                if kind == "outcome.recorded" and data["status"] == "rejected":
                    yield data["of"], (data["scope"], data["error"])


def _refusal(
    canonical: bytes,
    scope: str,
    error: Mapping[str, str],
    trust: Literal["topics", "open"],
    at: datetime,
) -> Reject:
    event: Any = decode(canonical)
    head = {"specversion": "1.0", "datacontenttype": "application/json"}
    party = event["source"].rpartition("/")[2]
    return Reject(
        topic=OUTCOMES if trust == "open" else f"{OUTCOMES}.{party}",
        partition=0,
        offset=NOWHERE,
        key=scope.encode(),
        value=encode({**head, **event, "type": f"{PREFIX}{event['type']}{SUFFIX}"}),
        headers=(),
        reason=error["reason"],
        path=error["path"],
        message=error["message"],
        at=at,
    )
