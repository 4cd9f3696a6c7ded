"""Measure sending: 50 KB emails into Postfix's smtp-sink, the whole process with its ledger.

smtp-source and smtp-sink come with Debian's package postfix, or are named by SMTP_SOURCE and
SMTP_SINK. The sink does not keep what it takes, and shares the processors with whoever sends.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from digest.config import read_config
from digest.deliver.dkim import make_key
from digest.model import Subscriber
from digest.publisher import Publisher
from digest.render.mime import Recipient
from digest.wiring import publisher

NOW = datetime(2026, 1, 12, 6, tzinfo=UTC)
READERS = int(os.environ.get("BENCH_READERS", "60000"))
CONFIG = """\
publication: {name: Northgate, url: "https://u.example/", postal_address: 1 Dock Street}
sources: {notes: {archive: notes, url_base: "https://u.example/"}}
segments: {staff: {title: Staff, match: {any: ["*"]}}}
newsletters:
  weekly:
    title: This week
    sender: "News <news@u.example>"
    segments: [staff]
    articles: {max: 24}
    sections: [{title: News, rest: true}]
delivery: {folder: sent}
"""


def run() -> list[dict[str, Any]]:
    """Return the figures; none where Postfix's test programs are not there."""
    source, sink = (program(name) for name in ("smtp-source", "smtp-sink"))
    if not source or not sink:
        print("delivery: no smtp-source and smtp-sink here; install postfix", file=sys.stderr)
        return []
    with tempfile.TemporaryDirectory() as folder, sinking(sink) as port:
        issue, length = prepared(Path(folder), CONFIG, READERS)
        expanded = _addressed(
            publisher(read_config(Path(folder) / "feeds.yaml", {}), None, NOW), issue
        )
        lines = [
            _measured(source, port, Path(folder), issue, length=length, how=how)
            for how in ("", ", RSA-2048")
        ]
    return [*lines, expanded]


def _measured(
    source: str, port: int, folder: Path, issue: str, *, length: int, how: str
) -> dict[str, Any]:
    """Measure a sending beside smtp-source's in the same minute, in a copy of the project."""
    theirs = READERS / _timed(
        [source, "-d", "-s", "10", "-m", str(READERS), "-l", str(length), f"127.0.0.1:{port}"]
    )
    with tempfile.TemporaryDirectory() as copy:
        shutil.copytree(folder, copy, dirs_exist_ok=True)
        if how:
            make_key(Path(copy) / "rsa.pem", "rsa")
            signing = CONFIG.replace("{folder: sent}", "{folder: sent, dkim: {rsa: rsa.pem}}")
            (Path(copy) / "feeds.yaml").write_text(signing)
        words = ["--config", f"{copy}/feeds.yaml", "--now", NOW.isoformat(), "--quiet", "send"]
        relay = f"smtp://127.0.0.1:{port}"
        ours = READERS / _timed([sys.executable, "-m", "digest", *words, issue, "--to", relay])
    return {
        "name": f"emails of {length // 1000} KB to a relay, whole process with ledger{how}",
        "value": round(ours),
        "unit": "a second",
        "against": f"smtp-source -d -s 10: {theirs:.0f} a second",
        "ratio": round(ours / theirs, 2),
    }


def program(name: str) -> str | None:
    """Return where one of Postfix's test programs is; None where it is not."""
    stated = os.environ.get(name.upper().replace("-", "_"))
    return stated or shutil.which(name) or shutil.which(name, path="/usr/sbin")


@contextmanager
def sinking(sink: str) -> Iterator[int]:
    """Run Postfix's sink; yield its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    command = [sink, "-u", "nobody", f"127.0.0.1:{port}", "100"]
    if os.getuid():
        command = [sink, f"127.0.0.1:{port}", "100"]
    process = subprocess.Popen(command)  # noqa: S603 - Postfix's own
    try:
        for _ in range(100):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def prepared(folder: Path, config: str, readers: int) -> tuple[str, int]:
    """Make a project with an approved issue; return it and its emails' length."""
    (folder / "feeds.yaml").write_text(config)
    (folder / "notes").mkdir()
    words = "The council met on a Tuesday and agreed to plant trees by the river. "
    for n in range(24):
        front = (
            f"title: Story number {n}\ndate: {NOW - timedelta(hours=n + 1)}\nsummary: {words * 6}"
        )
        (folder / "notes" / f"{n}.md").write_text(f"---\n{front}\n---\n\n{words * 20}\n")
    press = publisher(read_config(folder / "feeds.yaml", {}), None, NOW)
    press.pull()
    press.put_subscribers(
        [Subscriber(address=f"r{n:07}@u.example", segments=("staff",)) for n in range(readers)]
    )
    issue = press.draft("weekly").issue.id
    press.approve(issue, by="Ana")
    press.send(issue, f"folder:{folder}/test", ["one@u.example"])
    length = next((folder / "test").glob("*.eml")).stat().st_size
    return issue, length


def _addressed(press: Publisher, issue: str) -> dict[str, Any]:
    """Measure how many emails a second are addressed, one by one, on one processor."""
    (message,) = press.issue(issue).messages
    envelope = press.printed(issue).envelope(message).seen_at("https://u.example/v/1")
    began = time.perf_counter()
    for n in range(20_000):
        envelope.address(
            Recipient(
                address=f"r{n:07}@u.example",
                message_id=f"<abcdefghijklmnopqrstuvwxyz{n:06}@u.example>",
                date=NOW,
                unsubscribe_url=f"https://u.example/u/abcdefghijk{n:05}",
                view_url="",
            )
        )
    return {
        "name": "emails addressed on one processor",
        "value": round(20_000 / (time.perf_counter() - began)),
        "unit": "a second",
        "against": "",
        "ratio": None,
    }


def _timed(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True)  # noqa: S603 - Postfix's and our own
    return time.perf_counter() - began
