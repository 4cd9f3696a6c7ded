"""The desk: editors see each edition as its readers will, change it, and approve it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response as Answer

from digest.editorial import lifecycle
from digest.editorial.edits import as_json
from digest.errors import DigestError
from digest.model import Delivery, Edition, Issue, Message
from digest.publisher import Publisher
from digest.publisher.printed import printed
from digest.publisher.sending import recipient
from digest.render.page import page, plain_page
from digest.web.preview import EMAIL_POLICY, picture_response

pages = Blueprint("desk", __name__)

_NEVER = datetime.min.replace(tzinfo=UTC)
_DARK = re.compile(r"\(\s*prefers-color-scheme\s*:\s*dark\s*\)")
WIDTHS = (320, 375, 600, 800)
_FIELDS = ("text", "section", "alt", "until")


def _publisher() -> Publisher:
    found: Publisher = current_app.config["PUBLISHER"]
    return found


@pages.get("/")
def issues() -> str:
    """List the newsletters and their issues, the newest first."""
    config = _publisher().rooms.config
    found = [*_publisher().issues()][::-1]
    return render_template(
        "issues.html",
        config=config,
        issues=found,
        open_=[issue for issue in found if issue.status in lifecycle.OPEN],
    )


@pages.post("/draft/<newsletter>")
def draft(newsletter: str) -> Answer:
    """Draft a newsletter's issue, or the open one again."""
    drafted = _publisher().draft(newsletter)
    return redirect(url_for("desk.issue", id_=drafted.issue.id))


@pages.get("/issues/<id_>")
@pages.get("/issues/<id_>/<segment>")
def issue(id_: str, segment: str | None = None, said: str | None = None) -> str:
    """Show an issue: one edition's preview, its articles, what the checks found, and the acts."""
    found = _publisher().issue(id_)
    edition = _edition(found, segment) if found.editions else None
    config = _publisher().rooms.config
    newsletter = config.newsletter(found.newsletter)
    return render_template(
        "issue.html",
        config=config,
        newsletter=newsletter,
        issue=found,
        edition=edition,
        message=_message(found, edition.segment) if edition else None,
        findings=found.findings.get(edition.segment, ()) if edition else (),
        errors=[f for each in found.findings.values() for f in each if f.severity == "error"],
        edits=[as_json(edit) for edit in _publisher().rooms.issues.edits(id_)],
        left_out=_publisher().left_out(id_, edition.segment) if edition else (),
        absent=[name for name in newsletter.segments if name not in _segments(found)],
        counts=_publisher().rooms.deliveries.counts(id_),
        allows=lambda act: lifecycle.allows(found.status, act),
        titles={f"article {a.id}": a.title for a in edition.articles} if edition else {},
        changes=_publisher().changes(found).get(edition.segment, {}) if edition else {},
        points={
            id_: sum(point.value for point in points)
            for id_, points in found.points.get(edition.segment if edition else "", {}).items()
        },
        widths=WIDTHS,
        name=session.get("name", ""),
        said=said,
    )


@pages.get("/issues/<id_>/<segment>/page")
def page_(id_: str, segment: str) -> Response:
    """Show an edition's page alone, for the preview's frame."""
    message = _message(_publisher().issue(id_), segment)
    html = page(
        message,
        unsubscribe_url="#unsubscribe",
        view_url="#view",
        picture_url=lambda name: (
            "about:blank" if request.args.get("images") == "off" else f"pictures/{name}"
        ),
    )
    if request.args.get("dark"):
        html = _DARK.sub("all", html)
    return Response(html, headers={"Content-Security-Policy": _policy()})


def _policy() -> str:
    if request.args.get("images") == "off":
        return EMAIL_POLICY.replace("img-src 'self' https:", "img-src 'none'")
    return EMAIL_POLICY


