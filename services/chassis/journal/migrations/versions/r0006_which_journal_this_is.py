"""Which journal this is, how far each input partition is applied in it, and which log an offset counts in."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_PLACE = ["topic", "partition", "offset", "digest"]
_KEPT = ["id", *_PLACE, "key", "value", "headers", "reason", "path", "message", "at", "published"]


def upgrade() -> None:
    """Make the tables, empty: a journal is given its identity when a service next opens it."""
    op.create_table(
        "identity",
        sa.Column("id", _LONG, primary_key=True, autoincrement=False),
        sa.Column("journal_id", _TEXT, nullable=False),
        sa.Column("cluster_id", _TEXT, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "applied_marks",
        sa.Column("topic", _TEXT, primary_key=True),
        sa.Column("partition", _LONG, primary_key=True, autoincrement=False),
        sa.Column("incarnation", _TEXT, primary_key=True),
        sa.Column("offset", _LONG, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "adoptions",
        sa.Column("id", _LONG, primary_key=True, autoincrement=True),
        sa.Column("at", _LONG, nullable=False),
        sa.Column("office", _TEXT, nullable=False),
        sa.Column("cluster_id", _TEXT, nullable=False),
        sa.Column("before", _TEXT, nullable=False),
        sqlite_strict=True,
    )
    incarnation = sa.Column("incarnation", _TEXT, nullable=False, server_default=sa.text("''"))
    if op.get_bind().dialect.name == "sqlite":
        _rejects_made_anew([incarnation], [*_PLACE, "incarnation"])
    else:
        op.add_column("rejects", incarnation)
        op.drop_constraint("rejects_topic_partition_offset_digest_key", "rejects")
        op.create_unique_constraint(
            "rejects_topic_partition_offset_digest_incarnation_key", "rejects", [*_PLACE, "incarnation"]
        )


def downgrade() -> None:
    """Drop them; of a message refused at one place of two logs, one refusal is kept."""
    if op.get_bind().dialect.name == "sqlite":
        _rejects_made_anew([], _PLACE)
    else:
        op.drop_constraint("rejects_topic_partition_offset_digest_incarnation_key", "rejects")
        op.execute(
            "DELETE FROM rejects a USING rejects b WHERE a.id > b.id AND a.topic = b.topic "
            'AND a.partition = b.partition AND a."offset" = b."offset" AND a.digest = b.digest'
        )
        op.drop_column("rejects", "incarnation")
        op.create_unique_constraint("rejects_topic_partition_offset_digest_key", "rejects", _PLACE)
    for table in ("adoptions", "applied_marks", "identity"):
        op.drop_table(table)


def _rejects_made_anew(more: list[sa.Column[str]], place: list[str]) -> None:
    """SQLite alters no constraint: the table is made anew, and its rows are brought over."""
    op.drop_index("unpublished_rejects", "rejects")
    op.rename_table("rejects", "rejects_before")
    op.create_table(
        "rejects",
        sa.Column("id", _LONG, primary_key=True, autoincrement=True),
        sa.Column("topic", _TEXT, nullable=False),
        sa.Column("partition", _LONG, nullable=False),
        sa.Column("offset", _LONG, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.LargeBinary()),
        sa.Column("value", sa.LargeBinary()),
        sa.Column("headers", sa.LargeBinary(), nullable=False),
        sa.Column("reason", _TEXT, nullable=False),
        sa.Column("path", _TEXT, nullable=False),
        sa.Column("message", _TEXT, nullable=False),
        sa.Column("at", _LONG, nullable=False),
        sa.Column("published", _LONG, nullable=False, server_default=sa.text("0")),
        *more,
        sa.UniqueConstraint(*place),
        sqlite_strict=True,
    )
    names = ", ".join(f'"{name}"' for name in _KEPT)
    op.execute(f"INSERT OR IGNORE INTO rejects ({names}) SELECT {names} FROM rejects_before ORDER BY id")  # noqa: S608 - our own names
    op.drop_table("rejects_before")
    op.create_index("unpublished_rejects", "rejects", ["id"], sqlite_where=sa.text("published = 0"))
