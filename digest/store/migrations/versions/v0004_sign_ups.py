"""Sign-ups that wait for the word of whoever reads the address."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up."""
    op.create_table(
        "sign_ups",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.Column("sign_up", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_sign_ups")),
    )
