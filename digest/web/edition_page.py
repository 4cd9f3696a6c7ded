"""An edition on a page of its own: nothing in it runs, and nothing of ours is within its reach."""

from __future__ import annotations

from flask import Response, abort

from digest.model import Issue, Message
from digest.publisher import Publisher

EMAIL_POLICY = (
    "default-src 'none'; img-src 'self' https:; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; "
    "base-uri 'none'"
)


def picture_response(publisher: Publisher, issue: Issue, message: Message, name: str) -> Response:
    """Return a picture that an edition names; 404 for any other."""
    if name not in message.pictures:
        abort(404)
    picture = publisher.printed(issue.id).picture(name)
    if picture is None:
        abort(404)
    return Response(picture.data, mimetype=picture.media_type)
