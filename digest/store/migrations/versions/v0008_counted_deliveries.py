"""Deliveries that are only counted, and sign-ups by mailbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up."""
    op.create_table(
        "delivery_counts",
        sa.Column("issue", sa.String(), nullable=False),
        sa.Column("segment", sa.String(), nullable=False),
        sa.Column("variant", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["issue"], ["issues.id"], name=op.f("fk_delivery_counts_issue")),
        sa.PrimaryKeyConstraint(
            "issue", "segment", "variant", "state", "provider", name=op.f("pk_delivery_counts")
        ),
    )
    with op.batch_alter_table("sign_ups") as table:
        table.add_column(sa.Column("mailbox", sa.String(), nullable=False, server_default=""))
    op.create_index(op.f("ix_sign_ups_mailbox"), "sign_ups", ["mailbox"])
