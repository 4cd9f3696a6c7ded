"""The desk's guard: accounts, or one password, or loopback names alone; no foreign form."""

from __future__ import annotations

import hmac
import re
import secrets
from hashlib import scrypt, sha256
from time import monotonic

from flask import (
    Flask,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer

from digest.editorial.folding import folded
from digest.errors import DigestError
from digest.model import Account
from digest.publisher import Publisher
from digest.web.desk.words import say
from digest.web.names import is_loopback, near, stated_host
from digest.web.single_sign_on import SignOn
from digest.web.tries import Tries

_PORT = re.compile(":[0-9]+$")
_DEVICE = "device"  # the cookie of a browser that was let in before
_DEVICE_LASTS = 180 * 86_400  # seconds
_LONGEST_NAME = 80
_DOORS = frozenset({"login", "logout", "sign_on", "signed_on"})


class Guard:
    """Stands before every page of the desk, and says whose each request is: `g.account`.

    None stands for anybody who has the one password, or who tries the desk out on loopback.
    """

    def __init__(
        self, publisher: Publisher, password: str | None, metrics_token: str | None
    ) -> None:
        self._publisher, self._password = publisher, password
        self._metrics_token = metrics_token
        self._tries = Tries(monotonic)
        self._devices = URLSafeTimedSerializer(publisher.secret("device"))
        self._sign_on: SignOn | None = None
        self._by_account = False
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
        if (stated := self._publisher.config.desk.oidc) is not None:
            self._sign_on = SignOn(app, self._publisher, stated)
            app.add_url_rule("/login/elsewhere", "sign_on", self._leave)
            app.add_url_rule("/login/back", "signed_on", self._signed_on)

    def _has_accounts(self) -> bool:
        """Tell whether the desk knows people; once it did, it does not open again by losing them."""
        self._by_account |= self._sign_on is not None or bool(self._publisher.accounts())
        return self._by_account

    def _check(self) -> ResponseReturnValue | None:
        if request.endpoint == self._metrics:
            return None if self._may_measure() else abort(404)
        is_door = request.endpoint in _DOORS
        if not is_door and request.blueprint != self._blueprint:
            return None
        g.account, g.desk = None, True
        host = stated_host(request.headers.get("Host"))
        if host is None:
            return _refused("The request does not state one host that it is for.", 400)
        changes_nothing = request.method in {"GET", "HEAD", "OPTIONS"}
        ours = {f"http://{host}", f"https://{host}"}
        if not changes_nothing and request.headers.get("Origin") not in ours:
            return _refused("This form was sent from another site.")
        return None if is_door else self._seat(host)

    def _seat(self, host: str) -> ResponseReturnValue | None:
        """Find out whose a request is; who is not known is sent to the door."""
        if self._has_accounts():
            g.account = self._publisher.sitting(_token())
            return None if g.account else _to_the_door()
        if self._password is not None:
            is_known = self._publisher.is_session(_token(), self._mark)
            return None if is_known else _to_the_door()
        if _is_loopback(host):
            return None
        return _refused(
            "Make an account, or set DIGEST_DESK_PASSWORD, to open the desk under this name."
        )

    def _may_measure(self) -> bool:
        """Tell whether who asks has the token; where there is none, an open desk's metrics are open."""
        if self._metrics_token is not None:
            given = request.headers.get("Authorization", "")
            return _equal(given, f"Bearer {self._metrics_token}")
        host = stated_host(request.headers.get("Host"))
        is_open = self._password is None and not self._has_accounts()
        return is_open and host is not None and _is_loopback(host)

    def _login(self) -> ResponseReturnValue:
        by_account = self._has_accounts()
        if self._password is None and not by_account:
            return redirect(url_for(f"{self._blueprint}.issues"))
        if request.method == "GET":
            return self._door()
        name = " ".join(request.form.get("name", "").split())[:_LONGEST_NAME]
        given = request.form.get("password", "")
        found: list[Account | None] = []

        def is_right() -> bool:
            if not by_account:
                return _equal(given, self._password or "")
            found.append(self._publisher.sign_in(name, given))
            return found[0] is not None

        judged = self._tries.judge(
            is_right,
            address=request.remote_addr or "",
            device=self._device(folded(name) if by_account else ""),
            account=folded(name) if by_account else "",
        )
        if judged == "unheard":
            said = "Too many wrong passwords. Wait a minute, or use a browser that you have opened the desk with."
            return _refused(said, 429)
        if judged == "wrong":
            # what was typed may be a password in the wrong field: only a name that is known is kept
            known = (each.name for each in self._publisher.accounts())
            by = next((each for each in known if folded(each) == folded(name)), "somebody")
            self._publisher.note(by, "sign-in refused", where=near(request.remote_addr))
            return self._door(wrong=True), 403
        return self._let_in(name, found[0] if found else None)

    def _door(self, *, wrong: bool = False, said: str = "") -> str:
        return render_template(
            "login.html",
            by_account=self._has_accounts(),
            has_passwords=any(each.password for each in self._publisher.accounts()),
            sign_on=self._sign_on,
            wrong=wrong,
            said=said,
        )

    def _signed_on(self) -> ResponseReturnValue:
        """Let in who comes back from where they signed in."""
        if self._sign_on is None:
            abort(404)
        try:
            subject, name, rights = self._sign_on.back()
        except DigestError as error:
            return self._door(said=str(error)), 403
        try:
            account = self._publisher.admit(subject, name, rights)
        except DigestError as error:
            self._publisher.note(name, "sign-in refused", str(error), near(request.remote_addr))
            return self._door(said=str(error)), 403
        return self._let_in(account.name, account)

    def _leave(self) -> ResponseReturnValue:
        """Send who wants that to where they sign in."""
        if self._sign_on is None:
            abort(404)
        try:
            return self._sign_on.leave()
        except DigestError as error:
            return self._door(said=str(error)), 502

    def _let_in(self, name: str, account: Account | None) -> ResponseReturnValue:
        """Begin a session by a new token, whatever the browser had before, and remember the browser."""
        self._publisher.end_session(_token())
        wanted = session.get("wanted") or url_for(f"{self._blueprint}.issues")
        session.clear()
        session.permanent = True
        session["desk"] = secrets.token_urlsafe(32)
        session["name"] = account.name if account else name
        if account is None:
            self._publisher.end_old_sessions(self._mark)
            self._publisher.begin_session(_token(), self._mark)
        else:
            self._publisher.sit_down(_token(), account)
        self._publisher.note(session["name"], "sign-in", where=near(request.remote_addr))
        answer = current_app.make_response(redirect(wanted))
        answer.set_cookie(
            _DEVICE,
            str(
                self._devices.dumps(
                    [secrets.token_urlsafe(12), folded(account.name) if account else ""]
                )
            ),
            max_age=_DEVICE_LASTS,
            path=url_for("login"),
            secure=current_app.session_interface.get_cookie_secure(current_app),
            httponly=True,
            samesite="Strict",
        )
        return answer

    def _device(self, account: str) -> str | None:
        """Return which browser this is, where it was let in before for this account; else None."""
        try:
            kept = self._devices.loads(request.cookies.get(_DEVICE, ""), _DEVICE_LASTS)
        except BadSignature:
            return None
        return str(kept[0]) if isinstance(kept, list) and kept[1:] == [account] else None

    def _logout(self) -> ResponseReturnValue:
        account = self._publisher.sitting(_token())
        if account is not None:
            self._publisher.note(account.name, "sign-out", where=near(request.remote_addr))
        self._publisher.end_session(_token())
        session.clear()
        return redirect(url_for("login"))


def _to_the_door() -> ResponseReturnValue:
    """Send a browser to the sign-in page, and remember which page it asked for."""
    if request.method == "GET" and request.headers.get("Sec-Fetch-Dest", "document") == "document":
        session["wanted"] = request.path
    return redirect(url_for("login"))


def _is_loopback(host: str) -> bool:
    return is_loopback(_PORT.sub("", host))


def _token() -> str:
    return str(session.get("desk", ""))


def _equal(given: str, password: str) -> bool:
    """Compare in a time that tells nothing, not even how long the password is."""
    ours, theirs = (sha256(text.encode(errors="replace")).digest() for text in (password, given))
    return hmac.compare_digest(ours, theirs)


def _refused(said: str, status: int = 403) -> ResponseReturnValue:
    return render_template("sorry.html", said=say(said)), status
