"""The proof: an edition's page as different mail programs show it, with what an editor asks to be shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from digest.findings import Where
from digest.model import Message
from digest.render.page import page
from digest.web.outlook import recoloured

CLIP = 102 * 1024
"""How many bytes of a page Gmail shows (its clip line)."""

NO_PICTURES = "no-images"
MODES: Mapping[str, str] = {
    "light": "Light",
    "dark": "Dark, as designed",
    "outlook": "Dark, recoloured by Outlook",
    "inverted": "Dark, inverted by the app",
    NO_PICTURES: "Images off",
    "no-styles": "Styles stripped",
    "text": "Plain text",
    "source": "Source",
    "headers": "Headers",
    "approval": "Changes since the approval",
    "last_issue": "Changes since the last issue",
}

_DARK = re.compile(r"\(\s*prefers-color-scheme\s*:\s*dark\s*\)")
_ALWAYS, _NOT_EVER = "(min-width: 0)", "(max-width: 0)"  # whatever the editor's own screen prefers
_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL | re.IGNORECASE)
_INVERTED = (
    "html{filter:invert(1) hue-rotate(180deg);background:#fff;min-height:100%}"
    "img{filter:invert(1) hue-rotate(180deg)}"
)
_OUTLINE = "outline:3px solid #d6336c!important;outline-offset:3px!important;scroll-margin:80px"
_ELEMENT = re.compile(r"<(\w+)> ?(.*)", re.DOTALL)


def opened(message: Message, mode: str) -> str:
    """Return an edition's page, its pictures beside it, or nowhere in the mode that has them off."""
    off = mode == NO_PICTURES
    return page(
        message,
        unsubscribe_url="#unsubscribe",
        view_url="#view",
        picture_url=lambda name: "about:blank" if off else f"pictures/{name}",
    )


def shown(html: str, mode: str) -> str:
    """Return a page as a mode shows it; one that is no mode of pages is as `light`."""
    html = _DARK.sub(_ALWAYS if mode == "dark" else _NOT_EVER, html)
    if mode == "outlook":
        return recoloured(html)
    if mode == "inverted":
        return with_style(html, _INVERTED)
    if mode == "no-styles":
        return _STYLE.sub("", html)
    return html


def with_style(html: str, style: str) -> str:
    """Return a page with one more style sheet of ours, the last in its head."""
    return html.replace("</head>", f"<style>{style}</style></head>", 1)


def outlined(html: str, where: str, url: str | None = None) -> str:
    """Return a page with an element outlined: what leads to an address, or what a finding names.

    `where` is a finding's place, `line 12: <img> …`.
    """
    if url:
        address = url
        for sign, quoted in (("\\", r"\\"), ('"', r"\""), ("<", r"\3c "), ("\n", "")):
            address = address.replace(sign, quoted)
        return with_style(html, f'a[href="{address}"]{{{_OUTLINE}}}')
    place = Where.read(where)
    found = _ELEMENT.fullmatch(place.said)
    if found is None or not place.line:
        return html
    lines = html.split("\n")
    number, tag, said = place.line, found[1], found[2]
    end = sum(len(line) + 1 for line in lines[:number])
    starts = [m.start() for m in re.finditer(rf"<{tag}\b", html[:end])]
    if not starts:
        return html
    # of several on a line, the last before the words that it is said to hold
    near = [at for at in starts if at > end - len(lines[number - 1]) - 2] or starts[-1:]
    words = html.find(escape(said[:16], quote=False), near[0], near[-1] + 2000) if said else -1
    at = max((at for at in near if at < words), default=near[0])
    marked = html[: at + 1 + len(tag)] + ' data-here=""' + html[at + 1 + len(tag) :]
    return with_style(marked, f"[data-here]{{{_OUTLINE}}}")


def clipped(html: str) -> str:
    """Return a page with a line where Gmail ends it, where it is that long."""
    data = html.encode()
    if len(data) <= CLIP:
        return html
    at = data[:CLIP].rfind(b"</p>")
    head, tail = data[: at + 4].decode(errors="ignore"), data[at + 4 :].decode(errors="ignore")
    line = (
        '<div style="border-top:3px dashed #d6336c;color:#d6336c;font:600 13px sans-serif;'
        'padding:6px 0">Gmail ends the email here</div>'
    )
    return head + line + tail
