"""Serve the desk and the public pages with waitress, on loopback unless a password guards the desk."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Mapping
from ipaddress import ip_address

from digest.errors import DigestError, UsageError
from digest.publisher import Publisher
from digest.web.app import create_app
from digest.web.names import is_loopback
from digest.web.server import open_server

_PASSWORD = "DIGEST_DESK_PASSWORD"  # noqa: S105 - the variable's name
_PROXY = "DIGEST_TRUSTED_PROXY"
_METRICS = "DIGEST_METRICS_TOKEN"
_SHORTEST = 16


def serve(
    publisher: Publisher,
    host: str,
    port: int,
    environment: Mapping[str, str],
    say: Callable[[str], None],
) -> None:
    """Serve until interrupted; UsageError where what the environment says will not do."""
    password = environment.get(_PASSWORD) or None
    guarded = password or publisher.accounts() or publisher.config.desk.oidc
    if not guarded and not is_loopback(host):
        raise UsageError(
            f"{host} can be reached from outside: make an account (`digest users add`), or set "
            f"{_PASSWORD}, to guard the desk"
        )
    app = create_app(publisher, password, _metrics_token(environment))
    try:
        server, port = open_server(app, host, port, _proxy(environment))
    except OSError as error:
        raise DigestError(f"{host}:{port} cannot be served: {error.strerror}") from None
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    say(f"The desk is at http://{_shown(host)}:{port}/ (Ctrl-C ends it)")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a supervisor's stop is a Ctrl-C
    server.run()


def _proxy(environment: Mapping[str, str]) -> str | None:
    stated = environment.get(_PROXY) or None
    try:
        return str(ip_address(stated)) if stated else None
    except ValueError:
        raise UsageError(f"{_PROXY} is {stated!r}; give the proxy's IP address") from None


def _metrics_token(environment: Mapping[str, str]) -> str | None:
    token = environment.get(_METRICS) or None
    if token is not None and len(token) < _SHORTEST:
        raise UsageError(f"{_METRICS} can be guessed: give it {_SHORTEST} characters or more")
    return token


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
