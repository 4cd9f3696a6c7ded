"""What all tests share: `slow` runs are short unless DIGEST_FULL is set."""

from __future__ import annotations

import gc
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import settings
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from tests.helpers.postgresql import Missing, Server

settings.register_profile("short", max_examples=25, deadline=None, derandomize=True)
settings.register_profile("full", max_examples=1000, deadline=None)
settings.load_profile("full" if os.environ.get("DIGEST_FULL") else "short")

_MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes folders of its own in it
_ROOM = 4 << 30  # bytes; a container may have very little
if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM:
    # hundreds of small stores are made and taken away, which a disk is slow at
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


class _CompiledOnce(BytecodeCache):
    """Keeps the pages' compiled templates: hundreds of applications are made of the same."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (compiled := self._compiled.get(bucket.key)) is not None:
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {"bytecode_cache": _CompiledOnce()}


def pytest_collection_finish() -> None:
    """Let no later collection of garbage go through all that was imported."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def is_full() -> bool:
    """Tell whether the long runs are wanted in full."""
    return bool(os.environ.get("DIGEST_FULL"))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """Lend this process's PostgreSQL, which is started when the first test wants it."""
    try:
        server = Server()
    except Missing as error:
        pytest.skip(f"no PostgreSQL: {error}")
    yield server
    server.end(signal.SIGQUIT)
    shutil.rmtree(server.folder, ignore_errors=True)


@pytest.fixture
def postgresql(postgresql_server: Server) -> Iterator[str]:
    """Lend a PostgreSQL database with the tables of the newest version, and nothing in them."""
    url = postgresql_server.new()
    yield url
    postgresql_server.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a new database, in turn of SQLite and of PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'digest.db'}"
    return str(request.getfixturevalue("postgresql"))
