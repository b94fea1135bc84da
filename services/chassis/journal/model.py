"""The values a journal takes and gives back. Digests are lower-case hexadecimal SHA-256 everywhere here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal, NamedTuple

Place = tuple[str, int, int]
"""Where a message stands: topic, partition, offset."""


class Heard(NamedTuple):
    """A message at its place, known by the digest of its value.

    `incarnation` is the log the offset counts in, by the cluster's id and the topic's: "" where nobody could tell, and
    then the place says nothing, for the offset may have come back.
    """

    place: Place
    digest: str
    incarnation: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item to be journalled: its short type and its canonical bytes."""

    type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Transition:
    """One accepted input and what it caused.

    `cause` is the input's identity; `entries[0]` is the input itself, the others are its facts in order.
    `rulebook` is the digest of the rules applied, or "" when none was. `texts` holds the free texts the
    entries name by digest: they stay outside the chain, so that they can be erased.
    """

    cause: str
    event_time: datetime
    rulebook: str
    entries: Sequence[Entry]
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VacancyRecord:
    """A declared vacancy, unique by (bailleur, vacancy_id).

    `content` is the digest of the declaration, by which a repeat is told from a contradiction; `closed` is
    the archived state of a settled vacancy, None while it is open.
    """

    bailleur: str
    vacancy_id: str
    scope: str
    content: str
    closed: bytes | None = None


NEVER = datetime.max.replace(tzinfo=UTC)
"""The end of a wait that is none."""


@dataclass(frozen=True, slots=True)
class Append:
    """What one scope wants written, all or nothing, on top of the version it was decided from.

    Versions are given to all rows of all transitions in order: `base_version` + 1, + 2, … The snapshot, if
    any, is the scope's state after the last of them. Without transitions nothing is written but the refusals,
    and still only if `base_version` is the scope's head: they were decided on its latest state.

    `heard` tells where the inputs' messages stood: nothing is written when one of them was refused meanwhile.
    `given` is another scope it was decided on: nothing is written unless that one stood at this version before
    the batch.
    """

    scope: str
    base_version: int
    transitions: Sequence[Transition]
    vacancies: Sequence[VacancyRecord] = ()
    snapshot: bytes | None = None
    refused: "Sequence[Reject]" = ()
    heard: Sequence[Heard] = ()
    next_due: datetime | None = None
    """When the scope next has something to do by itself; `NEVER`, or None when its writer does not tell."""
    given: tuple[str, int] | None = None
    base_hash: str | None = None
    """The hash of the row of `base_version` where the writer knows it: another one there is corruption."""


@dataclass(frozen=True, slots=True)
class Appended:
    """The scope's rows are durable; this is where it stands now."""

    scope: str
    head_version: int
    head_hash: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Nothing of the scope was written: reload it and decide again.

    `version`: somebody else wrote the scope first, or the one it was `given` · `cause`: an input was journalled
    before · `vacancy`: the vacancy was declared in another scope · `refused`: an input's message was refused before.
    """

    scope: str
    kind: Literal["version", "cause", "vacancy", "refused"]


Outcome = Appended | Conflict


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the journal, as it was written; instants are aware, in UTC, exact to the microsecond."""

    scope: str
    version: int
    cause: str
    ordinal: int
    type: str
    data: bytes
    rulebook: str
    event_time: datetime
    recorded_at: datetime
    hash: str
    semantics: int
    """The number of the semantics it was decided under."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a scope stands: the version and hash of its last row."""

    version: int
    hash: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A scope that may be out of memory: its version, and when it next has something to do, None when not told."""

    version: int
    next_due: datetime | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A scope's state as it was after the row of that version."""

    version: int
    state: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """All it takes to resume a scope: its latest sound snapshot, the rows after it, its head; all of it proved.

    A scope never written has no rows, version 0 and the genesis hash.
    """

    snapshot: Snapshot | None
    rows: list[Row]
    head_version: int
    head_hash: str


@dataclass(frozen=True, slots=True)
class Published:
    """What brokers have acknowledged of a scope.

    Every row up to `version` is out, on every topic. Where a topic stands further than that, `sequences`
    holds its last acknowledged sequence.
    """

    version: int = 0
    sequences: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PublishedMark:
    """Moves a scope's published version and its topics' sequences forward; they never go back."""

    scope: str
    version: int
    sequences: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reject:
    """A message that was refused: where it came from, what it held, why.

    `message` is the French explanation; `path` is the JSON path of the fault.
    """

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]
    reason: str
    path: str
    message: str
    at: datetime
    carries: tuple[str, bytes] | None = None
    """The input it is known to hold, identity and canonical bytes, if it may only be refused as long as it is not
    applied; not kept."""
    incarnation: str = ""

    @property
    def place(self) -> Place:
        """Where the message stands."""
        return self.topic, self.partition, self.offset

    @property
    def heard(self) -> Heard:
        """The message at its place."""
        return Heard(self.place, sha256(self.value or b"").hexdigest(), self.incarnation)


@dataclass(frozen=True, slots=True)
class KeptReject:
    """A reject as the journal keeps it; `digest` is that of the original value, which may be withheld."""

    id: int
    digest: str
    reject: Reject
    is_published: bool
