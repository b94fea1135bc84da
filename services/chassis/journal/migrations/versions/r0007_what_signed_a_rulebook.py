"""What signed the rulebooks that came into force signed."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table, empty: no rulebook was signed before."""
    op.create_table(
        "bundle_signatures",
        sa.Column("digest", sa.LargeBinary(), primary_key=True),
        sa.Column("signed", sa.LargeBinary(), nullable=False),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Drop it: the rulebooks stay, nothing proves any more who signed them."""
    op.drop_table("bundle_signatures")
