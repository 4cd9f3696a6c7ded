"""Tell a newsletter's editors what the scheduler did, where it needs a person, by email."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP

from digest.editorial.address import parts_of_mailbox
from digest.errors import DigestError
from digest.jsonable import sha256_hex
from digest.model import Issue, Newsletter
from digest.publisher.drafting import open_errors
from digest.publisher.services import Services
from digest.render.header import ascii_address
from digest.render.mime import sender_domain

Outcome = Issue | DigestError
_NEEDS_A_PERSON = frozenset({"draft", "held", "skipped"})


def tell_editors(services: Services, name: str, outcomes: Sequence[Outcome]) -> None:
    """Mail the editors of a newsletter what needs them; the same news once, however often it comes.

    DeliveryError where the relay takes nothing.
    """
    newsletter = services.newsletter(name)
    said = "\n\n".join(filter(None, (_said(one) for one in outcomes)))
    mark = sha256_hex(said)
    if not said or not newsletter.editors or services.issues.last_news(name) == mark:
        return
    connection = services.deliverer(None).open()
    try:
        sender = ascii_address(parts_of_mailbox(newsletter.sender)[1])
        for editor in newsletter.editors:
            email = _email(services, newsletter, editor, said)
            connection.deliver(sender, editor, email, lambda: None)
    finally:
        connection.close()
    services.issues.keep_news(name, mark)


def _said(outcome: Outcome) -> str:
    if isinstance(outcome, DigestError):
        return str(outcome)
    if outcome.status not in _NEEDS_A_PERSON:
        return ""
    errors = [*open_errors(outcome.findings, ())]
    at = f", which is to go out on {outcome.send_at:%Y-%m-%d %H:%M} UTC," if outcome.send_at else ""
    words = {
        "draft": f"Issue {outcome.id}{at} is drafted and waits for its approval.",
        "held": f"Issue {outcome.id}{at} is held back.",
        "skipped": f"Issue {outcome.id} is skipped.",
    }
    return "\n".join([words[outcome.status], *filter(None, [outcome.reason]), *errors])


def _email(services: Services, newsletter: Newsletter, editor: str, said: str) -> bytes:
    email = EmailMessage(policy=SMTP)
    first = said.splitlines()[0]
    email["Subject"] = f"[{newsletter.title}] {first}"[:120]
    email["From"] = ascii_address(parts_of_mailbox(newsletter.sender)[1])
    email["To"] = ascii_address(editor)
    email["Date"] = services.clock()
    name = sha256_hex(f"{editor}\0{said}\0{services.clock().isoformat()}")[:24]
    email["Message-ID"] = f"<{name}@{sender_domain(newsletter.sender)}>"
    email["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday note answers it
    email.set_content(f"{said}\n\nThe desk: {services.config.publication.public_url}\n")
    return email.as_bytes()
