"""Check an email that was not made here: a page, a message as it was sent, another system's template."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import EmailMessage

from digest.findings import Finding
from digest.model import Edition, Message, Newsletter, Publication, Rule, Segment
from digest.render.checks import (
    contrast,
    css,
    envelope,
    images,
    links,
    structure,
    support,
    text_part,
)
from digest.render.checks.lint_context import LintContext, by_severity
from digest.render.render_context import RenderContext

Check = Callable[[LintContext], Iterable[Finding]]

# what holds of any email; the rest is how this program makes its own
_PAGE: tuple[Check, ...] = (
    *(envelope.size, structure.document, structure.tags, structure.tables, structure.headings),
    *(structure.drawings, css.attributes, css.blocks, css.dark, css.weight, support.features),
    *(contrast.texts, images.images, images.text_beside),
    *(links.links, links.hidden, links.way_out),
)
_SENT: tuple[Check, ...] = (envelope.sender, envelope.subject, links.left_over, text_part.text)

# what other systems' templates hold where a value will stand
_MERGE = (
    r"(?:\{\{.{0,200}?\}\}|\{%.{0,200}?%\}|\*\|.{0,200}?\|\*|%%.{0,200}?%%|%[\w.]{1,80}%|"
    r"\[\[.{0,200}?\]\]|<%.{0,200}?%>|\$\{.{0,200}?\}|\[[A-Z_]{1,80}\])"
)
_MERGED = re.compile(
    rf"""\b(href|src)\s{{0,9}}=\s{{0,9}}(["'])\s{{0,9}}(?:{_MERGE}[^"']{{0,2000}}|\#)\2""",
    re.IGNORECASE,
)
_WAY_OUT = re.compile(
    r"unsub|opt.?out|abmeld|abbestell|abmelden|désabonn|desabonn|désinscri|desinscri|darse de baja|"
    r"cancelar|annulla|disiscri|afmeld|uitschrij|wypisz|avregistr|frameld|avslutt|peruuta|odhlásit|"
    r"配信停止|退订|отпис",
    re.IGNORECASE,
)
_SOMEWHERE = "https://example.org/"
_LONGEST = 600_000  # characters; mail programs clip a page from a sixth of that on


class NotAnEmail(ValueError):
    """Bytes that are no email, or none that could be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignEmail:
    """An email as it is found; `sent` where it is a whole message, not a page or a template."""

    html: str
    text: str = ""
    subject: str = ""
    sender: str = ""
    pictures: tuple[str, ...] = ()
    sent: bool = False


def page(html: str) -> ForeignEmail:
    """Return a page, or a template: placeholders of other systems stand for addresses."""
    html = _sound(html)
    return ForeignEmail(html=_MERGED.sub(_somewhere, html))


def _somewhere(merged: re.Match[str]) -> str:
    """Return an attribute with an address in its placeholder's place; the way out stays one."""
    where = f"{_SOMEWHERE}unsubscribe" if _WAY_OUT.search(merged[0]) else _SOMEWHERE
    return f"{merged[1]}={merged[2]}{where}{merged[2]}"


def message(data: bytes) -> ForeignEmail:
    """Return a message as it was sent (RFC 5322); what cannot be decoded is replaced.

    NotAnEmail where it cannot be taken apart, or has no HTML.
    """
    try:
        found = message_from_bytes(data, policy=policy.default)
        html, text = (_part(found, kind) for kind in ("html", "plain"))
        named = [str(part.get("Content-ID", "")).strip("<> ") for part in found.walk()]
    except Exception as error:  # whatever the standard library makes of what a stranger wrote
        raise NotAnEmail("it cannot be taken apart as a message") from error
    if not html.strip():
        raise NotAnEmail("this message has no HTML part")
    raw = message_from_bytes(data, policy=policy.compat32)
    return ForeignEmail(
        html=_sound(html),
        text=_sound(text),
        subject=_words(raw.get("Subject")),
        sender=_words(raw.get("From")),
        pictures=tuple(name for name in named if name),
        sent=True,
    )


def _words(header: object) -> str:
    """Return a header's text, encoded words read (RFC 2047)."""
    said = str(header or "")[:2000]
    try:
        return _sound(" ".join(str(make_header(decode_header(said))).split()))
    except (ValueError, LookupError, HeaderParseError):
        return _sound(said)


def _sound(text: str) -> str:
    """Return a text without half characters; NotAnEmail where it is longer than any email."""
    if len(text) > _LONGEST:
        raise NotAnEmail(f"it has {len(text) >> 10} KB; mail programs show the first 102")
    return text.encode("utf-8", "replace").decode("utf-8")


def lint(email: ForeignEmail, clients: Mapping[str, int | None]) -> tuple[Finding, ...]:
    """Return what is wrong with it, errors first; `clients` are the mail programs that count."""
    newsletter = Newsletter(
        name="", title="", sender=email.sender, segments=(), sections=(), clients=clients
    )
    frame = RenderContext(
        publication=Publication(name="", url=""),
        newsletter=newsletter,
        segment=Segment(name="", title="", match=Rule()),
        number=1,
        send_date=datetime.fromtimestamp(0, UTC),
    )
    proof = LintContext(
        Message(
            segment="",
            subject=email.subject,
            preheader="",
            html=email.html,
            text=email.text,
            pictures=email.pictures,
        ),
        Edition(segment="", subject=email.subject, preheader="", sections=()),
        frame,
    )
    links = ((str(a.get("href") or ""), a.text_content()[:500]) for a in proof.elements("a"))
    ways_out = (href for href, words in links if _WAY_OUT.search(f"{href[:500]} {words}"))
    proof = replace(proof, way_out=next(ways_out, None))
    checks: Sequence[Check] = (*_PAGE, *_SENT) if email.sent else _PAGE
    # Say the same of several places once, at the first of them.
    found = by_severity(finding for check in checks for finding in check(proof))
    alike: dict[tuple[str, str], list[Finding]] = {}
    for each in found:
        alike.setdefault((each.rule, each.message), []).append(each)
    return tuple(
        replace(each[0], where=replace(each[0].where, places=sum(f.where.places for f in each)))
        for each in alike.values()
    )


def _part(found: EmailMessage, kind: str) -> str:
    part = found.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # a charset that nobody knows
        return bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace")
