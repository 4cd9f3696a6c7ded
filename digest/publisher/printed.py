"""What an issue was printed with: its frame, pictures and logo, as they were when it was drafted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from digest.jsonable import digest
from digest.model import Message, Picture
from digest.ports import Lock
from digest.publisher.compose import frame_of
from digest.publisher.inputs import Inputs, from_lock
from digest.publisher.rooms import Rooms
from digest.render.mime import Envelope, envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """An issue's inputs without its articles, and the pictures that it was printed with."""

    inputs: Inputs
    pictures: Mapping[str, Picture]
    logo: Picture | str | None

    def envelope(self, message: Message) -> Envelope:
        """Return a message of the issue set as an email, without its subscriber."""
        segment = self.inputs.segments[message.segment]
        return envelope(message, frame_of(self.inputs, segment, self.pictures, self.logo))

    def picture(self, name: str) -> Picture | None:
        """Return the picture of that file name."""
        held = (*self.pictures.values(), self.logo)
        return next((p for p in held if isinstance(p, Picture) and p.name == name), None)


def printed(rooms: Rooms, issue: str) -> Printed:
    """Return what an issue was printed with."""
    lock = rooms.issues.lock(issue)
    found = {url: rooms.articles.picture(url) for url in lock["pictures"]}
    return Printed(
        inputs=from_lock(lock, None),
        pictures={url: picture for url, picture in found.items() if picture},
        logo=logo_of(rooms, lock),
    )


def logo_of(rooms: Rooms, lock: Lock) -> Picture | str | None:
    """Return the logo that a lock names."""
    named: str | None = lock["logo"]
    return rooms.articles.picture(named) or named if named else None


def keep_logo(rooms: Rooms) -> str | None:
    """Keep the logo as it is now; return the name that a lock holds for it."""
    logo = rooms.logo
    if not isinstance(logo, Picture):
        return logo
    name = f"logo:{digest(logo.data)}"
    if rooms.articles.picture(name) is None:
        rooms.articles.keep_picture(replace(logo, url=name))
    return name