@pages.get("/issues/<id_>/<segment>/text")
def text(id_: str, segment: str) -> Response:
    """Show an edition's text part."""
    message = _message(_publisher().issue(id_), segment)
    said = plain_page(message, unsubscribe_url="#unsubscribe", view_url="#view")
    return Response(said, mimetype="text/plain", headers={"Content-Security-Policy": EMAIL_POLICY})


@pages.get("/issues/<id_>/<segment>/email")
def email(id_: str, segment: str) -> Response:
    """Hand out an edition as an email file."""
    rooms, found = _publisher().rooms, _publisher().issue(id_)
    message = _message(found, segment)
    sample = Delivery(
        issue=id_, address="subscriber@example.org", segment=segment, message_id=f"<{id_}@preview>"
    )
    own = recipient(rooms, sample, None, found.send_at or found.created, "preview")
    data = printed(rooms, id_).envelope(message).address(own)
    name = f'attachment; filename="{segment}.eml"'
    return Response(data, mimetype="message/rfc822", headers={"Content-Disposition": name})


@pages.get("/issues/<id_>/<segment>/pictures/<name>")
def picture(id_: str, segment: str, name: str) -> Response:
    """Show a picture of an edition."""
    found = _publisher().issue(id_)
    return picture_response(_publisher(), found, _message(found, segment), name)


@pages.get("/issues/<id_>/<segment>/why/<path:article>")
def why(id_: str, segment: str, article: str) -> str:
    """Tell why an article is in an edition, or is not."""
    decisions = _publisher().why(article, id_)
    known = _publisher().rooms.articles.pool(_NEVER, _NEVER, [article])
    return render_template(
        "why.html",
        issue=_publisher().issue(id_),
        segment=segment,
        decisions=decisions,
        title=next((each.title for each in known.values()), article),
    )


@pages.post("/issues/<id_>/<segment>/edit")
def edit(id_: str, segment: str) -> Answer | tuple[str, int]:
    """Apply one change of an editor's."""
    form = request.form
    verb = form.get("verb", "")
    change: dict[str, Any] = {verb: form.get("article") or form.get("value", "")}
    change |= {name: form[name] for name in _FIELDS if form.get(name)}
    if form.get("only"):
        change["segment"] = segment
    if form.get("why"):
        change["why"] = form["why"]
    return _act(id_, segment, lambda: _publisher().edit(id_, [change], by=_who(form)))


@pages.post("/issues/<id_>/<segment>/approve")
def approve(id_: str, segment: str) -> Answer | tuple[str, int]:
    """Approve what the editor looked at."""
    form = request.form
    overrides = [
        {"rule": rule, "reason": form.get("reason", "").strip()}
        for rule in form.getlist("override")
    ]
    return _act(
        id_,
        segment,
        lambda: _publisher().approve(
            id_, by=_who(form), overrides=overrides, content_hash=form.get("content_hash")
        ),
    )


@pages.post("/issues/<id_>/<segment>/discard")
def discard(id_: str, segment: str) -> Answer | tuple[str, int]:
    """Give a draft up."""
    return _act(id_, segment, lambda: _publisher().discard(id_, by=_who(request.form)))


def _act(id_: str, segment: str, act: Any) -> Answer | tuple[str, int]:  # noqa: ANN401 - a use-case
    try:
        act()
    except DigestError as error:
        return issue(id_, segment, said=str(error)), 409
    printed = _segments(_publisher().issue(id_))
    return redirect(url_for("desk.issue", id_=id_, segment=segment if segment in printed else None))


def _who(form: Mapping[str, str]) -> str:
    name = form.get("by", "").strip()[:80] or str(session.get("name", "")) or "the desk"
    session["name"] = name
    return name


def _segments(found: Issue) -> list[str]:
    return [edition.segment for edition in found.editions]


def _edition(found: Issue, segment: str | None) -> Edition:
    wanted = (e for e in found.editions if segment in {None, e.segment})
    return next(wanted, None) or abort(404)


def _message(found: Issue, segment: str) -> Message:
    return next((m for m in found.messages if m.segment == segment), None) or abort(404)
