"""The tables of Procrastinate, which keeps what workers are to do; on PostgreSQL alone."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up."""
    if op.get_bind().dialect.name == "sqlite":
        return
    from procrastinate.schema import SchemaManager  # noqa: PLC0415 - for PostgreSQL alone

    # many statements at once, which the driver takes only where no values go with them
    cursor = op.get_bind().connection.cursor()
    cursor.execute(SchemaManager.get_schema())
    cursor.close()
