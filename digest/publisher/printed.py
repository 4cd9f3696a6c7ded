"""What an issue was printed with: its frame, pictures and logo, as they were when it was drafted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from digest.jsonable import sha256_hex
from digest.model import Delivery, Issue, Message, Picture
from digest.ports import Lock
from digest.publisher.compose import Materials, frame_of
from digest.publisher.inputs import Inputs, from_lock
from digest.publisher.reader_links import recipient
from digest.publisher.services import Services
from digest.render.mime import Envelope, envelope

SAMPLE_ADDRESS = "subscriber@example.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintInputs:
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


def printed(services: Services, issue: str) -> PrintInputs:
    """Return what an issue was printed with."""
    lock = services.issues.lock(issue)
    found = {url: services.articles.picture(url) for url in lock["pictures"]}
    return PrintInputs(
        inputs=from_lock(lock, None),
        pictures={url: picture for url, picture in found.items() if picture},
        logo=logo_of(services, lock),
    )


def materials_of(services: Services, lock: Lock) -> Materials:
    """Return what an issue is printed with once more: its own pictures and logo, the templates of now."""

    def picture_of(url: str, _: str) -> Picture | None:
        return services.articles.picture(url) if url in lock["pictures"] else None

    return Materials(
        renderer=services.renderer, picture_of=picture_of, logo=logo_of(services, lock)
    )


def logo_of(services: Services, lock: Lock) -> Picture | str | None:
    """Return the logo that a lock names."""
    named: str | None = lock["logo"]
    return services.articles.picture(named) or named if named else None


def keep_logo(services: Services) -> str | None:
    """Keep the logo as it is now; return the name that a lock holds for it."""
    logo = services.logo
    if not isinstance(logo, Picture):
        return logo
    name = f"logo:{sha256_hex(logo.data)}"
    if services.articles.picture(name) is None:
        services.articles.keep_picture(replace(logo, url=name))
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """An edition as an email to nobody, and where its links lead."""

    email: bytes
    unsubscribe_url: str
    view_url: str


def sample(services: Services, issue: Issue, message: Message) -> Sample:
    """Return an edition as an email to a made-up subscriber, for looking at."""
    delivery = Delivery(
        issue=issue.id,
        address=SAMPLE_ADDRESS,
        segment=message.segment,
        message_id=f"<{issue.id}@preview>",
    )
    own = recipient(services, delivery, None, issue.send_at or issue.created, "preview")
    email = printed(services, issue.id).envelope(message).address(own)
    return Sample(email=email, unsubscribe_url=own.unsubscribe_url, view_url=own.view_url)
