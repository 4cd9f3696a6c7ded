"""What a page says of itself: JSON-LD, microdata, OpenGraph and meta tags, in that order."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from digest.sources.parsing.sanitize import plain

_ARTICLE = re.compile(r"(?:Article|Posting|Report|Event|CreativeWork|Recipe)$|^WebPage$")
_BODY = re.compile(r"^(?:WebSite|Organization|NewsMediaOrganization|Corporation|Blog)$")
_EVENT = re.compile(r"(?:Event|Festival|CourseInstance)$")
_PERSON = re.compile(r"^Person$")
_REFERENCE = {"@id", "@type"}
_DEPTH = 6
_NODES = 2000
_NAMED = etree.XPath("//*[@itemprop]")
_SPLIT = re.compile(r"\s*[,;|]\s*")
# of JSON that does not parse: a comma too many, and the properties that are plain words
_COMMA = re.compile(r",\s*([}\]])")
_KIND = re.compile(r"\"@type\"\s*:\s*\[?\s*\"(?P<name>\w*(?:Article|Posting))\"")
_PROPERTY = re.compile(
    r"\"(?P<name>headline|datePublished|dateCreated|dateModified)\"\s*:\s*\"(?P<value>[^\"\\\n]{4,300})\"\s*[,}\n]"
)
_AUTHOR = re.compile(
    r"\"author\"\s*:\s*\[?\s*(?:\{[^{}]*?\"name\"\s*:\s*)?\"(?P<name>[^\"\\\n]{2,100})\""
)


@dataclass(frozen=True, slots=True)
class Statement:
    """The page's own words: schema.org properties of its article, and its meta tags by name."""

    article: Mapping[str, Any] = field(default_factory=dict)
    nodes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    items: Mapping[str, list[str]] = field(default_factory=dict)
    events: tuple[Mapping[str, Any], ...] = ()
    meta: Mapping[str, list[str]] = field(default_factory=dict)
    sites: tuple[str, ...] = ()

    def first(self, *names: str) -> str | None:
        """Return the first meta tag that says something, in the order of the names."""
        return next((v for n in names for v in self.meta.get(n, ()) if v.strip()), None)

    def property(self, *names: str) -> str | None:
        """Return the article's first schema.org property that is text; JSON-LD before microdata."""
        for name in names:
            for value in _each(self.article.get(name)):
                if isinstance(value, (str, int, float)) and str(value).strip():
                    return str(value).strip()
            if value := next(iter(self.items.get(name, ())), None):
                return value
        return None

    def things(self, name: str) -> tuple[Mapping[str, Any] | str, ...]:
        """Return the values of a property, references to other nodes followed."""
        values: list[Mapping[str, Any] | str] = []
        for value in _flat(self.article.get(name)):
            reference = value if isinstance(value, str) else None
            if isinstance(value, dict) and "@id" in value and not value.get("name"):
                reference = str(value["@id"])
            values.append(value if reference is None else self.nodes.get(reference, value))
        return tuple(values) or tuple(self.items.get(name, ()))

    def names(self, name: str) -> tuple[str, ...]:
        """Return the names of the people or bodies of a property; of people alone where there are some."""
        people: list[str] = []
        bodies: list[str] = []
        for thing in self.things(name):
            found = list(_names_of(thing))
            (bodies if isinstance(thing, Mapping) and _is_a(thing, _BODY) else people).extend(found)
        named = (n for n in people or bodies if not n.startswith(("http:", "https:")))
        return tuple(dict.fromkeys(named))

    def keywords(self) -> tuple[str, ...]:
        """Return the tags as written: JSON-LD, article:tag, news_keywords and keywords."""
        found: list[str] = []
        for value in _each(self.article.get("keywords")):
            text = value.get("name") if isinstance(value, dict) else value
            found += _split(text) if isinstance(text, str) else []
        found += [t for v in self.items.get("keywords", ()) for t in _split(v)]
        found += [plain(v) or "" for v in self.meta.get("article:tag", ())]
        for name in ("news_keywords", "keywords", "dcterms.subject", "dc.subject", "parsely-tags"):
            found += [t for v in self.meta.get(name, ()) for t in _split(v)]
        return tuple(dict.fromkeys(t for t in found if t))


