"""How often each story of an edition was opened."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up."""
    op.create_table(
        "clicks",
        sa.Column("issue", sa.String(), nullable=False),
        sa.Column("segment", sa.String(), nullable=False),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["issue"], ["issues.id"], name=op.f("fk_clicks_issue_issues")),
        sa.PrimaryKeyConstraint("issue", "segment", "article", name=op.f("pk_clicks")),
    )
