"""What subscribers see: an edition in the browser, and the way to get no more.

A GET changes nothing, because scanners open every link; the button and a mail program's one click
(RFC 8058) send a POST, which needs no cookie and no login.
"""

from __future__ import annotations

import hmac
import re
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from hashlib import blake2b
from secrets import token_bytes

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

from digest.editorial.reader_editions import READERS
from digest.errors import DigestError, UsageError
from digest.model import Issue, Message, Subscriber
from digest.publisher import Publisher
from digest.publisher.preferences import LONGEST_PAUSE
from digest.render.calendar_file import calendar_file, file_name
from digest.render.page import public_page
from digest.web.archive import cached, colours, neighbours, strict, unlisted
from digest.web.choosing import choice_in, chooser
from digest.web.edition_page import EMAIL_POLICY, picture_response
from digest.web.public_words import say, written

pages = Blueprint("public", __name__)
pages.after_request(strict)
pages.after_request(unlisted)

_NOBODYS = token_bytes()  # known to this process alone, and gone with it
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
    policy = {"Content-Security-Policy": EMAIL_POLICY}
    if "newsletter" not in place:
        return Response(html, headers=policy)
    older, newer = neighbours(place["newsletter"], issue.id)
    newsletter = _publisher().config.newsletter(place["newsletter"])
    said = {"older": older, "newer": newer, "newsletter": newsletter}
    head = render_template("around_head.html", canonical=_canonical(), colours=colours(), **said)
    framed = _BODY.sub(
        lambda found: f"{head}{found[0]}{render_template('around_nav.html', **said)}", html, 1
    )
    before, end, after = framed.rpartition("</body>")
    framed = f"{before}</main>{end}{after}"
    return cached(Response(framed, headers=policy), newer.at if newer else issue.approved_at)


# what is put between an email's head and its words, so that a page of the archive leads on
_BODY = re.compile(r"</head>\s*<body[^>]*>")


@pages.get("/c/<issue>/<segment>/<article>/<mark>")
def story(issue: str, segment: str, article: str, mark: str) -> ResponseReturnValue:
    """Lead on to a story of an email; that it was opened is counted, by whom is not.

    What only looks whether it is there, or looks ahead, opens nothing; nor is a second click at once,
    which is told by a mark that nobody keeps for longer.
    """
    url = _publisher().leads_to(issue, segment, article, mark)
    if url is None:
        abort(404)
    said = " ".join((request.remote_addr or "", request.user_agent.string, request.path)).encode()
    who = blake2b(said, key=_NOBODYS, digest_size=16).hexdigest()
    looks_ahead = request.headers.get("Sec-Purpose") or request.headers.get("Purpose")
    if request.method == "GET" and not looks_ahead and current_app.config["CLICKS"].take(who):
        with suppress(DigestError):  # whoever reads does not wait for our figures
            _publisher().count_click(issue, segment, article)
    return redirect(url)


@pages.get("/v/<issue>/<segment>/<mark>/more")
@pages.get("/archive/<newsletter>/<issue>/more")
def more(**place: str) -> Response:
    """List what an edition had no room for: where its "+N more" leads."""
    issue, message = _printed(**place)
    is_public = "newsletter" in place
    text = render_template(
        "more.html",
        subject=message.subject,
        page=f"../{request.path.split('/')[-2]}",
        left=_publisher().left_over(issue, message.segment),
        canonical=_canonical() if is_public else None,
    )
    return cached(Response(text), issue.approved_at) if is_public else Response(text)


def _canonical() -> str:
    return _publisher().config.publication.public_url + request.path


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
    if message.segment.startswith(READERS):
        attached = _publisher().for_readers(issue, message.segment).context.attached
        found = next((each for each in attached if each.name == name), None)
        return Response(found.data, mimetype=found.media_type) if found else abort(404)
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
    if found.status not in {"approved", "sending", "sent"}:
        abort(404)
    if segment.startswith(READERS):
        try:
            own = _publisher().for_readers(found, segment)
        except DigestError:  # it is not kept any more, or a look has changed that cannot print it
            abort(404)
        return replace(found, editions=(own.edition,)), own.message
    message = next((m for m in found.messages if m.segment == segment), None)
    return (found, message) if message is not None else abort(404)


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
    return render_template("unsubscribe.html", person=person, done=done, already=done)


@pages.post("/u/<token>")
def unsubscribe(token: str) -> str:
    """Mail the reader no more, at once."""
    person = _person(token)
    if person:
        _publisher().unsubscribe(person.address, "by its link")
    return render_template("unsubscribe.html", person=person, done=True)


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
    choices = {each: choice_in(request.form, each) for each in _publisher().choosable(person)}
    try:
        until = date.fromisoformat(said) if (said := request.form.get("until", "")) else None
        changed = _publisher().prefer(
            token, name=name, segments=segments, paused_until=until, choices=choices
        )
    except (ValueError, UsageError) as error:
        made = {name: choice for name, choice in choices.items() if choice}
        typed = replace(person, name=name, segments=tuple(segments), choices=made)
        wrong = say("Pause until a day after today, and for a year at the most.")
        if isinstance(error, UsageError) and not str(error).startswith("Pause"):
            wrong = say("Choose at least one topic or source.")
        if isinstance(error, ValueError):
            wrong = say("Write the day as 2026-02-01, or leave it empty.")
        return _preferences(token, typed, wrong=wrong), 400
    return _preferences(token, changed, saved=True)


def _preferences(token: str, person: Subscriber, **said: object) -> str:
    config, today = _publisher().config, _publisher().today()
    is_paused = person.paused_until is not None and person.paused_until > today
    return render_template(
        "preferences.html",
        person=person if is_paused else replace(person, paused_until=None),
        choices=[(s, config.titles_for(s.name)) for s in config.segments.values() if s.open],
        gets=_publisher().gets(person),
        own=[
            chooser(_publisher(), name, person.choices.get(name))
            for name in _publisher().choosable(person)
        ],
        paused=is_paused and written(person.paused_until),
        tomorrow=today + timedelta(days=1),
        in_a_year=today + LONGEST_PAUSE,
        token=token,
        **said,
    )


def _person(token: str) -> Subscriber | None:
    """Return whom a token stands for; nobody where it is a test's or a preview's."""
    if token in _SAMPLES:
        return None
    return _publisher().subscriber(token) or abort(404)
