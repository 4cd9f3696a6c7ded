"""The authors of a page: whom it states, and whom it prints in a by-line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache, partial
from itertools import chain

from lxml import etree

from digest.sources.parsing.boilerplate import is_department, is_name, is_publisher
from digest.sources.parsing.byline import names_in, people
from digest.sources.parsing.dates import dates_in, zone_of
from digest.sources.parsing.page_headline import Site
from digest.sources.parsing.page_lines import HeadlinePlace, Line
from digest.sources.parsing.page_metadata import Statement
from digest.sources.parsing.page_surroundings import Named, stands_around, words_of
from digest.sources.parsing.sanitize import one_line, plain

_META = (
    "author", "article:author", "article:author_name", "og:article:author", "dc.creator", "dcterms.creator",
    "dc.author", "parsely-author", "sailthru.author", "byl", "byline", "cxenseparse:author", "rbauthors",
    "authors", "article.author", "creator", "citation_author",
)  # fmt: skip
# "search.byline", "dcsext.author", "article_author_name"
_META_LIKE = re.compile(r"(?:^|[.:_-])(?:authors?|byline|writer)(?:[._-]?names?)?$")
_META_LABEL = re.compile(r"twitter:label(?P<number>\d)$")
_WRITTEN_BY = re.compile(
    r"(?:written|posted|published) by|authors?|autor(?:es|en|in)?|auteur|autore|(?:verfasst|geschrieben|veröffentlicht) von|"
    r"(?:écrit|publié|rédigé) par|escrito por|publicado por|scritto da|geschreven door|skrevet av|skriven av|автор|написано|作者|著者",
    re.IGNORECASE,
)
_STATED = etree.XPath(
    "//body//*[@rel='author' or @itemprop='author' or contains(@href, '/author/') or contains(@href, '/authors/')"
    " or contains(@href, '/autor/') or contains(@href, '/autoren/') or contains(@href, '/auteur/')]"
)
# beside a headline these lead to whoever wrote below it; elsewhere to anybody
_PROFILES = etree.XPath(
    "//body//a[contains(@href, '/user/') or contains(@href, '/users/') or contains(@href, '/profile')"
    " or contains(@href, '/people/') or contains(@href, '/staff/') or contains(@href, '/contributor')"
    " or contains(@href, '/journalist') or contains(@href, '/redaktion/') or contains(@href, '/redakteur')]"
)
_ADDRESSES = etree.XPath("//body//a[@href = $address]")
# short texts below a story, where it may be signed
_SIGNED = etree.XPath(
    "following::text()[string-length(normalize-space(.)) > 5 and string-length(normalize-space(.)) < 90"
    " and (contains(., ':') or contains(., '(') or parent::em or parent::i)]"
)
_SIGNATURE = re.compile(
    r"^[–—-]?\s*(?:text|bericht|autor(?:in)?|verfasser(?:in)?|von|redaktion|author|written by|story|words|auteur|autore|texte|texto|testo|"
    r"tekst|door|par|por|by)(?:\s*(?:und|&|/|\+)\s*(?:fotos?|bild(?:er)?|photos?))?\s*:\s*(?P<names>[^\W\d_].{3,60})$|^\((?P<brackets>[^\W\d_][^()]{3,40})\)\.?$",
    re.IGNORECASE,
)
_BOX = re.compile(
    r"(?:author|autor(?:en)?|auteur)s?[_-]{0,2}(?:box|bio|info|card|about|description|profile?)|about[_-]?(?:the[_-]?)?author|(?:ue|ü)ber[_-]?den[_-]?autor",
    re.IGNORECASE,
)
_BOX_NAMES = etree.XPath(
    ".//*[self::h2 or self::h3 or self::h4 or self::h5 or self::h6 or self::strong or self::b or self::a or contains(@class, 'name')]"
)
_LITERATURE = re.compile(
    r"literatur|quellen|references|bibliogra|works cited|further reading|citations|références|sources|publi[ck]ation",
    re.IGNORECASE,
)
# "Jana Roe is an editor at the Post", where that is marked as the author
_PRESENTED = re.compile(
    r"^(?P<name>[^.:;!?]{3,50}?),?\s(?:ist|is|was|war|est|es|è|schreibt|writes|arbeitet|works|studiert|has|hat)\s"
)
# sections, which are written like names
_SECTION = re.compile(
    r"\b(?:news|sports?|estate|politics|business|world|opinion|lifestyle|life|style|culture|tech\w*|science|health|travel|food|music|"
    r"arts?|games?|local|national|international|releases?|blog|posts?|articles?|story|stories|videos?|photos?|reviews?|interviews?|"
    r"features?|events?|magazine?|topics?|archive|home|page|year|new|top|latest|januar\w*|februar\w*|read|more|your|our|all|"
    r"aktuell\w*|nachrichten|meldung\w*|sport|kultur|politik|wirtschaft|stadt|gemeinde|verein|kreis)\b",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"\b(?:gmbh|ag|inc|ltd|llc|e\. ?v|plc|s\.? ?a|news|online|staff|team|media|verlag|magazin\w*|group|corp\w*)\b",
    re.IGNORECASE,
)
_EDITOR = re.compile(r"\s*(?:责任编辑|責任編輯|责编|責編|编辑|編輯|校对|审核)\s*[:：].*")
_CJK_LABEL = re.compile(r"^(?:作者|记者|記者|撰文|文|著者|編集者?)\s*[:：/／|｜]\s*")
_INITIALS = re.compile(r"\s\((?:[A-Z]\.? ?){1,3}\)(?=\s[A-Z])")
_HANDLE = re.compile(r"[\s(/|]+@\w+\)?")
_DEGREE = re.compile(r"(?:M\.?A|B\.?A|Ph\.?D|M\.?D|RN|MSc|BSc|MBA|J[Rr]|S[Rr]|I{2,3}|Esq)\b\.?")
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
    r"ein (?:beitrag|kommentar|artikel|gastbeitrag|interview) |eine (?:analyse|kolumne|reportage|rezension) |publié |écrit |publicado |"
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
    r"super ?user|administrator|name|user(?:name)?|null|none|undefined|submitted|posted|published|written|updated|未知|佚名|匿名|autor(?:in)?|author|auteur|anonym\w*|unknown|blogger|kommentare?|comments?|profil\w*|"
    r"mehr|more|view|alle|all|share|about|website|home(?:page)?|impressum|print|drucken|e-?mail|contact|follow|subscribe|reply|tweet|facebook|twitter|google\+?|instagram|rss)\b"
    r"(?:[ -].*)?$",
    re.IGNORECASE,
)
_SERVICE = re.compile(
    r"\b(?:twitter|facebook|instagram|linkedin|mastodon|bluesky|rss|google\+?|youtube|archive)\b",
    re.IGNORECASE,
)
_LONGEST_LINE, _LONGEST_NAME, _WORDS_OF_A_NAME = 180, 60, 4
_FIRST_LINES = 6


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
    stated = structured or next(filter(None, metas), ()) or _stated(tree, said, site)
    if not (stated and printed):
        return stated or printed
    # "Todd Bates" says more than "Todd"
    more = all(
        any(name.casefold() in other.casefold().split() for other in printed) for name in stated
    )
    by_headline = any(all(n in line.text for n in printed) for line in place.lines)
    # beside the headline a full name tells more than an agency, a login or an office
    known = by_headline and all(map(is_name, printed)) and not any(map(is_name, stated))
    return printed if more or known else stated


def _stated(tree: etree._Element, said: Statement, site: Site) -> tuple[str, ...]:
    """Return whom metas of less common names state, or a link in the page whose address they give."""
    for name, values in said.meta.items():
        if _META_LIKE.search(name) and (found := _persons(values, site)):
            return found
        label = _META_LABEL.match(name)
        if label and any(map(_WRITTEN_BY.fullmatch, values)):
            return _persons(said.meta.get(f"twitter:data{label['number']}", ()), site)
    handles = _persons(said.meta.get("twitter:creator", ()), site)
    if handles and all(map(is_name, handles)):
        return handles
    for address in said.meta.get("article:author", ()):
        links = _ADDRESSES(tree, address=address) if address.startswith("http") else ()
        if names := [w for e in links if is_name(w := words_of(e))]:
            return _persons(names[:1], site)
    return ()


def _persons(names: Sequence[str], site: Site) -> tuple[str, ...]:
    stated = tuple(
        name
        for value in names
        if not value.startswith(("http:", "https:", "www.", "@"))
        and (name := _without_site(_HANDLE.sub("", plain(value) or ""), site))
    )
    kept = people(tuple(n for n in stated if not _is_site(n, site)))
    kept = tuple(_without_place(n) for n in kept if not (_is_site(n, site) or _NOBODY.match(n)))
    kept = tuple(n for n in kept if any(c.isalpha() for c in n))
    # who writes for USA Today is not called USA Today; of a name and a presentation the name is meant
    kept = tuple(n for n in kept if not site.is_called(n)) or kept
    return tuple(n for n in kept if not any(n != o and n.startswith(f"{o} (") for o in kept))


def _without_site(name: str, site: Site) -> str:
    """Take the site's name from before or behind a name: "Jana Roe, Quay Post"."""
    parts = re.split(r"\s*[,|]\s*|\s[–—-]\s", name)
    others = [p for p in parts if not site.is_called(p)]
    return " ".join(others) if len(parts) == 2 and len(others) == 1 and is_name(others[0]) else name  # noqa: PLR2004 - a name and a site


