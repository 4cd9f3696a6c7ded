"""Send a test of an issue: its emails, marked, to a few addresses, and nothing in the record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from digest.editorial.address import parts_of_mailbox
from digest.editorial.patch_reading import named
from digest.errors import Unknown, UsageError, WrongState
from digest.model import Act, Delivery
from digest.publisher.handing_over import hand_over
from digest.publisher.printed import printed
from digest.publisher.reader_links import recipient
from digest.publisher.sending import Sent
from digest.publisher.services import Services
from digest.render.header import ascii_address
from digest.render.mime import message_id, sender_domain


def prove(
    services: Services, id_: str, addresses: Collection[str], segment: str | None, by: str
) -> Sent:
    """Send a test from the desk, where only those whom the newsletter names (`test_to`) get one."""
    by, issue = named(by), services.issues.get(id_)
    allowed = services.newsletter(issue.newsletter).test_to
    if not addresses or not {*addresses} <= {*allowed}:
        raise UsageError(
            "a test goes to addresses that newsletters."
            f"{issue.newsletter}.test_to names: {', '.join(allowed) or 'there are none yet'}"
        )
    if segment is not None and all(m.segment != segment for m in issue.messages):
        raise Unknown(f"edition of issue {id_}", segment, (m.segment for m in issue.messages))
    to = [each for each in allowed if each in addresses]
    done = send_test(services, id_, to, None, segment)
    note = f"{segment or 'all editions'} to {', '.join(to)}"
    services.issues.note(
        id_,
        Act(
            kind="test",
            by=by,
            at=services.clock(),
            before=services.issues.edits(id_),
            note=note,
        ),
    )
    return done


def send_test(
    services: Services,
    issue_id: str,
    addresses: Sequence[str],
    to: str | None,
    segment: str | None = None,
) -> Sent:
    """Send every edition, or one, to these addresses only, marked as a test; nothing is written down."""
    issue = services.issues.get(issue_id)
    if not issue.messages:
        raise WrongState(issue.id, f"{issue.status} without an edition", "sent as a test")
    paper = printed(services, issue.id)
    sender = paper.inputs.newsletter.sender
    emails: list[tuple[str, bytes]] = []
    for message in issue.messages:
        if segment not in {None, message.segment}:
            continue
        one = paper.envelope(replace(message, subject=f"[Test] {message.subject}"))
        for address in addresses:
            name = f"{issue.id}-test-{message.segment}"
            delivery = Delivery(
                issue=issue.id,
                address=address,
                segment=message.segment,
                message_id=message_id(name, address, services.key, sender_domain(sender)),
            )
            own = recipient(services, delivery, None, services.clock(), "test")
            emails.append((address, one.address(own)))
    outcomes = hand_over(services.deliverer(to), ascii_address(parts_of_mailbox(sender)[1]), emails)
    done = Counter(outcome.state for outcome in outcomes)
    return Sent(
        issue=issue.id,
        sent=done["sent"],
        deferred=done["deferred"],
        failed=done["failed"],
        ambiguous=done["ambiguous"],
    )
