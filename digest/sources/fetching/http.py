"""One guarded request: redirects, deadlines and sizes are ours, and so is the choice of address."""

from __future__ import annotations

import functools
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import certifi
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, IncompleteRead, NameResolutionError

from digest.sources.fetching.ssrf import AddressRefused, resolve

PERMANENT = frozenset({301, 308})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TAKEN = range(200, 300)
_CHUNK = 16_384
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, text/html;q=0.5, */*;q=0.1"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """What one request may cost: seconds, bytes after decompression, redirects."""

    total: float = 40.0
    connect: float = 10.0
    read: float = 20.0
    size: int = 15_000_000
    redirects: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server answered at last; `moved_to` is where permanent redirects alone lead."""

    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    moved_to: str | None = None


class FetchError(Exception):
    """A request without a usable answer; the sentence says why, for a person."""


def fetch(
    url: str,
    *,
    user_agent: str,
    headers: Mapping[str, str] | None = None,
    allow_hosts: tuple[str, ...] = (),
    limits: FetchLimits | None = None,
) -> Reply:
    """GET an address through the guard; raises FetchError.

    No cookies, no Referer, nothing added to the address: http and https only.
    """
    limits = limits or FetchLimits()
    sent = {
        "User-Agent": user_agent,
        "Accept": _ACCEPT,
        "Accept-Encoding": "gzip",
        **(headers or {}),
    }
    ends = time.monotonic() + limits.total
    here, moved, permanent = url, None, True
    for _ in range(limits.redirects + 1):
        reply = _one(here, sent, allow_hosts, limits, ends)
        target = reply.headers.get("location")
        if reply.status not in _REDIRECTS or not target:
            return Reply(
                url=here,
                status=reply.status,
                headers=reply.headers,
                body=reply.body,
                moved_to=moved,
            )
        permanent = permanent and reply.status in PERMANENT
        try:
            here = urljoin(here, target)
        except ValueError:
            said = f"it redirects to {target[:200]}, which is no address"
            raise FetchError(said) from None
        moved = here if permanent else moved
    raise FetchError(f"it redirects more than {limits.redirects} times")


def post(
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    allow_hosts: tuple[str, ...] = (),
    limits: FetchLimits,
) -> Reply:
    """POST a body to an address through the guard; raises FetchError.

    No redirect is followed. Of an answer that refuses, its beginning is read; of one that takes it, nothing.
    """
    return _one(url, headers, allow_hosts, limits, time.monotonic() + limits.total, sent=body)


def _one(
    url: str,
    headers: Mapping[str, str],
    allow_hosts: tuple[str, ...],
    limits: FetchLimits,
    ends: float,
    *,
    sent: bytes | None = None,
) -> Reply:
    try:
        parts = urllib3.util.parse_url(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
        urlsplit(url)
    except (ValueError, HTTPError):
        usable = False
    if not usable:
        raise FetchError(f"{url[:200]} is no http or https address")
    host = parts.hostname or ""
    left = max(0.01, ends - time.monotonic())
    timeout = min(limits.connect, left)
    connection: _GuardedConnection = (
        _Secure(host, parts.port or 443, timeout=timeout, ssl_context=trusted())
        if parts.scheme == "https"
        else _Open(host, parts.port or 80, timeout=timeout)
    )
    connection.allowed = allow_hosts
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with _told(host, limits), _stopped_at(connection, left):
        connection.connect()
        connection.sock.settimeout(min(limits.read, left))
        method = "GET" if sent is None else "POST"
        connection.request(method, path, sent, headers=dict(headers), preload_content=False)
        with closing(connection.getresponse()) as response:
            answer = {k.lower(): v for k, v in response.headers.items()}
            if response.status in _REDIRECTS or (sent is not None and response.status in _TAKEN):
                body = b""
            elif sent is not None:
                body = response.read1(limits.size, decode_content=True)
            else:
                body = _body(response, limits.size, ends)
            return Reply(url=url, status=response.status, headers=answer, body=body)


def _body(response: urllib3.BaseHTTPResponse, size: int, ends: float) -> bytes:
    parts: list[bytes] = []
    total = 0
    while data := response.read1(_CHUNK, decode_content=True):
        parts.append(data)
        total += len(data)
        if total > size:
            raise FetchError(f"it is larger than {size / 1_000_000:g} MB")
        if time.monotonic() > ends:
            raise TimeoutError
    return b"".join(parts)


class _GuardedConnection(HTTPConnection):
    """A connection that is made to an address the guard has seen."""

    allowed: tuple[str, ...] = ()
    twin: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        problem: OSError | None = None
        for address in resolve(self.host, self.port, self.allowed):
            try:
                sock = socket.create_connection((address, self.port), timeout=self.timeout)
            except OSError as error:
                problem = error
                continue
            # TLS takes the socket over; its twin still reaches the connection when time is up
            self.twin = sock.dup()
            return sock
        raise problem or OSError(f"{self.host} has no address")


class _Open(_GuardedConnection):
    """Plain http."""


class _Secure(_GuardedConnection, HTTPSConnection):
    """Http over TLS, with the certificates of the system and of certifi."""


@functools.cache
def trusted() -> ssl.SSLContext:
    """Return whose certificates are believed: the system's, or SSL_CERT_FILE's, and certifi's."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


@contextmanager
def _stopped_at(connection: _GuardedConnection, seconds: float) -> Iterator[None]:
    """Cut the connection when its time is up, whatever it is doing, and close it in the end."""
    late = threading.Event()

    def stop() -> None:
        late.set()
        if connection.twin is not None:
            with suppress(OSError):  # the other side was quicker
                connection.twin.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, seconds), stop)
    timer.daemon = True
    timer.start()
    try:
        yield
        # a connection that was cut can look like an answer that has ended
        if late.is_set():
            raise TimeoutError
    except (OSError, HTTPError, ValueError) as error:
        raise TimeoutError if late.is_set() else error from error
    finally:
        timer.cancel()
        connection.close()
        if connection.twin is not None:
            connection.twin.close()


@contextmanager
def _told(host: str, limits: FetchLimits) -> Iterator[None]:
    """Turn what went wrong on the way into one sentence."""
    try:
        yield
    except FetchError:
        raise
    except AddressRefused as error:
        raise FetchError(str(error)) from None
    except (socket.gaierror, NameResolutionError, UnicodeError):
        raise FetchError(f"the name {host} is not known") from None
    except (TimeoutError, urllib3.exceptions.TimeoutError):
        raise FetchError(f"{host} did not answer in full within {limits.total:g} s") from None
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", None) or error.reason or "TLS failed"
        raise FetchError(f"{host} cannot be trusted: {reason}") from None
    except (IncompleteRead, urllib3.exceptions.ProtocolError):
        raise FetchError(f"the answer of {host} breaks off") from None
    except (OSError, HTTPError, ValueError) as error:
        raise FetchError(
            f"{host}: {getattr(error, 'strerror', None) or type(error).__name__}"
        ) from None
