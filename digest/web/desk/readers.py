"""Readers who chose for themselves: the editions of an issue that most of them share, and any reader's."""

from __future__ import annotations

from flask import Response, abort, render_template, request, url_for

from digest.errors import Unknown
from digest.publisher.reader_editions import Printed
from digest.render.page import page
from digest.web import phrases
from digest.web.desk.shell import pages, publisher
from digest.web.desk.words import say
from digest.web.edition_page import EMAIL_POLICY


@pages.get("/readers/<id_>")
def readers(id_: str) -> str:
    """Show the most common editions for readers who chose, or one reader's."""
    issue, address = publisher().issue(id_), request.args.get("address", "").strip()
    found, wrong = None, ""
    try:
        found = publisher().proofs(issue, address or None)
    except Unknown:
        wrong = say("Who has this address has not chosen for themselves.")
    return render_template(
        "readers.html",
        newsletter=publisher().config.newsletter(issue.newsletter),
        issue=issue,
        found=found,
        address=address,
        wrong=wrong,
        phrase=phrases.found,
    )


@pages.get("/readers/<id_>/<name>")
def readers_page(id_: str, name: str) -> Response:
    """Show an edition for readers who chose, alone."""
    address = request.args.get("address", "").strip() or None
    html = page(
        _printed(id_, name, address).message,
        unsubscribe_url="#unsubscribe",
        view_url="#view",
        picture_url=lambda each: url_for(
            "desk.readers_picture", id_=id_, name=name, picture=each, address=address
        ),
    )
    return Response(html, headers={"Content-Security-Policy": EMAIL_POLICY})


@pages.get("/readers/<id_>/<name>/<picture>")
def readers_picture(id_: str, name: str, picture: str) -> Response:
    """Show a picture of an edition for readers who chose."""
    attached = _printed(id_, name, request.args.get("address", "").strip() or None).context.attached
    found = next((each for each in attached if each.name == picture), None)
    return Response(found.data, mimetype=found.media_type) if found else abort(404)


def _printed(id_: str, name: str, address: str | None) -> Printed:
    """Return one of an issue's most common editions, or a reader's; 404 for any other."""
    found = publisher().proofs(publisher().issue(id_), address).proofs
    printed = next((each.printed for each in found if each.name == name), None)
    return printed or abort(404)
