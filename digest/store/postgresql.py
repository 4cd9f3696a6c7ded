"""PostgreSQL's own ways: its connections, its transactions, its locks, its errors."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar
from zlib import crc32

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    ExceptionContext,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.exc import SQLAlchemyError

from digest.errors import Busy, DigestError, Unreachable, UsageError
from digest.store import tables

NAMES = ("postgresql", "postgresql+psycopg", "postgres")
"""How an address of PostgreSQL's begins."""
JOURNAL = "digest.journal"
"""The journal's file, in the project's folder: each machine that sends has one of its own."""
MISSING = (
    "the database is PostgreSQL, which needs another part: "
    "pip install 'digest-newsletter[postgresql]'"
)
_DRIVER = "postgresql+psycopg"
_CONNECTING = 10  # seconds
_WAIT = 30  # seconds that a writer waits for another, and a mark for a server that is gone
_NAP = 0.5  # seconds
_LOCKS = 0x6469  # the room of our advisory locks, beside those of others in the database
_BUSY = {"55P03", "40P01", "40001", "57014"}  # lock timeout, deadlock, serialization, cancelled
_GONE = {"57P01", "57P02", "57P03", "53300"}  # the server ends, crashed, starts; is full
_NO_DISK = {"53100", "58030", "25006", "53200"}  # full, broken, only to be read; no memory
_OTHER = {"42P01", "42703"}  # no such table, no such column
_FORBIDDEN = "42501"
T = TypeVar("T")


def read_address(url: str) -> URL | None:
    """Read an address of PostgreSQL's; None where it is another's, UsageError where it is none."""
    if url.partition(":")[0] not in NAMES:
        return None
    try:
        found = make_url(url).set(drivername=_DRIVER)
    except (SQLAlchemyError, ValueError):
        raise UsageError(
            "the database's address cannot be read; write it as postgresql://user@host/digest"
        ) from None
    return found


def connect(url: URL) -> Engine:
    """Return an engine; UsageError where the driver is missing or takes the address for none.

    Who reads sees one state of the database for as long as a transaction lasts, as with SQLite; who
    writes sees what others commit. What is committed is on the server's disk.
    """
    arguments = {
        "connect_timeout": _CONNECTING,
        "application_name": "digest",
        # a server that is gone without a word is noticed before a relay gives us up
        "tcp_user_timeout": _WAIT * 1000,
        "keepalives_idle": 60,
    }
    try:
        engine = create_engine(
            url,
            connect_args={k: v for k, v in arguments.items() if k not in url.query},
            hide_parameters=True,  # as with SQLite: some values are addresses
            isolation_level="REPEATABLE READ",
            paramstyle="format",
            pool_pre_ping=True,
        )
    except ImportError:
        raise UsageError(MISSING) from None
    except (SQLAlchemyError, ValueError, TypeError):
        raise UsageError("the database's address has a parameter that nobody knows") from None
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _explain)
    return engine


def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", (f"{_WAIT}s",))
        # whoever turned it off for the server did not think of emails that go out twice
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', false) "
            "WHERE current_setting('synchronous_commit') = 'off'"
        )
    connection.commit()


def _begin(connection: Connection) -> None:
    """Where it can be fetched again, commit without waiting for the disk, and wait as long as is said."""
    options = connection.get_execution_options()
    if options.get("relaxed") and options.get("writes"):
        connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
        if (patience := options.get("patience")) is not None:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout TO '{int(patience * 1000)}ms'")


def _explain(context: ExceptionContext) -> None:
    url = context.engine.url if context.engine is not None else None
    said = explained(context.original_exception, url, lost=bool(context.is_disconnect))
    if said is not None:
        raise said from None


def explained(error: BaseException, url: URL | None, *, lost: bool = False) -> DigestError | None:
    """Return our error for one of the driver's; None where nobody but a programmer can put it right."""
    import psycopg  # noqa: PLC0415 - who uses SQLite may not have it

    state = getattr(error, "sqlstate", None) or ""
    words = " ".join(str(error).split())
    if state in _BUSY:
        return Busy()
    if lost or state in _GONE or (isinstance(error, psycopg.OperationalError) and not state):
        return Unreachable(where(url) if url is not None else "PostgreSQL", words)
    if state in _NO_DISK:
        return DigestError(f"the database cannot be written: {words}; what was written stands")
    if state in _OTHER:
        return DigestError(
            f"the database was made by another state of the program ({words}); use that one, or start "
            "with a new database"
        )
    if state == _FORBIDDEN:
        return DigestError(f"the database does not let us: {words}")
    return None


def where(url: URL) -> str:
    """Return an address to be shown: without its password."""
    shown = URL.create("postgresql", url.username, None, url.host, url.port, url.database)
    return shown.render_as_string()


def hold(connection: Connection, what: str) -> None:
    """Wait for whoever else writes this, and let others wait until the transaction ends."""
    connection.execute(
        text("SELECT pg_advisory_xact_lock(:room, :key)"), {"room": _LOCKS, "key": _key(what)}
    )


@contextmanager
def exclusive(
    engine: Engine, purpose: str, of: str | None = None, *, shared: bool = False
) -> Iterator[None]:
    """Hold a lock that the server frees when this process's connection ends; DigestError where another has it.

    With `of` it is the lock of one thing among many, which may be `shared`, and nobody has the whole.
    """
    apart = engine.execution_options(isolation_level="AUTOCOMMIT")
    locks = [(purpose, of is not None)] + ([(f"{purpose} {of}", shared)] if of is not None else [])
    with apart.connect() as connection:
        connection.detach()  # the locks are this connection's, which nobody else may take up
        for name, is_shared in locks:
            lock = f"SELECT pg_try_advisory_lock{'_shared' if is_shared else ''}(:room, :key)"
            if not connection.execute(text(lock), {"room": _LOCKS, "key": _key(name)}).scalar():
                raise DigestError(f"another process is {purpose} already; nothing was done")
        try:
            yield
        finally:
            with suppress(DigestError, SQLAlchemyError):  # one that broke has let go of them
                connection.execute(text("SELECT pg_advisory_unlock_all()"))


def _key(what: str) -> int:
    return crc32(what.encode()) - (1 << 31)  # a whole number of four bytes


def outlasting(act: Callable[[], T]) -> T:
    """Do what may be done twice, again for half a minute where the server is gone; then Unreachable."""
    ends = time.monotonic() + _WAIT
    while True:
        try:
            return act()
        except Unreachable:
            if time.monotonic() > ends:
                raise
            time.sleep(_NAP)


def life(engine: Engine) -> str:
    """Return what names the database as it lives on: a copy that is put back, or a standby, is another.

    The server's own number, its timeline (which grows when a standby takes over, or the log is replayed
    up to a moment), and the numbers of the database and of the table, which a dump makes anew.
    """
    query = text(
        "SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()), "
        "(SELECT timeline_id FROM pg_control_checkpoint()), "
        "(SELECT oid FROM pg_database WHERE datname = current_database()), "
        "'deliveries'::regclass::oid)"
    )
    with engine.connect() as connection:
        return str(connection.execute(query).scalar_one())


def is_ready(engine: Engine) -> bool:
    """Tell whether the server answers, and the database is up to date."""
    try:
        with engine.connect() as connection:
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except (DigestError, SQLAlchemyError):
        return False
    return bool(found == tables.HEAD)
