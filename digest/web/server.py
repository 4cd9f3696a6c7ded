"""The server: waitress, with an end to everything that another side could draw out."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any

from waitress import create_server
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer

from digest.errors import DigestError

MAX_BODY = 500_000  # bytes; Flask takes no larger form

_THREADS = 8
_SPARE = 20  # waitress stops to listen at its limit, and would wait for who draws things out
_PROXY_HEADERS = {"x-forwarded-for", "x-forwarded-proto"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerLimits:
    """How long others may take, in seconds, and how much they may hold.

    `exchange` is for sending a request whole, and again for taking its answer; `idle` is for a
    connection on which nothing comes. All connections together hold no more than `connections`
    bodies in memory, and none is on the disk.
    """

    exchange: float = 30
    idle: int = 15
    body: int = MAX_BODY
    header: int = 16_384
    connections: int = 300


def open_server(
    app: Any,  # noqa: ANN401 - a WSGI application
    host: str,
    port: int,
    trusted_proxy: str | None = None,
    limits: ServerLimits | None = None,
) -> tuple[Any, int]:
    """Return waitress's server, listening, and its port; OSError where it cannot listen.

    The address of who asks, and whether by https, is what the trusted proxy says; nobody else is heard.
    """
    limits = limits or ServerLimits()
    listening: dict[int, Any] = {}
    trust = {
        "trusted_proxy": trusted_proxy,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": _PROXY_HEADERS,
    }
    server = create_server(
        app,
        map=listening,
        host=host,
        port=port,
        threads=_THREADS,
        asyncore_use_poll=True,  # select() knows no more than 1,024 files
        connection_limit=limits.connections + _SPARE,
        channel_timeout=limits.idle,
        cleanup_interval=1,
        max_request_header_size=limits.header,
        max_request_body_size=limits.body,
        inbuf_overflow=limits.body,
        **(trust if trusted_proxy else {}),
    )
    doors = [each for each in listening.values() if isinstance(each, BaseWSGIServer)]
    for door in doors:
        door.channel_class = partial(_Channel, limits)
    return server, int(doors[0].effective_port)


def run_server(
    app: Any,  # noqa: ANN401 - a WSGI application
    host: str,
    port: int,
    what: str,
    *,
    say: Callable[[str], None],
    trusted_proxy: str | None = None,
) -> None:
    """Say where `what` is and serve it until interrupted; DigestError where it cannot be served."""
    try:
        server, port = open_server(app, host, port, trusted_proxy)
    except OSError as error:
        raise DigestError(f"{host}:{port} cannot be served: {error.strerror}") from None
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    say(f"{what} at http://{f'[{host}]' if ':' in host else host}:{port}/ (Ctrl-C ends it)")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a supervisor's stop is a Ctrl-C
    server.run()


class _Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """A connection that is closed where a request, or the taking of its answer, is drawn out.

    waitress closes what is idle; who sends or takes a byte now and then is not. Where there are too
    many, the oldest that waits for its other side makes room: an honest request is over by then.
    """

    def __init__(self, limits: ServerLimits, *given: Any, **more: Any) -> None:  # noqa: ANN401 - waitress's
        self._limit, self._waits_since = limits.exchange, monotonic()
        super().__init__(*given, **more)
        open_ = [each for each in self._map.values() if isinstance(each, _Channel)]
        if len(open_) > limits.connections:
            waiting = (each for each in open_ if not each.requests and each is not self)
            next(waiting, self).handle_close()

    def readable(self) -> bool:
        """Tell whether more may be read; asked at every turn of the server's loop."""
        waits = not self.requests and (self.request is not None or self.total_outbufs_len)
        if not waits:
            self._waits_since = monotonic()
        elif monotonic() - self._waits_since > self._limit:
            self.handle_close()  # at once: who takes no byte lets nothing be flushed first
            return False
        return bool(super().readable())
