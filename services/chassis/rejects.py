"""A refused message as it goes to `<topic>.rejected`, is read again there, or is put back in line: its own bytes."""

from datetime import datetime
from hashlib import sha256

from chassis.bus import Message, Record
from chassis.journal import KeptReject, Reject

PREFIX = "aiguillage-error-"
"""Before the name of each header that says why."""
LARGEST_ORIGINAL_BYTES = 512 * 1024
"""Above this only the reason and the SHA-256 of the original go out."""


REQUEUED = "aiguillage-requeued"
"""Header of a message put back in line: how often it was."""
MOST_REQUEUES = 5
NOWHERE = -1
"""Offset of a refused message that was read, and committed, long before it was refused."""


class NotRequeuedError(Exception):
    """A refused message cannot be put back in line, and why, in French."""


def requeued(kept: KeptReject | None) -> Message:
    """The refused message as its sender wrote it, for the topic it came from, counted once more.

    Raises `NotRequeuedError` on one that is not there, was withheld, was accepted first and waited in vain, or has
    come back too often.
    """
    if kept is None:
        raise NotRequeuedError("aucun message refusé ne porte ce numéro")
    reject = kept.reject
    if reject.value is None:
        raise NotRequeuedError("le message n'a pas été gardé : demandez à l'émetteur de l'envoyer à nouveau")
    if reject.offset == NOWHERE:
        raise NotRequeuedError(
            "il a été accepté, puis a attendu en vain : le même serait pris pour une répétition. "
            "Demandez à l'émetteur de l'envoyer à nouveau, sous un nouvel identifiant"
        )
    before = _times_requeued(reject)
    if before >= MOST_REQUEUES:
        raise NotRequeuedError(f"déjà remis en file {before} fois : corrigez-le, ou envoyez-en un autre")
    own = tuple((name, value or b"") for name, value in reject.headers if name != REQUEUED)
    return Message(reject.topic, reject.key, reject.value, (*own, (REQUEUED, str(before + 1).encode())))


def _times_requeued(reject: Reject) -> int:
    """What our own header counts; a sender's that counts nothing says 0."""
    said = next((value for name, value in reject.headers if name == REQUEUED), None) or b""
    return int(said) if said.isdigit() else 0


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
        "incarnation": reject.incarnation,
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
        incarnation=said.get("incarnation", ""),
    )
