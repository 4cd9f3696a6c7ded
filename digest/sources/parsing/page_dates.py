"""The date of a page: what it states, or what it prints where an article's date stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import chain

import htmldate
from lxml import etree

from digest.model import DateSource
from digest.sources.parsing.boilerplate import DATED
from digest.sources.parsing.dates import date_in_address, dates_in, read_date, sane
from digest.sources.parsing.page_lines import HeadlinePlace, lines_of
from digest.sources.parsing.page_metadata import Statement
from digest.sources.parsing.page_surroundings import is_of_others, stands_around, words_of

_STATED = (
    "published", "article:published_time", "datepublished", "date", "pubdate", "publishdate",
    "publish-date", "publish_date", "publication-date", "published_time", "published-date",
    "dc.date.issued", "dc.date", "dcterms.created", "dcterms.issued", "dcterms.date", "dc.created",
    "dc.date.created", "parsely-pub-date", "og:published_time", "publication_date",
    "article:published", "article.published", "article:post_date", "og:article:published_time",
    "citation_publication_date", "citation_online_date", "bt:pubdate", "og:pubdate", "pdate", "cxenseparse:recs:publishtime",
    "rnews:datepublished", "last-published", "article_date_original", "originalpublicationdate",
    "shareaholic:article_published_time", "vr:published_time", "created", "release_date", "creation_date",
)  # fmt: skip
# "dcsext.articlefirstpublished", "dc.date.issue", "apub:time": of a publication, and a moment
_META_LIKE = re.compile(
    r"(?=.*(?:pub(?!lisher|lic)|issued?\b|posted|released?\b|first))(?=.*(?:date|time|published|issue|pub$))"
    r"(?!.*(?:modif|updat|chang|expir|valid|unpub|until|review|zone|publishedtype|event|start|end))"
)
# days that some systems state in Greenwich's time
_LESS_SURE = ("sailthru.date",)
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")  # seconds, or thousandths, since 1970
# what a page's scripts know of it, where they know of one story only
_IN_SCRIPT = re.compile(
    r"[\"'](?:datePublished|publish(?:ed)?_?(?:At|Date|Time|On)?|publicationDate|first_?published(?:_?(?:at|date))?|pub_?date|published_(?:at|time|date)|article:published_time)"
    r"\\?[\"']\s*:\s*\\?[\"'](?P<date>(?:19|20)\d\d-\d\d-\d\d[^\"'\\]{0,20})",
    re.IGNORECASE,
)
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
    r"\bwurde\b|opublik|发布|發佈|發布|发表|發表|公開|掲載|投稿|등록|입력|게시|نشر|опубликован|отправлен|objavljeno|julkaistu|közzé|yayın|\b(?:datum|date|stand|fecha|data)\s*:",
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
_SENTENCE = re.compile(r"(?:[^\W\d]{3}|\d{4})[.!?…]$|[。！？]")
_PART = re.compile(r"\s[|•·]\s")
_UNPARTED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
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
        (v for name, values in said.meta.items() if _META_LIKE.match(name) for v in values),
    )
    read = (_read(text, zone, language) for text in stated if text)
    shown = _shown(tree, place, zone, now, language)
    later = (_read(said.first(name) or "", zone, language) for name in _LESS_SURE)
    if moment := next((m for m in chain(read, shown, later) if m and sane(m, now)), None):
        return moment, "page"
    if moment := sane(date_in_address(url, zone), now):
        return moment, "url"
    moment = _elsewhere(tree, place, zone, now, language)
    moment = moment or sane(_in_scripts(tree, zone), now)
    if moment is None:
        # of a page that only says when it was changed, that day is the only one
        changed = (line.text for line in place.lines if _CHANGED.search(line.text[:_LABEL]))
        dates = (m for t in changed if len(t) < _LABEL for _, _, m in dates_in(t, zone, language))
        moment = next((m for m in dates if sane(m, now)), None)
    return moment, "page" if moment else None


def _read(text: str, zone: tzinfo, language: str | None) -> datetime | None:
    """Read what a page states as a date, also in seconds."""
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    return read_date(text, zone, language)


def _shown(
    tree: etree._Element, place: HeadlinePlace, zone: tzinfo, now: datetime, language: str | None
) -> Iterator[datetime | None]:
    """Yield the dates that `<time>`, marked elements and the lines by the headline show, in that order."""
    times = [e for e in tree.iter("time") if not stands_around(e, place.article)]
    kept = [
        e
        for e in times
        if not _CHANGED.search(_names(e))
        or ((above := e.getparent()) is not None and "publ" in _names(above))
    ]
    marked = [e for e in kept if e.get("pubdate") is not None or "publ" in _names(e)]
    sure = marked or (kept if len(kept) == 1 else [])
    yield from (_read_time(e, zone, language) for e in sure[:1])
    # "<abbr title='2026-01-05T10:00Z'>an hour ago</abbr>", beside the headline
    titles = (e.get("title") or "" for line in place.lines for e in line.elements)
    yield from (read_date(t, zone, language) for t in titles if _MOMENT.match(t))
    # "<abbr class='published' title='2026-01-05T10:00Z'>", of microformats and of Blogger
    for element in _MARKED(tree):
        value = element.get("title") or element.get("content")
        if value and not stands_around(element, place.article):
            yield read_date(value, zone, language)
    for line in place.lines:
        inside = [e for e in kept if not {*line.elements}.isdisjoint(e.iter())]
        yield from (_read_time(e, zone, language) for e in inside[:1])
        # what a page prints of days to come it announces
        yield from (m for m in _dates_of(line.text, zone, language) if m <= now + _AHEAD)


def _read_time(element: etree._Element, zone: tzinfo, language: str | None) -> datetime | None:
    """Read a `<time>`: its attribute, its words, or the first date among them."""
    words = words_of(element)
    stated = read_date(element.get("datetime") or "", zone, language)
    among = (m for _, _, m in dates_in(words[:_MOST], zone, language))
    return stated or read_date(words, zone, language) or next(among, None)


def _in_scripts(tree: etree._Element, zone: tzinfo) -> datetime | None:
    """Return the one day that a page's scripts give to a story; None where they speak of several."""
    texts = (e.text for e in tree.iter("script") if e.text and "ubl" in e.text)
    found = [m["date"] for text in texts for m in _IN_SCRIPT.finditer(text)]
    return read_date(found[0], zone) if len({d[:10] for d in found}) == 1 else None


