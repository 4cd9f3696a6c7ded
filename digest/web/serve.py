"""Serve the desk and the public pages with waitress, on loopback unless a password guards the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ipaddress import ip_address

from digest.errors import UsageError
from digest.publisher import Publisher
from digest.web.app import create_app
from digest.web.names import is_loopback
from digest.web.server import run_server

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
    metrics_token = environment.get(_METRICS) or None
    if metrics_token is not None and len(metrics_token) < _SHORTEST:
        raise UsageError(f"{_METRICS} can be guessed: give it {_SHORTEST} characters or more")
    app = create_app(publisher, password, metrics_token)
    stated = environment.get(_PROXY) or None
    try:
        proxy = str(ip_address(stated)) if stated else None
    except ValueError:
        raise UsageError(f"{_PROXY} is {stated!r}; give the proxy's IP address") from None
    run_server(app, host, port, "The desk is", say=say, trusted_proxy=proxy)
