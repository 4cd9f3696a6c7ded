"""An issue: editors see each edition as its readers will, change it, and approve it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from itertools import islice
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from digest.editorial import lifecycle
from digest.editorial.subject import PHONE
from digest.errors import DigestError, UsageError
from digest.model import Decision, Delivery, Edition, Issue, Message
from digest.render.page import page, plain_page
from digest.web import forms, phrases, shown
from digest.web.desk.shell import local, pages, publisher, segment_title, sorry, who
from digest.web.preview import EMAIL_POLICY, picture_response

_DARK = re.compile(r"\(\s*prefers-color-scheme\s*:\s*dark\s*\)")
_ALWAYS, _NOT_EVER = "(min-width: 0)", "(max-width: 0)"  # whatever the editor's own screen prefers
WIDTHS = (320, 375, 600, 800)
_NAMED = 50  # readers that a page names


@pages.get("/issues/<id_>")
@pages.get("/issues/<id_>/<segment>")
def issue(id_: str, segment: str | None = None) -> str:
    """Show an issue: one edition's preview, its articles, what the checks found, and the acts."""
    return _shown(id_, segment)


def _shown(id_: str, segment: str | None, said: str = "") -> str:
    """Show an issue; where an act was refused, say why and keep what was typed."""
    found = publisher().issue(id_)
    edition = _edition(found, segment) if found.editions else None
    return render_template(
        "issue.html",
        **_about_issue(found),
        **(_about_edition(found, edition) if edition else {"edition": None}),
        said=said,
        typed=request.form,
    )


def _about_issue(found: Issue) -> dict[str, Any]:
    press = publisher()
    newsletter, counts = press.config.newsletter(found.newsletter), press.counts(found.id)
    return {
        "newsletter": newsletter,
        "issue": found,
        "step": shown.next_step(found),
        "found": phrases.found,
        "marks": lambda each: shown.marks(found.findings.get(each.segment, ())),
        "errors": {
            f.rule for each in found.findings.values() for f in each if f.severity == "error"
        },
        "edits": _changes(found.id),
        "absent": [
            segment_title(name) for name in newsletter.segments if name not in _segments(found)
        ],
        "counts": counts,
        "unreached": _unreached(found.id) if {"failed", "ambiguous"} & counts.keys() else [],
        "allows": partial(lifecycle.allows, found.status),
    }


def _unreached(id_: str) -> list[Delivery]:
    """Return the first who did not get an issue, or of whom nobody knows."""
    found = (d for d in publisher().deliveries(id_) if d.state in {"failed", "ambiguous"})
    return [*islice(found, _NAMED)]


def _about_edition(found: Issue, edition: Edition) -> dict[str, Any]:
    press, own = publisher(), edition.segment
    titles = {article.id: article.title for article in edition.articles}
    others = [each for each in found.editions if each != edition]
    points = found.points.get(own, {})
    edits = press.edits(found.id)
    return {
        "edition": edition,
        "pictured": {e.article: e.url for e in edits if shown.gives_picture(e, own)},
        "message": _message(found, own),
        "groups": shown.grouped(found.findings.get(own, ()), titles),
        "left_out": press.left_out(found.id, own),
        "subjects": [s for s in press.subjects(found, own) if s != edition.subject],
        "phone": PHONE,
        "also": lambda id_: [segment_title(e.segment) for e in others if _holds(e, id_)],
        "changes": press.changes(found).get(own, {}),
        "points": {id_: sum(point.value for point in each) for id_, each in points.items()},
        "widths": WIDTHS,
        "coming": press.coming(found.newsletter),
    }


def _changes(id_: str) -> list[shown.Change]:
    edits = publisher().edits(id_)
    titles = publisher().titles(edit.article for edit in edits if edit.article)
    return shown.changes(edits, titles, lambda at: local(at, "%-d %B %Y"))


@pages.get("/issues/<id_>/<segment>/page")
def page_(id_: str, segment: str) -> Response:
    """Show an edition's page alone, for the preview's frame."""
    message = _message(publisher().issue(id_), segment)
    html = page(
        message,
        unsubscribe_url="#unsubscribe",
        view_url="#view",
        picture_url=lambda name: (
            "about:blank" if request.args.get("images") == "off" else f"pictures/{name}"
        ),
    )
    html = _DARK.sub(_ALWAYS if request.args.get("dark") else _NOT_EVER, html)
    return Response(html, headers={"Content-Security-Policy": _policy()})


def _policy() -> str:
    if request.args.get("images") == "off":
        return EMAIL_POLICY.replace("img-src 'self' https:", "img-src 'none'")
    return EMAIL_POLICY


