"""An issue: its editors see each edition as its readers will, change it, send it back or approve it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as Answer

from digest.errors import Conflict, DigestError, UsageError
from digest.model import Issue
from digest.web import forms, shown
from digest.web.desk import issue_view as view
from digest.web.desk.shell import pages, publisher, segment_title, sorry, who
from digest.web.desk.words import listed, say, several

Acted = Answer | tuple[str | Response, int]


@pages.get("/issues/<id_>")
@pages.get("/issues/<id_>/<segment>")
def issue(id_: str, segment: str | None = None) -> str:
    """Show an issue: an edition's contents, its email, and what is selected of it."""
    return _shown(publisher().issue(id_), segment, request.args.get("at", ""))


def _shown(found: Issue, segment: str | None, at: str, said: str = "") -> str:
    """Show an issue; where an act was refused, say why and keep what was typed."""
    return render_template(
        "issue.html", **view.about(found, segment, at), said=said, typed=request.form
    )


@pages.get("/issues/<id_>/state.json")
def state(id_: str) -> Response:
    """Tell in a few bytes whether an issue or its templates changed: by its acts, and by hashes."""
    head, acts = publisher().head(id_)
    return jsonify(
        acts=acts,
        hash=head.content_hash,
        status=head.shown_status,
        look=publisher().look(head),
    )


@pages.get("/issues/<id_>/<segment>/why/<path:article>")
def why(id_: str, segment: str, article: str) -> str:
    """Tell why an article is in an edition, or is not."""
    return render_template(
        "why.html",
        issue=publisher().issue(id_),
        segment=segment,
        decisions=publisher().why(article, id_),
        because=view.because,
        title=publisher().titles([article]).get(article, article),
    )


@pages.post("/issues/<id_>/<segment>/edit")
def edit(id_: str, segment: str) -> Acted:
    """Apply what an editor's form asks for."""
    form = request.form.to_dict()
    form["reach"] = ",".join(request.form.getlist("reach"))

    def act() -> str:
        if (file := request.files.get("file")) is not None and file.filename:
            key = "image" if form.get("verb") in {"write", "notice"} else "url"
            form[key] = publisher().upload(file.read())
        asked = forms.changes(form)
        what = _what(form)
        publisher().edit(id_, asked, by=who(form), seen=_seen())
        # what is asked of several editions is told once
        told = [change for change in asked if change.get("segment") == asked[0].get("segment")]
        done, where = shown.done(told, what), [*filter(None, form["reach"].split(","))]
        if not where:
            return say("%(done)s, in all editions.", done=done)
        names = listed(segment_title(name) for name in where)
        return say("%(done)s, in %(segments)s only.", done=done, segments=names)

    return _act(id_, segment, act)


def _seen() -> int | None:
    said = request.form.get("seen", "")
    return int(said) if said.isdecimal() else None


def _what(form: Mapping[str, str]) -> str:
    """Return the title that the editor saw of what was changed."""
    if form.get("verb") == "add":
        return form.get("title") or form.get("url", "")
    if form.get("verb") == "write":
        return form.get("headline", "")
    article = form.get("article", "")
    return form.get("was_title") or publisher().titles([article]).get(article, article)


@pages.post("/issues/<id_>/<segment>/<any(undo, redo):kind>")
def step(id_: str, segment: str, kind: str) -> Acted:
    """Take the last act back, or do again what was taken back."""

    def act() -> str:
        press = publisher()
        move, done = (
            (press.undo, say("Undone")) if kind == "undo" else (press.redo, say("Done again"))
        )
        move(id_, by=who(request.form), seen=_seen())
        return f"{done}: {view.told(press.acts(id_)[-1], bare=True)}."

    return _act(id_, segment, act)


@pages.post("/issues/<id_>/<segment>/restyle")
def restyle(id_: str, segment: str) -> Acted:
    """Draft an issue again in its templates of now."""

    def act() -> str:
        publisher().restyle(id_)
        return say("Drafted again with the templates as they are now.")

    return _act(id_, segment, act)


@pages.post("/issues/<id_>/<segment>/reach")
def reach(id_: str, segment: str) -> Acted:
    """Keep which editions the acts on this page are for."""

    def act() -> str:
        session["reach"] = request.form.getlist("reach")
        return ""

    return _act(id_, segment, act)


