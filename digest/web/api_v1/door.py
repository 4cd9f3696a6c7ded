"""The API's door: who asks is known by a token, and every answer is JSON that can be asked after.

It knows no cookie, and tells no browser of another site to come in (CORS). What is wrong is a problem
document (RFC 9457).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from time import monotonic
from typing import Any

from flask import Blueprint, Response, current_app, g, request
from pydantic import BaseModel, ConfigDict, ValidationError

from digest.errors import DigestError, Unknown, UsageError
from digest.model import TokenRight
from digest.publisher import Publisher
from digest.publisher.api_reading import TokenReading
from digest.web.quota import Quota
from digest.web.tries import network

PREFIX = "/api/v1"
pages = Blueprint("api", __name__, url_prefix=PREFIX)

_A_MINUTE = 60
EACH = 300
"""How many requests a token has in a minute."""
_PROBLEM = "application/problem+json"


class Query(BaseModel):
    """What a request may ask by parameters."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An address of the API: what it takes, what it answers with, and which right it asks for.

    `about` is what it does, in a sentence.
    """

    name: str
    path: str
    about: str
    query: type[Query]
    answer: Any
    right: TokenRight


class Api:
    """The routes of the API, as they are told in its document."""

    def __init__(self) -> None:
        self.endpoints: list[Endpoint] = []

    def get(
        self,
        path: str,
        answer: Any,  # noqa: ANN401 - a type
        query: type[Query] = Query,
        right: TokenRight = "sent",
    ) -> Callable[[Callable[..., object]], Callable[..., object]]:
        """Let a function answer at a path: it is given what may be read, the query, and what the path names."""

        def register(view: Callable[..., object]) -> Callable[..., object]:
            about = " ".join((view.__doc__ or "").split())
            endpoint = Endpoint(
                name=view.__name__, path=path, about=about, query=query, answer=answer, right=right
            )
            self.endpoints.append(endpoint)

            def answered(**place: str) -> Response:
                reading: TokenReading = g.reading
                if right == "everything" and reading.token.right != "everything":
                    return problem(403, "The token reads what was sent, and not this.")
                return json_answer(view(reading, _asked(query), **place))

            pages.add_url_rule(path, view.__name__, answered)
            return view

        return register


api = Api()


class Quotas:
    """How often a token may ask, and how often somebody may come with none that is right."""

    def __init__(self) -> None:
        self.tokens = Quota(monotonic, each=EACH, all_=20_000, seconds=_A_MINUTE)
        self.strangers = Quota(monotonic, each=30, all_=1000, seconds=_A_MINUTE)


@pages.before_request
def _enter() -> Response | None:
    """Let a token in; the document of the API itself is anybody's."""
    if request.endpoint == "api.openapi":
        return None
    press: Publisher = current_app.config["PUBLISHER"]
    quotas: Quotas = current_app.config["API_QUOTAS"]
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    given = secret.strip() if scheme.lower() == "bearer" else ""
    reading = press.reading(given) if given else None
    if reading is None:
        if not quotas.strangers.take(network(request.remote_addr or "")):
            return _too_many()
        said = "The token is none of ours, or has expired." if given else "Bring a token."
        refused = problem(401, f"{said} `digest tokens add NAME` makes one.")
        refused.headers["WWW-Authenticate"] = 'Bearer realm="digest"'
        return refused
    if not quotas.tokens.take(reading.token.name):
        return _too_many()
    g.reading = reading
    return None


def _too_many() -> Response:
    refused = problem(429, f"That was too often; a token has {EACH} requests a minute.")
    refused.headers["Retry-After"] = str(_A_MINUTE)
    return refused


def _asked(query: type[Query]) -> Query:
    """Return what a request asks; UsageError with everything that is wrong with it."""
    try:
        return query.model_validate(request.args.to_dict())
    except ValidationError as error:
        known = ", ".join(query.model_fields) or "none"
        said = (
            f"there is no parameter {each['loc'][0]!r}; known: {known}"
            if each["type"] == "extra_forbidden"
            else f"{each['loc'][0]}: {each['msg']}"
            for each in error.errors()
        )
        raise UsageError("; ".join(said)) from None


def json_answer(value: object) -> Response:
    """Return an answer that is kept for nobody else, and can be asked after by its hash (RFC 9110)."""
    response = Response(json.dumps(value, ensure_ascii=False), mimetype="application/json")
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Authorization"
    response.add_etag()
    response.make_conditional(request)
    return response


def problem(status: int, detail: str, more: Mapping[str, str] | None = None) -> Response:
    """Return what is wrong, as RFC 9457 has it."""
    said: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    headers = {"Cache-Control": "no-store", **(more or {})}
    return Response(json.dumps(said, ensure_ascii=False), status, headers, mimetype=_PROBLEM)


def refusal(error: DigestError, status: int, more: Mapping[str, str]) -> Response:
    """Return why something is not read; which names there are is not told, as some may be another's."""
    if isinstance(error, Unknown):
        return problem(404, str(error).partition("; known:")[0])
    if isinstance(error, UsageError):
        return problem(400, str(error))
    return problem(status, str(error), more)
