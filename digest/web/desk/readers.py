"""Readers who chose for themselves: the editions of an issue that most of them share, and any reader's."""

from __future__ import annotations

from flask import Response, abort, render_template, request

from digest.errors import Unknown
from digest.publisher.proofs import Proof
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
    issue, address = publisher().issue(id_), request.args.get("address", "").strip()
    found = publisher().proofs(issue, address or None).proofs
    proof: Proof | None = next((each for each in found if each.name == name), None)
    if proof is None or proof.printed is None:
        abort(404)
    pictures = {each.name: each for each in proof.printed.context.attached}
    html = page(
        proof.printed.message,
        unsubscribe_url="#unsubscribe",
        view_url="#view",
        picture_url=lambda each: pictures[each].url if each in pictures else "about:blank",
    )
    return Response(html, headers={"Content-Security-Policy": EMAIL_POLICY})
