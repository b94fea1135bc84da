"""Proves the journal: every row is there, in its place, and as it was written."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from chassis.journal.chain import genesis, hash_of
from chassis.journal.errors import JournalCorrupt
from chassis.journal.model import Head, Row
from chassis.journal.port import Ledger
from chassis.journal.walk import walk


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing wrong in a scope; `version` is that of the row, or the one that should be there."""

    scope: str
    version: int
    what: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """How much was read, and the first fault of each scope that has one."""

    scopes: int
    rows: int
    faults: tuple[Fault, ...]

    @property
    def is_sound(self) -> bool:
        """Nothing was found wrong."""
        return not self.faults


async def verify(journal: Ledger, published: Mapping[str, Collection[Head]] | None = None) -> VerifyReport:
    """Read the whole journal and check versions, ordinals and hashes of every scope.

    `published` are heads said earlier on `checkpoints`, by scope: each must still be found at its version.
    Without them a tail cut together with its bookkeeping, or a chain computed anew, cannot be told from the truth.
    """
    said = published or {}
    kept = await journal.heads()
    names = sorted({*await journal.scopes(), *kept, *said})
    audits = [await _audited(journal, name, kept.get(name), said.get(name, ())) for name in names]
    faults = tuple(audit.fault for audit in audits if audit.fault)
    return VerifyReport(len(audits), sum(audit.rows for audit in audits), faults)


@dataclass(slots=True)
class _Audit:
    """Walks along a scope with what the next row must be."""

    scope: str
    published: Mapping[int, set[str]]
    hash: str
    rows: int = 0
    cause: str = ""
    ordinal: int = 0
    proved: int = 0
    """Version of the last published head that was found in its place."""
    fault: Fault | None = None

    def finds_fault(self, row: Row) -> bool:
        what = self._wrong(row)
        if what:
            self.fault = Fault(self.scope, row.version, what)
            return True
        self.rows, self.cause, self.ordinal, self.hash = row.version, row.cause, row.ordinal, row.hash
        if row.version in self.published:
            self.proved = row.version
        return False

    def _wrong(self, row: Row) -> str | None:
        if row.version != self.rows + 1:
            return f"il manque la version {self.rows + 1}"
        if row.ordinal == 0 and row.cause == self.cause:
            return f"la cause {row.cause} commence deux fois"
        if row.ordinal > 0 and (row.cause, row.ordinal) != (self.cause, self.ordinal + 1):
            return f"le rang {row.ordinal} de la cause {row.cause} ne suit pas"
        if row.hash != hash_of(self.hash, row):
            return "l'empreinte ne prouve pas la ligne"
        if self.published.get(row.version, {row.hash}) != {row.hash}:
            return (
                f"l'empreinte n'est pas celle publiée à cette version : récrit après la version {self.proved}"
            )
        return None

    def ends_at(self, kept: Head | None) -> None:
        """The last row was read: it must be the head, and no published head may lie beyond it."""
        furthest = max(self.published, default=0)
        if furthest > self.rows:
            self.fault = Fault(self.scope, self.rows + 1, f"publié jusqu'à {furthest} : la fin a été coupée")
        elif kept != Head(self.rows, self.hash):
            self.fault = Fault(
                self.scope, self.rows + 1, "les lignes ne finissent pas à la tête gardée à côté d'elles"
            )


async def _audited(journal: Ledger, scope: str, kept: Head | None, published: Collection[Head]) -> _Audit:
    said: dict[int, set[str]] = {}
    for head in published:
        said.setdefault(head.version, set()).add(head.hash)
    audit = _Audit(scope, said, genesis(scope).hex())
    try:
        async for row in walk(journal, scope, is_proved=False):
            if audit.finds_fault(row):
                return audit
    except JournalCorrupt as error:
        audit.fault = Fault(scope, audit.rows + 1, error.what)
        return audit
    audit.ends_at(kept)
    return audit
