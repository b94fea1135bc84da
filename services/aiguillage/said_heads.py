"""The heads said on `checkpoints`, kept outside memory until a journal is compared with them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from sqlite3 import Connection

from aiguillage.scratch import TemporaryBase
from chassis.checkpoints import checkpoint_in
from chassis.journal import Head


class SaidHeads(TemporaryBase):
    """Every head ever said of each journal: one alone would not convict a chain computed anew before it.

    In memory stand no more than the heads of one scope, and what was just added.
    """

    def __init__(self) -> None:
        super().__init__(
            "CREATE TABLE head (service TEXT, scope TEXT, version INTEGER, hash TEXT, "
            "PRIMARY KEY (service, scope, version, hash)) WITHOUT ROWID"
        )
        self.events = 0
        """How many were added, repeats too."""

    def add(self, values: Iterable[bytes]) -> None:
        """Take events of the topic; `ValueError` on one that is no checkpoint."""
        said = [checkpoint_in(value) for value in values]
        self._write(
            "INSERT OR IGNORE INTO head VALUES (?, ?, ?, ?)",
            [(one.service, one.scope, one.version, one.hash) for one in said],
        )
        self.events += len(said)

    def of(self, service: str) -> Mapping[str, Collection[Head]]:
        """Those of one service's journal, by scope, read when they are asked for."""
        return _OfService(self._base, service)


@dataclass(frozen=True, slots=True)
class _OfService(Mapping[str, Collection[Head]]):
    base: Connection
    service: str

    def __getitem__(self, scope: str) -> Collection[Head]:
        asked = "SELECT version, hash FROM head WHERE service = ? AND scope = ?"
        heads = frozenset(Head(*row) for row in self.base.execute(asked, (self.service, scope)))
        if not heads:
            raise KeyError(scope)
        return heads

    def __iter__(self) -> Iterator[str]:
        asked = "SELECT DISTINCT scope FROM head WHERE service = ?"
        return (scope for (scope,) in self.base.execute(asked, (self.service,)))

    def __len__(self) -> int:
        return sum(1 for _ in self)
