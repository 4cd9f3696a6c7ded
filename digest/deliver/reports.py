"""Read what other servers report: bounces (RFC 3464, and many older forms), complaints (RFC 5965).

Anybody can write to the address that these come to, so they are read as hostile: their first part
only, few levels deep, and whatever is wrong with one makes it no report.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from email import message_from_bytes, message_from_string
from email.message import Message
from email.utils import getaddresses

from flufl.bounce import all_failures

from digest.deliver.replies import is_gone
from digest.errors import one_line
from digest.ports import Report

LARGEST = 256_000  # bytes of an email that are read; what counts stands before what was returned
_PARTS = 60
_RECIPIENTS = 20
_PART = re.compile(rb"(?im)^content-type:")
_MESSAGE_ID = re.compile(r"(?im)^[> \t]*message-id:\s*<?([^<>\s@]{1,200}@[^<>\s@]{1,200})")
_CODE = re.compile(r"\b5\d\d[ -]|\b5\.\d{1,3}\.\d{1,3}\b")
_UNSAID = "it could not be delivered"
_COMPLAINTS = frozenset({"abuse", "fraud", "virus", "opt-out", "opt-out-list"})
_ENCLOSED = frozenset(
    "message/rfc822 text/rfc822-headers message/rfc822-headers message/global "
    "message/global-headers".split()
)
_CAME_TO = ("To", "Delivered-To", "X-Original-To", "Envelope-To")
_ANSWERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder")  # before RFC 3834
_MACHINES = frozenset({"mailer-daemon", "postmaster"})

logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)  # it would print what it cannot read


def read_reports(raw: bytes) -> tuple[Report, ...]:
    """Return what an email reports, recipient by recipient; nothing where it is no report.

    A report of a delay is none yet, and neither is an answer from who is out of office.
    """
    raw = raw[:LARGEST]
    if len(_PART.findall(raw)) > _PARTS:
        return ()
    try:
        return tuple(_read(message_from_bytes(raw)))
    except Exception:  # noqa: BLE001 - two libraries read what a stranger wrote to break them
        return ()


def _read(email: Message) -> Iterator[Report]:
    parts = [*_parts(email)]
    came_back = next((part for part in parts if part.get_content_type() in _ENCLOSED), None)
    enclosed: Message | None = None
    if came_back is not None:  # the email itself, or its header
        enclosed = _fields(came_back)
    named = [enclosed["Message-ID"]] if enclosed else []
    named += [email["In-Reply-To"]]  # Exchange may return no more than that
    ids = tuple(
        id_ for each in named for id_ in _MESSAGE_ID.findall(f"Message-ID: {one_line(each)}")
    )
    paths = [
        *_addresses(email, *_CAME_TO),
        *(_addresses(enclosed, "Return-Path") if enclosed else ()),
    ]
    for part in parts:
        if part.get_content_type() == "message/feedback-report":
            yield from _complaints(part, ids, paths, enclosed)
            return
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            yield from _bounces(part, ids, paths)
            return
    if not _is_answer(email):
        yield from _others_bounces(email, parts, ids, paths)


def _parts(email: Message) -> Iterator[Message]:
    """Yield the parts of an email, but not those of an email within."""
    yield email
    if email.get_content_maintype() == "multipart" and email.is_multipart():
        for part in email.get_payload():
            if isinstance(part, Message):
                yield from _parts(part)


def _blocks(part: Message) -> list[Message]:
    """Return a part's groups of fields, as the parser sets out the types of `message/`."""
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Message)] if part.is_multipart() else []


def _fields(part: Message) -> Message:
    """Return a part's first group of fields; where the parser found none, they stand in its text."""
    held = next(iter(_blocks(part)), None)
    if held is not None and held.keys():
        return held
    # behind an empty line too
    return message_from_string(_text(part if held is None else held).lstrip())


def _complaints(
    part: Message, ids: tuple[str, ...], paths: Sequence[str], enclosed: Message | None
) -> Iterator[Report]:
    fields = _fields(part)
    kind = one_line(fields["Feedback-Type"]).lower()
    if kind not in _COMPLAINTS:
        return
    named = [*_addresses(fields, "Original-Rcpt-To", "Removal-Recipient")]
    named += [*_addresses(enclosed, "To")] if enclosed else []
    yield Report(
        kind="complained",
        detail=f"{kind}, reported by {one_line(fields['User-Agent']) or 'a feedback loop'}",
        address=next(iter(named), None),
        message_ids=ids,
        return_paths=(*paths, *_addresses(fields, "Original-Mail-From")),
    )


def _bounces(part: Message, ids: tuple[str, ...], paths: Sequence[str]) -> Iterator[Report]:
    for fields in _blocks(part)[:_RECIPIENTS]:
        # OpenSMTPD says error, and some put a remark after the word
        if not one_line(fields["Action"]).lower().startswith(("failed", "error")):
            continue
        status, said = one_line(fields["Status"]), one_line(fields["Diagnostic-Code"])
        said = said.partition(";")[2].strip() or said
        named = []
        for field in ("Original-Recipient", "Final-Recipient"):
            # `rfc822; a@u.example`; some leave the kind of address out
            kind, semicolon, address = one_line(fields[field]).partition(";")
            named.append((address if semicolon else kind).strip().strip("<>"))
        yield Report(
            kind="bounced",
            detail=(said if status in said else f"{status} {said}").strip() or _UNSAID,
            hard=is_gone(status, said),
            address=next((each for each in named if "@" in each), None),
            message_ids=ids,
            return_paths=tuple(paths),
        )


def _others_bounces(
    email: Message, parts: Sequence[Message], ids: tuple[str, ...], paths: Sequence[str]
) -> Iterator[Report]:
    """Yield the bounces that are written in another form, as flufl.bounce knows them."""
    _, failed = all_failures(email)
    text = "\n".join(_text(part) for part in parts if part.get_content_maintype() == "text")
    said = next((line.strip() for line in text.splitlines() if _CODE.search(line)), "")
    for address in sorted(failed)[:_RECIPIENTS]:
        yield Report(
            kind="bounced",
            detail=said[:500] or _UNSAID,
            hard=is_gone("", said or text),
            address=address.decode("ascii", "replace"),
            message_ids=ids or tuple(_MESSAGE_ID.findall(text)[:_RECIPIENTS]),
            return_paths=tuple(paths),
        )


def _is_answer(email: Message) -> bool:
    """Tell whether an email answers by itself for somebody who is away (RFC 3834).

    Exim says of its bounces that they do; it names whom it failed to reach.
    """
    senders = {address.partition("@")[0].lower() for address in _addresses(email, "From")}
    if "X-Failed-Recipients" in email or senders & _MACHINES:
        return False
    return (
        one_line(email["Auto-Submitted"]).lower().startswith("auto-replied")
        or one_line(email["Precedence"]).lower() == "auto_reply"
        or any(name in email for name in _ANSWERS)
    )


def _text(part: Message) -> str:
    data = part.get_payload(decode=True)
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else ""


def _addresses(email: Message, *names: str) -> tuple[str, ...]:
    values = [one_line(value) for name in names for value in email.get_all(name, [])[:_RECIPIENTS]]
    return tuple(address for _, address in getaddresses(values) if "@" in address)
