"""One message that breaks the service must not block those behind it; a service that is broken must stop.

A batch that breaks without the broker or the database being away is taken one message at a time. A message that still
breaks, each time it is tried, is refused as `erreur_interne`: kept with its bytes, published on `<topic>.rejected`, to
be sent again by `aiguillage rejected requeue` once we are mended. When several messages of one batch break, or when the
rule engine or the journal itself is at fault, it is us: the fault goes up, and the service stops.
"""

from collections.abc import Awaitable, Callable, Sequence
from traceback import extract_tb

import structlog

from chassis.bus import Record
from chassis.journal import JournalCorrupt
from chassis.rulebook.durable import EngineError
from chassis.unavailable import Unavailable
from contracts.rejected import Rejected, RejectionReason

log = structlog.get_logger("orientation")

ATTEMPTS = 3
"""Times a message is tried by itself before it is refused."""
MOST_IN_A_BATCH = 3
"""Messages refused so in one batch; one more, and it is the service that is broken."""
FRAMES = 5
OUR_FAULT = (EngineError, JournalCorrupt, MemoryError)
"""Never the message's: the service stops at once."""

Handle = Callable[[Sequence[Record]], Awaitable[None]]
Refuse = Callable[[Record, Rejected], Awaitable[None]]


async def contained(
    records: Sequence[Record], handle: Handle, refuse: Refuse, start_afresh: Callable[[], Awaitable[None]]
) -> None:
    """Handle a batch; messages that break it by themselves are refused.

    `start_afresh` drops whatever a broken attempt left half done; it is awaited before each new one. Raises
    `Unavailable` as `handle` does, and what broke the service when that is not one message.
    """
    try:
        await handle(records)
    except (Unavailable, *OUR_FAULT):
        raise
    except Exception as error:  # noqa: BLE001 - whatever a message may do to us
        log.warning("batch_broke", records=len(records), error=repr(error))
        await _one_by_one(records, handle, refuse, start_afresh)


async def _one_by_one(
    records: Sequence[Record], handle: Handle, refuse: Refuse, start_afresh: Callable[[], Awaitable[None]]
) -> None:
    refused = 0
    for record in records:
        await start_afresh()
        broke = await _broke(record, handle, start_afresh)
        if broke is None:
            continue
        if refused == MOST_IN_A_BATCH:
            raise broke
        refused += 1
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
        except (Unavailable, *OUR_FAULT):
            raise
        except Exception as error:  # noqa: BLE001 - as above
            broke = error
            log.critical("message_broke", **_place(record), error=repr(error), where=innermost_calls(error))
            await start_afresh()
        else:
            return None
    return broke


def innermost_calls(error: Exception) -> list[str]:
    """Where an error came from; a logged traceback would show variables, the message among them."""
    return [f"{frame.name}:{frame.lineno}" for frame in extract_tb(error.__traceback__, -FRAMES)]


def _place(record: Record) -> dict[str, str | int]:
    return {"topic": record.topic, "partition": record.partition, "offset": record.offset}


def _internal(error: Exception) -> Rejected:
    return Rejected(
        RejectionReason.ERREUR_INTERNE,
        "$",
        f"Ce message a fait échouer le service ({type(error).__name__}) : c'est notre faute, il est gardé. "
        "Prévenez l'exploitant ; il le remettra en file une fois le service corrigé.",
    )
