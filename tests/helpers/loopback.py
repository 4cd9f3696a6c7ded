"""A scripted server on the loopback interface, and a score of how a client behaved towards it."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Answer:
    """What the server says: a status, headers, and a body, or a way of writing one."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    write: Callable[[BaseHTTPRequestHandler], None] | None = None


@dataclass(frozen=True)
class Request:
    """What a client asked, and at which of its hours."""

    path: str
    headers: Mapping[str, str]
    at: datetime | None


class Script:
    """A server's part: the answers of each path, one after the other, the last for ever."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.now: datetime | None = None
        self.origin = ""
        self._answers: dict[str, list[Answer]] = {}

    def says(self, path: str, *answers: Answer) -> str:
        """Give a path its answers; returns its address."""
        self._answers[path] = list(answers)
        return self.origin + path

    def take(self, request: Request) -> Answer:
        self.requests.append(request)
        answers = self._answers.get(request.path, [Answer(404)])
        return answers.pop(0) if len(answers) > 1 else answers[0]


@contextmanager
def server(tls: ssl.SSLContext | None = None) -> Iterator[Script]:
    """Run a scripted server for the length of a block."""
    script = Script()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = script.take(Request(self.path, dict(self.headers), script.now))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.write is None and answer.status != 304:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            try:
                if answer.write is not None:
                    answer.write(self)
                elif answer.status != 304:
                    self.wfile.write(answer.body)
            except OSError:
                return

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def handle(self) -> None:
            with suppress(ssl.SSLError, ConnectionError):
                super().handle()

    http = ThreadingHTTPServer((HOST, 0), Handler)
    http.daemon_threads = True
    http.block_on_close = False
    script.origin = f"http://{HOST}:{http.server_address[1]}"
    if tls is not None:
        # the handshake is each connection's own business: one that fails must not stop the server
        http.socket = tls.wrap_socket(http.socket, server_side=True, do_handshake_on_connect=False)
        script.origin = f"https://localhost:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield script
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def faults(requests: list[Request], sent: list[Answer], path: str) -> list[str]:
    """Return what a client did that a good reader does not (after Rachel Kroll's reader score)."""
    found: list[str] = []
    last: Request | None = None
    etag = modified = None
    for request, answer in zip(requests, sent, strict=True):
        headers = {k.lower(): v for k, v in request.headers.items()}
        found += [
            f"sends {name}" for name in ("cookie", "referer", "authorization") if name in headers
        ]
        found += [f"asks for {request.path}"] if request.path != path else []
        found += ["takes no gzip"] if "gzip" not in headers.get("accept-encoding", "") else []
        found += ["hides who it is"] if "+http" not in headers.get("user-agent", "") else []
        found += ["changes the ETag"] if headers.get("if-none-match", etag) != etag else []
        found += (
            ["changes the date"] if headers.get("if-modified-since", modified) != modified else []
        )
        asked_before = last is not None and (etag or modified)
        conditional = "if-none-match" in headers or "if-modified-since" in headers
        found += ["forgets the validators"] if asked_before and not conditional else []
        if last is not None and last.at and request.at:
            gap = (request.at - last.at).total_seconds()
            found += (
                [f"comes again after {gap:.0f} s"] if gap < (3600 if conditional else 86400) else []
            )
        named = {k.lower(): v for k, v in answer.headers.items()}
        if answer.status == 200:
            etag, modified = named.get("etag"), named.get("last-modified")
        elif answer.status == 304:
            etag, modified = named.get("etag", etag), named.get("last-modified", modified)
        last = request
    return found
