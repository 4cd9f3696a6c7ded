"""Who works at the desk: one's own account, and, for who administers, all of them and the log."""

from __future__ import annotations

import csv
from io import StringIO

from flask import Response, flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as Answer

from digest.errors import DigestError, UsageError
from digest.publisher.accounts import RIGHTS, SHORTEST
from digest.publisher.log import COLUMNS, cells
from digest.web.desk.shell import pages, publisher, sitting, sorry
from digest.web.desk.words import LANGUAGES, say
from digest.web.names import near

_PAGE = 200  # entries of the log


@pages.get("/account")
def account() -> str:
    """Show one's own account: its rights, its language and its password."""
    return render_template("account.html", rights=sitting().rights, shortest=SHORTEST)


@pages.post("/account/language")
def language() -> Answer | tuple[str, int]:
    """Keep the language that the desk speaks; none is the browser's."""
    chosen = request.form.get("language", "")
    if chosen not in {"", *LANGUAGES}:
        return sorry(UsageError("the desk does not speak that language"))
    session["language"] = chosen
    if g.account:
        publisher().speak(g.account, chosen)
    return redirect(url_for("desk.account"))


@pages.post("/account/password")
def own_password() -> Answer | tuple[str, int]:
    """Take another password, where the one of today is known; every session of it ends."""
    form = request.form
    try:
        if not g.account or not g.account.password:
            raise UsageError("you have no password of your own here")
        if form.get("new") != form.get("again"):
            raise UsageError("the two new passwords differ; nothing was changed")
        publisher().change_own_password(
            g.account, form.get("old", ""), form.get("new", ""), near(request.remote_addr)
        )
    except DigestError as error:
        return sorry(error)
    return redirect(url_for("login"))


@pages.get("/team")
def team() -> str:
    """Show who may work here."""
    return render_template(
        "team.html", accounts=publisher().accounts(), all_rights=RIGHTS, shortest=SHORTEST
    )


@pages.post("/team")
def add_account() -> Answer | tuple[str, int]:
    """Make an account."""
    form = request.form
    rights = [right for right in RIGHTS if right in form.getlist("right")]
    try:
        made = publisher().add_account(
            form.get("name", ""),
            rights,
            [name for name in form.getlist("newsletter") if name],
            lambda: form.get("password", ""),
            by=sitting().name or "somebody",
        )
    except DigestError as error:
        return sorry(error)
    flash(say("%(name)s may sign in now.", name=made.name))
    return redirect(url_for("desk.team"))


@pages.post("/team/<path:who>")
def change_account(who: str) -> Answer | tuple[str, int]:
    """Change an account's rights or password, or remove it."""
    form, press, by = request.form, publisher(), sitting().name or "somebody"
    try:
        if form.get("act") == "rights":
            rights = [right for right in RIGHTS if right in form.getlist("right")]
            named = [name for name in form.getlist("newsletter") if name]
            press.change_rights(who, rights, named, by=by)
            flash(say("The rights of %(name)s are changed.", name=who))
        elif form.get("act") == "password":
            press.set_password(who, lambda: form.get("password", ""), by=by)
            flash(say("%(name)s has another password; all sessions of it have ended.", name=who))
        elif form.get("sure"):
            press.remove_account(who, by=by)
            flash(say("%(name)s may not sign in any more.", name=who))
        else:
            raise UsageError("tick that you are sure, to remove the account")
    except DigestError as error:
        return sorry(error)
    return redirect(url_for("desk.team"))


@pages.get("/log")
def log() -> str:
    """Show who did what, the newest first."""
    return render_template("log.html", entries=publisher().log(_PAGE), most=_PAGE)


@pages.get("/log.csv")
def log_file() -> Response:
    """Give the whole log as CSV."""
    out = StringIO()
    csv.writer(out).writerows([COLUMNS, *map(cells, publisher().log())])
    headers = {"Content-Disposition": "attachment; filename=log.csv"}
    return Response(out.getvalue(), mimetype="text/csv", headers=headers)
