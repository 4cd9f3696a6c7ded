"""A subscriber's own values in an email: links to leave, and to read it in a browser."""

from __future__ import annotations

import hmac
from datetime import datetime
from hashlib import sha256

from digest.model import Delivery, Subscriber
from digest.publisher.services import Services
from digest.render.mime import Recipient


def recipient(
    services: Services,
    delivery: Delivery,
    person: Subscriber | None,
    now: datetime,
    token: str,
    *,
    base: str | None = None,
) -> Recipient:
    """Return one subscriber's own values; links start at `base`, the public pages' address."""
    base = services.config.publication.public_url if base is None else base
    return Recipient(
        address=delivery.address,
        name=person.name if person else None,
        message_id=delivery.message_id,
        date=now,
        unsubscribe_url=f"{base}/u/{token}",
        view_url=view_url(services, delivery.issue, delivery.segment, base),
    )


def view_url(services: Services, issue: str, segment: str, base: str | None = None) -> str:
    """Return where an edition can be read in a browser; nobody can guess it."""
    base = services.config.publication.public_url if base is None else base
    return f"{base}/v/{issue}/{segment}/{view_mark(services.key, issue, segment)}"


def view_mark(key: bytes, issue: str, segment: str) -> str:
    """Return what proves that an edition's address was given out by us: 20 hexadecimal digits."""
    return hmac.new(key, f"view\0{issue}\0{segment}".encode(), sha256).hexdigest()[:20]