def _without_place(name: str) -> str:
    """Take the place from behind a name: "Jana Roe, Kiel"."""
    before, comma, behind = name.partition(", ")
    placed = comma and is_name(before) and "," not in behind and len(behind.split()) == 1
    return before if placed and not _DEGREE.fullmatch(behind) else name


def _is_site(name: str, site: Site) -> bool:
    # Jane Roe may well write at janeroe.example
    return (
        site.is_stated(name)
        or (site.is_called(name) and not is_name(name))
        or (site.is_meant(name) and _ORGANISATION.search(name) is not None)
    )


def _printed(
    tree: etree._Element,
    site: Site,
    named: Sequence[Named],
    place: HeadlinePlace,
) -> tuple[str, ...]:
    """Read the by-line: what is marked as one beside the headline, says "by", or is marked elsewhere."""
    marked = [e for e, names in named if _is_marked(names)]
    marked = [e for e in (*_STATED(tree), *marked) if not _is_cited(e)]
    near = {e for line in place.lines for e in line.elements}
    by_headline = [e for e in marked if not near.isdisjoint(e.iter())]
    profiles = (e for e in _PROFILES(tree) if not near.isdisjoint(e.iter()))
    beside_it = (_of_element(e, site) for e in by_headline)
    lines = (_of_line(line.text, site) for line in place.lines)
    linked = (_persons((w,), site) for e in profiles if is_name(w := words_of(e)))
    dated = (_beside_date(line, site) for line in place.lines[:_FIRST_LINES])
    others = (e for e in marked if not stands_around(e, place.article))
    # a word alone is a name beside the headline, or behind "by"; elsewhere it may be anything
    elsewhere = (
        tuple(n for n in _of_element(e, site) if is_name(n) or _BY.search(words_of(e)))
        for e in others
    )
    below = (f(site) for f in (partial(_signature, place), partial(_of_box, named)))
    return next(filter(None, chain(beside_it, lines, linked, elsewhere, dated, below)), ())


