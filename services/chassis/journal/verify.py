"""Proves the journal: every row is there, in its place, and as it was written."""

from collections.abc import Mapping
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


async def verify(journal: Ledger, heads: Mapping[str, Head] | None = None) -> VerifyReport:
    """Read the whole journal and check versions, ordinals and hashes of every scope.

    `heads` are those published earlier on `checkpoints`: each must still be found at its version. Without
    them a tail cut together with its bookkeeping, or a chain computed anew, cannot be told from the truth.
    """
    expected = heads or {}
    kept = await journal.heads()
    names = sorted({*await journal.scopes(), *kept, *expected})
    audits = [await _audited(journal, name, kept.get(name), expected.get(name)) for name in names]
    faults = tuple(audit.fault for audit in audits if audit.fault)
    return VerifyReport(len(audits), sum(audit.rows for audit in audits), faults)
