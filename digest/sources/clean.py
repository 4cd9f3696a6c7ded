"""Cleaning: a publisher's HTML becomes a safe fragment, its text, and its pictures."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import lxml.html
import nh3
from lxml import etree

from digest.editorial.address import cleaned
from digest.model import Image
from digest.sources.bounds import is_too_deep

MAX_FRAGMENT = 2_000_000
_TAGS = frozenset(
    "a abbr b blockquote br caption cite code dd del dfn div dl dt em figcaption figure h1 h2 h3 h4 "
    "h5 h6 hr i img ins kbd li mark ol p pre q s small span strong sub sup table tbody td tfoot th "
    "thead time tr u ul var".split()
)
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "time": {"datetime"},
    "ol": {"start"},
}
_SILENT = {
    "script",
    "style",
    "template",
    "noscript",
    "iframe",
    "object",
    "svg",
    "math",
    "button",
    "select",
    "textarea",
}
_BLOCKS = frozenset(
    "address article aside blockquote caption dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 "
    "h6 header hr li main nav ol p pre section table tbody td tfoot th thead tr ul".split()
)
_MARKUP = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|br|cite|code|div|em|font|h[1-6]|i|img|li|mark|ol|p|q|s|small|span|"
    r"strong|sub|sup|tt|u|ul|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_TRACKER = re.compile(
    r"/(?:pixel|beacon|1x1|spacer|blank|transparent|trackimp|b)\.(?:gif|png)|[./](?:doubleclick\.net|"
    r"feedburner\.com/~|feedsportal\.com|pixel\.wp\.com|stats\.wordpress\.com|google-analytics\.com|"
    r"scorecardresearch\.com|quantserve\.com|rss\.buysellads\.com|feeds\.[a-z]+\.com/~r/|"
    r"facebook\.com/tr\b|medium\.com/_/stat|piwik\.php|matomo\.php|/open\.aspx)",
    re.IGNORECASE,
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_SPACE = re.compile(r"[ \t\r\n\f\u00a0\u200b\ufeff]+")
_TINY = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """A safe piece of HTML with absolute addresses, what it says, and its real pictures."""

    html: str = ""
    text: str = ""
    images: tuple[Image, ...] = ()


def fragment(source: str | None, base: str | None = None) -> Fragment:
    """Clean a piece of HTML; `base` resolves its relative addresses.

    Scripts, forms, styles, trackers and 1×1 pictures go; unknown elements leave their text.
    """
    raw = without_controls(source or "")[:MAX_FRAGMENT]
    if is_too_deep(raw):
        raw = re.sub(r"<[^<>]*>", " ", raw).replace("<", " ")
    if "<" not in raw:
        return _plain(html.unescape(raw))
    safe = nh3.clean(
        raw,
        tags=set(_TAGS),
        clean_content_tags=_SILENT,
        attributes=_ATTRIBUTES,
        attribute_filter=partial(_filtered, base),
        url_schemes={"http", "https", "mailto", "tel"},
        url_relative=("rewrite_with_base", base) if base else "deny",
        link_rel=None,
    ).strip()
    if "<" not in safe:
        return _plain(html.unescape(safe))
    return _read(safe)


def plain(value: str | None) -> str | None:
    """Return the text of a title or name: markup and entities gone, one line; None for nothing."""
    if not value:
        return None
    text = without_controls(value)
    if "<" in text:
        text = _MARKUP.sub("", text)
    if "&" in text:
        text = html.unescape(text)
    return one_line(text) or None


def one_line(text: str) -> str:
    """Put a text on one line, with single spaces."""
    return _SPACE.sub(" ", text).strip()


def without_controls(text: str) -> str:
    """Drop the characters that XML, mail and databases cannot carry."""
    text = _CONTROLS.sub("", text)
    return text if text.isascii() else text.encode("utf-8", "ignore").decode("utf-8")


def paragraphs(texts: Iterator[str] | tuple[str, ...] | list[str]) -> str:
    """Join paragraphs by blank lines, leaving out the empty ones."""
    return "\n\n".join(p for p in map(one_line, texts) if p)


def is_tracker(image: Image) -> bool:
    """Tell whether a picture is there to count readers, or to fill space."""
    small = [n for n in (image.width, image.height) if n is not None and n <= _TINY]
    return bool(small) or _TRACKER.search(image.url or "") is not None


def _plain(words: str) -> Fragment:
    parts = [p for part in re.split(r"\n\s*\n", words) if (p := one_line(part))]
    escaped = [html.escape(p, quote=False) for p in parts]
    markup = "".join(f"<p>{p}</p>" for p in escaped) if len(parts) > 1 else "".join(escaped)
    return Fragment(html=markup, text="\n\n".join(parts))


def _filtered(base: str | None, _: str, name: str, value: str) -> str | None:
    if name == "href":
        return (
            value if value.startswith(("mailto:", "tel:", "#")) else cleaned(value, base) or value
        )
    if name in {"width", "height", "colspan", "rowspan", "start"}:
        return value if value.isascii() and value.isdigit() else None
    return value


def _read(safe: str) -> Fragment:
    try:
        tree = lxml.html.fragment_fromstring(safe, create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError):
        return Fragment(html=safe, text=one_line(re.sub(r"<[^>]*>", " ", safe)))
    found = [(e, _image(e)) for e in tree.iter("img")]
    images = tuple(i for _, i in found if i.url and not is_tracker(i))
    trackers = [e for e, i in found if i not in images]
    for element in trackers:
        element.drop_tag()
    if trackers:
        inner = (etree.tostring(e, encoding="unicode", method="html") for e in tree)
        safe = html.escape(tree.text or "", quote=False) + "".join(inner)
    return Fragment(html=safe, text=text_of(tree), images=images)


def _image(element: etree._Element) -> Image:
    width, height = (_number(element.get(name)) for name in ("width", "height"))
    alt = element.get("alt")
    return Image(
        url=element.get("src") or None,
        alt=one_line(alt) if alt is not None else None,
        width=width,
        height=height,
    )


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 6 else None  # noqa: PLR2004 - no picture is wider


def text_of(tree: etree._Element) -> str:
    """Return what an element says: its paragraphs, separated by blank lines."""
    parts: list[str] = []
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        tag = element.tag
        if event == "start":
            if tag in _BLOCKS:
                parts.append("\x00")
            elif tag == "br":
                parts.append(" ")
            if element.text:
                parts.append(element.text)
        else:
            if event == "end" and tag in _BLOCKS:
                parts.append("\x00")
            if element.tail and element is not tree:
                parts.append(element.tail)
    return paragraphs("".join(parts).split("\x00"))
