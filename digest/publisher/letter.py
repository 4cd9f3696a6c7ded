"""A letter: a short text to single people, from a newsletter's sender, beside its issues."""

from __future__ import annotations

from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from digest.editorial.address import parts_of_mailbox
from digest.jsonable import sha256_hex
from digest.model import Newsletter
from digest.ports import Outcome
from digest.publisher.handing_over import hand_over
from digest.publisher.services import Services
from digest.render.header import ascii_address
from digest.render.mime import sender_domain


def write_to(
    services: Services, newsletter: Newsletter, to: Sequence[str], subject: str, text: str
) -> Outcome:
    """Hand a letter over to each address; return what became of the last one.

    DeliveryError where the relay takes nothing.
    """
    name, address = parts_of_mailbox(newsletter.sender)
    sender, emails = ascii_address(address), list[tuple[str, bytes]]()
    for reader in to:
        email, at = EmailMessage(policy=SMTP), services.clock()
        email["Subject"] = subject[:120]
        email["From"] = Address(name, addr_spec=sender)
        email["To"] = ascii_address(reader)
        email["Date"] = at
        id_ = sha256_hex(f"{reader}\0{text}\0{at.isoformat()}")[:24]
        email["Message-ID"] = f"<{id_}@{sender_domain(newsletter.sender)}>"
        email["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday note answers it
        email.set_content(text)
        emails.append((reader, email.as_bytes()))
    return hand_over(services.deliverer(None), sender, emails)[-1]
