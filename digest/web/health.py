"""Health: whether the process is alive, whether it can work, and what an operator watches.

The metrics are Prometheus's text format, version 0.0.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import get_args

from flask import Blueprint, Response, current_app

from digest.editorial.provider import PROVIDERS
from digest.model import DeliveryState
from digest.publisher import Publisher

pages = Blueprint("health", __name__)

_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_RESULTS = ("ok", "unchanged", "failed", "never")

_Sample = tuple[Mapping[str, str], float]


def _publisher() -> Publisher:
    found: Publisher = current_app.config["PUBLISHER"]
    return found


@pages.get("/healthz")
def alive() -> Response:
    """Say that the process answers."""
    return Response("ok\n", mimetype="text/plain")


@pages.get("/readyz")
def ready() -> Response:
    """Say whether the store answers and is of this version of the program."""
    if _publisher().is_ready():
        return Response("ready\n", mimetype="text/plain")
    return Response("the store does not answer\n", 503, mimetype="text/plain")


@pages.get("/metrics")
def metrics() -> Response:
    """Show what is measured; the guard lets in who may see it."""
    found = _publisher().measure()
    lines = (
        *_gauge(
            "digest_deliveries",
            "Emails by state and receiving provider.",
            (
                (
                    {"state": state, "provider": provider},
                    found.deliveries.get((state, provider), 0),
                )
                for state in get_args(DeliveryState)
                for provider in PROVIDERS
            ),
        ),
        *_gauge(
            "digest_oldest_pending_seconds",
            "Time since the oldest issue was to go out of which an email still waits.",
            [({}, found.oldest_pending.total_seconds())],
        ),
        *_gauge(
            "digest_slot_lag_seconds",
            "Time since a slot whose issue has not begun to go out.",
            (({"newsletter": name}, lag.total_seconds()) for name, lag in found.slot_lag.items()),
        ),
        *_gauge(
            "digest_fetch_result",
            "1 for the result of a source's last fetch.",
            (
                ({"source": name, "result": result}, result == fetch.result)
                for name, fetch in found.fetches.items()
                for result in _RESULTS
            ),
        ),
        *_gauge(
            "digest_fetch_age_seconds",
            "Time since a source's last fetch.",
            (
                ({"source": name}, fetch.age.total_seconds())
                for name, fetch in found.fetches.items()
                if fetch.age is not None
            ),
        ),
    )
    return Response("".join(f"{line}\n" for line in lines), content_type=_TYPE)


def _gauge(name: str, says: str, samples: Iterable[_Sample]) -> Iterator[str]:
    yield f"# HELP {name} {says}"
    yield f"# TYPE {name} gauge"
    for labels, value in samples:
        # nothing is to be escaped: the names that a configuration gives are letters, digits, - and _
        said = ",".join(f'{key}="{each}"' for key, each in labels.items())
        yield f"{name}{{{said}}} {float(value)}" if said else f"{name} {float(value)}"
