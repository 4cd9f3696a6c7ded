"""Measure what one machine's PostgreSQL does: a big issue's expansion, claims by eight connections, marks."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from digest.ports import Addressee
from digest.store.database import open_database, writer
from digest.store.deliveries import StoredDeliveries
from tests.helpers.postgresql import Missing, Server

_READERS = int(os.environ.get("BENCH_READERS", "1000000"))
_LINES = 8
_MOST = 500  # as a sender claims
_CLAIMED = 200_000  # at most
_NOW = datetime(2026, 1, 12, tzinfo=UTC)


def run() -> list[dict[str, Any]]:
    """Return the figures; none where there is no PostgreSQL."""
    try:
        server = Server({"fsync": "on", "full_page_writes": "on", "shared_buffers": "512MB"})
    except Missing as error:
        print(f"no PostgreSQL: {error}")
        return []
    try:
        return _figures(server)
    finally:
        server.end(signal.SIGQUIT)
        shutil.rmtree(server.folder)


def _figures(server: Server) -> list[dict[str, Any]]:
    engine = open_database(server.new())
    with writer(engine).begin() as connection:
        connection.execute(
            text(
                "INSERT INTO issues (id, newsletter, position, status, issue, paper, lock) "
                "VALUES ('w-1', 'w', 1, 'sending', '{}', '{}', '{}')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO subscribers (key, token, status, subscriber) SELECT "
                "'r' || lpad(n::text, 8, '0') || '@u.example', md5(n::text), 'confirmed', "
                '\'{"address": "r", "name": "Reader"}\' FROM generate_series(1, :readers) n'
            ),
            {"readers": _READERS},
        )
    store = StoredDeliveries(engine, "bench")
    began = time.perf_counter()
    store.expand("w-1", _everybody())
    expansion = time.perf_counter() - began
    server.tell("ANALYZE", str(engine.url.database))
    claims = min(_READERS, _CLAIMED)

    def claim(_line: int) -> int:
        own, done = StoredDeliveries(engine, "bench"), 0
        while done < claims // _LINES and (found := own.claim("w-1", _NOW, _MOST)):
            own.mark([replace(each.delivery, state="intent") for each in found])
            done += len(found)
        return done

    began = time.perf_counter()
    with ThreadPoolExecutor(_LINES) as threads:
        done = sum(threads.map(claim, range(_LINES)))
    taken = time.perf_counter() - began
    with engine.connect() as connection:
        twice = connection.execute(
            text("SELECT count(*) FROM deliveries WHERE state = 'intent'")
        ).scalar_one()
    assert twice == done, "a delivery was claimed twice"
    engine.dispose()
    return [
        {
            "name": f"PostgreSQL: expansion of {_READERS:,} recipients",
            "value": round(expansion, 1),
            "unit": "s",
            "against": "",
            "ratio": None,
        },
        {
            "name": f"PostgreSQL: claims and intents by {_LINES} connections of one process",
            "value": round(done / taken),
            "unit": "/s",
            "against": "",
            "ratio": None,
        },
    ]


def _everybody() -> Iterator[Addressee]:
    for n in range(1, _READERS + 1):
        address = f"r{n:08}@u.example"
        yield Addressee(address, address, "staff", f"<{secrets.token_hex(8)}@u.example>", "")
