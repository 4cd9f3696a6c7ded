"""A database brought up to date in its place, and one of SQLite's moved over to PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, LargeBinary, Table, func, select, text
from sqlalchemy.exc import DatabaseError

from digest.errors import DigestError, UsageError
from digest.jsonable import load
from digest.model import Article, Message
from digest.store import postgresql
from digest.store.database import backup, connect, exclusive, open_database, shown, writer
from digest.store.dialects import is_postgresql
from digest.store.migrating import upgrade, version_of
from digest.store.search import index_messages
from digest.store.search_postgresql import index_articles
from digest.store.sqlite import sqlite_file
from digest.store.tables import HEAD, articles, log, messages, metadata

_ROWS = 2000  # read and written at a time


def bring_up_to_date(url: str) -> tuple[str | None, str, Path | None]:
    """Upgrade a database; return its version before and after, and where SQLite's copy lies.

    Nobody sends meanwhile. The migrations are one transaction: where one fails, nothing is changed.
    """
    engine = connect(url)
    try:
        with engine.connect() as connection:
            found = version_of(connection)
        if found == HEAD:
            return found, HEAD, None
        with exclusive(engine, "sending"):
            copy = None
            if found is not None and found < HEAD and not is_postgresql(engine):
                copy = _free(sqlite_file(url), found)
                backup(engine, str(copy))
            try:
                return upgrade(writer(engine)), HEAD, copy
            except BaseException:
                if copy is not None:  # of what did not change, and it may be what fills the disk
                    copy.unlink()
                raise
    except DatabaseError as error:
        raise DigestError(f"the database {shown(engine)} cannot be used: {error.orig}") from None
    finally:
        engine.dispose()


def _free(file: Path, version: str) -> Path:
    """Return a name beside a database that nothing has: an upgrade that was killed leaves its copy."""
    found, number = file.with_name(f"{file.name}.{version}"), 2
    while found.exists():
        found, number = file.with_name(f"{file.name}.{version}-{number}"), number + 1
    return found


def move(source_url: str, target_url: str) -> Mapping[str, int]:
    """Copy all tables of a SQLite database into an empty one of PostgreSQL; return how many rows each has.

    Nobody writes to the source meanwhile, nor sends. The target is written in one transaction, which
    is committed once each of its tables has as many rows as the source's; DigestError where one has
    not, or where the target is not empty. UsageError where the one is not SQLite's, or the other not
    PostgreSQL's.
    """
    if postgresql.read_address(source_url) is not None:
        raise UsageError(
            "the project is kept in PostgreSQL already, as `database:` in feeds.yaml says or the variable "
            "DIGEST_DATABASE; name the one to copy by --db sqlite:///digest.db"
        )
    file = sqlite_file(source_url)
    if not file.exists():
        raise DigestError(f"there is no database {file}; nothing was copied")
    if postgresql.read_address(target_url) is None:
        raise UsageError(
            "--to is no address of PostgreSQL's; write it as postgresql://user@host/digest"
        )
    source, target = open_database(source_url), open_database(target_url)
    try:
        with (
            exclusive(source, "sending"),
            exclusive(target, "sending"),
            writer(source).begin() as reading,
            writer(target).begin() as writing,
        ):
            return _copied(reading, writing)
    except DatabaseError as error:
        raise DigestError(f"nothing was copied: {' '.join(str(error.orig).split())}") from None
    finally:
        source.dispose()
        target.dispose()


def _copied(source: Connection, target: Connection) -> Mapping[str, int]:
    counts = {}
    for table in metadata.sorted_tables:
        if _count(target, table):
            raise DigestError(
                f"the table {table.name} of the database that is copied to has rows already; "
                "nothing was copied"
            )
    for table in metadata.sorted_tables:
        for rows in _batches(source, table):
            target.execute(table.insert(), rows)
        counts[table.name] = _count(source, table)
        if (there := _count(target, table)) != counts[table.name]:
            raise DigestError(
                f"the table {table.name} has {counts[table.name]} rows, its copy {there}; "
                "nothing was copied"
            )
    _index(target)
    # what the table counts up by itself goes on behind what was copied
    last = select(func.max(log.c.number)).scalar_subquery()
    target.execute(select(func.setval("log_number_seq", func.coalesce(last, 1), last.is_not(None))))
    return counts


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _batches(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    kept = connection.execute(select(table).execution_options(yield_per=_ROWS))
    is_bytes = {c.name for c in table.c if isinstance(c.type, LargeBinary)}
    for rows in kept.mappings().partitions(_ROWS):
        yield [{n: v if n in is_bytes else _kept(v) for n, v in row.items()} for row in rows]


def _kept(value: object) -> object:
    """Return a value as PostgreSQL takes it, whose texts hold no NUL."""
    return value.replace("\0", "") if isinstance(value, str) else value


def _index(target: Connection) -> None:
    found = target.execute(select(articles.c.data).execution_options(yield_per=_ROWS))
    for rows in found.scalars().partitions(_ROWS):
        index_articles(target, [load(Article, data) for data in rows])
    went_out = text("SELECT id FROM issues WHERE status IN ('sending', 'sent')")
    for id_ in target.execute(went_out).scalars().all():
        of_it = select(messages.c.message).where(messages.c.issue == id_).order_by(messages.c.place)
        said = tuple(load(Message, data) for data in target.execute(of_it).scalars())
        index_messages(target, id_, said)
