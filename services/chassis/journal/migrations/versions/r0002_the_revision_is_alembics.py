"""The revision is written in Alembic's table; ours, which said 1, goes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Drop our table."""
    op.drop_table("schema_version")


def downgrade() -> None:
    """Make it again, saying 1."""
    long = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    version = sa.Column("version", long, primary_key=True, autoincrement=False)
    op.bulk_insert(op.create_table("schema_version", version, sqlite_strict=True), [{"version": 1}])
