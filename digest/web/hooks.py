"""Webhooks: where a service tells what became of the emails that it took.

Anybody can call them. They need no cookie, and what does not prove that it is the service's changes
nothing and learns nothing.
"""

from __future__ import annotations

import logging

from flask import Blueprint, abort, current_app, request
from flask.typing import ResponseReturnValue

from digest.errors import DigestError, Forged, Unknown
from digest.ports import Call
from digest.publisher import Publisher

pages = Blueprint("hooks", __name__)


@pages.post("/hooks/<service>")
def hear(service: str) -> ResponseReturnValue:
    """Hear a service out; 403 where it is not the service, and 503 where it may call again."""
    publisher: Publisher = current_app.config["PUBLISHER"]
    fields = {name.lower(): value for name, value in request.headers.items()}
    try:
        publisher.hear(service, Call(fields=fields, body=request.get_data(cache=False)))
    except Unknown:
        abort(404)
    except Forged:
        return "", 403
    except DigestError as error:  # ours: a busy store, a secret that is not set
        logging.getLogger(__name__).error("the hook of %s: %s", service, error)  # noqa: TRY400 - a sentence
        return "", 503
    return "", 204
