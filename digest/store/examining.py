"""Examine the database without opening it for work: is it whole, of this version, and writable?"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from digest.errors import DigestError
from digest.ports import StoreFacts
from digest.store import tables
from digest.store.database import sqlite_file
from digest.store.journal import behind_in

_PATIENCE = 5  # seconds that a writer is waited for


def examine(url: str) -> StoreFacts:
    """Return how the database of an address does; nothing is made or changed."""
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
    journal = Path(f"{file.resolve()}.journal")
    may = os.access(journal if journal.exists() else journal.parent, os.W_OK)
    problem = None if may else f"{journal} cannot be written to"
    found = replace(found, size=size, journal=problem)
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True)) as store:
            store.execute(f"PRAGMA busy_timeout={_PATIENCE * 1000}")
            said = [row[0] for row in store.execute("PRAGMA quick_check(3)")]
            found = replace(
                found,
                damage=None if said == ["ok"] else "; ".join(map(str, said)),
                version=_version(store),
                writing=_writing(store),
                behind=behind_in(file, store),
            )
    except (sqlite3.Error, DigestError) as error:
        return replace(found, damage=str(error))
    return found


def _version(store: sqlite3.Connection) -> str | None:
    try:
        row = store.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        return "it is no database of digest's"
    if row == (tables.HEAD,):
        return None
    return f"it is of version {row[0] if row else 'none'}, and this program's is {tables.HEAD}"


def _writing(store: sqlite3.Connection) -> str | None:
    try:
        store.execute("BEGIN IMMEDIATE")
        store.execute("ROLLBACK")
    except sqlite3.Error as error:
        return str(error)
    return None
