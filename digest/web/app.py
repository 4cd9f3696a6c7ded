"""The web application: the desk behind its guard, and what subscribers see."""

from __future__ import annotations

from time import monotonic
from urllib.parse import urlsplit

from flask import Flask, Response, render_template, request
from flask.sessions import SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from digest.errors import Busy, DigestError, Unknown
from digest.publisher import Publisher
from digest.publisher.sessions import LONGEST
from digest.web import api_v1, archive, desk, health, hooks, public, public_words, sign_up
from digest.web.desk import words as desk_words
from digest.web.guard import Guard
from digest.web.public_words import say
from digest.web.quota import Quota
from digest.web.server import MAX_BODY

_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_WAIT = "5"  # seconds, until a busy database is asked again


class _SecureSessions(SecureCookieSessionInterface):
    """Sessions whose cookie goes over https only, where the page came that way."""

    def __init__(self, public_url: str) -> None:
        parts = urlsplit(public_url)
        self._https_host = parts.netloc if parts.scheme == "https" else None

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 - Flask's signature
        """Tell whether the browser talks https with us, or with a proxy before us."""
        return request.is_secure or request.host == self._https_host


def create_app(
    publisher: Publisher, password: str | None, metrics_token: str | None = None
) -> Flask:
    """Return the application; without a password the desk answers to loopback names only."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=publisher.secret("session"),
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        PERMANENT_SESSION_LIFETIME=LONGEST,
        MAX_CONTENT_LENGTH=MAX_BODY,
        PUBLISHER=publisher,
        INTAKE=sign_up.Intake(),
        API_QUOTAS=api_v1.Quotas(),
        CLICKS=Quota(monotonic, each=1, all_=20_000, seconds=10),
    )
    public_words.install(app, publisher)
    desk_words.install(app)
    app.session_interface = _SecureSessions(publisher.config.publication.public_url)
    app.register_blueprint(public.pages)
    app.register_blueprint(archive.pages)
    app.register_blueprint(sign_up.pages)
    app.register_blueprint(health.pages)
    app.register_blueprint(hooks.pages)
    app.register_blueprint(api_v1.pages)
    guarded = desk.pages
    app.register_blueprint(guarded)
    metrics = f"{health.pages.name}.{health.metrics.__name__}"
    Guard(publisher, password, metrics_token).install(app, guarded.name, metrics)
    app.add_url_rule("/favicon.ico", "icon", lambda: app.send_static_file("icon.svg"))
    app.register_error_handler(DigestError, _sorry)
    app.register_error_handler(HTTPException, _nothing)
    app.after_request(_headers)
    return app


def _sorry(error: DigestError) -> ResponseReturnValue:
    """Tell an editor what went wrong, and everybody else nothing."""
    wait = {"Retry-After": _WAIT} if isinstance(error, Busy) else {}
    status = 503 if wait else 404 if isinstance(error, Unknown) else 409
    if request.blueprint == api_v1.pages.name:
        return api_v1.refusal(error, status, wait)
    if request.blueprint == desk.pages.name:
        return render_template("refused.html", said=str(error), english=True), status, wait
    return _page(status), status, wait


def _nothing(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if request.path.startswith(f"{api_v1.PREFIX}/"):
        return api_v1.problem(status, error.description or "")
    said = {404: "There is no such page.", 413: "This is too large: a file has at most 400 kB."}
    if request.blueprint == desk.pages.name and status in said:
        return render_template("refused.html", said=desk_words.say(said[status])), status
    return _page(status), status


def _page(status: int) -> str:
    if status >= 500:  # noqa: PLR2004 - HTTP's number
        said, way_out = say("That did not work"), say("Please try again in a moment.")
    else:
        said = say("There is nothing here")
        way_out = say("The address may have lost its end, or the issue is not out yet.")
    return render_template("nothing.html", said=said, way_out=way_out)


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _PAGE_POLICY)
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Cache-Control", "no-store")
    return response