@pages.post("/issues/<id_>/<segment>/test")
def test(id_: str, segment: str) -> Acted:
    """Send a test to people whom the newsletter names."""
    form = request.form

    def act() -> str:
        only = segment if form.get("which") == "one" else None
        done = publisher().prove(id_, form.getlist("to"), only, by=who(form))
        if done.sent:
            to = listed(form.getlist("to"))
            if folder := publisher().config.delivery.folder:
                written = several("%(n)s test email to", "%(n)s test emails to", done.sent)
                nobody = say(
                    "written into the folder %(folder)s, and mailed to nobody", folder=folder
                )
                return f"{written} {to} {nobody}."
            sent = several("%(n)s test email sent to", "%(n)s test emails sent to", done.sent)
            return f"{sent} {to}."
        raise UsageError("the test did not go out: " + (done.error or "the relay took nothing"))

    return _act(id_, segment, act)


@pages.post("/issues/<id_>/<segment>/back")
def back(id_: str, segment: str) -> Acted:
    """Send an issue back to its editors."""

    def act() -> str:
        publisher().send_back(id_, by=who(request.form), note=request.form.get("note", ""))
        return say("Sent back; the note stands above the issue.")

    return _act(id_, segment, act)


@pages.post("/issues/<id_>/<segment>/approve")
def approve(id_: str, segment: str) -> Acted:
    """Approve what the editor looked at."""
    form = request.form
    overrides = [
        {"rule": rule, "reason": form.get("reason", "").strip()}
        for rule in form.getlist("override")
    ]

    def act() -> str:
        publisher().approve(
            id_, by=who(form), overrides=overrides, content_hash=form.get("content_hash")
        )
        return say("Approved") + "."

    return _act(id_, segment, act)


@pages.post("/issues/<id_>/<segment>/discard")
def discard(id_: str, segment: str) -> Acted:
    """Give a draft up, where it was said twice."""
    form = request.form

    def act() -> str:
        if not form.get("sure"):
            raise UsageError("tick that you are sure, to discard the issue")
        publisher().discard(id_, by=who(form))
        return say("Discarded") + "."

    return _act(id_, segment, act)


@pages.post("/issues/<id_>/correct")
def correct(id_: str) -> Acted:
    """Put a correction of an issue that went out into the open draft, or decide that it needs none."""
    form, press = request.form, publisher()
    article = form.get("article", "")
    try:
        if form.get("decide") == "dismiss":
            press.dismiss(id_, article, by=who(form))
            flash(say("It is told no more, unless it changes again."))
        else:
            draft = press.correct(id_, article, by=who(form), text=form.get("text", "").strip())
            flash(say("The correction stands in issue %(issue)s.", issue=draft.id))
    except DigestError as error:
        return sorry(error)
    shown_, at = form.get("to", id_), form.get("back", "")
    return redirect(url_for("desk.issue", id_=shown_, at=at or None, _anchor="panel"))


@pages.post("/issues/<id_>/again")
def again(id_: str) -> Acted:
    """Make an issue ready to be sent again to those who failed, and to those who joined since."""
    try:
        wanted = publisher().again(id_)
    except DigestError as error:
        return sorry(error)
    if wanted.failed or wanted.joined:
        said = (
            "%(failed)s who failed and %(joined)s who joined get it now: with the next tick of "
            "digest run, or with digest send."
        )
        flash(say(said, failed=wanted.failed, joined=wanted.joined))
    else:
        flash(say("Nobody has failed, and nobody joined since."))
    return redirect(url_for("desk.issue", id_=id_))


def _act(id_: str, segment: str, act: Callable[[], str]) -> Acted:
    """Do what was asked, and answer a page's script with JSON and a form with a page."""
    at = request.form.get("back", "")
    by_script = request.accept_mimetypes.best == "application/json"
    try:
        said = act()
    except DigestError as error:
        found = publisher().issue(id_)
        if by_script:
            why: dict[str, Any] = {"said": shown.refused(error).striptags()}
            if isinstance(error, Conflict):  # what stands there now
                why["theirs"] = view.words_now(found, segment, request.form.get("article", ""))
                why["acts"] = publisher().head(id_)[1]
            return jsonify(why), 409
        return _shown(found, segment, at, shown.refused(error)), 409
    if by_script:
        head, acts = publisher().head(id_)
        return jsonify(said=said, acts=acts, hash=head.content_hash)
    if said:
        flash(said)
    held = {edition.segment for edition in publisher().issue(id_).editions}
    own = segment if segment in held else None
    anchor = "panel" if at else None
    return redirect(url_for("desk.issue", id_=id_, segment=own, at=at or None, _anchor=anchor))
