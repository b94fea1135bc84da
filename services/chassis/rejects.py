"""A refused message as it goes to `<topic>.rejected`, and as it is read again there: the original bytes, and why."""

from datetime import datetime
from hashlib import sha256

from chassis.bus import Message, Record
from chassis.journal import KeptReject, Reject

PREFIX = "aiguillage-error-"
"""Before the name of each header that says why."""
LARGEST_ORIGINAL_BYTES = 512 * 1024
"""Above this only the reason and the SHA-256 of the original go out."""


def rejected_message(kept: KeptReject) -> Message:
    """The message for the topic of rejected ones; a withheld original is replaced by its digest."""
    reject = kept.reject
    value = reject.value
    if value is None or len(value) > LARGEST_ORIGINAL_BYTES:
        value = f'{{"sha256":"{kept.digest}"}}'.encode()
    why = {
        "reason": reject.reason,
        "path": reject.path,
        "message": reject.message,
        "topic": reject.topic,
        "partition": str(reject.partition),
        "offset": str(reject.offset),
        "time": reject.at.isoformat(),
        "sha256": kept.digest,
    }
    headers = tuple((f"{PREFIX}{name}", text.encode()) for name, text in why.items())
    return Message(f"{reject.topic}.rejected", reject.key, value, headers)


def reject_in(record: Record) -> Reject | None:
    """The refusal a record of such a topic tells, as it was kept but for the original's headers.

    None when it tells none, or when the original was withheld.
    """
    said = {name.removeprefix(PREFIX): (value or b"").decode() for name, value in record.headers}
    if said.get("sha256") != sha256(record.value or b"").hexdigest():
        return None
    return Reject(
        topic=said["topic"],
        partition=int(said["partition"]),
        offset=int(said["offset"]),
        key=record.key,
        value=record.value,
        headers=(),
        reason=said["reason"],
        path=said["path"],
        message=said["message"],
        at=datetime.fromisoformat(said["time"]),
    )
