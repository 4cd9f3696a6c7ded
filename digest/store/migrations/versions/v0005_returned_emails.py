"""When an email came back, and deliveries by Message-ID."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up."""
    with op.batch_alter_table("deliveries") as table:
        table.add_column(sa.Column("returned", sa.Float(), nullable=True))
    op.create_index("ix_deliveries_message_id", "deliveries", ["message_id"])
