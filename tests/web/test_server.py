"""The server against those who draw things out: real sockets, and limits that a test can wait for."""

from __future__ import annotations

import re
import socket
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain, repeat
from time import monotonic
from typing import Any

import pytest

from digest.web.server import ServerLimits, open_server

LIMITS = ServerLimits(exchange=2, idle=2, body=50_000, header=2_000, connections=20)
LONG = b"x" * 15_000_000  # more than two sockets hold


def app(environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
    """Say who asks, by which scheme, and how much came; or much more."""
    body = environ["wsgi.input"].read()
    said = f"{environ['REMOTE_ADDR']} {environ['wsgi.url_scheme']} {len(body)}".encode()
    start("200 OK", [("Content-Type", "text/plain")])
    return [LONG if environ["PATH_INFO"] == "/long" else said]


@contextmanager
def served(trusted_proxy: str | None = None, host: str = "127.0.0.1") -> Iterator[int]:
    """Run the server for the length of a block, and yield its port."""
    server, port = open_server(app, host, 0, trusted_proxy, LIMITS)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield port
    server.close()
    thread.join()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with served() as port:
        yield port


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        yield line


def answer(line: socket.socket) -> bytes:
    """Return what comes until the server closes the connection."""
    said = b""
    with suppress(ConnectionError):
        while data := line.recv(65_536):
            said += data
    return said


def asked(port: int, request: bytes) -> bytes:
    with connected(port) as line:
        line.sendall(request)
        return answer(line)


POST = b"POST /u/x HTTP/1.1\r\nHost: d.example\r\nConnection: close\r\n"


def test_a_request_is_answered_over_a_connection_that_stays(port: int) -> None:
    with connected(port) as line:
        for _ in range(3):
            line.sendall(b"GET / HTTP/1.1\r\nHost: d.example\r\n\r\n")
            said = b""
            while not said.endswith(b"127.0.0.1 http 0"):
                said += line.recv(65_536)


def test_a_name_of_both_families_is_served() -> None:
    with served(host="localhost") as port:
        assert b"200 OK" in asked(port, b"GET / HTTP/1.0\r\n\r\n")


def test_a_body_up_to_the_limit_is_read_and_never_lies_on_the_disk(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_file(*_: object, **__: object) -> None:
        pytest.fail("a body was written to the disk")

    monkeypatch.setattr(tempfile, "TemporaryFile", no_file)
    monkeypatch.setattr("waitress.buffers.FileBasedBuffer.__init__", no_file)

    assert b" 49999" in asked(port, POST + b"Content-Length: 49999\r\n\r\n" + b"x" * 49_999)


def test_a_body_beyond_the_limit_is_refused_before_it_is_sent(port: int) -> None:
    for length in (50_000, 99_000_000, 10**30):
        assert b"413 Request" in asked(port, POST + b"Content-Length: %d\r\n\r\n" % length)


@pytest.mark.parametrize("more", [b"", b"Expect: 100-continue\r\n"])
def test_a_body_in_chunks_ends_at_the_limit_however_it_is_cut(port: int, more: bytes) -> None:
    head = POST + more + b"Transfer-Encoding: chunked\r\n\r\n"
    for chunk in (b"2710\r\n" + b"x" * 10_000 + b"\r\n", b"1\r\nx\r\n" * 1_000, b"1" * 10_000):
        sent = 0
        with connected(port) as line:
            line.sendall(head)
            with suppress(ConnectionError):
                for piece in repeat(chunk, 2_000):
                    line.sendall(piece)
                    sent += len(piece)
            answer(line)
        # what a socket holds comes on top
        assert sent < 10_000_000


def test_a_header_beyond_the_limit_is_refused(port: int) -> None:
    assert b"431 Request" in asked(port, b"GET / HTTP/1.1\r\nX: " + b"x" * 3_000)


SLOW = {
    "nothing": [b""],
    "a header by the byte": [bytes([b]) for b in b"GET / HTTP/1.1\r\nX-" + b"a" * 1_000],
    "a header by the line": [b"GET / HTTP/1.1\r\n", *[b"X-A: b\r\n"] * 100],
    "a body by the byte": [POST + b"Content-Length: 1000\r\n\r\n", *[b"x"] * 1_000],
    "chunks by the byte": [POST + b"Transfer-Encoding: chunked\r\n\r\n", *[b"1\r\nx\r\n"] * 1_000],
    "a promise": [POST + b"Expect: 100-continue\r\nContent-Length: 9\r\n\r\n"],
}


@pytest.mark.parametrize("name", SLOW)
def test_who_sends_slowly_is_cut_off(port: int, name: str) -> None:
    started = monotonic()
    with connected(port) as line:
        line.settimeout(0.1)
        for piece in chain(SLOW[name], repeat(b"")):
            with suppress(TimeoutError):
                try:
                    line.sendall(piece)
                    if re.sub(rb"HTTP/1.1 100 Continue\r\n\r\n", b"", line.recv(100)) == b"":
                        break
                except ConnectionError:
                    break
            assert monotonic() - started < 30


def test_who_takes_no_answer_is_cut_off(port: int) -> None:
    with connected(port) as line:
        line.sendall(b"GET /long HTTP/1.1\r\nHost: d.example\r\n\r\n")
        threading.Event().wait(4)

        assert len(answer(line)) < len(LONG)


@pytest.mark.parametrize(
    "said", [b"", b"GET / HTTP/1.1\r\nX: ", POST + b"Content-Length: 9\r\n\r\n"]
)
def test_the_oldest_that_waits_makes_room_for_who_comes(port: int, said: bytes) -> None:
    lines = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(100)]
    try:
        started = monotonic()
        for line in lines:
            with suppress(ConnectionError):
                line.sendall(said)
        assert b"200 OK" in asked(port, b"GET / HTTP/1.0\r\n\r\n")
        assert monotonic() - started < LIMITS.exchange
        assert answer(lines[0]) == b""
    finally:
        for line in lines:
            line.close()


FORWARDED = (
    b"GET / HTTP/1.0\r\nX-Forwarded-For: 192.0.2.9, 192.0.2.1\r\nX-Forwarded-Proto: https\r\n"
    b"X-Forwarded-Host: evil.example\r\nForwarded: for=192.0.2.7\r\n\r\n"
)


@pytest.mark.parametrize(
    ("proxy", "said"),
    [
        (None, b"127.0.0.1 http 0"),
        ("192.0.2.5", b"127.0.0.1 http 0"),
        ("127.0.0.1", b"192.0.2.1 https 0"),
    ],
)
def test_only_the_trusted_proxy_says_who_asks(proxy: str | None, said: bytes) -> None:
    with served(proxy) as port:
        assert said in asked(port, FORWARDED)
