"""A saved or fetched HTML page: its own statement first, then what can be read off it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import TypeAlias

import lxml.html
from lxml import etree

from digest.editorial.address import cleaned, is_homepage
from digest.model import Event, Image, Quote, Sighting
from digest.sources.parsing.boilerplate import MORE_TAGS
from digest.sources.parsing.dates import read_date, sane
from digest.sources.parsing.event import event_of
from digest.sources.parsing.page_authors import authors_of
from digest.sources.parsing.page_body import body_of
from digest.sources.parsing.page_dates import published_of
from digest.sources.parsing.page_headline import headline_of, site_of
from digest.sources.parsing.page_lines import HeadlinePlace
from digest.sources.parsing.page_metadata import Statement, statement_of
from digest.sources.parsing.page_surroundings import named_elements, words_of
from digest.sources.parsing.pictures import is_no_story
from digest.sources.parsing.sanitize import Fragment, one_line, plain, without_controls
from digest.sources.parsing.size_limits import is_too_deep

_CLASSED = etree.XPath("//*[@class]")
_RELATED = etree.XPath("//a[@rel]")
_ASIDE_QUOTES = etree.XPath("//aside/blockquote")
_STANDFIRST = frozenset("standfirst lede dek article-intro intro lead entry-summary".split())
_STANDFIRST_TAGS = frozenset({"p", "div", "h2", "span"})
_TAG_LISTS = frozenset("tags tag-list taglist article-tags post-tags".split())
_PULLED = ("pullquote", "pull-quote")
_SCRIPTS = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_LABEL = 40
Classed: TypeAlias = "Sequence[tuple[etree._Element, str]]"  # noqa: SLF001 - lxml's name for it
"""Elements with the classes that they state, in lower case."""
_SENTENCE_WORDS = 4


def read_page(
    text: str, sighting: Sighting, *, base: str | None, zone: tzinfo, now: datetime
) -> Sighting | None:
    """Read an HTML page into a sighting; None where it holds no article.

    `base` resolves relative addresses; the address of the page is only what it states itself.
    """
    tree = _parsed(text)
    if tree is None:
        return None
    said = statement_of(tree)
    url = _address(tree, said, base) or sighting.url
    base = url or base
    site, named = site_of(tree, said, url), named_elements(tree)
    headline, heading = headline_of(tree, said, site, named)
    place = HeadlinePlace(heading)
    language = said.property("inLanguage") or tree.get("lang") or sighting.language
    published, source = published_of(
        tree, said, place, url=url, zone=zone, now=now, language=language
    )
    classed = [(e, (e.get("class") or "").lower()) for e in _CLASSED(tree)]
    tags, cut = _tags(tree, said, classed, text)
    quotes, standfirst = tuple(_quotes(tree, classed)), _standfirst(classed, said)
    authors, alts = authors_of(tree, said, site, named, place), _alts(tree)
    event = _event(said, classed, zone, now)
    # last of all, as it takes the tree apart
    body = body_of(tree, base, headline, named=named, article=place.article, language=language)
    if not body.text and not said.article and said.first("og:type") != "article":
        return None
    return replace(
        sighting,
        url=url,
        headline=headline,
        standfirst=standfirst,
        summary=plain(said.property("description") or said.first("og:description", "description")),
        text=body.text,
        html=body.html,
        authors=authors,
        department=_department(said),
        image=_image(said, alts, body, base),
        published=published,
        date_source=source,
        updated=sane(
            read_date(
                said.property("dateModified") or said.first("article:modified_time"),
                zone,
                language,
            ),
            now,
        ),
        tags=tags,
        tags_cut=cut,
        quotes=quotes,
        language=language,
        publication=plain(said.first("og:site_name")),
        event=event,
    )


def _parsed(text: str) -> lxml.html.HtmlElement | None:
    clean = re.sub(r"^\s*<\?xml[^>]*\?>", "", without_controls(text))
    # what a script writes is not nested
    if is_too_deep(clean) and is_too_deep(bare := _SCRIPTS.sub("", clean)):
        # as text, with its paragraphs: nesting like this says nothing
        clean = "<p>" + re.sub(r"<[^<>]*>", "\n", bare).replace("<", " ") + "</p>"
    if "<" not in clean:
        return None
    try:
        # huge_tree stays off: libxml2's limits on depth and size are wanted here
        parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        # forms need not be told from other elements, and a table of Python costs a lookup for each
        parser.set_element_class_lookup(
            etree.ElementDefaultClassLookup(element=lxml.html.HtmlElement)
        )
        tree = lxml.html.document_fromstring(clean.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    return tree


def _address(tree: etree._Element, said: Statement, base: str | None) -> str | None:
    links = [
        e.get("href") for e in tree.iter("link") if (e.get("rel") or "").lower() == "canonical"
    ]
    main = said.article.get("mainEntityOfPage")
    identity = main.get("@id") if isinstance(main, dict) else main
    stated = [*links, said.first("og:url"), said.property("url"), identity]
    addresses = (cleaned(s, base) for s in stated if isinstance(s, str))
    return next((a for a in addresses if a and not is_homepage(a)), None)


def _standfirst(classed: Classed, said: Statement) -> str | None:
    chosen = (e for e, c in classed if e.tag in _STANDFIRST_TAGS and _STANDFIRST & set(c.split()))
    marked = (words_of(e) for e in chosen)
    found = next((w for w in marked if len(w.split()) >= _SENTENCE_WORDS), None)
    return found or plain(said.property("alternativeHeadline", "abstract"))


def _department(said: Statement) -> str | None:
    if found := said.names("sourceOrganization"):
        return found[0]
    for author in said.things("author"):
        place = (
            author.get("affiliation") or author.get("worksFor")
            if not isinstance(author, str)
            else None
        )
        name = place.get("name") if isinstance(place, dict) else place
        if isinstance(name, str) and (text := plain(name)):
            return text
    return None


def _event(said: Statement, classed: Classed, zone: tzinfo, now: datetime) -> Event | None:
    """Return the one event that a page invites to: schema.org's, or of a microformat.

    A page of several events is about none of them.
    """
    if len({str(node["startDate"]) for node in said.events}) == 1:
        node = said.events[0]
        stated = (node["startDate"], node.get("endDate"), node.get("location"))
        return event_of(*stated, zone=zone, now=now, status=node.get("eventStatus"))
    if (starts := said.items.get("startDate", [])) and len({*starts}) == 1:
        rest = (next(iter(said.items.get(name, ())), None) for name in ("endDate", "location"))
        return event_of(starts[0], *rest, zone=zone, now=now)
    marked = [e for e, names in classed if {"vevent", "h-event"} & set(names.split())]
    if len(marked) != 1:
        return None
    inside = {*marked[0].iter()}
    parts = (
        next(
            (
                # its machine-readable value, or its words
                e.get("datetime") or e.get("title") or words_of(e)
                for e, names in classed
                if e in inside and wanted & set(names.split())
            ),
            None,
        )
        for wanted in ({"dtstart", "dt-start"}, {"dtend", "dt-end"}, {"location", "p-location"})
    )
    return event_of(*parts, zone=zone, now=now)


def _image(
    said: Statement, alts: Mapping[str, str], body: Fragment, base: str | None
) -> Image | None:
    for image in _stated_images(said):
        url = cleaned(image.url, base) or (
            without_controls(image.url or "") if base is None else None
        )
        if url and not is_no_story(image) and not url.startswith("data:"):
            alt = (
                image.alt
                if image.alt is not None
                else alts.get((image.url or "").rsplit("/", 1)[-1])
            )
            return replace(image, url=url, alt=alt)
    return next(iter(body.images), None)


def _stated_images(said: Statement) -> Iterator[Image]:
    for thing in said.things("image"):
        if isinstance(thing, str):
            yield Image(url=thing)
        elif isinstance(
            url := thing.get("url") or thing.get("contentUrl") or thing.get("@id"), str
        ):
            alt = next(
                (
                    thing[k]
                    for k in ("caption", "description", "name")
                    if isinstance(thing.get(k), str)
                ),
                None,
            )
            yield Image(
                url=url,
                alt=plain(alt),
                width=_size(thing.get("width")),
                height=_size(thing.get("height")),
            )
    for name in (
        "og:image:secure_url",
        "og:image",
        "og:image:url",
        "twitter:image",
        "twitter:image:src",
    ):
        if url := said.first(name):
            width, height = said.first("og:image:width"), said.first("og:image:height")
            yield Image(
                url=url,
                alt=plain(said.first("og:image:alt", "twitter:image:alt")),
                width=_size(width),
                height=_size(height),
            )


def _size(value: object) -> int | None:
    text = str(value.get("value", "") if isinstance(value, dict) else value or "")
    digits = re.match(r"\d{1,5}", text)
    return int(digits[0]) if digits else None


def _alts(tree: etree._Element) -> dict[str, str]:
    images = (e for e in tree.iter("img") if e.get("alt") is not None)
    return {
        (e.get("src") or "").split("?")[0].rsplit("/", 1)[-1]: one_line(e.get("alt") or "")
        for e in images
    }


def _tags(
    tree: etree._Element, said: Statement, classed: Classed, text: str
) -> tuple[tuple[str, ...], bool]:
    """Return the tags of a page, and whether it says that it has more than it shows."""
    links = [e for e in _RELATED(tree) if "tag" in (e.get("rel") or "").lower().split()]
    for element, names in classed:
        if "tag" in names and _TAG_LISTS & set(names.split()):
            links += element.iter("a")
    linked = [w for e in links if (w := words_of(e))]
    tags = (*said.keywords(), *(w for w in linked if not MORE_TAGS.search(w)))
    spelled: dict[str, str] = {}
    for tag in tags:
        spelled.setdefault(tag.casefold(), tag)
    # the text is asked first: the words of all links cost time
    labels = (
        (words_of(e) for e in tree.iter("a", "button") if len(e.text or "") < _LABEL)
        if "more tags" in (page := text.lower()) or "all tags" in page
        else ()
    )
    return tuple(spelled.values()), any(map(MORE_TAGS.fullmatch, labels))


def _quotes(tree: etree._Element, classed: Classed) -> Iterator[Quote]:
    marked = [e for e, names in classed if any(p in names for p in _PULLED)]
    seen = set()
    for element in (*marked, *_ASIDE_QUOTES(tree)):
        who = next(
            (w for e in element.iter("cite", "footer", "figcaption") if (w := words_of(e))), None
        )
        text = words_of(element)
        text = text.removesuffix(who or "").strip(' “”"–—-')
        if text and text not in seen:
            seen.add(text)
            yield Quote(text=text, attribution=who.strip(" –—-") if who else None)
