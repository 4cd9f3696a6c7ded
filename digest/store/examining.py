"""Examine the database without opening it for work: is it whole, of this version, and writable?"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from sqlalchemy import URL, text
from sqlalchemy.exc import SQLAlchemyError

from digest.errors import DigestError
from digest.ports import StoreFacts
from digest.store import postgresql, tables
from digest.store.journal import COUNTED, behind_in
from digest.store.migrating import version_of
from digest.store.sqlite import sqlite_file

_PATIENCE = 5  # seconds that a writer is waited for


def examine(url: str, project: Path) -> StoreFacts:
    """Return how the database of an address does; nothing is made or changed."""
    if (address := postgresql.read_address(url)) is not None:
        return _examine_postgresql(address, project / postgresql.JOURNAL)
    file = sqlite_file(url)
    folder = file.parent
    if not folder.is_dir():
        return StoreFacts(
            where=str(file), exists=False, free=0, writing=f"there is no folder {folder}"
        )
    found = StoreFacts(where=str(file), exists=file.exists(), free=shutil.disk_usage(folder).free)
    if not found.exists:
        may = os.access(folder, os.W_OK)
        return replace(found, writing=None if may else f"the folder {folder} cannot be written to")
    beside = [file, *(file.with_name(file.name + end) for end in ("-wal", ".journal"))]
    size = sum(each.stat().st_size for each in beside if each.exists())
    found = replace(found, size=size, journal=_written(_journal_of(file)))
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True)) as store:
            store.execute(f"PRAGMA busy_timeout={_PATIENCE * 1000}")
            said = [row[0] for row in store.execute("PRAGMA quick_check(3)")]
            found = replace(
                found,
                damage=None if said == ["ok"] else "; ".join(map(str, said)),
                version=_version(store),
                writing=_writing(store),
                behind=behind_in(_journal_of(file), dict(store.execute(COUNTED).fetchall())),
            )
    except (sqlite3.Error, DigestError) as error:
        return replace(found, damage=str(error))
    return found


def _examine_postgresql(address: URL, journal: Path) -> StoreFacts:
    """Look as far as a connection lets us see: the server's disk is the server's to watch."""
    found = StoreFacts(where=postgresql.where(address), exists=True, free=None)
    engine = postgresql.connect(address)
    try:
        with engine.connect() as connection:
            if version_of(connection) is None:
                return replace(found, exists=False)
            only_read = connection.execute(text("SELECT pg_is_in_recovery()")).scalar()
            size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar()
            counted = {row.name: row.value for row in connection.execute(text(COUNTED))}
            return replace(
                found,
                size=int(size or 0),
                version=_difference(version_of(connection)),
                writing="it is a standby, which can only be read" if only_read else None,
                journal=_written(journal),
                behind=behind_in(journal, counted),
            )
    except (DigestError, SQLAlchemyError) as error:
        return replace(found, damage=str(error))
    finally:
        engine.dispose()


def _version(store: sqlite3.Connection) -> str | None:
    try:
        row = store.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        return "it is no database of digest's"
    return _difference(row[0] if row else None)


def _difference(version: str | None) -> str | None:
    if version == tables.HEAD:
        return None
    return f"it is of version {version or 'none'}, and this program's is {tables.HEAD}"


def _writing(store: sqlite3.Connection) -> str | None:
    try:
        store.execute("BEGIN IMMEDIATE")
        store.execute("ROLLBACK")
    except sqlite3.Error as error:
        return str(error)
    return None


def _journal_of(file: Path) -> Path:
    return Path(f"{file.resolve()}.journal")


def _written(journal: Path) -> str | None:
    place = journal if journal.exists() else journal.parent
    return None if os.access(place, os.W_OK) else f"{journal} cannot be written to"
