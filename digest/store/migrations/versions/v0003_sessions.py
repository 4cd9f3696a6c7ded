"""Sessions at the desk; deliveries by receiving provider; when an address was suppressed."""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ENDING = r"\.(?:com|[a-z]{2}|com?\.[a-z]{2})"
_PROVIDERS = {
    "gmail": re.compile(r"(?:gmail|googlemail)\.com"),
    "outlook": re.compile(r"(?:outlook|hotmail|live|msn|passport)" + _ENDING),
    "yahoo": re.compile(r"(?:yahoo|ymail|rocketmail|aol|aim)" + _ENDING),
}


def upgrade() -> None:
    """Bring the tables up."""
    op.create_table(
        "sessions",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=False),
        sa.Column("begun", sa.Float(), nullable=False),
        sa.Column("seen", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("suppressions") as table:
        table.add_column(sa.Column("since", sa.Float(), nullable=True))
    with op.batch_alter_table("deliveries") as table:
        table.add_column(sa.Column("provider", sa.String(), nullable=False, server_default="other"))
        table.drop_index("ix_deliveries_issue_state")
    _name_providers(op.get_bind())
    op.create_index(
        "ix_deliveries_issue_state_provider", "deliveries", ["issue", "state", "provider"]
    )


def _name_providers(connection: sa.Connection) -> None:
    """Name the provider of each delivery that went, or is to go, to one that is counted."""
    driver = connection.connection.driver_connection
    if driver is not None:
        driver.create_function("provider_of", 1, _provider, deterministic=True)
        named = (
            "UPDATE deliveries SET provider = provider_of(key) WHERE provider_of(key) != 'other'"
        )
        connection.execute(sa.text(named))


def _provider(key: str) -> str:
    domain = key.rpartition("@")[2]
    return next((name for name, of in _PROVIDERS.items() if of.fullmatch(domain)), "other")