@pages.get("/issues/<id_>/<segment>/text")
def text(id_: str, segment: str) -> Response:
    """Show an edition's text part."""
    message = _message(publisher().issue(id_), segment)
    said = plain_page(message, unsubscribe_url="#unsubscribe", view_url="#view")
    return Response(said, mimetype="text/plain", headers={"Content-Security-Policy": EMAIL_POLICY})


@pages.get("/issues/<id_>/<segment>/email")
def email(id_: str, segment: str) -> Response:
    """Hand out an edition as an email file."""
    found = publisher().issue(id_)
    data = publisher().sample(found, _message(found, segment)).email
    name = f'attachment; filename="{segment}.eml"'
    return Response(data, mimetype="message/rfc822", headers={"Content-Disposition": name})


@pages.get("/issues/<id_>/<segment>/pictures/<name>")
def picture(id_: str, segment: str, name: str) -> Response:
    """Show a picture of an edition."""
    found = publisher().issue(id_)
    return picture_response(publisher(), found, _message(found, segment), name)


@pages.get("/issues/<id_>/<segment>/why/<path:article>")
def why(id_: str, segment: str, article: str) -> str:
    """Tell why an article is in an edition, or is not."""
    return render_template(
        "why.html",
        issue=publisher().issue(id_),
        segment=segment,
        decisions=publisher().why(article, id_),
        because=_because,
        title=publisher().titles([article]).get(article, article),
    )


def _because(made: Decision) -> str:
    return phrases.decided(made.decided_by, segment_title(made.segment), included=made.included)


@pages.post("/issues/<id_>/<segment>/edit")
def edit(id_: str, segment: str) -> Answer | tuple[str, int]:
    """Apply what an editor's form asks for."""
    form = request.form.to_dict()

    def act() -> None:
        if (file := request.files.get("file")) is not None and file.filename:
            key = "image" if form.get("verb") in {"write", "notice"} else "url"
            form[key] = publisher().upload(file.read())
        asked = forms.changes(form)
        publisher().edit(id_, asked, by=who(form))
        flash(f"{shown.done(asked, _what(form))}, in {_where(form.get('reach', ''))}.")

    return _act(id_, segment, act)


def _what(form: Mapping[str, str]) -> str:
    """Return the title that the editor saw of what was changed."""
    if form.get("verb") == "add":
        return form.get("title") or form.get("url", "")
    if form.get("verb") == "write":
        return form.get("headline", "")
    article = form.get("article", "")
    return form.get("was_title") or publisher().titles([article]).get(article, article)


def _where(reach: str) -> str:
    return f"{segment_title(reach)} only" if reach else "all editions"


@pages.post("/issues/<id_>/again")
def again(id_: str) -> Answer | tuple[str, int]:
    """Make an issue ready to be sent again to those who failed, and to those who joined since."""
    try:
        wanted = publisher().again(id_)
    except DigestError as error:
        return sorry(error)
    if wanted.failed or wanted.joined:
        flash(
            f"{wanted.failed} who failed and {wanted.joined} who joined get it now: with the next tick "
            "of digest run, or with digest send."
        )
    else:
        flash("Nobody has failed, and nobody joined since.")
    return redirect(url_for("desk.issue", id_=id_))


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
        lambda: publisher().approve(
            id_, by=who(form), overrides=overrides, content_hash=form.get("content_hash")
        ),
    )


@pages.post("/issues/<id_>/<segment>/discard")
def discard(id_: str, segment: str) -> Answer | tuple[str, int]:
    """Give a draft up, where it was said twice."""
    form = request.form

    def act() -> None:
        if not form.get("sure"):
            raise UsageError("tick that you are sure, to discard the issue")
        publisher().discard(id_, by=who(form))

    return _act(id_, segment, act)


def _act(id_: str, segment: str, act: Callable[[], object]) -> Answer | tuple[str, int]:
    try:
        act()
    except DigestError as error:
        return _shown(id_, _still(id_, segment), str(error)), 409
    own = _still(id_, segment)
    back = request.form.get("back") or None
    return redirect(url_for("desk.issue", id_=id_, segment=own, _anchor=back))


def _still(id_: str, segment: str) -> str | None:
    """Return the segment where the issue has an edition for it."""
    return segment if segment in _segments(publisher().issue(id_)) else None


def _segments(found: Issue) -> list[str]:
    return [edition.segment for edition in found.editions]


def _holds(edition: Edition, article: str) -> bool:
    return any(each.id == article for each in edition.articles)


def _edition(found: Issue, segment: str | None) -> Edition:
    wanted = (e for e in found.editions if segment in {None, e.segment})
    return next(wanted, None) or abort(404)


def _message(found: Issue, segment: str) -> Message:
    return next((m for m in found.messages if m.segment == segment), None) or abort(404)
