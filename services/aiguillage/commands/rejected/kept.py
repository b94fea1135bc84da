"""Kept rejects as JSON objects."""

from chassis.journal.model import KeptReject


def described(kept: KeptReject) -> dict[str, object]:
    """A reject without its bytes: where it stood, why it was rejected."""
    reject = kept.reject
    return {
        "id": kept.id,
        "topic": reject.topic,
        "partition": reject.partition,
        "offset": reject.offset,
        "reason": reject.reason,
        "path": reject.path,
        "message": reject.message,
        "at": reject.at,
        "sha256": kept.digest,
    }
