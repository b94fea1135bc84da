"""The edge: records become inputs or refusals; what was applied before is told from what contradicts it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal

import structlog

from chassis.bus import Record
from chassis.journal import Heard, Place, Reject, VacancyRecord
from contracts.inputs import Input, read
from contracts.rejected import Rejected, RejectionReason
from orientation.scope_batch import ScopeBatch, content_of

log = structlog.get_logger("orientation")


@dataclass(frozen=True, slots=True)
class Received:
    """An input and the record that carried it."""

    record: Record
    input: Input

    @property
    def place(self) -> Place:
        """Where the record stands."""
        return self.record.topic, self.record.partition, self.record.offset

    @property
    def heard(self) -> Heard:
        """The record's place, and the digest of its value."""
        return Heard(self.place, sha256(self.record.value or b"").hexdigest(), self.record.incarnation)


def receive(
    records: Iterable[Record], now: datetime | None, trust: Literal["topics", "open"], at: datetime
) -> tuple[list[Received], list[Reject]]:
    """Read each record. `now` is None on the event clock, where nothing is too far in the future."""
    received: list[Received] = []
    refused: list[Reject] = []
    for record in records:
        try:
            found = read(record.value, record.headers, record.topic, now=now, trust=trust)
        except Rejected as rejected:
            refused.append(refusal(record, rejected, at))
        else:
            received.append(Received(record, found))
    return received, refused


def in_order(received: Iterable[Received], *, by_event_time: bool) -> list[Received]:
    """Conventions of a batch before what depends on them; on the event clock, the rest by event time."""
    return sorted(
        received,
        key=lambda each: (
            not each.record.topic.startswith("conventions"),
            each.input.time.timestamp() if by_event_time else 0,
        ),
    )


def fresh(
    received: Sequence[Received],
    known: Mapping[str, bytes],
    refused_before: Collection[Heard],
    at: datetime,
) -> tuple[list[Received], list[Reject], int]:
    """What was never applied nor refused; refusals of the same identity with other content; how many were repeats.

    A record refused before, and delivered again, is not judged anew: its sender has been told. One of which nobody can
    tell in which log it stands is judged by what it says, for its offset may have come back.
    """
    seen = dict(known)
    new: list[Received] = []
    refused: list[Reject] = []
    for each in received:
        if each.record.incarnation and refused_before and each.heard in refused_before:
            _tell_skipped(each, "refused_before")
            continue
        before = seen.setdefault(each.input.identity, each.input.canonical)
        if before is each.input.canonical and each.input.identity not in known:
            new.append(each)
        elif before != each.input.canonical:
            refused.append(refusal(each.record, _contradiction(each.input), at))
        else:
            _tell_skipped(each, "known")
    return new, refused, len(received) - len(new) - len(refused)


def _tell_skipped(each: Received, why: str) -> None:
    """One log line for each message that changes nothing; whoever asked for them counts them."""
    topic, partition, offset = each.place
    log.info(
        "message_skipped",
        why=why,
        event_id=each.input.id,
        topic=topic,
        partition=partition,
        offset=offset,
    )


def already_declared(cause: Input) -> Rejected:
    """The refusal of a vacancy declared again with other content."""
    return Rejected(
        RejectionReason.VACANCE_DEJA_DECLAREE,
        "$.data.vacancy_id",
        f"La vacance {cause.data['vacancy_id']} est déjà déclarée avec un autre contenu : "
        "publiez vacancy.amended pour la corriger.",
    )


def scope_of(record: Record) -> str:
    """The scope a message speaks of; its topic when it cannot be read."""
    try:
        return read(record.value, record.headers, record.topic, now=None, trust="open").scope
    except Exception:  # noqa: BLE001 - a message may break whoever reads it
        return record.topic


def of_a_scope_set_aside(received: Received, at: datetime) -> Reject:
    """The refusal of an input whose scope cannot be worked on: it is kept, to be sent again once that is mended."""
    scope = received.input.scope
    why = Rejected(
        RejectionReason.ERREUR_INTERNE,
        "$",
        f"Le périmètre {scope} est mis à l'écart : c'est notre faute, ce message est gardé. Prévenez l'exploitant ; "
        "il le remettra en file (aiguillage rejected requeue) une fois le service corrigé.",
    )
    return refusal(received.record, why, at)


def is_repeat(batch: ScopeBatch, cause: Input, known: Mapping[str, VacancyRecord]) -> bool:
    """Whether the vacancy was declared before, with this content; refused when with another."""
    name = cause.data["vacancy_id"]
    record = batch.records.get(name) or known.get(name)
    if record is None:
        return False
    if record.content != content_of(cause):
        raise already_declared(cause)
    return True


def refusal(record: Record, rejected: Rejected, at: datetime) -> Reject:
    """A refused record as the journal keeps it, with its reason."""
    return Reject(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers=record.headers,
        reason=str(rejected.reason),
        path=rejected.path,
        message=rejected.message,
        at=at,
        carries=_carried(record),
        incarnation=record.incarnation,
    )


def _carried(record: Record) -> tuple[str, bytes] | None:
    """The input in a record whoever reads it and whenever: another may have applied it, with a clock of its own."""
    try:
        found = read(record.value, record.headers, record.topic, now=None, trust="open")
    except Exception:  # noqa: BLE001 - a message may be refused for breaking whoever reads it
        return None
    return found.identity, found.canonical


def _contradiction(cause: Input) -> Rejected:
    return Rejected(
        RejectionReason.CONFLIT,
        "$.id",
        f"L'événement {cause.id} de {cause.source} a déjà été reçu avec un autre contenu : "
        "donnez un nouvel identifiant à un nouvel événement.",
    )
