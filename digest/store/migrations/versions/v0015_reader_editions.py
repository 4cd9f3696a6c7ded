"""Editions for readers who chose for themselves: what each was made of, and what it told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up."""
    op.create_table(
        "reader_editions",
        sa.Column("issue", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issue"], ["issues.id"], name=op.f("fk_reader_editions_issue_issues")
        ),
        sa.PrimaryKeyConstraint("issue", "name", name=op.f("pk_reader_editions")),
    )
