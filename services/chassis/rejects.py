"""A refused message as it goes to `<topic>.rejected`: the original bytes, and why."""

from chassis.bus import Message
from chassis.journal import KeptReject

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
    headers = tuple((f"aiguillage-error-{name}", text.encode()) for name, text in why.items())
    return Message(f"{reject.topic}.rejected", reject.key, value, headers)
