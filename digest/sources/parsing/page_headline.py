"""The headline of a page: what it states, as the page prints it, without the name of its site."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urlsplit

from lxml import etree

from digest.sources.parsing.page_metadata import Statement
from digest.sources.parsing.page_surroundings import Named, stands_around, words_of
from digest.sources.parsing.sanitize import plain

_TITLE = etree.XPath("(//title[not(ancestor::svg)])[1]")
_FEEDS = etree.XPath("//link[@type='application/rss+xml'][position() < 3]")
_HOME = etree.XPath("//a[contains(@rel, 'home')]/descendant-or-self::*[self::a or self::img]")
_HEADINGS = ("h1", "h2", "h3", "h4")
_TITLED = re.compile(r"[tT]itle|[hH]eadline")
_TITLED_TAGS = frozenset("div p span td strong a".split())
_BAR = r"(?:[|–—·•»«>›:/~@▷▶\\-]|::|--|//|\|\|)"
_EDGE = re.compile(rf"\s+{_BAR}\s+|\s*[|｜»«]\s*|(?<=\w):\s+|：|(?<=[^\x00-ɏ])[-_](?=[^\x00-ɏ])")
# "Quay Post » Blog Archive » The mill turns", as WordPress named its pages
_ARCHIVED = re.compile(r"^(?P<site>.{2,60}?)\s*[»|–-]\s*blog archive\s*[»|–-]", re.IGNORECASE)
# what a site alone puts between a headline and its own name
_MARKED = re.compile(
    r"(?:\s*[|»«｜]\s*|\s+(?:[·•]|::)\s+|(?<=[^\x00-ɏ])_(?=[^\x00-ɏ])|(?<=\w)_(?=[^\x00-ɏ]))(?P<site>[^|»«｜·•_]{2,40})$"
)
# what only the site's own name proves to be a mark: "Title, Site", "Title (Site)", "Title -Site"
_LOOSELY = re.compile(r"\s*[,_(\[–-]\s*(?P<site>[^,_(\[|–]{2,40}?)[)\]]?$")
_PAGE = re.compile(
    r"\s*[|–,(-]\s*(?:seite|page|teil|part|página|pagina)\s\d+(?:\s\w+\s\d+)?\)?$", re.IGNORECASE
)
_STORYS = re.compile(
    r"(?:entry|post|article|story|news|content|page)[_-]{0,2}(?:title|headline)|(?:^|[\s_-])headline",
    re.IGNORECASE,
)
_LONGEST = 300
_FEW = 4  # elements within: more are a box that has a title
_LEAST, _SHARE = 10, 0.3
_SITE_LETTERS = 4
_SITE_WORDS = 5
_CUT = re.compile(r"\s*(?:…|\.\.\.)$")
_LOGO = re.compile(r"(?:^|[\s_-])(?:logo|brand|site-?(?:title|name)|blog-?title)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The names that a page gives to its site, and those of its host, in letters and digits only."""

    stated: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """What the site is called, and what its host is."""
        return self.stated | self.hosts

    def is_called(self, text: str) -> bool:
        """Tell whether a text is the site's name to the letter: "Fit for Fun", or fitforfun."""
        return _solid(text) in self.names

    def is_stated(self, text: str) -> bool:
        """Tell whether a text is what the page says that its site is called."""
        return _solid(text) in self.stated

    def is_meant(self, text: str) -> bool:
        """Tell whether a title's end is the site, with a word more or less: "heise online"."""
        words = [_solid(w) for w in text.split()]
        if self.is_called(text) or len(words) > _SITE_WORDS:
            return self.is_called(text)
        some = {"".join(part) for n in range(1, len(words)) for part in (words[:n], words[n:])}
        known = {name for name in some & self.names if len(name) >= _SITE_LETTERS}
        solid = "".join(words)
        return bool(known) or any(
            name.startswith(solid) and len(solid) * 2 > len(name) for name in self.names
        )


def site_of(tree: etree._Element, said: Statement, url: str | None) -> Site:
    """Gather what a page calls its site."""
    metas = (
        "og:site_name", "application-name", "apple-mobile-web-app-title", "twitter:site",
        "al:ios:app_name", "al:android:app_name", "dc.publisher", "publisher", "copyright",
    )  # fmt: skip
    stated = [v for name in metas for v in said.meta.get(name, ())]
    host = re.sub(r"^(?:www\d?|m|mobile|amp)\.", "", urlsplit(url or "").hostname or "")
    label = host.rsplit(".", 1)[0].rsplit(".", 1)[-1]
    # "Quay Post » Feed", and what leads home
    feeds = (_EDGE.split(e.get("title") or "")[0] for e in _FEEDS(tree))
    homes = (t for e in _HOME(tree) for t in (words_of(e), e.get("title"), e.get("alt")) if t)
    archived = (found["site"] for t in map(words_of, _TITLE(tree)) if (found := _ARCHIVED.match(t)))
    names, hosts = (
        map(_solid, (*archived, *stated, *said.sites, *feeds, *homes)),
        {_solid(host), _solid(label)},
    )
    return Site(stated=frozenset(filter(None, names)), hosts=frozenset(filter(None, hosts)))


