"""A receiver of webhooks on the loopback interface, which answers as a test says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Got:
    """A POST that came: its path, its fields in lower case, and its body."""

    path: str
    fields: Mapping[str, str]
    body: bytes


@dataclass
class Receiver:
    """What came, and the answer that is given: a status and fields, or a way of writing one."""

    origin: str = ""
    got: list[Got] = field(default_factory=list)
    status: int = 200
    fields: dict[str, str] = field(default_factory=dict)
    said: bytes = b"ok"
    write: Callable[[BaseHTTPRequestHandler], None] | None = None


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Run a receiver for the length of a block."""
    part = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            fields = {name.lower(): value for name, value in self.headers.items()}
            part.got.append(Got(self.path, fields, body))
            with suppress(OSError):
                if part.write is not None:
                    part.write(self)
                    return
                self.send_response(part.status)
                for name, value in part.fields.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(part.said)))
                self.end_headers()
                self.wfile.write(part.said)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer((HOST, 0), Handler)
    http.daemon_threads = True
    http.block_on_close = False
    part.origin = f"http://{HOST}:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield part
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
