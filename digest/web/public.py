"""What subscribers see: an edition in the browser, and the way to get no more.

A GET changes nothing, because scanners open every link; the button and a mail program's one click
(RFC 8058) send a POST, which needs no cookie and no login.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, render_template

from digest.model import Issue, Message, Subscriber
from digest.publisher import Publisher
from digest.render.calendar_file import calendar_file, file_name
from digest.render.page import public_page
from digest.web.preview import EMAIL_POLICY, picture_response

pages = Blueprint("public", __name__)

_SAMPLES = frozenset({"test", "preview"})  # tokens in emails that go to no subscriber


def _publisher() -> Publisher:
    found: Publisher = current_app.config["PUBLISHER"]
    return found


@pages.get("/v/<issue>/<segment>/<mark>")
def view(issue: str, segment: str, mark: str) -> Response:
    """Show an edition that was approved, to whoever has its address."""
    _, message = _printed(issue, segment, mark)
    html = public_page(message, view_url=mark, picture_url=lambda name: f"{mark}/{name}")
    return Response(html, headers={"Content-Security-Policy": EMAIL_POLICY})


@pages.get("/v/<issue>/<segment>/<mark>/more")
def more(issue: str, segment: str, mark: str) -> str:
    """List what an edition had no room for: where its "+N more" leads."""
    found, message = _printed(issue, segment, mark)
    return render_template(
        "more.html",
        subject=message.subject,
        left=_publisher().left_over(found.id, segment),
        **_names(),
    )


@pages.get("/v/<issue>/<segment>/<mark>/<article>.ics")
def event(issue: str, segment: str, mark: str, article: str) -> Response:
    """Give an event that an edition invites to as a file for a calendar."""
    found, _ = _printed(issue, segment, mark)
    edition = next(each for each in found.editions if each.segment == segment)
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
def picture(issue: str, segment: str, mark: str, name: str) -> Response:
    """Show a picture of an edition."""
    found, message = _printed(issue, segment, mark)
    return picture_response(_publisher(), found, message, name)


def _printed(issue: str, segment: str, mark: str) -> tuple[Issue, Message]:
    if not _publisher().is_view(issue, segment, mark):
        abort(404)
    found = _publisher().issue(issue)
    message = next((m for m in found.messages if m.segment == segment), None)
    if message is None or found.status not in {"approved", "sending", "sent"}:
        abort(404)
    return found, message


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
    done = person is not None and person.status == "unsubscribed"
    return render_template("unsubscribe.html", person=person, done=done, already=done, **_names())


@pages.post("/u/<token>")
def unsubscribe(token: str) -> str:
    """Mail the reader no more, at once."""
    person = _person(token)
    if person:
        _publisher().unsubscribe(person.address, "by its link")
    return render_template("unsubscribe.html", person=person, done=True, **_names())


def _person(token: str) -> Subscriber | None:
    """Return whom a token stands for; nobody where it is a test's or a preview's."""
    if token in _SAMPLES:
        return None
    return _publisher().subscriber(token) or abort(404)


def _names() -> dict[str, object]:
    return {"publication": _publisher().config.publication}
