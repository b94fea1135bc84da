"""Rows bear the number of the semantics that decided them; snapshots, their head's hash and a digest of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BYTES = sa.LargeBinary()
ROW = "scope, version, cause, ordinal, type, data, rulebook, event_time, recorded_at, hash"


def upgrade() -> None:
    """Rows that stand there are of semantics 1. Snapshots go: they are nothing but what their rows say."""
    number = sa.Column("semantics", LONG, nullable=False, server_default=sa.text("1"))
    if op.get_bind().dialect.name == "sqlite":
        _copied(number)
    else:
        op.add_column("journal", number)
    op.drop_table("snapshots")
    _snapshots(sa.Column("head_hash", BYTES, nullable=False), sa.Column("digest", BYTES, nullable=False))


def downgrade() -> None:
    """Rows lose their number; `ValueError` when one is of another than 1: nothing would prove it any more."""
    if op.get_bind().scalar(sa.text("SELECT 1 FROM journal WHERE semantics <> 1 LIMIT 1")):
        raise ValueError("rows of another semantics than 1 cannot be brought below revision 0005")
    if op.get_bind().dialect.name == "sqlite":
        _copied()
    else:
        op.drop_column("journal", "semantics")
    op.drop_table("snapshots")
    _snapshots()


def _copied(*more: sa.Column[int]) -> None:
    # SQLite adds a column behind a table's constraints: a journal made anew would read otherwise.
    op.rename_table("journal", "journal_before")
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
        *more,
        sa.UniqueConstraint("cause", "ordinal"),
        sqlite_strict=True,
    )
    op.execute(f"INSERT INTO journal ({ROW}) SELECT {ROW} FROM journal_before")  # noqa: S608 - our own names
    op.drop_table("journal_before")


def _snapshots(*more: sa.Column[bytes]) -> None:
    op.create_table(
        "snapshots",
        sa.Column("scope", TEXT, primary_key=True),
        sa.Column("version", LONG, nullable=False),
        sa.Column("state", BYTES, nullable=False),
        *more,
        sqlite_strict=True,
    )
