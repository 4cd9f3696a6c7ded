"""Sitemaps (sitemaps.org 0.9): lists of pages, with Google's news and image extensions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO

from lxml import etree

from digest.editorial.address import cleaned
from digest.sources.parsing.charset import decode
from digest.sources.parsing.entry import Entry, Medium
from digest.sources.parsing.sanitize import one_line

MOST_ADDRESSES = 50_000
_ROOT = re.compile(rb"<(?:[\w.-]+:)?(?:urlset|sitemapindex)[\s>]")
_TEXT = re.compile(r"\s*https?://\S+\s*$")
_HEAD = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A page of a sitemap: its address, when it changed, and what the list says of the article."""

    url: str
    modified: str = ""
    known: Entry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """A sitemap: pages, or further sitemaps."""

    pages: tuple[Listed, ...] = ()
    children: tuple[str, ...] = ()


def is_sitemap(data: bytes) -> bool:
    """Tell whether a document is a sitemap: XML, or a text of nothing but addresses."""
    head = data[:_HEAD]
    return _ROOT.search(head) is not None or all(map(_TEXT.match, _lines(head)[:5]))


def read_sitemap(data: bytes, base: str) -> Sitemap:
    """Read a sitemap, up to 50,000 addresses; what is damaged is passed over."""
    if not _ROOT.search(data[:_HEAD]):
        lines = _lines(data)[:MOST_ADDRESSES]
        return Sitemap(pages=tuple(Listed(url=u) for line in lines if (u := cleaned(line.strip()))))
    pages: list[Listed] = []
    children: list[str] = []
    events = etree.iterparse(
        BytesIO(data),
        tag=("{*}url", "{*}sitemap"),
        recover=True,
        resolve_entities=False,
        no_network=True,
    )
    try:
        for _, element in events:
            url = cleaned(_say(element, "loc"), base)
            if url and etree.QName(element).localname == "sitemap":
                children.append(url)
            elif url:
                pages.append(
                    Listed(url=url, modified=_say(element, "lastmod") or "", known=_known(element))
                )
            element.clear()
            if len(pages) + len(children) >= MOST_ADDRESSES:
                break
    except etree.XMLSyntaxError:
        pass
    return Sitemap(pages=tuple(pages), children=tuple(children))


def _lines(data: bytes) -> list[str]:
    return [line for line in decode(data).splitlines() if line.strip()] or [""]


def _known(element: etree._Element) -> Entry | None:
    """Read what the news and image extensions say; a page's own word goes before it."""
    news, image = element.find("{*}news"), element.find("{*}image")
    if news is None and image is None:
        return None
    tags = (_say(news, "keywords") or "") if news is not None else ""
    url = _say(image, "loc") if image is not None else None
    alt = (_say(image, "caption") or _say(image, "title")) if image is not None else None
    return Entry(
        title=_say(news, "title") if news is not None else None,
        published=_say(news, "publication_date") if news is not None else None,
        tags=tuple(t for part in tags.split(",") if (t := one_line(part))),
        media=(Medium(url=url, medium="image", alt=alt),) if url else (),
    )


def _say(element: etree._Element, name: str) -> str | None:
    return one_line(element.findtext(f"{{*}}{name}") or "") or None
