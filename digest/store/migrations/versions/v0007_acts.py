"""What people did to an issue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up."""
    op.create_table(
        "acts",
        sa.Column("issue", sa.String(), sa.ForeignKey("issues.id"), primary_key=True),
        sa.Column("place", sa.Integer(), primary_key=True),
        sa.Column("act", sa.Text(), nullable=False),
    )
