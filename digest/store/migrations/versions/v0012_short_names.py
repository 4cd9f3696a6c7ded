"""Deliveries by the beginning of their Message-ID: a smaller index, for issues to a million."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up."""
    op.drop_index("ix_deliveries_message_id", "deliveries")
    op.execute("CREATE INDEX ix_deliveries_name_begins ON deliveries (substr(message_id, 2, 8))")
