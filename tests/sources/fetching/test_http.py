"""Fetching is bounded in time, size and hops, and goes only where it may."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from digest.sources.fetching.http import FetchError, FetchLimits, Reply, fetch, trusted
from digest.sources.fetching.ssrf import is_public
from digest.sources.fetching.throttle import Throttle
from tests.helpers.loopback import HOST, Answer, Script, server

CERTIFICATE = Path(__file__).parents[2] / "data/localhost.pem"  # of localhost alone, for a century
QUICK = FetchLimits(total=1.0, connect=0.5, read=0.5, size=100_000)


@pytest.fixture
def script() -> Iterator[Script]:
    with server() as script:
        yield script


def get(url: str, limits: FetchLimits = QUICK, allow: tuple[str, ...] = (HOST,)) -> Reply:
    return fetch(url, user_agent="digest/1 (+https://e.example)", allow_hosts=allow, limits=limits)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - an address to be refused
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "::127.0.0.1",
        "ff02::1",
        "2001:db8::1",
    ],
)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_an_address_on_the_open_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "0x7f000001", "2130706433", "127.1"]
)
def test_no_spelling_of_loopback_is_asked(host: str, script: Script) -> None:
    port = script.origin.rsplit(":", 1)[1]

    with pytest.raises(FetchError):
        get(f"http://{host}:{port}/", allow=())

    assert script.requests == []


def test_a_refusal_names_the_way_out(script: Script) -> None:
    with pytest.raises(FetchError, match=r"private address 127\.0\.0\.1; name it in allow_hosts"):
        get(script.origin, allow=())


def test_a_redirect_inside_is_refused(script: Script) -> None:
    url = script.says("/a", Answer(302, {"Location": "http://169.254.169.254/latest/meta-data"}))

    with pytest.raises(FetchError, match=r"private address 169\.254\.169\.254"):
        get(url)


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://e.example/x", "javascript:1", "data:,x"]
)
def test_a_redirect_leads_to_http_only(target: str, script: Script) -> None:
    url = script.says("/a", Answer(302, {"Location": target}))

    with pytest.raises(FetchError, match="no http or https address"):
        get(url)


def test_a_name_that_changes_its_answer_is_connected_to_as_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A rebinding name: public when looked at, private a moment later."""
    answers = iter(["203.0.113.9", "127.0.0.1", "127.0.0.1"])
    connected: list[Any] = []

    def look_up(*_: object, **__: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), 80))]

    def connect(address: Any, **_: object) -> None:  # noqa: ANN401 - as socket has it
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr("digest.sources.fetching.ssrf.socket.getaddrinfo", look_up)
    monkeypatch.setattr("digest.sources.fetching.ssrf.is_public", lambda a: str(a) == "203.0.113.9")
    monkeypatch.setattr("digest.sources.fetching.http.socket.create_connection", connect)

    with pytest.raises(FetchError):
        get("http://rebinding.example/", allow=())

    assert connected == [("203.0.113.9", 80)]


def test_permanent_redirects_alone_tell_where_it_moved(script: Script) -> None:
    script.says("/c", Answer(body=b"x"))
    script.says("/b", Answer(302, {"Location": "/c"}))
    url = script.says("/a", Answer(301, {"Location": "/b"}))

    reply = get(url)

    assert (reply.url, reply.moved_to) == (script.origin + "/c", script.origin + "/b")


def test_a_redirect_to_no_address_is_told(script: Script) -> None:
    url = script.says("/a", Answer(302, {"Location": "http://[x"}))
    with pytest.raises(FetchError, match=r"redirects to http://\[x, which is no address"):
        get(url)


def test_redirects_in_a_circle_end(script: Script) -> None:
    url = script.says("/a", Answer(301, {"Location": "/a"}))

    with pytest.raises(FetchError, match="redirects more than 5 times"):
        get(url)

    assert len(script.requests) == 6


def test_a_gzipped_body_is_unpacked(script: Script) -> None:
    packed = gzip.compress(b"hello")
    url = script.says("/", Answer(headers={"Content-Encoding": "gzip"}, body=packed))

    assert get(url).body == b"hello"


def test_a_gzip_bomb_ends_at_the_size_limit(script: Script) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    url = script.says("/", Answer(headers={"Content-Encoding": "gzip"}, body=bomb))

    with pytest.raises(FetchError, match=r"larger than 0\.1 MB"):
        get(url)


def test_an_endless_body_ends_at_the_size_limit(script: Script) -> None:
    def write(handler: BaseHTTPRequestHandler) -> None:
        while True:
            handler.wfile.write(b"x" * 10_000)

    with pytest.raises(FetchError, match="larger than"):
        get(script.says("/", Answer(write=write)))


