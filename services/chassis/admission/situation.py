"""What is known of a journal, its group and its topics when they are judged together. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from chassis.journal.identity.model import Identity


@dataclass(frozen=True, slots=True)
class Commit:
    """Where a group goes on in a partition, and what whoever committed it said of itself.

    `journal_id` is None of a commit of 0.2, or of another program; `mark` is the journal's mark when it was committed,
    in the log named by `incarnation`.
    """

    offset: int
    journal_id: str | None = None
    incarnation: str = ""
    mark: int | None = None

    def metadata(self) -> str:
        """What goes with the offset to the group."""
        return orjson.dumps(
            {"journal": self.journal_id, "incarnation": self.incarnation, "mark": self.mark}
        ).decode()

    @classmethod
    def of(cls, offset: int, metadata: str) -> "Commit":
        """A commit as the group holds it; what cannot be read says nothing."""
        try:
            said = orjson.loads(metadata)
            journal_id, incarnation, mark = said["journal"], said["incarnation"], said["mark"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return cls(offset)
        is_ours = isinstance(journal_id, str) and isinstance(incarnation, str)
        return cls(offset, journal_id, incarnation, mark) if is_ours else cls(offset)


@dataclass(frozen=True, slots=True)
class Partition:
    """One input partition: its ends, the group's commit, the journal's marks.

    `end` is None while it has no leader. `mark` is the journal's in this very log; `former_mark` the furthest in one of
    the same name on the same cluster, deleted since. Where no topic id can be had, `incarnation` is "" and there is no
    mark.
    """

    topic: str
    partition: int
    begin: int = 0
    end: int | None = None
    incarnation: str = ""
    commit: Commit | None = None
    mark: int | None = None
    former_mark: int | None = None

    @property
    def has_commit(self) -> bool:
        """Whether the group has read anything of it: what is at its beginning says nothing."""
        return self.commit is not None and self.commit.offset > self.begin


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything the table is asked about.

    `ahead` and `contradicted` are scopes: those of which something was published that the journal does not hold, or
    holds otherwise. `is_fold` says that the journal is folded from its input alone, and catches up by reading it.
    `is_start`: not partitions given later to a process that was let in.
    """

    group: str
    journal: Identity
    cluster_id: str | None
    is_embedded: bool
    is_empty: bool
    partitions: Sequence[Partition] = ()
    ahead: Sequence[str] = ()
    contradicted: Sequence[str] = ()
    is_fold: bool = False
    is_start: bool = True