def _names(element: etree._Element) -> str:
    return f"{element.get('class') or ''} {element.get('itemprop') or ''}".lower()


def _dates_of(text: str, zone: tzinfo, language: str | None) -> Iterator[datetime]:
    """Yield the dates that a line gives to its article: no change's, no right's, none amid prose."""
    found, last = False, 0
    text = re.sub(r" (?=[,.](?:\s|$))", "", text)  # "Jan 8 , 2026", of three elements
    for start, end, moment in dates_in(text[:_MOST], zone, language):
        # "Updated 6 May 2026. Published 5 May 2026": each date has its own label
        before, after = text[max(last, start - _LABEL) : start], text[end:].strip()
        before = _PART.split(before)[-1]
        found, last = True, end
        others = _words(before) + _words(after)
        # "8.1.2026, 3 comments", but not "8 January 2026, when …"
        listed = (
            "," in text[end - 1 : end + 1]
            and text[:end].strip().isascii()
            and not re.search(r"[^\W\d_]{2}", text[:end])
        )
        ended = _DATELINE.match(text, end) or listed
        placed = _words(before) <= _PLACE_WORDS and bool(ended)
        # "Bonn, 5 May 2026." is no sentence
        prose = others > _PLACE_WORDS and _SENTENCE.search(text) is not None
        alone = not prose and (others <= _FEW_WORDS or start <= _LABEL)
        labelled = _PUBLISHED.match(text) and len(text[:start].split()) <= _PLACE_WORDS
        published = _PUBLISHED.search(before) and (not prose or _ENTRY.match(text) or labelled)
        changed = _CHANGED.search(before) or _OTHERS.search(before)
        if (published or placed or alone) and not changed:
            yield moment
    # years of two figures count where a line is nothing else
    if not found and (alone_there := read_date(DATED.sub("", text), zone, language)):
        yield alone_there


def _words(text: str) -> int:
    """Count the words of a text; scripts without blanks have one in two characters."""
    return len(text.split()) + (0 if text.isascii() else len(_UNPARTED.findall(text)) // 2)


def _elsewhere(
    tree: etree._Element,
    place: HeadlinePlace,
    zone: tzinfo,
    now: datetime,
    language: str | None,
) -> datetime | None:
    """Ask htmldate, and believe it only where the article prints that very day by itself."""
    printed: dict[datetime, bool] = {}
    alone: set[datetime] = set()
    texts = _YEARS(tree) if place.heading is None else _YEARS_BELOW(place.heading)
    for line in lines_of(texts, place.article):
        block = line.block
        text = words_of(block) if block.tag in _PARAGRAPHS else line.text
        for moment in (m for m in _dates_of(text, zone, language) if m <= now + _AHEAD):
            day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
            printed[day] = printed.get(day, False) or bool(_PUBLISHED.search(text))
            if len(text) < _LABEL:
                alone.add(day)
    if not printed:
        # the one day that a label says in what stands around: "Posted: 5 May 2026" in a footer
        labelled: set[datetime] = set()
        for text in texts:
            label = " ".join(text.split())
            if len(label) < _LABEL and _PUBLISHED.match(label):
                days = () if is_of_others(text.getparent()) else _dates_of(label, zone, language)
                labelled |= {m for m in days if sane(m, now)}
        return labelled.pop() if len(labelled) == 1 else None
    said = [day for day, published in printed.items() if published and sane(day, now)]
    if len(said) == 1:
        return said[0]
    try:
        # its extensive search takes seconds on some pages, and finds days of sentences
        found = htmldate.find_date(tree, original_date=True, extensive_search=False)  # type: ignore[arg-type] # a tree of lxml.html
    except (ValueError, TypeError, AttributeError, etree.LxmlError):
        return None
    believed = sane(read_date(found, zone), now)
    only = sane(next(iter(printed)), now) if alone == {*printed} and len(alone) == 1 else None
    return believed if believed in printed else only
