"""What programs read the API by, and what webhooks are told of issues."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up."""
    op.create_table(
        "tokens",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("used", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_tokens")),
        sa.UniqueConstraint("hash", name=op.f("uq_tokens_hash")),
    )
    op.create_table(
        "dispatches",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("hook", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("next_at", sa.Float(), nullable=True),
        sa.Column("dispatch", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "hook", name=op.f("pk_dispatches")),
    )
    op.create_index("ix_dispatches_hook_state", "dispatches", ["hook", "state", "next_at"])
