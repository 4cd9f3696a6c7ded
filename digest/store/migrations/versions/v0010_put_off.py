"""Since when an email is put off for the relay's sake."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up."""
    op.add_column("deliveries", sa.Column("put_off_since", sa.Float(), nullable=True))
