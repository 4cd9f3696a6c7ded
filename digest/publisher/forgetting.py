"""Data protection: what is kept on a person, shown and erased; and how long emails are on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from digest.editorial.membership import Membership
from digest.errors import Unknown
from digest.model import Delivery, SignUp, Subscriber, Suppression
from digest.ports import Erased
from digest.publisher.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """All that is kept on a person: `by_rule` are segments by what they are, `link` opens their preferences."""

    address: str
    subscriber: Subscriber | None
    by_rule: tuple[str, ...]
    link: str | None
    suppressed: Suppression | None
    sign_ups: Sequence[SignUp]
    deliveries: Sequence[Delivery]


def person(services: Services, address: str) -> Person:
    """Return all that is kept on who has an address; Unknown where that is nothing."""
    known, base = services.audience.by_address(address), services.config.publication.public_url
    token = services.audience.tokens([address]).get(address)
    found = Person(
        address=known.address if known else address,
        subscriber=known,
        by_rule=Membership(services.config.segments).by_rule(known) if known else (),
        link=f"{base}/u/{token}/preferences" if token else None,
        suppressed=services.audience.suppression(address),
        sign_ups=services.traces.sign_ups(address),
        deliveries=services.traces.deliveries(address),
    )
    if not (known or found.suppressed or found.sign_ups or found.deliveries):
        raise Unknown("person of whom anything is kept", address, ())
    return found


def erase(services: Services, address: str) -> Erased:
    """Erase a person; the address is not mailed again, whoever brings it.

    DigestError while an issue is going out: what is on its way could not be written down any more.
    """
    with services.deliveries.sending():
        return services.traces.erase(address, services.clock())


def count_old(services: Services) -> dict[str, int]:
    """Reduce the emails of issues that are old enough to counts; return how many, by issue.

    An issue that is still open, or has an email that nobody has settled, stays as it is.
    """
    keep = services.config.keep_deliveries
    if keep is None:
        return {}
    before = services.clock() - keep
    old = [
        head.id
        for head in services.issues.heads()
        if head.status == "sent" and head.goes_out < before
    ]
    with services.deliveries.sending():
        done = {id_: services.traces.count_up(id_) for id_ in old}
    return {id_: count for id_, count in done.items() if count}
