"""The web application: the desk behind its guard, and what subscribers see."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from flask import Flask, Response, render_template

from digest.errors import DigestError, Unknown
from digest.publisher import Publisher
from digest.web import desk, public
from digest.web.guard import Guard

_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
    "frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def create_app(publisher: Publisher, password: str | None) -> Flask:
    """Return the application; without a password the desk answers to loopback names only."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=hashlib.sha256(b"session" + publisher.rooms.key).digest(),
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        MAX_CONTENT_LENGTH=1_000_000,
        PUBLISHER=publisher,
    )
    app.register_blueprint(public.pages)
    guarded = desk.pages
    app.register_blueprint(guarded)
    Guard(publisher.rooms.key, password).install(app, guarded.name)
    app.register_error_handler(DigestError, _sorry)
    app.register_error_handler(
        404, lambda _: (render_template("sorry.html", said="There is no such page."), 404)
    )
    app.after_request(_headers)
    return app


def _sorry(error: DigestError) -> tuple[str, int]:
    status = 404 if isinstance(error, Unknown) else 409
    return render_template("sorry.html", said=str(error)), status


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _PAGE_POLICY)
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Cache-Control", "no-store")
    return response
