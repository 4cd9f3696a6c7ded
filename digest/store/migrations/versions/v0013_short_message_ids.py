"""Emails are found by the beginning of their Message-ID: those of a million fit in the cache."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up."""
    op.drop_index("ix_deliveries_message_id", "deliveries")
    op.create_index("ix_deliveries_message", "deliveries", [sa.text("substr(message_id, 2, 8)")])