@lru_cache(maxsize=16_384)  # a page, and a site, give the same few names again and again
def _is_marked(names: str) -> bool:
    return _MARKED.search(names) is not None and _NO_NAME.search(names) is None


def _beside_date(line: Line, site: Site) -> tuple[str, ...]:
    """Read a name that stands in one line with a date and nothing else: "Jana Roe, 8.1.2026"."""
    text = line.text if len(line.text) < _LONGEST_LINE else ""
    for start, end, _ in dates_in(text, zone_of("UTC")):
        # what leads to a section is none of a name
        if any("/categor" in (a.get("href") or "") for e in line.elements for a in e.iter("a")):
            return ()
        rest = f"{text[:start]} {text[end:]}".strip(" ,.:;|·•–—/-")
        named = is_name(rest) and len(rest.split()) <= _WORDS_OF_A_NAME - 1
        if named and not (_SECTION.search(rest) or is_department(rest) or is_publisher(rest)):
            return _persons((rest,), site)
        return ()
    return ()


def _is_cited(element: etree._Element) -> bool:
    """Tell whether an element stands in a list of literature."""
    within = (element, *element.iterancestors("ul", "ol"))
    listed = next((e for e in within if e.tag in {"ul", "ol"}), None)
    above = listed.getprevious() if listed is not None else None
    return above is not None and _LITERATURE.search(words_of(above)) is not None


def _signature(place: HeadlinePlace, site: Site) -> tuple[str, ...]:
    """Read who signed below the text: "Text: Jana Roe", "(Jana Roe)"."""
    for text in _SIGNED(place.heading) if place.heading is not None else ():
        if found := _SIGNATURE.match(one_line(text)):
            holder = text.getparent()
            if _NO_LINE.search(found["brackets"] or "") or "hotograph" in text:
                continue
            written = _BEHIND.sub("", found["names"] or found["brackets"])
            names = names_in(written)[0] or names_in(written.partition(",")[0])[0]
            good = names and not any(is_department(n) or _SECTION.search(n) for n in names)
            if good and all(map(is_name, names)) and not stands_around(holder, place.article):
                return _persons(names, site)
    return ()


def _of_box(named: Sequence[Named], site: Site) -> tuple[str, ...]:
    """Read the name in the boxes that present an author, where they all present the same."""
    found: set[str] = set()
    for box in (element for element, names in named if _BOX.search(names)):
        marked = (t for t in map(words_of, _BOX_NAMES(box)) if not _MARKED.search(t))
        presented = (p["name"] for t in map(words_of, box.iter("p")) if (p := _PRESENTED.match(t)))
        name = next(filter(is_name, chain(marked, presented)), None)
        if name and not _SECTION.search(name) and not is_department(name):
            found.add(name)
    return _persons(tuple(found), site) if len(found) == 1 else ()


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
    for shown in (words_of(element), first, *names[:3]):
        text = _CJK_LABEL.sub("", _EDITOR.sub("", _HANDLE.sub("", _INITIALS.sub("", shown))))
        if 0 < len(text) <= _LONGEST_LINE and not (_NO_LINE.search(text) or _SERVICE.search(text)):
            if found := _of_line(text, site):
                return found
            if (said := _PRESENTED.match(text)) and is_name(said["name"]):
                return _persons((said["name"],), site)
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
    text = _HANDLE.sub("", _INITIALS.sub("", text))
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
