"""What takes emails, on the loopback interface, and fails as it is told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

Fault = Literal[
    "", "limit", "unavailable", "gateway", "cut", "silent", "reader", "key", "early", "stranger"
]
Kept = tuple[str, str, str]


EMAIL = "\r\n".join(
    """\
From: =?utf-8?q?Northg=C3=A4te=2C_News?= <news@u.example>
To: <a@u.example>
Subject: =?utf-8?q?The_w=C3=AAek?=
Message-ID: <abc@u.example>
Date: Mon, 12 Jan 2026 06:00:00 +0000
List-Unsubscribe: <https://u.example/u/abcdefghijklmnop>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=alt

--alt
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Caf=C3=A9
--alt
Content-Type: multipart/related; boundary=rel

--rel
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p>Caf=C3=A9</p>
<img src=3D"cid:logo">
--rel
Content-Type: image/png
Content-Transfer-Encoding: base64
Content-ID: <logo>
Content-Disposition: inline; filename=logo.png

iVBORw0KGgo=
--rel--
--alt--
""".splitlines()
).encode()


@dataclass
class Taker:
    """What the other side took, and how it is to fail."""

    taken: list[Kept] = field(default_factory=list)
    connections: int = 0
    fault: Fault = ""
    hangs: threading.Event = field(default_factory=threading.Event)

    def keep(self, address: str, raw: bytes) -> None:
        email = message_from_bytes(raw, policy=policy.default)
        self.taken.append((address, str(email["Subject"]), _html(email)))


def _html(email: EmailMessage) -> str:
    body = email.get_body(("html",))
    return body.get_content() if body else ""


Asked = tuple[str, dict[str, str], bytes]
Said = tuple[int, dict[str, str], dict[str, Any]]


@contextmanager
def service(taker: Taker, answer: Callable[[Taker, Asked], Said]) -> Iterator[str]:
    """Run a service of HTTP; yields its origin."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            taker.connections += 1

        def do_POST(self) -> None:
            if taker.fault == "early":  # as a front end does for which a request is too large
                self.wfile.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\n{}")
                self.close_connection = True
                return
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            if len(body) < length:  # whoever asked hung up before the end: that is no request
                self.close_connection = True
                return
            if taker.fault == "stranger":  # as a portal before the network does
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<p>Hi</p>")
                return
            if taker.fault in {"cut", "silent"}:
                if taker.fault == "silent":
                    taker.hangs.wait(10)
                self.close_connection = True
                return
            fields = {name.lower(): value for name, value in self.headers.items()}
            status, more, said = answer(taker, (self.path, fields, body))
            data = json.dumps(said).encode()
            self.send_response(status)
            for name, value in {**more, "Content-Length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    http.block_on_close = False
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{http.server_address[1]}"
    taker.hangs.set()
    http.shutdown()
    thread.join()
    http.server_close()
