"""The preview of an edition, alone in its frame: as mail programs show it, its parts, and what changed."""

from __future__ import annotations

from contextlib import suppress
from email import message_from_bytes
from pathlib import Path

from flask import Response, render_template, request

from digest.editorial.compare import read_beside
from digest.errors import TemplateError
from digest.model import Edition, Issue, Message
from digest.render.page import plain_page
from digest.web import proof
from digest.web.desk.issue_view import message_of
from digest.web.desk.shell import pages, publisher
from digest.web.edition_page import EMAIL_POLICY, picture_response

# the desk's own script keeps the place where one reads and selects what one clicks; nothing runs within
_POLICY = EMAIL_POLICY.replace("sandbox ", "sandbox allow-same-origin ")


@pages.get("/issues/<id_>/<segment>/page")
def page_(id_: str, segment: str) -> Response:
    """Show an edition alone, for the preview's frame, in the mode that is asked for."""
    found, mode = publisher().issue(id_), request.args.get("mode", "light")
    if mode in {"approval", "last_issue"}:
        return _differences(found, segment, mode)
    message = message_of(found, segment)
    if publisher().changed_templates(found):
        try:
            message = publisher().restyled(found, segment)
        except TemplateError as error:
            return _at_fault(error)
    if mode in {"text", "source", "headers"}:
        return _words(found, message, mode)
    where = request.args.get("outline", "")
    held = (a for e in found.editions if e.segment == segment for a in e.articles)
    url = next((a.url for a in held if a.id == where.removeprefix("article ")), None)
    html = proof.opened(message, mode)
    html = proof.outlined(html, where, url) if where else html
    html = proof.clipped(proof.shown(html, mode))
    off = mode == proof.NO_PICTURES
    policy = _POLICY.replace("img-src 'self' https:", "img-src 'none'") if off else _POLICY
    return Response(html, headers={"Content-Security-Policy": policy})


def _at_fault(error: TemplateError) -> Response:
    """Show what is wrong in a template, with its file, its line, and what stands there."""
    line = ""
    with suppress(OSError, ValueError, IndexError):
        lines = Path(error.file).read_text(encoding="utf-8").splitlines()
        line = lines[error.line - 1] if error.line else ""
    html = render_template("template_at_fault.html", error=error, line=line)
    return Response(html, headers={"Content-Security-Policy": _POLICY})


def _words(found: Issue, message: Message, mode: str) -> Response:
    """Show what is text: the text part, or the email as it travels, or its headers alone."""
    if mode == "text":
        said = plain_page(message, unsubscribe_url="#unsubscribe", view_url="#view")
    else:
        said = publisher().sample(found, message).email.decode("utf-8", "replace")
    if mode == "headers":
        headers = message_from_bytes(said.encode()).items()
        said = "\n".join(f"{name}: {value}" for name, value in headers)
    return Response(said, mimetype="text/plain", headers={"Content-Security-Policy": _POLICY})


def _differences(found: Issue, segment: str, since: str) -> Response:
    """Show an edition as one reads it beside what was approved, or beside the last issue."""
    press = publisher()
    old = (
        {e.segment: e for e in found.approved_editions}
        if since == "approval"
        else press.last_editions(found)
    ).get(segment)
    new = next((e for e in found.editions if e.segment == segment), None)
    nothing = Edition(segment=segment, subject="", preheader="", sections=())
    html = render_template(
        "differences.html",
        since=since,
        is_first=old is None,
        reading=read_beside(old, new or nothing) if old else None,
    )
    return Response(html, headers={"Content-Security-Policy": _POLICY})


@pages.get("/issues/<id_>/<segment>/text")
def text(id_: str, segment: str) -> Response:
    """Show an edition's text part."""
    found = publisher().issue(id_)
    return _words(found, message_of(found, segment), "text")


@pages.get("/issues/<id_>/<segment>/email")
def email(id_: str, segment: str) -> Response:
    """Hand out an edition as an email file."""
    found = publisher().issue(id_)
    data = publisher().sample(found, message_of(found, segment)).email
    name = f'attachment; filename="{segment}.eml"'
    return Response(data, mimetype="message/rfc822", headers={"Content-Disposition": name})


@pages.get("/issues/<id_>/<segment>/pictures/<name>")
def picture(id_: str, segment: str, name: str) -> Response:
    """Show a picture of an edition."""
    found = publisher().issue(id_)
    return picture_response(publisher(), found, message_of(found, segment), name)