@pytest.mark.parametrize("where", ["body", "headers"])
def test_one_byte_at_a_time_ends_at_the_deadline(where: str, script: Script) -> None:
    leave = threading.Event()

    def write(handler: BaseHTTPRequestHandler) -> None:
        while not leave.wait(0.05):
            handler.wfile.write(b"x")
            handler.wfile.flush()

    if where == "headers":
        url = _raw_server(b"HTTP/1.1 200 OK\r\nX: ", leave)
    else:
        url = script.says("/", Answer(write=write))
    with pytest.raises(FetchError, match="did not answer in full within 1 s"):
        get(url)
    leave.set()


def _raw_server(start: bytes, leave: threading.Event) -> str:
    listener = socket.create_server((HOST, 0))

    def serve() -> None:
        connection, _ = listener.accept()
        connection.sendall(start)
        while not leave.wait(0.05):
            try:
                connection.sendall(b"y")
            except OSError:
                break
        connection.close()
        listener.close()

    threading.Thread(target=serve, daemon=True).start()
    return f"http://{HOST}:{listener.getsockname()[1]}/"


def test_a_body_that_breaks_off_is_no_answer(script: Script) -> None:
    def write(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"half")

    url = script.says("/", Answer(headers={"Content-Length": "100"}, write=write))

    with pytest.raises(FetchError, match="breaks off"):
        get(url)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "feed.xml", "http://", "http://[", "gopher://x"]
)
def test_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(FetchError, match="no http or https address"):
        get(url)


def test_a_name_that_nobody_has_is_told() -> None:
    with pytest.raises(FetchError, match=r"the name nobody\.invalid is not known"):
        get("http://nobody.invalid/")


def test_a_closed_port_is_told() -> None:
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(FetchError, match="refused"):
        get(f"http://{HOST}:{port}/")


def test_requests_to_a_host_are_spaced_and_others_do_not_wait() -> None:
    time, slept = [100.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        time[0] += seconds

    gate = Throttle(1.5, clock=lambda: time[0], sleep=sleep)
    for url in ("http://a.example/1", "http://A.example/2", "http://b.example/1"):
        with gate.passing(url):
            time[0] += 0.5

    assert slept == [1.5]


def test_a_host_is_asked_one_thing_at_a_time() -> None:
    gate, inside, most = Throttle(0), [0], [0]

    def ask() -> None:
        with gate.passing("http://a.example/"):
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            threading.Event().wait(0.002)
            inside[0] -= 1

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == [1]


@dataclass
class Secure:
    """A server that speaks TLS as localhost, and the names that it was asked for in the handshake."""

    script: Script
    asked_for: list[str | None] = field(default_factory=list)


@pytest.fixture
def secure() -> Iterator[Secure]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with server(context) as script:
        made = Secure(script)
        context.sni_callback = lambda _, name, __: made.asked_for.append(name)
        yield made


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    trusted.cache_clear()
    yield
    trusted.cache_clear()


@pytest.mark.usefixtures("trusting")
def test_a_trusted_certificate_is_asked_for_and_checked_by_name(
    secure: Secure, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected: list[str] = []
    connect = socket.create_connection

    def noted(place: tuple[str, int], **options: Any) -> socket.socket:  # noqa: ANN401 - as it is
        connected.append(place[0])
        return connect(place, **options)

    monkeypatch.setattr(socket, "create_connection", noted)
    reply = get(secure.script.says("/feed", Answer(body=b"secret")), allow=("localhost",))

    assert (reply.status, reply.body) == (200, b"secret")
    assert secure.asked_for == ["localhost"]
    assert HOST in connected
    assert "localhost" not in connected


def test_a_certificate_that_nobody_vouches_for_is_refused(secure: Secure) -> None:
    url = secure.script.says("/feed", Answer(body=b"x"))
    with pytest.raises(FetchError, match=r"localhost cannot be trusted: self.signed certificate"):
        get(url, allow=("localhost",))
    assert secure.script.requests == []


@pytest.mark.usefixtures("trusting")
def test_a_certificate_of_another_name_is_refused(secure: Secure) -> None:
    url = secure.script.says("/feed", Answer(body=b"x")).replace("localhost", HOST)
    with pytest.raises(FetchError, match=f"{HOST} cannot be trusted: .*certificate is not valid"):
        get(url)
    assert secure.script.requests == []


@pytest.mark.usefixtures("trusting")
def test_the_guard_stands_before_tls(secure: Secure) -> None:
    with pytest.raises(FetchError, match="private address"):
        get(secure.script.says("/feed", Answer(body=b"x")), allow=())
    assert secure.asked_for == []


def test_what_speaks_no_tls_is_told(script: Script) -> None:
    with pytest.raises(FetchError, match=f"{HOST} cannot be trusted"):
        get(script.says("/feed", Answer()).replace("http:", "https:"))
