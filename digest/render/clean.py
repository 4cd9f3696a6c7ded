"""Clean what comes from feeds and editors: nothing reaches a template or a header raw."""

from __future__ import annotations

import re
from html import unescape
from itertools import accumulate

import nh3
from lxml import html as lxml_html
from markupsafe import Markup, escape

from digest.render import tokens

_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_BIDI_RUNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_MARKS = re.compile("[\u061c\u200e\u200f\ufeff\u2028\u2029]")
_ANGLED = re.compile(r"<(https?://[^\s<>]+)>", re.IGNORECASE)
_LINK = re.compile(
    r"\[([^\[\]]+)\]\((https?://[^\s()<>]+)\)|(https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}'])",
    re.IGNORECASE,
)
_MARKED = re.compile(r"\[([^\[\]<>]+)\]\((https?://[^\s()<>\"]+)\)")  # beside tags
_BREAK = re.compile(r"\n\s*\n")
_COMMENT = "<!--"
_SCHEMES = frozenset({"http", "https", "mailto", "tel"})

# What an email shows everywhere; no tables, pictures, styles or classes of a stranger's.
TAGS = frozenset(
    {"a", "b", "blockquote", "br", "em", "h3", "h4", "i", "li", "ol", "p", "strong", "ul"}
)
# what tells that a text is HTML: what is kept of it, and what is not
_WRITTEN = TAGS | frozenset(
    "article center code div font form h1 h2 h5 h6 hr iframe img pre s script section small span "
    "style svg table tbody td th tr u".split()
)
_TAG = re.compile(rf"</?(?:{'|'.join(sorted(_WRITTEN))})\b[^<>]*>", re.IGNORECASE)
# what a browser sets apart, as the little that an email shows: blocks are paragraphs, cells words
_APART = re.compile(
    r"<(/?)(?:address|article|aside|caption|center|dd|details|div|dl|dt|figcaption|figure|footer|form|"
    r"h[1256]|header|hr|main|pre|section|summary|table|tbody|tfoot|thead|tr)(?=[\s/>])[^<>]*>",
    re.IGNORECASE,
)
_CELL = re.compile(r"<(?=/?t[dh][\s/>])", re.IGNORECASE)
_CODE = re.compile(r"<pre(?=[\s>])[^<>]*>.*?</pre>", re.IGNORECASE | re.DOTALL)
_EMPTY = re.compile(r"<p>(?:\s|<br>)*</p>\s*")
_NESTING = re.compile(rf"</?(?:{'|'.join(sorted(TAGS - {'br'}))})\b")
_DEEPEST = 32  # libxml2 drops what is nested deeper than 256, all of a page's rest with it
_BLOCKS = frozenset({"blockquote", "h3", "h4", "li", "ol", "p", "ul"})
_BLOCK = re.compile(rf"<(?:{'|'.join(sorted(_BLOCKS))})\b", re.IGNORECASE)


def text(value: str) -> str:
    """Return the text without control characters, lone surrogates, bidirectional runs or tokens.

    What would begin a comment gets a blank: libxml2 writes `<!-- -->` in an attribute as it is, with
    its quotes, for server-side includes (xmlBufAttrSerializeTxtContent).
    """
    if value.isprintable() and "__" not in value and _COMMENT not in value:
        return value  # most are
    plain = value.replace("\r\n", "\n").replace("\r", "\n")
    bare = tokens.without(_BIDI_RUNS.sub("", _CONTROLS.sub("", plain)))
    return bare.replace(_COMMENT, "<! --")


def line(value: str) -> str:
    """Return the text as one line, single blanks between its words."""
    return " ".join(text(value).split())


def header(value: str) -> str:
    """Return the text as one that no mail program can read as an encoded word or a new header.

    Python 3.11.2 decodes `=?…?=` inside a header it was given and writes the CR and LF it finds
    there; a blank keeps such a title readable and makes it plain text for everyone.
    """
    return line(_MARKS.sub("", value)).replace("=?", "= ?")


