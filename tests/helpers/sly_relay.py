"""A relay with faults: what it answers at each step, whom it drops, and what it does meanwhile."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Literal

Step = Literal["banner", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "text", "dot"]

_WELL = {
    "banner": "220 sly",
    "AUTH": "235 come in",
    "MAIL": "250 fine",
    "RCPT": "250 fine",
    "DATA": "354 go on",
    "dot": "250 taken",
}


class SlyRelay:
    """Takes emails on a port of its own; `got` counts whose were taken, by address.

    `strays` counts the texts with an end that are no email's.

    `says` puts another answer in a step's place: a reply, `drop`, `hang`, `flood`, or what `judge`
    returns of the address. `meet` is called at each step, before its answer.
    """

    def __init__(self) -> None:
        self.got: Counter[str] = Counter()
        self.says: dict[str, str] = {}
        self.judge: Callable[[Step, str], str | None] = lambda _step, _to: None
        self.meet: Callable[[Step], object] = lambda _step: None
        self.pipelines, self.most, self.closes_after, self.pause = True, 1000, 0, 0.0
        self.open = self.dialled = self.widest = self.strays = 0
        self._lock = threading.Lock()
        self._end = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.address = f"smtp://127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._end.set()
        with suppress(OSError):  # it was closed before
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with self._lock:
            self.open, self.dialled = self.open + 1, self.dialled + 1
            self.widest = max(self.widest, self.open)
            is_full = self.open > self.most
        # or each of several small replies waits 40 ms for the other side's ACK (Nagle)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            with connection, connection.makefile("rb") as lines:
                if is_full:
                    connection.sendall(b"421 4.7.0 too many connections\r\n")
                else:
                    self._serve(connection, lines)
        except (OSError, EOFError):
            return
        finally:
            with self._lock:
                self.open -= 1

    def _serve(self, connection: socket.socket, lines: Iterator[bytes]) -> None:
        to, taken, has_sender, has_reader = "", 0, False, False
        self._answer(connection, "banner", "")
        for line in lines:
            word = line[:4].decode("ascii", "replace").upper().strip()
            if word in {"EHLO", "HELO"}:
                offers = ["sly", "AUTH PLAIN", *(["PIPELINING"] if self.pipelines else ["SIZE"])]
                well = "\r\n".join(f"250-{each}" for each in offers[:-1]) + f"\r\n250 {offers[-1]}"
                self._answer(connection, "EHLO", "", well)
            elif word == "RCPT":
                to = line.split(b"<")[1].split(b">")[0].decode()
                has_reader = self._answer(connection, "RCPT", to) and has_sender
            elif word == "DATA" and not has_reader:
                # as some do who take a pipeline as it comes (RFC 2920 §3.1)
                connection.sendall(b"354 go on\r\n")
                while next(lines, b".\r\n") != b".\r\n":
                    pass
                connection.sendall(b"554 no valid recipients\r\n")
            elif word == "DATA":
                if self._answer(connection, "DATA", to):
                    taken += self._take(connection, lines, to)
                has_reader = False
            elif word in {"AUTH", "MAIL"}:
                if self.closes_after and taken >= self.closes_after:
                    raise EOFError
                has_sender = self._answer(connection, word, "")  # type: ignore[arg-type]
            else:
                connection.sendall(b"221 bye\r\n" if word == "QUIT" else b"250 fine\r\n")
                if word == "QUIT":
                    return

    def _take(self, connection: socket.socket, lines: Iterator[bytes], to: str) -> bool:
        has_field = False
        for count, line in enumerate(lines):
            if line == b".\r\n":
                break
            has_field |= line.startswith(b"Message-ID: ")
            if count == 3:  # in the midst of it
                self.meet("text")
                if self.says.get("text") == "drop":
                    raise EOFError
        else:
            raise EOFError
        self.strays += not has_field
        self._end.wait(self.pause)
        return self._answer(connection, "dot", to)

    def _answer(
        self, connection: socket.socket, step: Step, to: str, well: str | None = None
    ) -> bool:
        self.meet(step)
        good = well or _WELL[step]
        said = self.judge(step, to) or self.says.get(step) or good
        if said == "drop":
            raise EOFError
        if said == "hang":
            self._end.wait(60)
            raise EOFError
        is_well = said[:3] == good[:3]
        if is_well and step == "dot":
            self.got[to] += 1
        if said == "flood":
            connection.sendall(b"250-" + b"x" * 1_000_000)
            self._end.wait(60)
            raise EOFError
        connection.sendall(said.encode() + b"\r\n")
        if said.startswith("421"):
            raise EOFError
        return is_well
