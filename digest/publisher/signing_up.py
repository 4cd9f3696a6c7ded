"""Sign up by a public form, confirmed by whoever reads the address (double opt-in)."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date, timedelta

from digest.errors import DeliveryError, Unknown
from digest.jsonable import sha256_hex
from digest.model import Choice, Segment, SignUp, SubscriberChange
from digest.publisher.choosing import checked
from digest.publisher.letter import write_to
from digest.publisher.preferences import today_in
from digest.publisher.services import Services

LASTS = timedelta(days=7)
_WAITING = 5  # letters to a mailbox that nobody has answered; more of them are somebody's game


def open_segments(services: Services, newsletter: str) -> tuple[Segment, ...]:
    """Return the segments of a newsletter that anybody may sign up for; Unknown where there are none."""
    newsletters, segments = services.config.newsletters, services.config.segments
    names = newsletters[newsletter].segments if newsletter in newsletters else ()
    found = tuple(segments[name] for name in names if segments[name].open)
    if not found:
        raise Unknown("newsletter that is open to sign up", newsletter, ())
    return found


def ask(
    services: Services,
    newsletter: str,
    segment: str,
    address: str,
    choice: Choice | None = None,
) -> None:
    """Write to an address that somebody signed up, unless it is not to be mailed.

    Nothing in the letter is a stranger's own words. A `choice` counts when it is confirmed. Unknown where the segment is not open;
    DeliveryError where the letter could not be handed over.
    """
    chosen = {each.name: each for each in open_segments(services, newsletter)}
    if segment not in chosen:
        raise Unknown(f"segment of {newsletter} that is open to sign up", segment, chosen)
    if services.audience.is_suppressed(address):
        return
    token, now = secrets.token_urlsafe(24), services.clock()
    sign_up = SignUp(
        address=address,
        newsletter=newsletter,
        segment=segment,
        until=now + LASTS,
        choice=checked(services, newsletter, choice) if choice else None,
    )
    if not services.sign_ups.keep(sha256_hex(token), sign_up, now, most=_WAITING):
        return
    publication, plan = services.config.publication, services.newsletter(newsletter)
    subject, text = services.renderer.letter(
        "confirm",
        publication.language,
        {
            "newsletter": plan.title,
            "segment": chosen[segment].title,
            "days": LASTS.days,
            "url": f"{publication.public_url}/confirm/{token}",
            "publication": publication,
        },
    )
    outcome = write_to(services, plan, [address], subject, text)
    if outcome.state != "sent":
        raise DeliveryError(f"a letter to confirm a sign-up is {outcome.state}: {outcome.detail}")


def asked(services: Services, token: str) -> SignUp | None:
    """Return the sign-up that a token stands for, while it waits."""
    return services.sign_ups.get(sha256_hex(token), services.clock())


def confirm(services: Services, token: str) -> SignUp | None:
    """Let a sign-up count, once; None where it does not wait, or the address has left since.

    When the reader confirmed is kept as an attribute, `signed_up`. Who asks for a newsletter wants it
    now: a pause ends.
    """
    sign_up = asked(services, token)
    if sign_up is None or not services.sign_ups.take(sha256_hex(token)):
        return None
    if services.audience.is_suppressed(sign_up.address):
        return None
    known, now = services.audience.by_address(sign_up.address), services.clock()
    # who never confirmed the others confirms none but the one that the letter names
    others = known.segments if known is not None and known.status == "confirmed" else ()
    segments = dict.fromkeys([*others, sign_up.segment])
    change = SubscriberChange(
        address=known.address if known else sign_up.address,
        segments=tuple(segments),
        status="confirmed",
        attributes={"signed_up": now.isoformat(timespec="seconds")},
    )
    person = replace(change.onto(known), paused_until=None)
    own = {sign_up.newsletter: sign_up.choice} if sign_up.choice else {}
    services.audience.put([replace(person, choices={**person.choices, **own})], now)
    return sign_up


def pause_of(services: Services, address: str) -> date | None:
    """Return until when who has an address has paused, where they have."""
    known = services.audience.by_address(address)
    until = known.paused_until if known is not None else None
    return until if until is not None and until > today_in(services) else None
