"""The tables as they began."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BYTES = sa.LargeBinary()
TABLES = (
    "rejects",
    "bundles",
    "texts",
    "snapshots",
    "vacancies",
    "published",
    "scopes",
    "journal",
    "schema_version",
)


def upgrade() -> None:
    """Make them all."""
    _rows()
    _bookkeeping()
    _kept()
    _rejects()
    version = sa.Column("version", LONG, primary_key=True, autoincrement=False)
    op.bulk_insert(op.create_table("schema_version", version, sqlite_strict=True), [{"version": 1}])


def downgrade() -> None:
    """Drop them all, with their rows."""
    for table in TABLES:
        op.drop_table(table)


def _rows() -> None:
    op.create_table(
        "journal",
        sa.Column("scope", TEXT, primary_key=True),
        sa.Column("version", LONG, primary_key=True, autoincrement=False),
        sa.Column("cause", BYTES, nullable=False),
        sa.Column("ordinal", LONG, nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("data", BYTES, nullable=False),
        sa.Column("rulebook", BYTES, nullable=False),
        sa.Column("event_time", LONG, nullable=False),
        sa.Column("recorded_at", LONG, nullable=False),
        sa.Column("hash", BYTES, nullable=False),
        sa.UniqueConstraint("cause", "ordinal"),
        sqlite_strict=True,
    )


def _bookkeeping() -> None:
    op.create_table(
        "scopes",
        sa.Column("scope", TEXT, primary_key=True),
        sa.Column("head_version", LONG, nullable=False),
        sa.Column("head_hash", BYTES, nullable=False),
        sa.Column("published_version", LONG, nullable=False, server_default=sa.text("0")),
        sqlite_strict=True,
    )
    op.create_table(
        "published",
        sa.Column("scope", TEXT, primary_key=True),
        sa.Column("topic", TEXT, primary_key=True),
        sa.Column("sequence", LONG, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "vacancies",
        sa.Column("bailleur", TEXT, primary_key=True),
        sa.Column("vacancy_id", TEXT, primary_key=True),
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("content", BYTES, nullable=False),
        sa.Column("closed", BYTES),
        sa.UniqueConstraint("bailleur", "vacancy_id", "scope"),
        sqlite_strict=True,
    )


def _kept() -> None:
    op.create_table(
        "snapshots",
        sa.Column("scope", TEXT, primary_key=True),
        sa.Column("version", LONG, nullable=False),
        sa.Column("state", BYTES, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "texts",
        sa.Column("hash", BYTES, primary_key=True),
        sa.Column("text", TEXT, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "bundles",
        sa.Column("digest", BYTES, primary_key=True),
        sa.Column("content", BYTES, nullable=False),
        sqlite_strict=True,
    )


def _rejects() -> None:
    op.create_table(
        "rejects",
        sa.Column("id", LONG, primary_key=True, autoincrement=True),
        sa.Column("topic", TEXT, nullable=False),
        sa.Column("partition", LONG, nullable=False),
        sa.Column("offset", LONG, nullable=False),
        sa.Column("digest", BYTES, nullable=False),
        sa.Column("key", BYTES),
        sa.Column("value", BYTES),
        sa.Column("headers", BYTES, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("message", TEXT, nullable=False),
        sa.Column("at", LONG, nullable=False),
        sa.Column("published", LONG, nullable=False, server_default=sa.text("0")),
        sa.UniqueConstraint("topic", "partition", "offset", "digest"),
        sqlite_strict=True,
    )
    waiting = sa.text("published = 0")
    op.create_index("unpublished_rejects", "rejects", ["id"], sqlite_where=waiting, postgresql_where=waiting)
