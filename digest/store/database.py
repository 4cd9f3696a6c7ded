"""The database, SQLite's or PostgreSQL's: opened, set up, written to, held."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DatabaseError

from digest.errors import DigestError
from digest.store import postgresql, sqlite, tables
from digest.store.dialects import insert, is_postgresql
from digest.store.migrating import create_or_refuse


def open_database(url: str) -> Engine:
    """Open a database, and make its tables where it has none; what is committed is on the disk.

    DigestError where it cannot be, or is of another version; UsageError for a bad address.
    """
    engine = connect(url)
    try:
        create_or_refuse(engine, writer(engine))
    except DatabaseError as error:
        raise DigestError(f"the database {shown(engine)} cannot be used: {error.orig}") from None
    return engine


def connect(url: str) -> Engine:
    """Return the engine of an address, as it is; UsageError for a bad one."""
    if (address := postgresql.read_address(url)) is not None:
        return postgresql.connect(address)
    return sqlite.connect(sqlite.read_address(url), "FULL")


def shown(engine: Engine) -> str:
    """Return where a database is, to be shown: without a password."""
    return postgresql.where(engine.url) if is_postgresql(engine) else str(engine.url.database)


def relaxed(engine: Engine, wait: float | None = None) -> Engine:
    """Return the same database for what can be fetched again; who writes may wait fewer seconds for others.

    Where the machine loses its power, its last transactions may be gone, whole and in order; the
    next one that `open_database`'s engine commits takes them to the disk with it.
    """
    if is_postgresql(engine):
        return engine.execution_options(relaxed=True, patience=wait)
    return sqlite.connect(engine.url, "NORMAL", wait)


def writer(engine: Engine) -> Engine:
    """Return the engine for transactions that write."""
    if is_postgresql(engine):
        return engine.execution_options(writes=True, isolation_level="READ COMMITTED")
    return engine.execution_options(writes=True)


def hold(connection: Connection, what: str) -> None:
    """Let nobody else write this until the transaction ends.

    In SQLite one writes at a time, whatever it is. In PostgreSQL all do, so who decides by what it has
    just read holds it first, by a name that all agree on.
    """
    if connection.dialect.name == "postgresql":
        postgresql.hold(connection, what)


@contextmanager
def exclusive(
    engine: Engine, purpose: str, of: str | None = None, *, shared: bool = False
) -> Iterator[None]:
    """Hold a lock that the system frees when this process ends; DigestError where another has it.

    With PostgreSQL it may be of one thing among many, and `shared` with others who do a part of it.
    """
    if is_postgresql(engine):
        lock = postgresql.exclusive(engine, purpose, of, shared=shared)
    else:
        lock = sqlite.exclusive(engine, purpose)
    with lock:
        yield


def boot(engine: Engine) -> str | None:
    """Return what names the time in which no committed mark can be lost; None where nothing does.

    With SQLite that is since this machine was started, with PostgreSQL since the database was put back
    from a copy, or a standby took over.
    """
    return postgresql.life(engine) if is_postgresql(engine) else sqlite.boot()


def backup(engine: Engine, file: str) -> None:
    """Copy the database into a file; DigestError where it is there already, or the store is PostgreSQL."""
    if is_postgresql(engine):
        raise DigestError(
            f"the store is PostgreSQL ({shown(engine)}), whose own tools copy it: "
            f"pg_dump --format=custom --file={file}"
        )
    sqlite.backup(engine, file)


def is_ready(engine: Engine) -> bool:
    """Tell whether the database can be read, as a new connection finds it, and is up to date."""
    return postgresql.is_ready(engine) if is_postgresql(engine) else sqlite.is_ready(engine)


def journal_file(engine: Engine, folder: Path) -> Path | None:
    """Return the journal's file: beside SQLite's own, for PostgreSQL in the project's folder."""
    return (
        folder / postgresql.JOURNAL if is_postgresql(engine) else sqlite.beside(engine, "journal")
    )


def secret_key(engine: Engine) -> bytes:
    """Return the store's own random key, made at first use: it signs subscribers' links."""
    kept = select(tables.settings.c.value).where(tables.settings.c.name == "secret_key")
    with engine.connect() as connection:  # the usual case, for which nobody has to wait
        if (found := connection.execute(kept).scalar()) is not None:
            return bytes.fromhex(str(found))
    put = insert(tables.settings).values(name="secret_key", value=secrets.token_hex(32))
    with writer(engine).begin() as connection:
        connection.execute(put.on_conflict_do_nothing())
        return bytes.fromhex(str(connection.execute(kept).scalar_one()))
