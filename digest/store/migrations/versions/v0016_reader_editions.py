"""Editions for readers who chose for themselves: what each was made of, and what it told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up."""
    # in the order of code points, as everywhere
    word = sa.String() if op.get_bind().dialect.name == "sqlite" else sa.String(collation="C")
    op.create_table(
        "reader_editions",
        sa.Column("issue", word, nullable=False),
        sa.Column("name", word, nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issue"], ["issues.id"], name=op.f("fk_reader_editions_issue_issues")
        ),
        sa.PrimaryKeyConstraint("issue", "name", name=op.f("pk_reader_editions")),
    )
