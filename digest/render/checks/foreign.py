"""Check an email that was not made here: a page, a message as it was sent, another system's template."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from digest.model import Edition, Finding, Message, Newsletter, Publication, Rule, Segment
from digest.render.checks import contrast, css, images, inbox, links, plain_text, structure, support
from digest.render.checks.context import LintContext, by_severity
from digest.render.context import RenderContext

Check = Callable[[LintContext], Iterable[Finding]]

# what holds of any email; the rest is how this program makes its own
_PAGE: tuple[Check, ...] = (
    *(inbox.size, structure.document, structure.tags, structure.tables, structure.headings),
    *(structure.drawings, css.attributes, css.blocks, css.dark, css.weight, support.features),
    *(contrast.texts, images.images, images.text_beside),
    *(links.links, links.hidden, links.way_out),
)
_SENT: tuple[Check, ...] = (inbox.sender, inbox.subject, links.left_over, plain_text.text)

# what other systems' templates hold where a value will stand
_MERGE = r"(?:\{\{.*?\}\}|\{%.*?%\}|\*\|.*?\|\*|%%.*?%%|%[\w.]+%|\[\[.*?\]\]|<%.*?%>|\$\{.*?\}|\[[A-Z_]+\])"
_MERGED = re.compile(rf"""\b(href|src)\s*=\s*(["'])\s*(?:{_MERGE}[^"']*|#)\2""", re.IGNORECASE)
_WAY_OUT = re.compile(
    r"unsub|opt.?out|abmeld|abbestell|abmelden|désabonn|desabonn|désinscri|desinscri|darse de baja|"
    r"cancelar|annulla|disiscri|afmeld|uitschrij|wypisz|avregistr|frameld|avslutt|peruuta|odhlásit|"
    r"配信停止|退订|отпис",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"""<a\b[^>]*?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>(.*?)</a\s*>""",
    re.IGNORECASE | re.DOTALL,
)
_SOMEWHERE = "https://example.org/"


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
    return ForeignEmail(html=_MERGED.sub(rf"\1=\2{_SOMEWHERE}\2", html))


def message(data: bytes) -> ForeignEmail:
    """Return a message as it was sent (RFC 5322); what cannot be decoded is replaced."""
    found = message_from_bytes(data, policy=policy.default)
    html, text = (_part(found, kind) for kind in ("html", "plain"))
    named = [str(part["Content-ID"] or "").strip("<> ") for part in found.walk()]
    return ForeignEmail(
        html=html,
        text=text,
        subject=str(found["Subject"] or ""),
        sender=str(found["From"] or ""),
        pictures=tuple(name for name in named if name),
        sent=True,
    )


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
        way_out=_way_out(email.html),
    )
    checks: Sequence[Check] = (*_PAGE, *_SENT) if email.sent else _PAGE
    return by_severity(finding for check in checks for finding in check(proof))


def _part(found: EmailMessage, kind: str) -> str:
    part = found.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError):  # a charset that nobody knows
        return bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace")


def _way_out(html: str) -> str | None:
    """Return where the link leads by which a reader unsubscribes, as it stands on the page."""
    for link in _LINK.finditer(html):
        if _WAY_OUT.search(link[0]):
            return link[1] or link[2] or _SOMEWHERE
    return None
