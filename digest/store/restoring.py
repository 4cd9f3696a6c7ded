"""Putting a copy of the store in its place."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from digest.errors import DigestError
from digest.store import postgresql
from digest.store.sqlite import sqlite_file


def restore(url: str, file: str) -> Path | None:
    """Put a copy in a database's place; return where the old one now lies, if there was one.

    What a crash left beside the old one goes with it: a write-ahead log of another database destroys
    the copy. The journal of sending stays: it knows what went out since. DigestError where the copy is
    damaged, the old one is kept from an earlier time, or somebody has the database open.
    """
    if (address := postgresql.read_address(url)) is not None:
        raise DigestError(
            f"the store is PostgreSQL ({postgresql.where(address)}), whose own tools put a copy back: "
            f"pg_restore --clean --if-exists --dbname=... {file}; nothing was changed"
        )
    source, target = Path(file), sqlite_file(url)
    kept = target.with_name(f"{target.name}.before")
    _check(source)
    if kept.exists():
        raise DigestError(f"{kept} is there already; take it away, nothing was changed")
    _check_alone(target)
    draft = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(source, draft)
        with draft.open("rb+") as copy:
            os.fsync(copy.fileno())
        had = target.exists()
        if had:
            os.link(target, kept)
        for end in ("-wal", "-shm"):
            beside = target.with_name(target.name + end)
            if beside.exists():
                beside.replace(kept.with_name(kept.name + end))
        draft.replace(target)
    except OSError as error:
        raise DigestError(f"{target} cannot be put back: {error.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)
    return kept if had else None


def _check(copy: Path) -> None:
    """Refuse what is no whole copy of a store."""
    if not copy.is_file():
        raise DigestError(f"there is no copy {copy}; nothing was changed")
    try:
        with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro", uri=True)) as store:
            said = "; ".join(str(row[0]) for row in store.execute("PRAGMA quick_check(3)"))
            store.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        said = str(error)
    if said != "ok":
        raise DigestError(f"{copy} is no whole copy of a store: {said}; nothing was changed")


def _check_alone(target: Path) -> None:
    """Refuse where another process has the database open; a damaged one may be replaced."""
    if not target.exists():
        return
    try:
        with closing(sqlite3.connect(target, timeout=0, isolation_level=None)) as store:
            store.execute("PRAGMA locking_mode=EXCLUSIVE")
            store.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            said = "is in use; stop `digest run`, the desk and every command, nothing was changed"
            raise DigestError(f"{target} {said}") from None
    except sqlite3.DatabaseError:
        return
