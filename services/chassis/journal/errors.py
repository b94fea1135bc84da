"""What can go wrong with a journal; the tree is drawn in the package's docstring."""

from chassis.failure import Failure
from chassis.unavailable import Unavailable


class JournalError(Failure):
    """The journal could not do what it was asked."""


class JournalUnavailable(JournalError, Unavailable):  # noqa: N818 - named for what the caller does about it: wait, retry
    """The database did not answer (locked, disk full, connection lost): retry with back-off, bounded."""


class JournalCorrupt(JournalError):  # noqa: N818 - a state of the journal, as the operator will read it
    """What is stored is not what was written: stop, and call someone."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Journal altéré : {what}. {RESTORE}")
        self.what = what


class SchemaMismatch(JournalError):  # noqa: N818 - a state of the journal, as the operator will read it
    """The database was made by another version of the journal: migrate it, or open another one."""


class OtherSemantics(JournalError):  # noqa: N818 - a state of the journal, as the operator will read it
    """What was decided was decided under another semantics: restate the journal, or run the version that wrote it."""


RESTORE = (
    "Arrêtez le service, voyez ce qui manque par « aiguillage journal verify », puis restaurez une sauvegarde "
    "(docs/sauvegarde.md)."
)
