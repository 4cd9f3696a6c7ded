"""Cleaning: a publisher's HTML becomes a safe fragment, its text, and its pictures."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import nh3
from lxml import etree

from digest.editorial.address import cleaned
from digest.model import Image
from digest.sources.parsing.marks import with_marks_read
from digest.sources.parsing.pictures import is_no_story, with_real_pictures
from digest.sources.parsing.size_limits import is_too_deep
from digest.sources.parsing.tails import cut_after, without_tails

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
    "audio",
    "video",
    "canvas",
    "map",
    "nav",
    "form",
    "datalist",
}
_BLOCK = re.compile(
    r"</?(?:blockquote|caption|dd|div|dl|dt|figcaption|figure|h[1-6]|hr|li|ol|p|pre|table|tbody|"
    r"tfoot|thead|tr|ul)(?:\s[^<>]*)?>\s*"
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
# what a browser sets on lines of its own, and an email needs to see as a block
_OTHER_BLOCK = re.compile(
    r"<(/?)(?:address|article|aside|center|details|dir|fieldset|footer|header|hgroup|legend|main|menu|"
    r"optgroup|option|section|summary)(?=[\s/>])[^<>]*>",
    re.IGNORECASE,
)
_OWN_ANCHOR = re.compile(r"(\shref\s*=\s*[\"']?)#(?=[^\"'\s>])", re.IGNORECASE)
_NAMED = ('class="', "class='", 'id="', "id='", 'role="', "role='")
# boxes that publishing systems and their plug-ins put into a story, by the classes that they give them
_BOX = re.compile(
    r"(?:^|[\s_-])(?:sharedaddy|jp-relatedposts|sd-sharing\w*|addtoany\w*|a2a_kit|addthis\w*|sharethis\w*|"
    r"shar(?:e|ing)[-_]?(?:buttons?|links?|bar|box|icons?|this|widget|tools?)|social[-_](?:share|sharing|links|icons|buttons?|media)|"
    r"related[-_]?(?:posts?|articles?|stories|content|links?|entries|reading)|yarpp\w*|crp_related|"
    r"wp-block-jetpack-(?:subscriptions|related-posts)\w*|jetpack-subscri\w+|newsletter\w*|mc4wp\w*|"
    r"subscri(?:be|ption)[-_]?(?:box|form|widget|button|wrap|prompt)\w*|mc_embed\w*|feedflare|author[-_]?(?:box|bio)|"
    r"(?:foot|end)[-_]?notes?(?:-list|s-list)?|doc-endnotes?|reflist|mw-references\w*|screen-reader-text|sr-only|visually-?hidden|"
    r"comments?-link|post[-_](?:tags|navigation)|entry[-_](?:tags|footer)|(?:image|photo)[-_]?credits?|mw-editsection|"
    r"toc|table-of-contents|ez-toc\w*|lwptoc|advert(?:isement)?s?|ad-(?:slot|unit|container))(?:$|[\s_-])",
    re.IGNORECASE,
)
_CELL = re.compile(r"</t[dh]>")
_BREAKS = re.compile(r"(?:<br(?:\s[^<>]*)?>\s*){2,}")
_LINES = re.compile(r"<pre>(.*?)</pre>", re.DOTALL)
# zero widths, and what turns letters round whatever their script: "gpj.exe" reads "exe.jpg"
_NEVER_MEANT = re.compile("[\u200b\ufeff\u202d\u202e]")
_CONTROLS = bytes({*range(32), 127} - {*b"\t\n\r"})
_NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """A safe piece of HTML with absolute addresses, what it says, and its real pictures."""

    html: str = ""
    text: str = ""
    images: tuple[Image, ...] = ()


def fragment(
    source: str | None,
    base: str | None = None,
    *,
    own: str | None = None,
    title: str | None = None,
) -> Fragment:
    """Clean a piece of HTML; `base` resolves its relative addresses, `own` those within the page.

    Scripts, forms, styles, players, trackers, faces and 1×1 pictures go, and so do share boxes, notes
    and what a publishing system puts behind a story that is called `title`; unknown elements leave
    their text.
    """
    raw = without_controls(source or "")[:MAX_FRAGMENT]
    if is_too_deep(raw):
        raw = re.sub(r"<[^<>]*>", " ", raw).replace("<", " ")
    if "<" not in raw:
        return _plain(html.unescape(raw), title)
    # once more: some were written as character references
    safe = without_controls(_cleaner(base).clean(_prepared(raw, own))).strip()
    if "href=" in safe:
        safe = _NOISY_LINK.sub(_without_noise, safe)
    if "<" not in safe:
        return _plain(html.unescape(safe), title)
    safe = with_marks_read(safe)
    images: list[Image] = []
    if "<img" in safe:
        safe = _IMAGE.sub(lambda tag: _kept(tag[0], images), safe)
    whole = text_of(safe)
    text = without_tails(whole, title)
    if text != whole:
        safe = cut_after(safe, text)
        images = [i for i in images if html.escape(i.url or "") in safe]
    return Fragment(html=safe, text=text, images=tuple(images))


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
    """Put a text on one line, with single spaces, its letters in the order in which they are written."""
    if text.isprintable() and "  " not in text:
        return text.strip()  # as most are
    return " ".join(_NEVER_MEANT.sub("", text).split())


def without_controls(text: str) -> str:
    """Drop the characters that XML, mail and databases cannot carry."""
    data = text.encode("utf-8", "ignore").translate(None, _CONTROLS)
    for mark in _NO_CHARACTERS:
        data = data.replace(mark, b"")
    return data.decode()


def paragraphs(texts: Iterator[str] | tuple[str, ...] | list[str]) -> str:
    """Join paragraphs by blank lines, leaving out the empty ones."""
    return "\n\n".join(filter(None, map(one_line, texts)))


def _prepared(raw: str, own: str | None) -> str:
    """Bring into a form that the cleaner keeps what it would lose: real pictures, blocks, boxes to drop."""
    names = (part.partition(mark[-1])[0] for mark in _NAMED for part in raw.split(mark)[1:])
    if any(map(_is_box, names)):
        import lxml.html  # noqa: PLC0415 - slow to import; most feeds need it not

        try:
            tree = lxml.html.fragment_fromstring(raw, create_parent="div")
        except (etree.ParserError, ValueError):
            return raw
        for element in [*tree.iter("*")]:
            said = " ".join(element.get(n) or "" for n in ("class", "id", "role"))
            # the whole text in a box of that name is no box
            if element.getparent() is not None and _is_box(said) and not element.findall(".//p[5]"):
                element.drop_tree()
        raw = (tree.text or "") + "".join(lxml.html.tostring(e, encoding="unicode") for e in tree)
    if any(tag in raw for tag in ("<img", "<IMG", "<picture", "<amp-img")):
        raw = with_real_pictures(raw)
    if own and "#" in raw:
        raw = _OWN_ANCHOR.sub(lambda m: f"{m[1]}{html.escape(own)}#", raw)
    return _OTHER_BLOCK.sub(r"<\1div>", raw)


@lru_cache(maxsize=4096)
def _is_box(names: str) -> bool:
    return _BOX.search(names) is not None


def _plain(words: str, title: str | None) -> Fragment:
    text = "\n\n".join(p for part in re.split(r"\n\s*\n", words) if (p := one_line(part)))
    parts = [p for p in without_tails(text, title).split("\n\n") if p]
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


def text_of(safe: str) -> str:
    """Return what a cleaned fragment says: its paragraphs, separated by blank lines."""
    if "<pre>" in safe:
        safe = _LINES.sub(lambda m: f"<pre>{m[1].strip().replace(chr(10), chr(1))}</pre>", safe)
    if "</t" in safe:
        safe = _CELL.sub(" ", safe)
    if "<br" in safe:
        safe = _BREAK.sub(" ", _BREAKS.sub("\x00", safe))
    apart = html.unescape(_ANY_TAG.sub("", _BLOCK.sub("\x00", safe)))
    if "\x01" not in apart:
        return paragraphs(apart.split("\x00"))
    # lines of code stay lines
    blocks = (re.sub(r" ?\x01[ \x01]*", "\n", one_line(b)).strip() for b in apart.split("\x00"))
    return "\n\n".join(filter(None, blocks))


def _kept(tag: str, images: list[Image]) -> str:
    """Collect a picture, or take its element away if it is there to count readers."""
    said = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(tag)}
    image = Image(
        url=said.get("src") or None,
        alt=one_line(said["alt"]) if "alt" in said else None,
        width=_number(said.get("width")),
        height=_number(said.get("height")),
    )
    if image.url is None or is_no_story(image):
        return ""
    images.append(image)
    return tag


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 6 else None  # noqa: PLR2004 - no picture is wider
