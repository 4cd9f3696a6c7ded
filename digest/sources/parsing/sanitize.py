"""Cleaning: a publisher's HTML becomes a safe fragment, its text, and its pictures."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import nh3

from digest.editorial.address import cleaned
from digest.model import Image
from digest.sources.parsing.size_limits import is_too_deep

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
_BLOCK = re.compile(
    r"</?(?:blockquote|caption|dd|div|dl|dt|figcaption|figure|h[1-6]|hr|li|ol|p|pre|table|tbody|td|"
    r"tfoot|th|thead|tr|ul)(?:\s[^<>]*)?>\s*"
)
_BREAK = re.compile(r"<br(?:\s[^<>]*)?>")
_ANY_TAG = re.compile(r"<[^<>\"]*(?:\"[^\"]*\"[^<>\"]*)*>")
_IMAGE = re.compile(r"<img(?:\s[a-z]+=\"[^\"]*\")*\s*/?>")
# what of addresses may need cleaning: a query, an AMP cache, a copy at the Wayback Machine
_NOISY_LINK = re.compile(
    r"(<a [^<>]*?href=\")(https?://[^\"]*(?:\?|ampproject|/amp/|web\.archive)[^\"]*)\""
)
_ATTRIBUTE = re.compile(r"\s([a-z]+)=\"([^\"]*)\"")
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
_CONTROLS = bytes({*range(32), 127} - {*b"\t\n\r"})
_NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())
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
    # once more: some were written as character references
    safe = without_controls(_cleaner(base).clean(raw)).strip()
    if "href=" in safe:
        safe = _NOISY_LINK.sub(_without_noise, safe)
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
    if text.isprintable() and "  " not in text:
        return text.strip()  # as most are
    return " ".join(text.replace("\u200b", "").replace("\ufeff", "").split())


def without_controls(text: str) -> str:
    """Drop the characters that XML, mail and databases cannot carry."""
    data = text.encode("utf-8", "ignore").translate(None, _CONTROLS)
    for mark in _NO_CHARACTERS:
        data = data.replace(mark, b"")
    return data.decode()


def paragraphs(texts: Iterator[str] | tuple[str, ...] | list[str]) -> str:
    """Join paragraphs by blank lines, leaving out the empty ones."""
    return "\n\n".join(filter(None, map(one_line, texts)))


def is_tracker(image: Image) -> bool:
    """Tell whether a picture is there to count readers, or to fill space."""
    small = [n for n in (image.width, image.height) if n is not None and n <= _TINY]
    return bool(small) or _TRACKER.search(image.url or "") is not None


def _plain(words: str) -> Fragment:
    parts = [p for part in re.split(r"\n\s*\n", words) if (p := one_line(part))]
    escaped = [html.escape(p, quote=False) for p in parts]
    markup = "".join(f"<p>{p}</p>" for p in escaped) if len(parts) > 1 else "".join(escaped)
    return Fragment(html=markup, text="\n\n".join(parts))


@lru_cache(maxsize=64)
def _cleaner(base: str | None) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAGS),
        clean_content_tags=_SILENT,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        url_relative=("rewrite_with_base", base) if base else "deny",
        link_rel=None,
    )


def _without_noise(link: re.Match[str]) -> str:
    address = cleaned(html.unescape(link[2]))
    return f'{link[1]}{html.escape(address)}"' if address else link[0]


def _read(safe: str) -> Fragment:
    """Read a fragment off nh3's output, where every attribute is quoted and every mark escaped."""
    images: list[Image] = []
    if "<img" in safe:
        safe = _IMAGE.sub(lambda tag: _kept(tag[0], images), safe)
    return Fragment(html=safe, text=text_of(safe), images=tuple(images))


def text_of(safe: str) -> str:
    """Return what a cleaned fragment says: its paragraphs, separated by blank lines."""
    words = html.unescape(_ANY_TAG.sub("", _BREAK.sub(" ", _BLOCK.sub("\x00", safe))))
    return paragraphs(words.split("\x00"))


def _kept(tag: str, images: list[Image]) -> str:
    """Collect a picture, or take its element away if it is there to count readers."""
    said = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(tag)}
    image = Image(
        url=said.get("src") or None,
        alt=one_line(said["alt"]) if "alt" in said else None,
        width=_number(said.get("width")),
        height=_number(said.get("height")),
    )
    if image.url is None or is_tracker(image):
        return ""
    images.append(image)
    return tag


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 6 else None  # noqa: PLR2004 - no picture is wider
