"""An edition on a page of its own: nothing in it runs, and nothing of ours is within its reach."""

from __future__ import annotations

from flask import Response, abort

from digest.model import Issue, Message, Picture
from digest.publisher import Publisher
from digest.publisher.inputs import from_lock
from digest.publisher.sending import pictures_of

EMAIL_POLICY = (
    "default-src 'none'; img-src 'self' https:; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; "
    "base-uri 'none'"
)


def picture_response(publisher: Publisher, issue: Issue, message: Message, name: str) -> Response:
    """Return a picture that an edition names; 404 for any other."""
    if name not in message.pictures:
        abort(404)
    picture = _picture(publisher, issue, name)
    if picture is None:
        abort(404)
    return Response(picture.data, mimetype=picture.media_type)


def _picture(publisher: Publisher, issue: Issue, name: str) -> Picture | None:
    rooms = publisher.rooms
    if isinstance(rooms.logo, Picture) and rooms.logo.name == name:
        return rooms.logo
    inputs = from_lock(rooms.issues.lock(issue.id), rooms.articles.version)
    held = pictures_of(rooms, inputs).values()
    return next((picture for picture in held if picture.name == name), None)
