"""Batches: one message that breaks the service must not block those behind it; a service that is broken must stop.

A batch that breaks without the broker or the database being away is taken one message at a time. A message that still
breaks, each time it is tried, is refused as `erreur_interne`: kept with its bytes, published on `<topic>.rejected`, to
be sent again by `aiguillage rejected requeue` once we are mended. When messages of several scopes break in one batch,
or when the rule engine or the journal itself is at fault, it is us: the fault goes up, and the service stops.
"""

from collections.abc import Awaitable, Callable, Sequence

import structlog

from chassis.bus import Record
from chassis.containment.faults import NOT_CONTAINED, innermost_calls
from contracts.rejected import Rejected, RejectionReason

log = structlog.get_logger("containment")

ATTEMPTS = 3
"""Times a message is tried by itself before it is refused."""
MOST_SCOPES_IN_A_BATCH = 3
"""Scopes of which messages are refused so in one batch; one more, and it is the service that is broken."""

Handle = Callable[[Sequence[Record]], Awaitable[None]]
Refuse = Callable[[Record, Rejected], Awaitable[None]]
ScopeOf = Callable[[Record], str]
"""The scope a message speaks of, or its topic when that cannot be told; it raises nothing."""


async def contained(
    records: Sequence[Record],
    handle: Handle,
    refuse: Refuse,
    start_afresh: Callable[[], Awaitable[None]],
    scope_of: ScopeOf,
) -> None:
    """Handle a batch; messages that break it by themselves are refused.

    `start_afresh` drops whatever a broken attempt left half done; it is awaited before each new one. Raises
    `Unavailable` as `handle` does, and what broke the service when that is not the messages of a few scopes.
    """
    try:
        await handle(records)
    except NOT_CONTAINED:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a message may do to us
        log.warning("batch_broke", records=len(records), error=repr(error))
        await _one_by_one(records, handle, refuse, start_afresh, scope_of)


async def _one_by_one(
    records: Sequence[Record],
    handle: Handle,
    refuse: Refuse,
    start_afresh: Callable[[], Awaitable[None]],
    scope_of: ScopeOf,
) -> None:
    scopes = set[str]()
    for record in records:
        await start_afresh()
        broke = await _broke(record, handle, start_afresh)
        if broke is None:
            continue
        scopes.add(scope_of(record))
        if len(scopes) > MOST_SCOPES_IN_A_BATCH:
            raise broke
        await start_afresh()
        await refuse(record, _internal(broke))


async def _broke(
    record: Record, handle: Handle, start_afresh: Callable[[], Awaitable[None]]
) -> Exception | None:
    """What the message breaks by each time it is tried; None when it was handled."""
    broke: Exception | None = None
    for _ in range(ATTEMPTS):
        try:
            await handle([record])
        except NOT_CONTAINED:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            broke = error
            log.critical("message_broke", **_place(record), error=repr(error), where=innermost_calls(error))
            await start_afresh()
        else:
            return None
    return broke


def _place(record: Record) -> dict[str, str | int]:
    return {"topic": record.topic, "partition": record.partition, "offset": record.offset}


def _internal(error: Exception) -> Rejected:
    return Rejected(
        RejectionReason.ERREUR_INTERNE,
        "$",
        f"Ce message a fait échouer le service ({type(error).__name__}) : c'est notre faute, il est gardé. "
        "Prévenez l'exploitant ; il le remettra en file une fois le service corrigé.",
    )
