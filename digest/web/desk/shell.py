"""What every place of the desk stands in: the bar with the five places, and who sits at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response as Answer

from digest.editorial.patch_reading import named
from digest.model import EVERYWHERE, Account
from digest.publisher import Publisher
from digest.web.desk.words import LANGUAGES, dated, say
from digest.web.shown import refused

pages = Blueprint("desk", __name__)

PLACES = (
    ("issues", "This week"),
    ("calendar", "Calendar"),
    ("archive", "Archive"),
    ("sources", "Sources"),
    ("audience", "Audience"),
)
"""The endpoint and the name of each place."""
_LONGEST_NAME = 80


def publisher() -> Publisher:
    """Return the publisher that the application was made with."""
    found: Publisher = current_app.config["PUBLISHER"]
    return found


@pages.context_processor
def _shell() -> dict[str, Any]:
    """Return what the bar shows on every page."""
    return {
        "config": publisher().config,
        "name": sitting().name,
        "account": g.get("account"),
        "places": PLACES,
        "languages": LANGUAGES,
    }


def sitting() -> Account:
    """Return who sits at the desk; where it knows no accounts, somebody who may do all."""
    account: Account | None = g.get("account")
    name = str(session.get("name", ""))
    return account or Account(name=name, rights={EVERYWHERE: ("administer",)})


@pages.app_template_filter("local")
def local(at: datetime, form: str = "%A %-d %B %Y, %H:%M %Z") -> str:
    """Return a time in the publication's zone."""
    return dated(at.astimezone(ZoneInfo(publisher().config.publication.timezone)), form)


def who(form: Mapping[str, str]) -> str:
    """Return who acts: the account, or the name that was given, which is kept; UsageError without one."""
    if g.get("account"):
        return sitting().name
    said = form.get("by") or str(session.get("name", ""))
    session["name"] = named(said[:_LONGEST_NAME])
    return str(session["name"])


def segment_title(segment: str) -> str:
    """Return what a segment is called, also one that feeds.yaml no longer has."""
    known = publisher().config.segments
    return known[segment].title if segment in known else segment


def sorry(said: object, status: int = 409) -> tuple[str, int]:
    """Return the page that says why an act was refused."""
    words = refused(said) if isinstance(said, Exception) else said
    return render_template("refused.html", said=words), status


@pages.errorhandler(OverflowError)
def _beyond(_: OverflowError) -> tuple[str | Response, int]:
    """Refuse a day at the end of all calendars, which nothing can be reckoned from."""
    words = say("A day here is beyond what calendars hold. Choose a nearer one.")
    if request.accept_mimetypes.best == "application/json":
        return jsonify(said=words), 409
    return sorry(words)


@pages.post("/name")
def name() -> Answer:
    """Keep the name of who sits at the desk."""
    who(request.form)
    return redirect(url_for("desk.issues"))