def statement_of(tree: etree._Element) -> Statement:
    """Gather what a page says of itself; what cannot be read is passed over."""
    nodes = list(_json_ld(tree))
    articles = [n for n in nodes if _is_a(n, _ARTICLE)]
    meta: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("http-equiv")
        content = element.get("content")
        if name and content:
            meta.setdefault(name.strip().lower(), []).append(content.strip())
    titles = [*meta.get("og:title", ()), *(_text(e) for e in tree.iter("title"))]
    # a page may also state the stories that it only links to
    articles.sort(
        key=lambda n: (
            "headline" not in n,
            not any((plain(str(n.get("headline") or "")) or "") in title for title in titles),
            "datePublished" not in n,
        )
    )
    return Statement(
        article=articles[0] if articles else {},
        # who is referred to, with an address beside it, is named elsewhere
        nodes={
            str(n["@id"]): n
            for n in sorted(nodes, key=lambda n: "name" in n)
            if "@id" in n and not set(n) <= _REFERENCE
        },
        items=_microdata(tree),
        events=tuple(n for n in nodes if n.get("startDate") and _is_a(n, _EVENT)),
        meta=meta,
        # a blog of one person is both
        sites=tuple(
            name
            for n in nodes
            if _is_a(n, _BODY) and not _is_a(n, _PERSON)
            for name in _names_of(n)
        ),
    )


def _json_ld(tree: etree._Element) -> Iterator[dict[str, Any]]:
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            text = re.sub(
                r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$",
                "",
                script.text,
            )
            waiting, seen = [(_parsed(text), 0)], 0
            while waiting and seen < _NODES:
                node, depth = waiting.pop(0)
                seen += 1
                if isinstance(node, dict):
                    yield node
                children = (
                    node.values()
                    if isinstance(node, dict)
                    else node
                    if isinstance(node, list)
                    else ()
                )
                if depth < _DEPTH:
                    waiting += [(c, depth + 1) for c in children if isinstance(c, (dict, list))]


def _parsed(text: str) -> Any:  # noqa: ANN401 - JSON is anything
    """Parse JSON; of what does not parse whole, what can be read for certain."""
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        pass
    try:
        return json.loads(_COMMA.sub(r"\1", html.unescape(text)), strict=False)
    except (ValueError, RecursionError):
        pass
    kind = _KIND.search(text)
    found = {m["name"]: html.unescape(m["value"]) for m in reversed([*_PROPERTY.finditer(text)])}
    if author := _AUTHOR.search(text):
        found["author"] = html.unescape(author["name"])
    return {"@type": kind["name"], **found} if kind else None


def _is_a(node: Mapping[str, Any], kind: re.Pattern[str]) -> bool:
    return any(isinstance(t, str) and kind.search(t) for t in _each(node.get("@type")))


def _names_of(thing: Any) -> Iterator[str]:  # noqa: ANN401 - JSON is anything
    value = thing
    if isinstance(thing, Mapping):
        parts = (thing.get("givenName"), thing.get("familyName"))
        whole = " ".join(p for p in parts if isinstance(p, str))
        value = thing.get("name") or thing.get("@value") or whole
    for each in _flat(value):
        text = each.get("@value") if isinstance(each, Mapping) else each
        if isinstance(text, str) and (name := plain(text)):
            yield name


def _microdata(tree: etree._Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in _NAMED(tree):
        # what a page says of itself stands in its head, and in its article
        within = next(
            (
                p
                for p in element.iterancestors()
                if p.tag == "head" or p.get("itemscope") is not None
            ),
            None,
        )
        if within is None or not (
            within.tag == "head" or _ARTICLE.search(within.get("itemtype") or "")
        ):
            continue
        value = next(
            (v for a in ("content", "datetime", "href", "src") if (v := element.get(a))), None
        )
        if element.get("itemscope") is not None:
            inner = element.find(".//*[@itemprop='name']")
            value = _text(inner) if inner is not None else value or _text(element)
        for name in (element.get("itemprop") or "").split():
            if text := (value or _text(element)).strip():
                found.setdefault(name, []).append(text[:2000])
    return found


def _text(element: etree._Element) -> str:
    return " ".join("".join(str(t) for t in element.itertext()).split())


def _split(text: str) -> list[str]:
    return [p for part in _SPLIT.split(text) if (p := plain(part))]


def _flat(value: Any, depth: int = 0) -> Iterator[Any]:  # noqa: ANN401 - JSON is anything
    for each in _each(value):
        inner = each.get("@list") if isinstance(each, Mapping) else each
        if isinstance(inner, list) and depth < _DEPTH:
            yield from _flat(inner, depth + 1)
        else:
            yield each


def _each(value: Any) -> Iterable[Any]:  # noqa: ANN401 - JSON is anything
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)
