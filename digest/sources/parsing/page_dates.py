"""The date of a page: what it states, or what it prints where an article's date stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from itertools import chain

import htmldate
from lxml import etree

from digest.model import DateSource
from digest.sources.parsing.boilerplate import DATED
from digest.sources.parsing.dates import date_in_address, dates_in, read_date, sane
from digest.sources.parsing.page_lines import HeadlinePlace, lines_of
from digest.sources.parsing.page_metadata import Statement
from digest.sources.parsing.page_surroundings import stands_around, words_of

_STATED = (
    "published", "article:published_time", "datepublished", "date", "pubdate", "publishdate",
    "publish-date", "publish_date", "publication-date", "published_time", "published-date",
    "dc.date.issued", "dc.date", "dcterms.created", "dcterms.issued", "dcterms.date", "dc.created",
    "dc.date.created", "parsely-pub-date", "sailthru.date", "og:published_time", "publication_date",
    "article:published", "article.published", "article:post_date", "og:article:published_time",
    "citation_publication_date", "citation_online_date", "bt:pubdate", "cxenseparse:recs:publishtime",
    "rnews:datepublished", "last-published", "article_date_original", "originalpublicationdate",
    "shareaholic:article_published_time", "vr:published_time", "created", "release_date", "creation_date",
)  # fmt: skip
_MARKED = etree.XPath("//body//*[contains(@class, 'published') and (@title or @content)]")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_CHANGED = re.compile(
    r"updated?\b|modified|modif|aktualisiert|geändert|bearbeitet|letzte änderung|mis à jour|mise à jour|"
    r"actualizad|aggiornat|bijgewerkt|uppdaterad|opdateret|oppdatert|zaktualizowan|обновлен",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"publi|veröffentlicht|erschienen|erstellt|geschrieben|gepostet|eingestellt|verfasst|posted|"
    r"written|entry was|filed|released|geplaatst|gepubliceerd|dodano|napisan|inserito|"
    r"\bwurde\b|opublik|опубликован|отправлен|objavljeno|julkaistu|közzé|yayın|\b(?:datum|date|stand|fecha|data)\s*:",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"©|\(c\)\s|copyright|kommentar|comment|geboren|born|termin|deadline|\bbis\b|\buntil\b|seit\b|since\b|"
    r"abgerufen|accessed|retrieved|consulté|ab dem",
    re.IGNORECASE,
)
_YEAR = (
    "text()[(contains(., '19') or contains(., '20')) and string-length(normalize-space(.)) < 400"
    " and not(parent::script or parent::style or parent::noscript or parent::option)]"
)
_YEARS, _YEARS_BELOW = etree.XPath(f"//body//{_YEAR}"), etree.XPath(f"following::{_YEAR}")
# what follows a date that begins a text: "(Bonn, 5 May 2026) – The board …"
_DATELINE = re.compile(r"\)?\s*(?:[–—:|/-]|\.\s|$)")
_SENTENCE = re.compile(r"(?:[^\W\d]{3}|\d{4})[.!?…]$")
_PARAGRAPHS = frozenset({"p", "li", "blockquote"})
# "This entry was posted on …", as publishing systems write it below a story
_ENTRY = re.compile(
    r"(?:this|dieser?|cet(?:te)?|ce|este|esta|quest[oa]|deze|dit)\s|(?:der |le |el |il |the )?(?:artikel|beitrag|eintrag|"
    r"article|billet|entry|post|artículo|articolo|bericht)\b",
    re.IGNORECASE,
)
_MOST, _LABEL = 400, 60
_AHEAD = timedelta(days=1)  # as far as zones are apart
_PLACE_WORDS, _FEW_WORDS = 3, 14


def published_of(
    tree: etree._Element,
    said: Statement,
    place: HeadlinePlace,
    *,
    url: str | None,
    zone: tzinfo,
    now: datetime,
    language: str | None,
) -> tuple[datetime | None, DateSource | None]:
    """Return when a page was published, and where that is from; None where nothing sure says so."""
    stated = chain(
        (said.property(name) for name in ("datePublished", "dateCreated")),
        (said.first(name) for name in _STATED),
        _times(tree, place),
    )
    read = (read_date(text, zone, language) for text in stated if text)
    printed = (m for line in place.lines for m in _dates_of(line.text, zone, language))
    # what a page prints of days to come it announces
    past = (m for m in printed if m <= now + _AHEAD)
    if moment := next((m for m in chain(read, past) if m and sane(m, now)), None):
        return moment, "page"
    if moment := sane(date_in_address(url, zone), now):
        return moment, "url"
    moment = _elsewhere(tree, place, zone, now, language)
    return moment, "page" if moment else None


def _times(tree: etree._Element, place: HeadlinePlace) -> Iterator[str]:
    """Yield what `<time>` and elements marked as published say, in the article and not around it."""
    times = [e for e in tree.iter("time") if not stands_around(e, place.article)]
    kept = [e for e in times if not _CHANGED.search(_names(e))]
    marked = [e for e in kept if e.get("pubdate") is not None or "publ" in _names(e)]
    by_headline = {*(e for line in place.lines for e in line.elements)}
    near = [e for e in kept if not by_headline.isdisjoint(e.iter())]
    chosen = marked or near or (kept if len(kept) == 1 else [])
    yield from (e.get("datetime") or words_of(e) for e in chosen[:1])
    # "<abbr title='2026-01-05T10:00Z'>an hour ago</abbr>", beside the headline
    yield from (t for e in by_headline if _MOMENT.match(t := e.get("title") or ""))
    # "<abbr class='published' title='2026-01-05T10:00Z'>", of microformats and of Blogger
    for element in _MARKED(tree):
        value = element.get("title") or element.get("content")
        if value and not stands_around(element, place.article):
            yield value


def _names(element: etree._Element) -> str:
    return f"{element.get('class') or ''} {element.get('itemprop') or ''}".lower()


def _dates_of(text: str, zone: tzinfo, language: str | None) -> Iterator[datetime]:
    """Yield the dates that a line gives to its article: no change's, no right's, none amid prose."""
    found, last = False, 0
    for start, end, moment in dates_in(text[:_MOST], zone, language):
        # "Updated 6 May 2026. Published 5 May 2026": each date has its own label
        before, after = text[max(last, start - _LABEL) : start], text[end:].strip()
        found, last = True, end
        others = len(before.split()) + len(after.split())
        placed = len(before.split()) <= _PLACE_WORDS and _DATELINE.match(text, end) is not None
        # "Bonn, 5 May 2026." is no sentence
        prose = others > _PLACE_WORDS and _SENTENCE.search(text) is not None
        alone = not prose and (others <= _FEW_WORDS or start <= _LABEL)
        published = _PUBLISHED.search(before) and (not prose or _ENTRY.match(text))
        changed = _CHANGED.search(before) or _OTHERS.search(before)
        if (published or placed or alone) and not changed:
            yield moment
    # years of two figures count where a line is nothing else
    if not found and (alone_there := read_date(DATED.sub("", text), zone, language)):
        yield alone_there


def _elsewhere(
    tree: etree._Element,
    place: HeadlinePlace,
    zone: tzinfo,
    now: datetime,
    language: str | None,
) -> datetime | None:
    """Ask htmldate, and believe it only where the article prints that very day by itself."""
    printed: dict[datetime, bool] = {}
    texts = _YEARS(tree) if place.heading is None else _YEARS_BELOW(place.heading)
    for line in lines_of(texts, place.article):
        block = line.block
        text = words_of(block) if block.tag in _PARAGRAPHS else line.text
        for moment in (m for m in _dates_of(text, zone, language) if m <= now + _AHEAD):
            day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
            printed[day] = printed.get(day, False) or bool(_PUBLISHED.search(text))
    if not printed:
        return None
    said = [day for day, published in printed.items() if published and sane(day, now)]
    if len(said) == 1:
        return said[0]
    try:
        found = htmldate.find_date(tree, original_date=True)  # type: ignore[arg-type] # a tree of lxml.html
    except (ValueError, TypeError, AttributeError, etree.LxmlError):
        return None
    believed = sane(read_date(found, zone), now)
    return believed if believed in printed else None
