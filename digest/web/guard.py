"""The desk's guard: a password where one is set, loopback names otherwise; no foreign form."""

from __future__ import annotations

import hmac
import re
import secrets
from hashlib import scrypt, sha256
from time import monotonic

from flask import (
    Flask,
    Request,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer

from digest.publisher import Publisher
from digest.web.names import is_loopback, stated_host
from digest.web.tries import Tries

_PORT = re.compile(":[0-9]+$")
_DEVICE = "device"  # the cookie of a browser that was let in before
_DEVICE_LASTS = 180 * 86_400  # seconds


class Guard:
    """Stands before every page of the desk."""

    def __init__(
        self, publisher: Publisher, password: str | None, metrics_token: str | None
    ) -> None:
        self._publisher, self._password = publisher, password
        self._metrics_token = metrics_token
        self._tries = Tries(monotonic)
        self._devices = URLSafeTimedSerializer(publisher.secret("device"))
        if password is not None:
            # slow to guess from, as it is kept in the store
            salt = publisher.secret("password")
            self._mark = scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1).hex()
            publisher.end_old_sessions(self._mark)

    def install(self, app: Flask, blueprint: str, metrics: str) -> None:
        """Guard a blueprint and the metrics' endpoint of the application, and add the login page."""
        self._blueprint, self._metrics = blueprint, metrics
        app.before_request(self._check)
        app.add_url_rule("/login", "login", self._login, methods=["GET", "POST"])
        app.add_url_rule("/logout", "logout", self._logout, methods=["POST"])

    def _check(self) -> ResponseReturnValue | None:
        if request.endpoint == self._metrics:
            return None if self._may_measure() else abort(404)
        is_door = request.endpoint in {"login", "logout"}
        if not is_door and request.blueprint != self._blueprint:
            return None
        host = stated_host(request.headers.get("Host"))
        if host is None:
            return _refused("The request does not state one host that it is for.", 400)
        if not _is_own_form(request, host):
            return _refused("This form was sent from another site.")
        if is_door:
            return None
        if self._password is not None:
            return None if self._is_known() else redirect(url_for("login"))
        if _is_loopback(host):
            return None
        return _refused("Set DIGEST_DESK_PASSWORD to open the desk under this name.")

    def _may_measure(self) -> bool:
        """Tell whether who asks has the token; where there is none, an open desk's metrics are open."""
        if self._metrics_token is not None:
            given = request.headers.get("Authorization", "")
            return _equal(given, f"Bearer {self._metrics_token}")
        host = stated_host(request.headers.get("Host"))
        return self._password is None and host is not None and _is_loopback(host)

    def _is_known(self) -> bool:
        return self._publisher.is_session(_token(), self._mark)

    def _login(self) -> ResponseReturnValue:
        if self._password is None:
            return redirect(url_for(f"{self._blueprint}.issues"))
        if request.method == "GET":
            return render_template("login.html", wrong=False)
        judged = self._tries.judge(
            is_right=_equal(request.form.get("password", ""), self._password),
            address=request.remote_addr or "",
            device=self._device(),
        )
        if judged == "unheard":
            said = "Too many wrong passwords. Wait a minute, or use a browser that you have opened the desk with."
            return render_template("sorry.html", said=said), 429
        if judged == "wrong":
            return render_template("login.html", wrong=True), 403
        return self._let_in()

    def _let_in(self) -> ResponseReturnValue:
        """Begin a session by a new token, whatever the browser had before, and remember the browser."""
        self._publisher.end_session(_token())
        self._publisher.end_old_sessions(self._mark)
        session.clear()
        session.permanent = True
        session["desk"] = secrets.token_urlsafe(32)
        session["name"] = request.form.get("name", "").strip()[:80]
        self._publisher.begin_session(_token(), self._mark)
        answer = current_app.make_response(redirect(url_for(f"{self._blueprint}.issues")))
        answer.set_cookie(
            _DEVICE,
            str(self._devices.dumps(secrets.token_urlsafe(12))),
            max_age=_DEVICE_LASTS,
            path=url_for("login"),
            secure=current_app.session_interface.get_cookie_secure(current_app),
            httponly=True,
            samesite="Strict",
        )
        return answer

    def _device(self) -> str | None:
        """Return which browser that was let in before this is; None for any other."""
        try:
            return str(self._devices.loads(request.cookies.get(_DEVICE, ""), _DEVICE_LASTS))
        except BadSignature:
            return None

    def _logout(self) -> ResponseReturnValue:
        self._publisher.end_session(_token())
        session.clear()
        return redirect(url_for("login"))


def _is_loopback(host: str) -> bool:
    return is_loopback(_PORT.sub("", host))


def _token() -> str:
    return str(session.get("desk", ""))


def _equal(given: str, password: str) -> bool:
    """Compare in a time that tells nothing, not even how long the password is."""
    ours, theirs = (sha256(text.encode(errors="replace")).digest() for text in (password, given))
    return hmac.compare_digest(ours, theirs)


def _is_own_form(asked: Request, host: str) -> bool:
    """Tell whether a request changes nothing, or comes from a page of ours (its Origin says so)."""
    ours = {f"http://{host}", f"https://{host}"}
    return asked.method in {"GET", "HEAD", "OPTIONS"} or asked.headers.get("Origin") in ours


def _refused(said: str, status: int = 403) -> ResponseReturnValue:
    return render_template("sorry.html", said=said), status
