"""The tables: the journal itself, append-only, and the bookkeeping that moves beside it."""

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()

_LONG = BigInteger().with_variant(Integer(), "sqlite")  # SQLite's INTEGER holds 64 bits
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")  # in the order of its bytes, on every machine


class Blob(LargeBinary):
    """Bytes, handed to the driver and taken from it as they are: wrapping each one costs a tenth of an append."""

    def bind_processor(self, dialect: Dialect) -> None:
        """Nothing to do: drivers take bytes."""

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        """Nothing to do: drivers give bytes."""


journal = Table(
    "journal",
    metadata,
    Column("scope", _TEXT, primary_key=True),
    Column("version", _LONG, primary_key=True, autoincrement=False),
    Column("cause", Blob, nullable=False),
    Column("ordinal", _LONG, nullable=False),
    Column("type", _TEXT, nullable=False),
    Column("data", Blob, nullable=False),
    Column("rulebook", Blob, nullable=False),
    Column("event_time", _LONG, nullable=False),
    Column("recorded_at", _LONG, nullable=False),
    Column("hash", Blob, nullable=False),
    # Rows from before there was a number are of semantics 1.
    Column("semantics", _LONG, nullable=False, server_default=text("1")),
    UniqueConstraint("cause", "ordinal"),
    sqlite_strict=True,  # a value of another type than the column's cannot be slipped in
)

# One row a scope: where it stands and how far it is published. The head repeats the journal's last row, so
# that a writer finds and locks it in one step, and so that a tail cut by hand shows.
scopes = Table(
    "scopes",
    metadata,
    Column("scope", _TEXT, primary_key=True),
    Column("head_version", _LONG, nullable=False),
    Column("head_hash", Blob, nullable=False),
    Column("published_version", _LONG, nullable=False, server_default=text("0")),
    sqlite_strict=True,
)

# When a scope next has something to do though nobody writes to it; none is told by the end of time. A scope that is
# not here must be loaded to know.
waits = Table(
    "waits",
    metadata,
    Column("scope", _TEXT, primary_key=True),
    Column("due", _LONG, nullable=False),
    sqlite_strict=True,
)

published = Table(
    "published",
    metadata,
    Column("scope", _TEXT, primary_key=True),
    Column("topic", _TEXT, primary_key=True),
    Column("sequence", _LONG, nullable=False),
    sqlite_strict=True,
)

vacancies = Table(
    "vacancies",
    metadata,
    Column("bailleur", _TEXT, primary_key=True),
    Column("vacancy_id", _TEXT, primary_key=True),
    Column("scope", _TEXT, nullable=False),
    Column("content", Blob, nullable=False),
    Column("closed", Blob),
    # A vacancy is written again by its own scope; another scope stumbles over the primary key.
    UniqueConstraint("bailleur", "vacancy_id", "scope"),
    sqlite_strict=True,
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("scope", _TEXT, primary_key=True),
    Column("version", _LONG, nullable=False),
    Column("state", Blob, nullable=False),
    Column("head_hash", Blob, nullable=False),  # of the row of that version
    Column("digest", Blob, nullable=False),  # of all the above: a snapshot of which it is not true is none
    sqlite_strict=True,
)

texts = Table(
    "texts",
    metadata,
    Column("hash", Blob, primary_key=True),
    Column("text", _TEXT, nullable=False),
    sqlite_strict=True,
)

bundles = Table(
    "bundles",
    metadata,
    Column("digest", Blob, primary_key=True),
    Column("content", Blob, nullable=False),
    sqlite_strict=True,
)

# Of the rulebooks that were signed when they came into force: by whom, why, when, and the signature.
bundle_signatures = Table(
    "bundle_signatures",
    metadata,
    Column("digest", Blob, primary_key=True),
    Column("signed", Blob, nullable=False),
    sqlite_strict=True,
)

# One row, once rules were ever in force: which of the bundles they are.
in_force = Table(
    "in_force",
    metadata,
    Column("id", _LONG, primary_key=True, autoincrement=False),
    Column("digest", Blob, nullable=False),
    sqlite_strict=True,
)

# One row, once somebody asked: which journal this is, and the cluster it is written from, "" of none.
identity = Table(
    "identity",
    metadata,
    Column("id", _LONG, primary_key=True, autoincrement=False),
    Column("journal_id", _TEXT, nullable=False),
    Column("cluster_id", _TEXT, nullable=False),
    sqlite_strict=True,
)

# The lowest offset of each input partition that is not yet applied, refused or parked; it only moves forward.
applied_marks = Table(
    "applied_marks",
    metadata,
    Column("topic", _TEXT, primary_key=True),
    Column("partition", _LONG, primary_key=True, autoincrement=False),
    Column("incarnation", _TEXT, primary_key=True),
    Column("offset", _LONG, nullable=False),
    sqlite_strict=True,
)

# Who answered for this journal where its cluster or its group said another, and when.
adoptions = Table(
    "adoptions",
    metadata,
    Column("id", _LONG, primary_key=True, autoincrement=True),
    Column("at", _LONG, nullable=False),
    Column("office", _TEXT, nullable=False),
    Column("cluster_id", _TEXT, nullable=False),
    Column("before", _TEXT, nullable=False),
    sqlite_strict=True,
)

rejects = Table(
    "rejects",
    metadata,
    Column("id", _LONG, primary_key=True, autoincrement=True),
    Column("topic", _TEXT, nullable=False),
    Column("partition", _LONG, nullable=False),
    Column("offset", _LONG, nullable=False),
    Column("digest", Blob, nullable=False),
    Column("key", Blob),
    Column("value", Blob),
    Column("headers", Blob, nullable=False),
    Column("reason", _TEXT, nullable=False),
    Column("path", _TEXT, nullable=False),
    Column("message", _TEXT, nullable=False),
    Column("at", _LONG, nullable=False),
    Column("published", _LONG, nullable=False, server_default=text("0")),  # 0 or 1
    # The log the offset counts in, by the cluster's id and the topic's: "" where nobody could tell.
    Column("incarnation", _TEXT, nullable=False, server_default=text("''")),
    UniqueConstraint("topic", "partition", "offset", "digest", "incarnation"),
    sqlite_strict=True,
)
_unpublished = rejects.c.published == 0
Index("unpublished_rejects", rejects.c.id, sqlite_where=_unpublished, postgresql_where=_unpublished)
