"""Accounts at the desk, whose sessions are whose, who did what, and the days without an issue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up."""
    op.create_table(
        "accounts",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_accounts")),
    )
    op.create_table(
        "log",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_log")),
    )
    op.create_table(
        "skipped_days",
        sa.Column("newsletter", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("skipped", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("newsletter", "day", name=op.f("pk_skipped_days")),
    )
    with op.batch_alter_table("sessions") as table:
        table.add_column(sa.Column("account", sa.String(), nullable=False, server_default=""))
