"""Measure what one machine's PostgreSQL does: a big issue's expansion, claims by eight connections, marks."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bench.delivery import CONFIG, NOW, prepared, program, sinking
from digest.config import read_config
from digest.ports import Addressee
from digest.publisher import sharing
from digest.store.database import open_database, writer
from digest.store.deliveries import StoredDeliveries
from digest.wiring import publisher
from tests.helpers.postgresql import Missing, Server

_READERS = int(os.environ.get("BENCH_READERS", "1000000"))
_LINES = 8
_MOST = 500  # as a sender claims
_CLAIMED = 200_000  # at most
_EMAILS = min(_READERS, 20_000)
_NOW = datetime(2026, 1, 12, tzinfo=UTC)


def run() -> list[dict[str, Any]]:
    """Return the figures; none where there is no PostgreSQL."""
    try:
        server = Server({"fsync": "on", "full_page_writes": "on", "shared_buffers": "512MB"})
    except Missing as error:
        print(f"no PostgreSQL: {error}")
        return []
    try:
        return [*_figures(server), *_by_workers(server)]
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


def _by_workers(server: Server) -> list[dict[str, Any]]:
    """Measure an issue that workers send; they share the processors with the server and the sink."""
    if (sink := program("smtp-sink")) is None:
        print("scale: no smtp-sink here; install postfix")
        return []
    with sinking(sink) as port:
        alone, one, two = (_sent_by(server, port, workers) for workers in (0, 1, 2))
    against = f"one process that sends alone: {alone:.0f} a second"
    return [
        {
            "name": f"PostgreSQL: emails by {count} worker{'s' * (count > 1)}, two shards at a time each",
            "value": round(rate),
            "unit": "a second",
            "against": against,
            "ratio": round(rate / alone, 2),
        }
        for count, rate in ((1, one), (2, two))
    ]


def _sent_by(server: Server, port: int, workers: int) -> float:
    """Return how many emails a second go out by so many workers, or by `digest send` where it is none."""
    with tempfile.TemporaryDirectory() as folder:
        stated = CONFIG.replace("{folder: sent}", f'{{smtp: "smtp://127.0.0.1:{port}"}}')
        url = server.new()
        issue, _ = prepared(Path(folder), f'{stated}database: "{url}"\n', _EMAILS)
        config = f"{folder}/feeds.yaml"
        words = [sys.executable, "-m", "digest", "--config", config, "--now", NOW.isoformat()]
        press = publisher(read_config(Path(config), {}), None, NOW)
        if workers:
            sharing.share_out(press._services, press._services.shards, issue)  # type: ignore[arg-type]
        act = ["worker", "--queue", "send"] if workers else ["--quiet", "send", issue]
        running = [
            subprocess.Popen([*words, *act], stderr=subprocess.DEVNULL)  # noqa: S603 - our own
            for _ in range(max(1, workers))
        ]
        count = f"SELECT count(*) FROM deliveries WHERE issue = '{issue}' AND state = 'sent'"  # noqa: S608
        first = began = 0.0
        while (sent := server.tell(count, server.name_of(url))[0][0]) < _EMAILS:
            if sent and not began:
                first, began = sent, time.perf_counter()
            time.sleep(0.1)
        rate = (_EMAILS - first) / (time.perf_counter() - began)
        for each in running:
            each.terminate()
            each.wait()
    return rate


def _everybody() -> Iterator[Addressee]:
    for n in range(1, _READERS + 1):
        address = f"r{n:08}@u.example"
        yield Addressee(address, address, "staff", f"<{secrets.token_hex(8)}@u.example>", "")
