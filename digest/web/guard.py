"""The desk's guard: a password where one is set, loopback names otherwise; no foreign form."""

from __future__ import annotations

import hmac
from collections import deque
from collections.abc import Callable
from hashlib import sha256
from time import monotonic
from urllib.parse import urlsplit

from flask import Flask, Request, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from digest.web.names import is_loopback, stated_host

_TRIES = 5
_PAUSE = 60.0  # seconds in which no more wrong passwords are heard


class Guard:
    """Stands before every page of the desk."""

    def __init__(
        self, key: bytes, password: str | None, clock: Callable[[], float] = monotonic
    ) -> None:
        self._password, self._clock = password, clock
        self._wrong: deque[float] = deque(maxlen=_TRIES)
        self._mark = hmac.new(key, f"desk\0{password}".encode(), sha256).hexdigest()

    def install(self, app: Flask, blueprint: str) -> None:
        """Guard a blueprint of the application, and add the login page."""
        self._blueprint = blueprint
        app.before_request(self._check)
        app.add_url_rule("/login", "login", self._login, methods=["GET", "POST"])
        app.add_url_rule("/logout", "logout", self._logout, methods=["POST"])

    def _check(self) -> ResponseReturnValue | None:
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
        if is_loopback(urlsplit(f"//{host}").hostname or ""):
            return None
        return _refused("Set DIGEST_DESK_PASSWORD to open the desk under this name.")

    def _is_known(self) -> bool:
        return hmac.compare_digest(str(session.get("desk", "")), self._mark)

    def _login(self) -> ResponseReturnValue:
        if self._password is None:
            return redirect(url_for(f"{self._blueprint}.issues"))
        if request.method == "GET":
            return render_template("login.html", wrong=False)
        if len(self._wrong) == _TRIES and self._clock() - self._wrong[0] < _PAUSE:
            return render_template(
                "sorry.html", said="Too many wrong passwords. Wait a minute."
            ), 429
        given = request.form.get("password", "").encode()
        if not hmac.compare_digest(given, self._password.encode()):
            self._wrong.append(self._clock())
            return render_template("login.html", wrong=True), 403
        session.clear()
        session.permanent = True
        session["desk"] = self._mark
        session["name"] = request.form.get("name", "").strip()[:80]
        return redirect(url_for(f"{self._blueprint}.issues"))

    def _logout(self) -> ResponseReturnValue:
        session.clear()
        return redirect(url_for("login"))


def _is_own_form(asked: Request, host: str) -> bool:
    """Tell whether a request changes nothing, or comes from a page of ours (its Origin says so)."""
    ours = {f"http://{host}", f"https://{host}"}
    return asked.method in {"GET", "HEAD", "OPTIONS"} or asked.headers.get("Origin") in ours


def _refused(said: str, status: int = 403) -> ResponseReturnValue:
    return render_template("sorry.html", said=said), status
