"""What subscribers see: an edition in the browser, and the way to get no more.

A GET changes nothing, because scanners open every link; the button and a mail program's one click
(RFC 8058) send a POST, which needs no cookie and no login.
"""

from __future__ import annotations

import hmac
from dataclasses import replace
from datetime import date, timedelta

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from digest.errors import UsageError
from digest.model import Issue, Message, Subscriber
from digest.publisher import Publisher
from digest.render.calendar_file import calendar_file, file_name
from digest.render.page import public_page
from digest.web.archive import cached, strict
from digest.web.preview import EMAIL_POLICY, picture_response

pages = Blueprint("public", __name__)
pages.after_request(strict)

_SAMPLES = frozenset({"test", "preview"})  # tokens in emails that go to no subscriber


def _publisher() -> Publisher:
    found: Publisher = current_app.config["PUBLISHER"]
    return found


@pages.get("/v/<issue>/<segment>/<mark>")
@pages.get("/archive/<newsletter>/<issue>")
def view(**place: str) -> Response:
    """Show an edition: to whoever has its address, or to all, from the archive."""
    issue, message = _printed(**place)
    here = request.path.rpartition("/")[2]
    html = public_page(message, view_url=here, picture_url=lambda name: f"{here}/{name}")
    response = Response(html, headers={"Content-Security-Policy": EMAIL_POLICY})
    return cached(response, issue.approved_at) if "newsletter" in place else response


@pages.get("/v/<issue>/<segment>/<mark>/more")
@pages.get("/archive/<newsletter>/<issue>/more")
def more(**place: str) -> str:
    """List what an edition had no room for: where its "+N more" leads."""
    issue, message = _printed(**place)
    return render_template(
        "more.html",
        subject=message.subject,
        page=f"../{request.path.split('/')[-2]}",
        left=_publisher().left_over(issue.id, message.segment),
        **_names(),
    )


@pages.get("/v/<issue>/<segment>/<mark>/<article>.ics")
@pages.get("/archive/<newsletter>/<issue>/<article>.ics")
def event(article: str, **place: str) -> Response:
    """Give an event that an edition invites to as a file for a calendar."""
    found, message = _printed(**place)
    edition = next(each for each in found.editions if each.segment == message.segment)
    invites = next((a for a in edition.articles if file_name(a.id) == f"{article}.ics"), None)
    if invites is None or invites.event is None:
        abort(404)
    zone = _publisher().config.publication.timezone
    file = calendar_file(invites, invites.event, made=found.created, timezone=zone)
    return Response(
        file,
        mimetype="text/calendar",
        headers={"Content-Disposition": f'attachment; filename="{article}.ics"'},
    )


@pages.get("/v/<issue>/<segment>/<mark>/<name>")
@pages.get("/archive/<newsletter>/<issue>/<name>")
def picture(name: str, **place: str) -> Response:
    """Show a picture of an edition."""
    issue, message = _printed(**place)
    return picture_response(_publisher(), issue, message, name)


def _printed(
    issue: str, newsletter: str = "", segment: str = "", mark: str = ""
) -> tuple[Issue, Message]:
    """Return an edition that may be shown: in a newsletter's archive, or whose address we gave out."""
    if newsletter:
        return _publisher().archived(newsletter, issue)
    if not _publisher().is_view(issue, segment, mark):
        abort(404)
    found = _publisher().issue(issue)
    message = next((m for m in found.messages if m.segment == segment), None)
    if message is None or found.status not in {"approved", "sending", "sent"}:
        abort(404)
    return found, message


@pages.get("/calendar/<mark>.ics")
def calendar(mark: str) -> Response:
    """Hand out the calendar of the issues to come, to whoever has its address."""
    if not hmac.compare_digest(mark.encode(), _publisher().calendar_mark.encode()):
        abort(404)
    return Response(_publisher().calendar_feed(), mimetype="text/calendar")


@pages.get("/pictures/<name>")
def upload(name: str) -> Response:
    """Show a picture that an editor uploaded; its name is made of its bytes."""
    found = _publisher().uploaded(name)
    if found is None:
        abort(404)
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(found.data, mimetype=found.media_type, headers=headers)


@pages.get("/u/<token>")
def confirm(token: str) -> str:
    """Ask whether the reader wants no more email."""
    person = _person(token)
    done = person is not None and _publisher().has_left(person)
    return render_template("unsubscribe.html", person=person, done=done, already=done, **_names())


@pages.post("/u/<token>")
def unsubscribe(token: str) -> str:
    """Mail the reader no more, at once."""
    person = _person(token)
    if person:
        _publisher().unsubscribe(person.address, "by its link")
    return render_template("unsubscribe.html", person=person, done=True, **_names())


@pages.get("/u/<token>/preferences")
def preferences(token: str) -> ResponseReturnValue:
    """Show what the reader gets, to be changed."""
    person = _person(token)
    if person is None or person.status == "unsubscribed":
        return redirect(url_for("public.confirm", token=token))
    return _preferences(token, person)


@pages.post("/u/<token>/preferences")
def prefer(token: str) -> ResponseReturnValue:
    """Keep what the reader prefers."""
    person = _person(token)
    if person is None or person.status == "unsubscribed":
        return redirect(url_for("public.confirm", token=token), 303)
    name, segments = request.form.get("name", ""), request.form.getlist("segment")
    try:
        until = _day(request.form.get("until", ""))
        changed = _publisher().prefer(token, name=name, segments=segments, paused_until=until)
    except UsageError as error:
        typed = replace(person, name=name, segments=tuple(segments))
        return _preferences(token, typed, wrong=str(error)), 400
    return _preferences(token, changed, saved=True)


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise UsageError("Write the day as 2026-02-01, or leave it empty.") from None


def _preferences(token: str, person: Subscriber, **said: object) -> str:
    config, today = _publisher().config, _publisher().today()
    is_paused = person.paused_until is not None and person.paused_until > today
    return render_template(
        "preferences.html",
        person=person if is_paused else replace(person, paused_until=None),
        choices=[(s, config.titles_for(s.name)) for s in config.segments.values() if s.open],
        paused=is_paused and f"{person.paused_until:%-d %B %Y}",
        tomorrow=today + timedelta(days=1),
        token=token,
        **said,
        **_names(),
    )


def _person(token: str) -> Subscriber | None:
    """Return whom a token stands for; nobody where it is a test's or a preview's."""
    if token in _SAMPLES:
        return None
    return _publisher().subscriber(token) or abort(404)


def _names() -> dict[str, object]:
    return {"publication": _publisher().config.publication}
