"""SQLite's own ways: its file, its transactions, its locks, its copies."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError

from digest.errors import Busy, DigestError, UsageError
from digest.store import tables

_NO_DISK = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY}
BOOT = "boot:"
"""How the setting's name begins that says of an issue which boot of the machine claims its emails."""
BUSY = 30
"""Seconds that a writer waits for another."""


def read_address(url: str) -> URL:
    """Read a database's address; UsageError where it is not one of SQLite's, or has parameters."""
    with suppress(SQLAlchemyError, ImportError, ValueError):
        parsed = make_url(url)
        if parsed.drivername in {"sqlite", "sqlite+pysqlite"} and not parsed.query:
            return create_engine(parsed).url
    raise UsageError(
        "the database's address is none of SQLite's or PostgreSQL's; write it as sqlite:///digest.db "
        "or postgresql://user@host/digest"
    )


def sqlite_file(url: str) -> Path:
    """Return the file of a database; UsageError where the address is none of SQLite's."""
    return Path(read_address(url).database or ":memory:")


def connect(url: URL, synchronous: str, wait: float | None = None) -> Engine:
    """Return an engine whose commits are as `synchronous` as it says; who writes waits so long for others."""
    wait = BUSY if wait is None else wait
    # without values in its errors, which end up in logs: some are addresses
    engine = create_engine(url, connect_args={"timeout": wait}, hide_parameters=True)

    def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            "cache_size=-32000",  # KB
            "wal_autocheckpoint=8000",  # pages
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _explain)
    return engine


def _begin(connection: Connection) -> None:
    """Begin to read, or to write at once: two writers wait for each other, readers for nobody."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _explain(context: ExceptionContext) -> None:
    _say(context.original_exception)


def _say(error: BaseException) -> None:
    """Say Busy where another process writes for longer than we wait, and where the disk takes no more."""
    if (
        isinstance(error, sqlite3.OperationalError)
        and error.sqlite_errorcode == sqlite3.SQLITE_BUSY
    ):
        raise Busy
    if isinstance(error, sqlite3.OperationalError) and str(error).startswith("no such "):
        raise DigestError(
            f"the database was made by another state of the program ({error}); use that one, or start "
            "with a new database"
        ) from None
    if (
        isinstance(error, sqlite3.Error)
        and getattr(error, "sqlite_errorcode", 0) & 0xFF in _NO_DISK
    ):
        raise DigestError(
            f"the database cannot be written: {error}; what was written stands"
        ) from None


@contextmanager
def driven(engine: Engine) -> Iterator[sqlite3.Connection]:
    """Lend a connection of the driver's own, for what is done for each email.

    SQLAlchemy's way through a small transaction takes longer than the disk's; so does its way to a row.
    """
    pooled = engine.raw_connection()
    try:
        connection = pooled.driver_connection
        if not isinstance(connection, sqlite3.Connection):
            raise DigestError("the database has no connection to write to")
        yield connection
    finally:
        pooled.close()


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Write in a transaction of the driver's own; Busy and DigestError as from an engine."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    except sqlite3.Error as error:
        _say(error)
        raise


@contextmanager
def exclusive(engine: Engine, purpose: str) -> Iterator[None]:
    """Hold a lock that the system frees when this process ends; DigestError where another has it."""
    where = beside(engine, purpose) or ":memory:"
    try:
        lock = sqlite3.connect(where, timeout=0, isolation_level=None)
    except sqlite3.OperationalError as error:
        raise DigestError(f"the lock {where} cannot be had: {error}; nothing was done") from None
    with closing(lock):
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise DigestError(
                    f"another process is {purpose} already; nothing was done"
                ) from None
            raise DigestError(
                f"the lock {where} cannot be had: {error}; nothing was done"
            ) from None
        yield


def beside(engine: Engine, what: str) -> Path | None:
    """Return the file of that name beside the database's, None where it has none.

    A database has one of each, by whatever links it is reached.
    """
    path = engine.url.database
    return Path(f"{Path(path).resolve()}.{what}") if path and path != ":memory:" else None


def backup(engine: Engine, file: str) -> None:
    """Copy the database, consistent although others write; DigestError where the file is there already."""
    target = Path(file)
    if target.exists():
        raise DigestError(f"{target} is there already; name another file, or take it away")
    draft = target.with_name(f".{target.name}.part")
    try:
        draft.unlink(missing_ok=True)
        with closing(sqlite3.connect(draft)) as copy, engine.connect() as connection:
            source = connection.connection.driver_connection
            if source is None:
                raise DigestError("the database has no connection to copy from")
            connection.rollback()  # a copy is made outside of transactions
            source.backup(copy)
            _mark_as_copy(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, whole
        draft.replace(target)
    except (OSError, sqlite3.Error) as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise DigestError(f"the copy {target} cannot be written: {error}") from None


def _mark_as_copy(copy: sqlite3.Connection) -> None:
    """Let a copy know that what was claimed when it was made may have gone out since.

    The journal cannot: it has a line for each batch, and this one may have been the last.
    """
    if copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'deliveries'").fetchone():
        copy.execute(
            "INSERT OR REPLACE INTO settings (name, value) SELECT DISTINCT ? || issue, 'copied' "
            "FROM deliveries WHERE state = 'claimed'",
            (BOOT,),
        )
        copy.commit()


def is_ready(engine: Engine) -> bool:
    """Tell whether the database's file can be read, as a new connection finds it, and is up to date."""
    file = Path(engine.url.database or "").absolute().as_uri()
    try:
        with closing(sqlite3.connect(f"{file}?mode=ro", uri=True, timeout=1)) as connection:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        return False
    return bool(found == (tables.HEAD,))


def boot() -> str | None:
    """Return what names the time since this machine was started; None where it does not say."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return None