def headline_of(
    tree: etree._Element, said: Statement, site: Site, named: Sequence[Named]
) -> tuple[str | None, etree._Element | None]:
    """Return a page's headline, and the element that prints it where one does."""
    heads = list(_heads(tree, named))
    stated = (
        said.property("headline"),
        said.first("og:title"),
        said.first("twitter:title"),
        *map(words_of, _TITLE(tree)),
        said.first("dc.title", "title"),
    )
    said_plainly = (_ARCHIVED.sub("", plain(s) or "").strip() for s in stated)
    titles = [t for t in said_plainly if t and not site.is_called(t)]
    texts = [text for _, text in heads]
    headline = next(filter(None, (_printed(t, texts, site) for t in titles)), None)
    firsts = [(e, t) for e, t in heads if e.tag == "h1" and not (_is_logo(e) or site.is_called(t))]
    if headline is None and titles:
        formal = [t for s in stated[:3] if (t := plain(s)) in titles]
        only = not formal and len(firsts) == 1
        headline = firsts[0][1] if only else _without_site(titles[0], site, alone=not formal)
    headline = headline or next((t for _, t in firsts), None)
    # a page whose title is its site's, or the section's, may print the headline elsewhere
    word = headline is not None and headline.isascii() and " " not in headline
    vague = headline is None or (word and not any(map(plain, stated[:3])))
    if vague and (found := _marked(heads, named, site)):
        headline = found
    # with a kicker before it, or in other words than the page states
    other = [e for e, t in firsts if len(firsts) == 1 or (headline and headline in t)]
    return headline, next((e for e, t in heads if t == headline), next(iter(other), None))


def _marked(
    heads: Sequence[tuple[etree._Element, str]], named: Sequence[Named], site: Site
) -> str | None:
    """Return what is marked as a story's headline, or the one heading of the second level."""
    storys = {e for e, names in named if _STORYS.search(names)}
    likely = [
        (e, t)
        for e, t in heads
        if len(t.split()) > 1
        and len(t) <= _LONGEST
        and not (site.is_called(t) or _is_logo(e) or stands_around(e, ()))
    ]
    marked = [t for e, t in likely if e in storys and len(e) < _FEW]
    seconds = [t for e, t in likely if e.tag == "h2"]
    return next(iter(marked), seconds[0] if len(seconds) == 1 else None)


def _heads(tree: etree._Element, named: Sequence[Named]) -> Iterator[tuple[etree._Element, str]]:
    """Yield what may print a headline, the likelier ones first."""
    for tag in _HEADINGS:
        for element in tree.iter(tag):
            if text := words_of(element):
                yield element, text
    for element, names in named:
        titled = element.tag in _TITLED_TAGS and _TITLED.search(names) and len(element) < _FEW
        if titled and (text := words_of(element)):
            yield element, text


def _printed(title: str, heads: Sequence[str], site: Site) -> str | None:
    """Return the longest heading of the page that a title is, or begins or ends with."""
    whole, cut = _comparable(title), _CUT.sub("", title)
    found = ""
    for head in heads:
        if len(head) > _LONGEST or len(head) <= len(found) or site.is_called(head):
            continue
        one = _comparable(head)
        if one == whole or (cut != title and one.startswith(_comparable(cut))):
            return head
        large = len(head) >= max(_LEAST, _SHARE * len(title))
        before = whole[: -len(one)]
        if large and (
            (whole.startswith(one) and _EDGE.match(whole, len(one)))
            or (whole.endswith(one) and any(m.end() == len(before) for m in _EDGE.finditer(before)))
        ):
            found = head
    return found or None


def _without_site(title: str, site: Site, *, alone: bool) -> str:
    """Cut the site's name from the ends of a title; `alone` where nothing else states a title."""
    while (edges := list(_EDGE.finditer(title))) and site.is_meant(title[edges[-1].end() :]):
        title = title[: edges[-1].start()]
    while (edge := _EDGE.search(title)) and site.is_called(title[: edge.start()]):
        title = title[edge.end() :]
    # "Title | Site | what it says of itself"
    edges = [*_EDGE.finditer(title)]
    for edge, following in pairwise(edges):
        if site.is_called(title[edge.end() : following.start()]):
            title = title[: edge.start()]
            break
    if (found := _LOOSELY.search(title)) and found.start() and site.is_called(found["site"]):
        title = title[: found.start()]
    title = _PAGE.sub("", title)
    if alone and (found := _MARKED.search(title)) and found.start() > len(found["site"]):
        title = title[: found.start()]
    return title.strip()


def _is_logo(element: etree._Element) -> bool:
    within = (element, *element.iterancestors("div", "header", "a"))
    return any(_LOGO.search(f"{e.get('class') or ''} {e.get('id') or ''}") for e in within[:3])


def _comparable(text: str) -> str:
    """Return a text as it compares: quotation marks and blanks are typed in many ways."""
    plainer = text.translate(_TYPED).casefold()
    return " ".join(plainer.split())


def _solid(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


_TYPED = str.maketrans(
    {**dict.fromkeys("’‘`´ʼ", "'"), **dict.fromkeys("“”„‟", '"'), "\u00ad": None}
)
