"""What a service needs of a journal, whatever it is stored in."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from chassis.journal.identity.model import Adoption, Identity, Mark
from chassis.journal.model import (
    Append,
    Head,
    Heard,
    KeptReject,
    Outcome,
    Place,
    Published,
    PublishedMark,
    Reject,
    Row,
    Stored,
    VacancyRecord,
    Waiting,
)


class Ledger(Protocol):
    """The append-only rows, and what dedupe and resuming need beside them."""

    async def append(self, appends: Sequence[Append], reached: Sequence[Mark] = ()) -> list[Outcome]:
        """Make the appends durable in one transaction; one outcome each, in their order.

        A scope in conflict leaves nothing and does not hold up the others. Name each scope once
        (`ValueError`). All rows of one call bear the same recorded time. The marks `reached` are moved forward in the
        same transaction, lowered to what a scope in conflict did not write.
        """
        ...

    async def examine(self) -> None:
        """Look at where every scope stands, before anything is decided on it.

        Raises `JournalCorrupt` where the head is not the last row's, or less is written than was published;
        `OtherSemantics` where another version decided the last row.
        """
        ...

    async def load(self, scope: str, *, is_whole: bool = False) -> Stored:
        """What it takes to resume a scope, as of one instant; `is_whole`: every row, and no snapshot.

        A snapshot that is not sound is passed over. Raises `JournalCorrupt` when the rows do not lead to the head,
        `OtherSemantics` when another version decided the last one.
        """
        ...

    async def rows(
        self, scope: str, after: int = 0, limit: int | None = None, *, is_proved: bool = True
    ) -> list[Row]:
        """The scope's rows beyond version `after`, in order.

        `JournalCorrupt` if one cannot be read or, unless they are asked for as they are, does not follow the one
        before it by version and hash.
        """
        ...

    async def contents(self, scope: str, after: int, limit: int) -> Sequence[tuple[str, bytes]]:
        """Of the same rows the type and the data only: several times faster to read."""
        ...

    async def scopes(self) -> list[str]:
        """Every scope with a row, in order."""
        ...

    async def heads(self) -> dict[str, Head]:
        """Where every scope stands: what `checkpoints` carries."""
        ...

    async def waits(self) -> dict[str, Waiting]:
        """Every scope with a row, and until when it waits: what may stay out of memory."""
        ...

    async def known(self, identities: Collection[str]) -> dict[str, bytes]:
        """The canonical input of each of these identities that was journalled, in whatever scope."""
        ...

    async def vacancies(self, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], VacancyRecord]:
        """The record of each of these (bailleur, vacancy id) that was declared."""
        ...


class Outbox(Protocol):
    """How far what was journalled has been published."""

    async def published(self, scope: str) -> Published:
        """What brokers have acknowledged of the scope."""
        ...

    async def mark_published(self, marks: Sequence[PublishedMark]) -> None:
        """Move marks forward; one that goes back, or beyond the scope's head, moves nothing."""
        ...

    async def unpublished(self) -> list[str]:
        """The scopes with rows not yet acknowledged on every topic, in order."""
        ...


class Keeping(Protocol):
    """What is kept beside the rows: free texts, rulebooks."""

    async def texts(self, hashes: Collection[str]) -> Mapping[str, str]:
        """Each of these texts that is there; raises `JournalCorrupt` on one that was changed."""
        ...

    async def erase_text(self, hash_: str) -> bool:
        """Erase a text for good, for every row that names it; False when there was none.

        The rows stay provable: their chain holds the digest only.
        """
        ...

    async def store_bundle(self, digest: str, content: bytes) -> None:
        """Keep a rulebook under its digest; a second time changes nothing."""
        ...

    async def put_in_force(self, digest: str, content: bytes, signed: bytes | None = None) -> None:
        """Keep a rulebook, what signed it if anything did, and that it is the one in force from now on."""
        ...

    async def signature_in_force(self) -> bytes | None:
        """What signed the rulebook last put in force; None when nothing did."""
        ...

    async def bundle_in_force(self) -> bytes | None:
        """The rulebook last put in force, whatever was decided by it; None when none ever was."""
        ...

    async def bundle(self, digest: str) -> bytes | None:
        """The rulebook of that digest."""
        ...


class Rejects(Protocol):
    """The messages that were refused."""

    async def reject(self, rejects: Sequence[Reject], reached: Sequence[Mark] = ()) -> list[Reject]:
        """Keep refused messages, each once by place and value, but none that carries an input journalled already.

        Gives back those that stand, kept now or before. The same identity with other content is no such input. The
        marks `reached` are moved forward in the same transaction.

        Of a message naming a person only the path of the fault, its reason and its digest are kept; of one
        above 512 kB, or with a key above 64 kB, all but its bytes.
        """
        ...

    async def refused(self, places: Collection[Place]) -> set[Heard]:
        """Those of these places (topic, partition, offset) where a message was refused, with its digest."""
        ...

    async def unpublished_rejects(
        self, limit: int, after: int = 0, but_topics: Collection[str] = ()
    ) -> list[KeptReject]:
        """The oldest rejects not yet published, of those after a number and not of these topics."""
        ...

    async def unpublished_reject_ids(self, limit: int, but_topics: Collection[str] = ()) -> list[int]:
        """The numbers of the oldest rejects not yet published, not of these topics."""
        ...

    async def mark_rejects_published(self, ids: Collection[int]) -> None:
        """The broker has acknowledged these rejects."""
        ...

    async def rejects(self, limit: int) -> list[KeptReject]:
        """The newest rejects, newest first."""
        ...

    async def find_reject(self, id_: int) -> KeptReject | None:
        """One reject by its number."""
        ...

    async def reject_counts(self) -> dict[tuple[str, str], int]:
        """How many rejects for each (topic, reason)."""
        ...


class Belonging(Protocol):
    """Which journal this is, and how far the topics it was written from are applied in it."""

    async def identity(self) -> Identity:
        """Which journal this is; a new one is given its identity at the first call."""
        ...

    async def bind(self, cluster_id: str) -> None:
        """Note the cluster it is written from, if none is noted."""
        ...

    async def adopt(self, adoption: Adoption) -> None:
        """Note that somebody answers for it on a cluster; its marks are forgotten."""
        ...

    async def adoptions(self) -> list[Adoption]:
        """Every adoption, the oldest first."""
        ...

    async def marks(self) -> list[Mark]:
        """The mark of every input partition."""
        ...


class Journal(Ledger, Outbox, Keeping, Rejects, Belonging, Protocol):
    """Inbox, ledger, outbox and audit log in one.

    Every method may raise `JournalUnavailable` (try again) and `JournalCorrupt` (stop).
    """

    @property
    def is_answering(self) -> bool:
        """Whether the last call was not ended by `JournalUnavailable`: what health tells."""
        ...

    @property
    def corruption(self) -> str | None:
        """What was found altered since the start, in French: a service that found something is not ready."""
        ...

    async def open(self) -> None:
        """Make ready for use, tables included; raises `SchemaMismatch`."""
        ...

    async def close(self) -> None:
        """Give back what `open` took."""
        ...
