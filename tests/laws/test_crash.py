"""A sender that is killed: nobody is mailed twice, nobody is lost."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

ROOT = Path(__file__).parents[2]
ISSUE = "weekly-2026-01-12"
READERS = 40
MANY = 1200  # enough for ten connections


class Sink:
    """A relay that takes everything and remembers who got what; it kills where it is told to."""

    def __init__(self) -> None:
        self.got: Counter[str] = Counter()
        self.kill_at: int | None = None
        self.victim: subprocess.Popen[bytes] | None = None
        self.count = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    @property
    def address(self) -> str:
        return f"smtp://127.0.0.1:{self._server.getsockname()[1]}"

    def close(self) -> None:
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            try:
                connection.sendall(b"220 sink\r\n")
                self._serve(connection, lines)
            except OSError:
                return

    def _serve(self, connection: socket.socket, lines: Iterator[bytes]) -> None:
        to = ""
        for line in lines:
            word = line[:4].upper()
            if word == b"RCPT":
                to = line.split(b"<")[1].split(b">")[0].decode()
            if word == b"DATA":
                connection.sendall(b"354 go\r\n")
                for text in lines:
                    self._step()
                    if text == b".\r\n":
                        break
                else:
                    return
                self.got[to] += 1
                self._step()
            connection.sendall(b"221 bye\r\n" if word == b"QUIT" else b"250 OK\r\n")
            self._step()
            if word == b"QUIT":
                return

    def _step(self) -> None:
        self.count += 1
        if self.kill_at is not None and self.count >= self.kill_at and self.victim:
            self.kill_at = None
            os.kill(self.victim.pid, signal.SIGKILL)


@pytest.fixture
def sink() -> Iterator[Sink]:
    sink = Sink()
    yield sink
    sink.close()


def newsroom(folder: Path, readers: int) -> Newsroom:
    room = Newsroom(folder, NOW)
    room.note("anna")
    room.subscribe(*((f"r{n:04}@u.example", "staff") for n in range(readers)))
    press = room.open()
    press.pull()
    press.approve(press.draft("weekly").issue.id, by="Ana")
    return room


def send(room: Newsroom, sink: Sink, kill_at: int | None) -> int:
    """Run `digest send` in a process of its own, killed after so many lines."""
    words = ["--config", str(room.folder / "feeds.yaml"), "--now", NOW.isoformat(), "--quiet"]
    code = "from digest.cli.main import main; main()"
    sink.victim, sink.kill_at, sink.count = None, None, 0
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", code, "send", ISSUE, "--to", sink.address, *words],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    sink.victim, sink.kill_at = process, kill_at
    return process.wait(timeout=120)


@pytest.mark.slow
def test_killed_at_any_moment_nobody_is_mailed_twice_or_lost(
    tmp_path: Path,
    sink: Sink,
    is_full: bool,  # noqa: FBT001 - a fixture
) -> None:
    chance = random.Random(3)  # noqa: S311 - the same moments every time
    kills = 0
    for round_ in range(50 if is_full else 1):
        folder = tmp_path / str(round_)
        folder.mkdir()
        readers = MANY if round_ % 2 else READERS
        room = newsroom(folder, readers)
        sink.got.clear()
        before = kills
        for _ in range(4):
            kills += send(room, sink, chance.randint(1, 50 * readers)) == -signal.SIGKILL
        send(room, sink, None)

        found = Counter(d.state for d in room.open().deliveries(ISSUE))
        assert max(sink.got.values()) == 1
        assert found["sent"] + found["ambiguous"] == readers, found
        assert found["ambiguous"] <= 10 * (kills - before)  # one a connection
        for delivery in room.open().deliveries(ISSUE):
            if delivery.state == "sent":
                assert sink.got[delivery.address] == 1
    assert kills
