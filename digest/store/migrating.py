"""The tables: made where there are none, and brought up to date by whoever asks for it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from digest.errors import DigestError, UsageError
from digest.store import postgresql, tables

_MIGRATIONS = Path(__file__).parent / "migrations"
FIRST_IN_POSTGRESQL = "0014"
"""After this migration PostgreSQL's begin: what it and those before it made, the next one makes there."""


def create_or_refuse(engine: Engine, writing: Engine) -> None:
    """Make the tables of a database that has none; DigestError where they are of another version."""
    with engine.connect() as connection:  # the usual case, for which nobody has to wait
        found = version_of(connection)
    if found is None:
        with writing.begin() as connection:
            found = _held_version_of(connection)  # another may have made them meanwhile
            if found is None:
                _migrate(connection)
                return
    if found != tables.HEAD:
        raise DigestError(difference(found))


def refuse_another(engine: Engine) -> None:
    """DigestError where the tables are of another version."""
    with engine.connect() as connection:
        found = version_of(connection)
    if found != tables.HEAD:
        raise DigestError(difference(found or "0000"))


def upgrade(writing: Engine) -> str | None:
    """Bring the tables up to date, in one transaction; return their version before, None for none.

    DigestError where they are of a newer version.
    """
    with writing.begin() as connection:
        found = _held_version_of(connection)
        if found is not None and found > tables.HEAD:
            raise DigestError(difference(found))
        if found != tables.HEAD:
            _migrate(connection)
    return found


def version_of(connection: Connection) -> str | None:
    """Return the version of the tables, None where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _held_version_of(connection: Connection) -> str | None:
    """Return the version, and let nobody else change or send by it until the transaction ends.

    Who sends looks at the version first, and shares its row until the claim is committed; a migration
    takes it first too, so neither waits for what the other has.
    """
    found = version_of(connection)
    if connection.dialect.name == "postgresql":
        postgresql.hold(connection, "version")
        found = version_of(connection)
        if found is not None:
            connection.execute(text("SELECT version_num FROM alembic_version FOR UPDATE"))
    return found


def difference(found: str) -> str:
    """Return the sentence about tables of another version."""
    if found > tables.HEAD:
        return (
            f"the database was made by a newer version of the program (its tables are {found}, this "
            f"one's {tables.HEAD}); use that version"
        )
    return (
        f"the database is of an older version (its tables are {found}, this program's {tables.HEAD}); "
        "run `digest database upgrade`"
    )


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - slow to import, and seldom needed
    from alembic.config import Config  # noqa: PLC0415 - as above
    from alembic.util.exc import CommandError  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        if connection.dialect.name == "postgresql" and version_of(connection) is None:
            command.stamp(config, FIRST_IN_POSTGRESQL)
        command.upgrade(config, "head")
    except ImportError:  # a migration makes the tables of what keeps the jobs
        raise UsageError(postgresql.MISSING) from None
    except CommandError as error:
        raise DigestError(f"the database is of another version: {error}") from None
