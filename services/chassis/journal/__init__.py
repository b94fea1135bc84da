"""The journal of a service: inbox, ledger, outbox and audit log in one append-only table.

Open a `SqlJournal`, `append` what was decided, publish what is `unpublished`, mark it published. A row is
never changed: `verify` proves it, `export` hands it over, `rows_of_vacancy` explains one dwelling.

    JournalError
    ├── JournalUnavailable   the database did not answer: retry with back-off (also a `chassis.Unavailable`)
    ├── JournalCorrupt       what is stored is not what was written: stop, call someone
    ├── SchemaMismatch       the tables are another version's, or none: `migrating`, or open another one
    └── OtherSemantics       another version decided what stands there: restate it, or run that version

A lost race is no error but an outcome: `Conflict`.
"""

from chassis.journal.errors import (
    JournalCorrupt,
    JournalError,
    JournalUnavailable,
    OtherSemantics,
    SchemaMismatch,
)
from chassis.journal.export import export
from chassis.journal.identity import Adoption, Identity, Mark, Marks, lowered
from chassis.journal.model import (
    NEVER,
    Append,
    Appended,
    Conflict,
    Entry,
    Head,
    Heard,
    KeptReject,
    Outcome,
    Place,
    Published,
    PublishedMark,
    Reject,
    Row,
    Snapshot,
    Stored,
    Transition,
    VacancyRecord,
    Waiting,
)
from chassis.journal.port import Journal, Ledger
from chassis.journal.semantics import SEMANTICS
from chassis.journal.sql import SqlJournal
from chassis.journal.vacancy_history import rows_of_programme, rows_of_vacancy
from chassis.journal.verify import Fault, VerifyReport, verify
from chassis.journal.walk import walk, walk_contents

__all__ = [
    "NEVER",
    "SEMANTICS",
    "Adoption",
    "Append",
    "Appended",
    "Conflict",
    "Entry",
    "Fault",
    "Head",
    "Heard",
    "Identity",
    "Journal",
    "JournalCorrupt",
    "JournalError",
    "JournalUnavailable",
    "KeptReject",
    "Ledger",
    "Mark",
    "Marks",
    "OtherSemantics",
    "Outcome",
    "Place",
    "Published",
    "PublishedMark",
    "Reject",
    "Row",
    "SchemaMismatch",
    "Snapshot",
    "SqlJournal",
    "Stored",
    "Transition",
    "VacancyRecord",
    "VerifyReport",
    "Waiting",
    "export",
    "lowered",
    "rows_of_programme",
    "rows_of_vacancy",
    "verify",
    "walk",
    "walk_contents",
]