def address(value: str | None) -> str | None:
    """Return an absolute http(s) address without blanks and controls, or None where it is none."""
    if value is None:
        return None
    bare = tokens.without(_CONTROLS.sub("", value)).strip().replace(" ", "%20")
    bare = re.sub(r"\s", "", bare).replace("<", "%3C").replace(">", "%3E").replace('"', "%22")
    return bare if re.match(r"https?://[^/]", bare, re.IGNORECASE) else None


def fragment(value: str) -> Markup:
    """Return HTML of the few tags that every client shows.

    Where none of them is used it is plain text: a blank line parts paragraphs, an address is a
    link, and so is `[words](address)`.
    """
    plain = _ANGLED.sub(r"\1", text(value).strip())
    if not _TAG.search(plain):
        return _paragraphs(plain)
    clean = _sanitised(_MARKED.sub(r'<a href="\2">\1</a>', plain))
    if not _BLOCK.search(clean):
        clean = _sanitised("".join(f"<p>{part}</p>" for part in _BREAK.split(clean)))
    # what is nested deeper than any email needs is its words alone: mail programs choke on it
    ends = (-1 if tag.startswith("</") else 1 for tag in _NESTING.findall(clean))
    if max(accumulate(ends, initial=0)) > _DEEPEST:
        return _paragraphs(text(unescape(nh3.clean(clean, tags=set()))))
    return Markup(clean)  # noqa: S704 - nh3's output


def _sanitised(html: str) -> str:
    """Return well-formed HTML with every text escaped (nh3, Mozilla's ammonia).

    Blocks and cells that emails do not show leave their words apart.
    """
    lined = _CODE.sub(lambda code: code[0].strip().replace("\n", "<br>"), html)
    apart = _APART.sub(r"<\1p>", _CELL.sub(" <", lined))
    clean = nh3.clean(
        apart,
        tags=set(TAGS),
        attributes={"a": {"href"}},
        url_schemes=set(_SCHEMES),
        link_rel=None,
        clean_content_tags={"script", "style", "template", "title", "audio", "video", "canvas"},
    )
    # what was written as character references; nh3 leaves a comment only inside an address
    safe = _CONTROLS.sub("", clean).replace(_COMMENT, "%3C!--")
    # the parser closes a paragraph at the next block, and opens one for the end that is left over
    return _EMPTY.sub("", safe) if apart != lined else safe


def _paragraphs(plain: str) -> Markup:
    parts = (" ".join(p.split()) for p in _BREAK.split(plain))
    return Markup("").join(Markup("<p>{}</p>").format(_linked(p)) for p in parts if p)


def _linked(words: str) -> Markup:
    """Return words with their addresses as links."""
    html, end = Markup(""), 0
    for match in _LINK.finditer(words):
        url = address(match[2] or match[3])
        html += escape(words[end : match.start()])
        html += Markup('<a href="{}">{}</a>').format(url, match[1] or match[3])
        end = match.end()
    return html + escape(words[end:])


def plain(value: str) -> str:
    """Return a fragment as text: paragraphs by a blank line, the address of a link behind it."""
    root = lxml_html.fragment_fromstring(str(fragment(value)), create_parent="div")
    for element in root.iter("a", "br", *_BLOCKS):
        tag = str(element.tag)
        href = element.get("href")
        after = {"br": "\n", "a": f" <{href}>" if href and href != element.text_content() else ""}
        element.tail = after.get(tag, "\n\n") + (element.tail or "")
        if tag in _BLOCKS:
            element.text = "\n\n" + ("- " if tag == "li" else "") + (element.text or "")
    paragraphs = (p.strip().split("\n") for p in _BREAK.split(root.text_content()))
    lines = ("\n".join(" ".join(line.split()) for line in each) for each in paragraphs)
    return "\n\n".join(filter(None, lines))
