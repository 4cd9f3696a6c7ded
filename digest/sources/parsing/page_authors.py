"""The authors of a page: whom it states, and whom it prints in a by-line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

from lxml import etree

from digest.sources.parsing.boilerplate import is_department, is_name
from digest.sources.parsing.byline import names_in, people
from digest.sources.parsing.dates import dates_in, zone_of
from digest.sources.parsing.page_headline import Site
from digest.sources.parsing.page_lines import HeadlinePlace
from digest.sources.parsing.page_metadata import Statement
from digest.sources.parsing.page_surroundings import Named, stands_around, words_of
from digest.sources.parsing.sanitize import one_line, plain

_META = (
    "author", "article:author", "article:author_name", "og:article:author", "dc.creator", "dcterms.creator",
    "dc.author", "parsely-author", "sailthru.author", "byl", "byline", "cxenseparse:author", "rbauthors",
    "authors", "article.author", "creator", "citation_author",
)  # fmt: skip
_STATED = etree.XPath(
    "//body//*[@rel='author' or @itemprop='author' or contains(@href, '/author/')]"
)
_MARKED = re.compile(
    r"[aA]uthor|[bB]yline|[aA]utor|auteur|[rR]edakteur|(?:posted|submitted)-?by|[wW]riter|journalist"
)
_NO_NAME = re.compile(
    r"(?:^|[\s_-])(?:author|autor|byline)s?[_-]?(?:avatar|image|img|photo|pic|bio|description|desc|title|role|job|"
    r"social|links?|url|email|twitter|count|more|posts)\b|avatar",
    re.IGNORECASE,
)
_WORDS = (
    r"(?:written |posted |published |words |text |story |article |report |geschrieben |verfasst |veröffentlicht |eingestellt |erstellt |"
    r"ein (?:beitrag|kommentar|artikel|gastbeitrag) |eine (?:analyse|kolumne|reportage) |publié |écrit |publicado |"
    r"scritto |pubblicato |geplaatst |inserito )?"
)
_BY = re.compile(
    rf"(?:^|[|•·,;:/–—-]\s*|\s){_WORDS}(?:skrevet (?:av|af)|skriven av|tekst|teksti|yazan|szerző|írta|autorka|by|von|par|por|di|door|av|af|przez|автор|autor(?:in)?|auteur|author|text|redaktion)\b"
    r"(?:\s*:)?\s+(?P<names>[^\W\d_].*)",
    re.IGNORECASE,
)
# scripts without capitals: behind a label, or as Korean papers sign
_BY_WITHOUT_CAPITALS = re.compile(
    r"(?:記者|记者|作者|著者|文責|撰文|بقلم|كتب|الكاتب|מאת|نویسنده|글)\s*[:：]\s*(?P<names>[^\W\d_][^\d|·:：()（）–—-]{1,60})|"
    r"(?:^|[\s|·])(?P<signed>[가-힣]{2,4}) 기자(?:$|[\s|·=])"
)
_LABEL = re.compile(
    r"^(?:(?:about|über|ueber|à propos de|sobre) (?:the |den |die |l[’'])?(?:author|autor(?:in)?|auteur)s?|"
    r"authors?|autor(?:en|in)?|auteurs?|autore|autora|writer|redakteur(?:in)?|reporter|posted|written|"
    r"geschrieben|verfasst|eingestellt|erstellt|published|view all posts|alle beiträge(?: anzeigen)?|all posts|articles|more)?\s*"
    r"(?:by|von|par|por|di|door)?\s*[:|–—-]?\s+",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"\s*(?:[|•·/(\[–—→»]|\s-\s|\b(?:am|on|on:|in|um|at|le|el|il|op|den|envoyée?s? spécia\w+|correspondante?s?|special to|staff writers?|published|updated|veröffentlicht|"
    r"publié|filed|posted|aktualisiert|zuletzt|seit|unter|für|of the|follow|folgen)\b|\d).*",
    re.IGNORECASE,
)
_NO_LINE = re.compile(
    r"foto|photo|bild|image|picture|illustration|grafik|credit|quelle|source|©|video|via\b|@|://",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"^(?:die |das |la |the )?(?:online-?|web-?)?(?:redaktion|redaction|rédaction|redacción|redazione|redactie|redakcja|"
    r"editorial|editors?|staff|team|newsroom|.*desk|gast|guest|pressestelle|presse|admin\w*|webmaster|"
    r"super ?user|administrator|autor(?:in)?|author|auteur|anonym\w*|unknown|blogger|kommentare?|comments?|profil\w*|"
    r"mehr|more|view|alle|all|share|about|website|home(?:page)?|impressum|print|drucken|e-?mail|contact|follow|subscribe|reply|tweet|facebook|twitter|google\+?|instagram|rss)\b"
    r"(?:[ -].*)?$",
    re.IGNORECASE,
)
_SERVICE = re.compile(
    r"\b(?:twitter|facebook|instagram|linkedin|mastodon|bluesky|rss|google\+?|youtube|archive)\b",
    re.IGNORECASE,
)
_LONGEST_LINE, _LONGEST_NAME, _WORDS_OF_A_NAME = 180, 60, 4


def authors_of(
    tree: etree._Element,
    said: Statement,
    site: Site,
    named: Sequence[Named],
    place: HeadlinePlace,
) -> tuple[str, ...]:
    """Return who wrote a page: of what it states and prints, what names people and not its site."""
    structured = _persons(said.names("author") or said.names("creator"), site)
    if any(" " in name for name in structured):
        return structured
    printed = _printed(tree, site, named, place)
    metas = (_persons(said.meta.get(name, ()), site) for name in _META)
    stated = structured or next(filter(None, metas), ())
    return _longer(stated, printed) if stated else printed


def _longer(stated: tuple[str, ...], printed: tuple[str, ...]) -> tuple[str, ...]:
    """Return the printed names where they say the stated ones and more: "Todd", "Todd Bates"."""
    more = all(
        any(name.casefold() in other.casefold().split() for other in printed) for name in stated
    )
    return printed if printed and more else stated


def _persons(names: Sequence[str], site: Site) -> tuple[str, ...]:
    stated = tuple(
        name
        for value in names
        if not value.startswith(("http:", "https:", "www.", "@")) and (name := plain(value))
    )
    kept = people(tuple(n for n in stated if not _is_site(n, site)))
    kept = tuple(n for n in kept if not (_is_site(n, site) or _NOBODY.match(n)))
    # who writes for USA Today is not called USA Today
    return tuple(n for n in kept if not site.is_called(n)) or kept


def _is_site(name: str, site: Site) -> bool:
    # Jane Roe may well write at janeroe.example
    return site.is_stated(name) or (site.is_called(name) and not is_name(name))


def _printed(
    tree: etree._Element,
    site: Site,
    named: Sequence[Named],
    place: HeadlinePlace,
) -> tuple[str, ...]:
    """Read the by-line: what is marked as one beside the headline, says "by", or is marked elsewhere."""
    marked = [e for e, names in named if _MARKED.search(names) and not _NO_NAME.search(names)]
    marked = [*_STATED(tree), *marked]
    near = {e for line in place.lines for e in line.elements}
    by_headline = [e for e in marked if not near.isdisjoint(e.iter())]
    beside_it = (_of_element(e, site) for e in by_headline)
    lines = (_of_line(line.text, site) for line in place.lines)
    others = (e for e in marked if not stands_around(e, place.article))
    # a word alone is a name beside the headline, or behind "by"; elsewhere it may be anything
    elsewhere = (
        tuple(n for n in _of_element(e, site) if is_name(n) or _BY.search(words_of(e)))
        for e in others
    )
    return next(filter(None, chain(beside_it, lines, elsewhere)), ())


def _of_element(element: etree._Element, site: Site) -> tuple[str, ...]:
    """Read the names in an element that is marked as a by-line: a first name alone will do."""
    links = [w for e in element.iter("a") if (w := words_of(e))]
    # "By Jane Roe<br>Quay Post<br><a>Archive</a>"
    lines = (
        _lines_in(element)
        if element.find(".//br") is not None or element.find(".//li") is not None
        else []
    )
    listed = [_LABEL.sub("", f"{line} ").strip() for line in lines]
    if len(listed) > 1 and all(map(is_name, listed)):
        return _persons(listed, site)
    first = lines[0] if lines else ""
    # what leads to somebody's accounts stands beside the name
    names = links if len(links) == 1 else [*filter(is_name, links)]
    for text in (words_of(element), first, *names[:3]):
        if 0 < len(text) <= _LONGEST_LINE and not (_NO_LINE.search(text) or _SERVICE.search(text)):
            if found := _of_line(text, site):
                return found
            name = _before_date(_LABEL.sub("", f"{text} ").strip())
            if len(name) <= _LONGEST_NAME and len(name.split()) <= _WORDS_OF_A_NAME:
                named = _persons((name,), site)
                if named and all(map(_can_be_called, named)):
                    return named
    return ()


def _lines_in(element: etree._Element) -> list[str]:
    """Return what an element shows, a line for each break and each item of a list."""
    parts: list[str] = []
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if node.tag in {"br", "li"}:
            parts.append("\n")
        if event == "start" or node is not element:
            parts.append(
                " ".join(str((node.text if event == "start" else node.tail) or "").split("\n"))
            )
    return [line for part in "".join(parts).split("\n") if (line := one_line(part))]


def _of_line(text: str, site: Site) -> tuple[str, ...]:
    """Read "Posted on 5 May 2026 by Jane Roe in News": the names behind "by"."""
    if len(text) > _LONGEST_LINE or _NO_LINE.search(text):
        return ()
    for by in _BY.finditer(text):
        written = _before_date(by["names"])
        # "by Jane Roe and Sam Poe, Kiel"
        names = names_in(written)[0] or names_in(written.rpartition(",")[0])[0]
        if names and all(is_name(n) and not is_department(n) for n in names):
            return _persons(names, site)
    if not text.isascii() and (signed := _BY_WITHOUT_CAPITALS.search(text)):
        written = _before_date(signed["names"] or signed["signed"])
        if len(written.split()) <= 2 * _WORDS_OF_A_NAME:
            return _persons((written,), site)
    return ()


def _before_date(text: str) -> str:
    date = next((start for start, _, _ in dates_in(text, zone_of("UTC"))), len(text))
    return _BEHIND.sub("", text[:date]).strip(" ,.:|-–—•·")


def _can_be_called(name: str) -> bool:
    words = name.split()
    return is_name(name) or (
        len(words) == 1 and len(name) > 1 and not re.search(r"[\d:;!?()/@]", name)
    )
