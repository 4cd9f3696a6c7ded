"""Check what an email uses against what its readers' mail programs know (Can I email)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import chain

import tinycss2
from cssselect import SelectorError
from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement
from tinycss2.ast import AtRule, Node, QualifiedRule

from digest.model import Finding
from digest.render.checks.clients import OUTLOOK, Readers
from digest.render.checks.context import LintContext, finding, where
from digest.render.checks.features import DRAWN, STAND_INS, Matcher, Matchers, matchers, table
from digest.render.checks.styles import Declared, parsed, sheet
from digest.render.colour import rgb

_RULES = {"css": "css-support", "html": "html-support", "image": "image-format"}

# what a property is where nobody says anything: who does not know it loses nothing
_NEUTRAL = frozenset(
    {
        *("none", "auto", "normal", "0", "0px", "static", "visible", "separate", "content-box"),
        *("outside", "inherit", "unset", "revert", "0s", "repeat", "scroll", "top", "stretch"),
        *("baseline", "nowrap", "row", "border-box, padding-box"),
    }
)
_NEVER_NEUTRAL = frozenset({"css-white-space", "css-clear", "css-text-decoration-line"})
# marks that mail programs put into a page, and selectors that only one of them takes: they are
# written for it alone
_HOOK = re.compile(
    r"#outlook|\.ExternalClass|\[data-ogs|\[data-outlook|x-apple|\bu\s*\+|@|\.gmail|\.yshortcuts|"
    r"\[owa\]|#MessageViewBody|\.moz-|\.mso|msohyperlink|\[class~?=.?x_|margin:\s*16px|\.g-img|"
    r"\.applelinks|\[href\^=.?(?:tel|sms)|\.im\b|\.aBn|\.a6S|\.cio-",
    re.IGNORECASE,
)
_STATE = re.compile(r":(?:hover|active|focus(?:-visible|-within)?|visited|link)\b", re.IGNORECASE)
_DARK = re.compile(r"prefers-color-scheme")
_WIDE = re.compile(r"^(?:[^()]|\(\s*(?:max|min)-(?:device-)?(?:width|height)[^()]*\))*$")
_FOR_OUTLOOK = re.compile(r"^\[if\s+(?:\(?[lg]te?\s+)?\(?mso", re.IGNORECASE)
_NOT_FOR_OUTLOOK = re.compile(r"^\[if\s+!\s*\(?mso", re.IGNORECASE)
_STYLES = re.compile(r"<style\b[^>]*>(.*?)</style>", re.IGNORECASE | re.DOTALL)
_OWN = re.compile(r"<(\w+)\b(?!:)[^>]*?\sstyle=\"([^\"]*)\"", re.IGNORECASE)
_VML = re.compile(r"<v:", re.IGNORECASE)
_UNSEEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_NEAR = 5  # elements up from where a drawing may stand for a background

_selector = lru_cache(maxsize=256)(CSSSelector)


def features(proof: LintContext) -> Iterator[Finding]:
    """Check each feature of the table wherever it stands; one finding for each way of using it."""
    readers = Readers(proof.frame.newsletter.clients)
    seen = _Seen()
    page = _Page(proof)
    for css in page.sheets():
        seen.above = css.line
        _sheet(css.text, css.clients & readers.clients, page, seen)
    for element in proof.root.iter(etree.Element):
        clients = readers.clients - page.not_for(element)
        if style := element.get("style"):
            for used in _used(style):
                failing = _without(used, clients, element)
                if failing:
                    seen.note(used.matcher, failing, element, used.name)
        for matcher in _marked(element):
            seen.note(matcher, matcher.feature.fails.keys() & clients, element)
    yield from seen.findings(readers)


@dataclass(slots=True)
class _Seen:
    """What was recognised, where first, how often, and who is without it."""

    places: dict[tuple[Matcher, str], tuple[set[str], str, int]] = field(default_factory=dict)
    above: int = 0  # lines of the page before the style block that is being read

    def note(
        self,
        matcher: Matcher,
        failing: AbstractSet[str],
        place: str | HtmlElement,
        name: str = "",
    ) -> None:
        """Note a use that these clients are without; `name` is the property that it stands in."""
        if not failing:
            return
        key = (matcher, name if matcher.subject == "*" else "")
        found = self.places.get(key)
        if found is None:
            shown = place if isinstance(place, str) else where(place)
            self.places[key] = ({*failing}, shown, 1)
        else:
            self.places[key] = (found[0] | failing, found[1], found[2] + 1)

    def place(self, node: Node, said: str) -> str:
        """Name a rule of the style block that is being read, by its line in the page."""
        return f"line {self.above + node.source_line}: {said}".rstrip()

    def findings(self, readers: Readers) -> Iterator[Finding]:
        """Say it in words, each feature once."""
        said: set[tuple[str, str, str]] = set()
        for (matcher, name), (failing, place, times) in self.places.items():
            feature = matcher.feature
            if (feature.name, matcher.lost, name) in said:  # several names of one feature
                continue
            said.add((feature.name, matcher.lost, name))
            often = f" ({times} places)" if times > 1 else ""
            title = f"{feature.title} in {name}" if name else feature.title
            message = f"{title}: {matcher.lost} in {readers.words(failing)}"
            rule = _RULES.get(feature.name.partition("-")[0], "html-support")
            severity = readers.weighed(matcher.severity, failing)
            yield finding(rule, severity, f"{message}; {matcher.instead}", place + often)


@dataclass(frozen=True, slots=True)
class _Sheet:
    text: str
    clients: frozenset[str]
    line: int = 0  # of the page, before its first


class _Page:
    """What of the page which clients see."""

    def __init__(self, proof: LintContext) -> None:
        self.root = proof.root
        self._hidden: set[HtmlElement] = set()
        self._comments: list[str] = []
        self._walk()

    def _walk(self) -> None:
        hidden = False
        for node in self.root.iter():
            if isinstance(node.tag, str):
                if hidden:
                    self._hidden.add(node)
                continue
            said = (node.text or "").strip()
            if _NOT_FOR_OUTLOOK.match(said):
                hidden = True
            elif said.startswith("<![endif]") or said == "[endif]":
                hidden = False
            elif _FOR_OUTLOOK.match(said):
                self._comments.append(said)

    def not_for(self, element: HtmlElement) -> frozenset[str]:
        """Return the clients that do not see an element."""
        return frozenset({OUTLOOK}) if element in self._hidden else frozenset()

    def sheets(self) -> Iterator[_Sheet]:
        """Yield the style blocks, and what is styled in comments for Outlook, with who reads it."""
        for block in self.root.iter("style"):
            above = (block.sourceline or 1) - 1
            yield _Sheet(block.text or "", _all_clients() - self.not_for(block), above)
        for comment in self._comments:
            only = frozenset({OUTLOOK})
            yield from (_Sheet(css, only) for css in _STYLES.findall(comment))
            yield from (_Sheet(f"{tag}{{{css}}}", only) for tag, css in _OWN.findall(comment))

    def states_it(self, selector: str, declared: Sequence[Declared]) -> bool:
        """Tell whether what a selector speaks of has a style of its own for these properties."""
        try:
            elements = _selector(_STATE.sub("", selector))(self.root)
        except (SelectorError, etree.XPathError):
            return False
        names = {d.plain_name for d in declared}
        return any(
            names <= {d.plain_name for d in parsed(e.get("style") or "").declared} for e in elements
        )


def _sheet(css: str, clients: frozenset[str], page: _Page, seen: _Seen) -> None:
    for node in sheet(css):
        if isinstance(node, AtRule):
            _at_rule(node, clients, page, seen)
        elif isinstance(node, QualifiedRule):
            _rule(node, clients, page, seen)


def _at_rule(node: AtRule, clients: frozenset[str], page: _Page, seen: _Seen) -> None:
    keyword = _unprefixed(node.lower_at_keyword)
    prelude = " ".join(tinycss2.serialize(node.prelude).split())
    inside = tinycss2.parse_rule_list(node.content or (), skip_comments=True, skip_whitespace=True)
    place = seen.place(node, f"@{keyword} {prelude[:50]}")
    if keyword == "supports" and _guards(prelude, node.content or ()):
        return  # it asks for what it uses: whoever lacks it has what stands before
    done = clients
    for matcher in matchers().of("rule", keyword):
        if matcher.pattern.search(prelude):
            failing = matcher.feature.fails.keys() & clients
            seen.note(matcher, failing, place)
            done -= failing
            break
    if keyword in ("media", "supports"):
        for rule in inside:
            if isinstance(rule, QualifiedRule):
                _rule(rule, done - _deaf(keyword, prelude), page, seen)


def _deaf(keyword: str, prelude: str) -> AbstractSet[str]:
    """Return the clients that read nothing of what is in a media query."""
    if keyword != "media":
        return frozenset()
    _, known = table()
    deaf = {*known["css-at-media"].fails}
    if _DARK.search(prelude):
        deaf |= known["css-at-media-prefers-color-scheme"].fails.keys()
    if not _WIDE.match(prelude):
        deaf |= {c for c in _all_clients() if c.startswith(("yahoo/", "aol/"))}
    return deaf


@cache
def _all_clients() -> frozenset[str]:
    return frozenset(client for f in table()[1].values() for client in f.fails)


def _guards(prelude: str, content: Sequence[Node]) -> bool:
    """Tell whether a rule asks for one of the properties that it goes on to use."""
    asked = {*re.findall(r"\(\s*([\w-]+)\s*:", prelude)}
    return any(f"{name}:" in re.sub(r"\s+", "", tinycss2.serialize(content)) for name in asked)


def _rule(node: QualifiedRule, clients: frozenset[str], page: _Page, seen: _Seen) -> None:
    style = tinycss2.serialize(node.content)
    declared = parsed(style).declared
    nested = "{" in style
    for selector in _split(tinycss2.serialize(node.prelude)):
        if _HOOK.search(selector):
            continue
        place, done = seen.place(node, selector[:60]), clients
        # what only browsers' own properties are set by, the others need not read
        private = bool(declared) and all(_is_private(d) for d in declared)
        for matcher in matchers().of("selector", "") if not private else ():
            lacking = matcher.feature.fails.keys() & clients
            if not lacking or not matcher.pattern.search(_bare(selector, nested=nested)):
                continue
            done -= lacking
            if not (_STATE.search(selector) and page.states_it(selector, declared)):
                seen.note(matcher, lacking, place)
        for used in _used(style):
            seen.note(used.matcher, _without(used, done, None), place, used.name)


def _bare(selector: str, *, nested: bool) -> str:
    """Return a selector without what stands in its strings; `&` where rules stand in the rule."""
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", '""', selector)
    return f"{bare} &" if nested else bare


def _split(prelude: str) -> Iterator[str]:
    """Yield the selectors of a list; a comma in brackets parts none."""
    for part in re.split(r",(?![^()]*\))", prelude):
        if part.strip():
            yield " ".join(part.split())


def _is_private(declared: Declared) -> bool:
    return declared.name.startswith(("-", "mso-")) and not declared.name.startswith("--")


@dataclass(frozen=True, slots=True)
class _Used:
    """A feature used in a block of declarations: in which, who is without it, what stands in for it."""

    matcher: Matcher
    name: str
    failing: frozenset[str]
    attributes: tuple[str, ...]


@lru_cache(maxsize=2048)
def _used(style: str) -> tuple[_Used, ...]:
    """Return the features that a block of declarations uses with nothing beside them."""
    known, declared = matchers(), parsed(style).declared
    names = {d.name if d.looks not in _NEUTRAL else f"{d.name}:{d.looks}" for d in declared}
    if any(d.name == "background" and _has_colour(d.looks) for d in declared):
        names.add("background-color")
    unseen = (
        {OUTLOOK} if any(d.name == "mso-hide" and d.looks == "all" for d in declared) else set()
    )
    found: dict[Matcher, _Used] = {}
    for one in declared:
        lacking = {c for m in known.properties(one.plain_name) for c in m.feature.fails}
        others = [d for d in declared if d is not one and _says_as_much(d, one)]
        for matcher in _by_name(one, known):
            failing = frozenset(matcher.feature.fails) - _spared(matcher, names) - unseen
            _add(found, matcher, one, failing)
        for matcher in _by_value(one, known):
            plain = any(not matcher.pattern.search(d.looks) for d in others)
            failing = frozenset(matcher.feature.fails) - _spared(matcher, names) - unseen - lacking
            _add(found, matcher, one, frozenset() if plain else failing)
    return tuple(found.values())


def _add(
    found: dict[Matcher, _Used], matcher: Matcher, one: Declared, failing: frozenset[str]
) -> None:
    if failing:
        said = STAND_INS.get(matcher.feature.name, ())
        attributes = tuple(name[1:] for name in said if name.startswith("@"))
        found.setdefault(matcher, _Used(matcher, one.plain_name, failing, attributes))


def _says_as_much(other: Declared, one: Declared) -> bool:
    """Tell whether a declaration is of the same property, or of the shorthand that it belongs to."""
    return other.name == one.name or one.name.startswith(f"{other.name}-")


def _has_colour(looks: str) -> bool:
    return any(rgb(word) is not None for word in looks.split())


def _by_name(one: Declared, known: Matchers) -> Iterator[Matcher]:
    neutral = one.looks.lower() in _NEUTRAL
    for matcher in known.properties(one.plain_name):
        if not neutral or (
            matcher.feature.name in _NEVER_NEUTRAL and one.looks.lower() not in ("normal", "none")
        ):
            yield matcher


def _by_value(one: Declared, known: Matchers) -> Iterator[Matcher]:
    met: set[str] = set()
    if one.name.startswith("--") or (one.name == "opacity" and one.looks in ("1", "100%")):
        return
    subjects = (one.plain_name, "*")
    for matcher in known.of("value", *subjects):
        name = matcher.feature.name
        if name not in met and matcher.pattern.search(one.looks):
            met.add(name)
            yield matcher


def _spared(matcher: Matcher, names: AbstractSet[str]) -> AbstractSet[str]:
    """Return the clients that know a property beside it which says the same."""
    known = matchers()
    spared: set[str] = set()
    for stand_in in STAND_INS.get(matcher.feature.name, ()):
        if stand_in in names:
            lacking = {c for m in known.properties(stand_in) for c in m.feature.fails}
            spared |= _all_clients() - lacking
    return spared


def _without(
    used: _Used, clients: AbstractSet[str], element: HtmlElement | None
) -> AbstractSet[str]:
    """Return the clients that are without a feature as it stands at an element."""
    failing = used.failing & clients
    if element is None or not failing:
        return failing
    if any(element.get(name) for name in used.attributes):
        return frozenset()
    if OUTLOOK in failing and used.matcher.feature.name in DRAWN and _is_drawn(element):
        return failing - {OUTLOOK}
    return failing


def _is_drawn(element: HtmlElement) -> bool:
    """Tell whether a drawing for Outlook stands beside an element, in it or around it."""
    up: HtmlElement | None = element
    for _ in range(_NEAR):
        if up is None:
            return False
        around = chain(
            up.iterchildren(etree.Comment), up.itersiblings(etree.Comment, preceding=True)
        )
        if any(_VML.search(comment.text or "") for comment in around):
            return True
        up = up.getparent()
    return False


def _marked(element: HtmlElement) -> Iterator[Matcher]:
    """Yield what an element's name, attributes and picture are recognised by."""
    known, tag = matchers(), str(element.tag)
    found = [*known.of("element", tag)]
    attributes = {str(k): str(v) for k, v in element.attrib.items()}
    if tag in ("input", "button"):
        attributes = {"type": "", **attributes}
    if "aria-hidden" in attributes and not _is_heard(element):
        del attributes["aria-hidden"]
    for name, value in attributes.items():
        for subject in (f"{tag}.{name}", f"*.{name}"):
            found += [m for m in known.of("attribute", subject) if m.pattern.search(value.lower())]
    if tag == "img":
        src = (element.get("src") or "").lower().partition("#")[0].partition("?")[0]
        found += [m for m in known.of("picture", "") if m.pattern.search(src)]
    # of several ways in which one feature is recognised, the first of the table says it best
    yield from {m.feature.name: m for m in sorted(found, key=lambda m: -m.number)}.values()


def _is_heard(element: HtmlElement) -> bool:
    """Tell whether there is anything in an element that could be read out."""
    unseen = _UNSEEN.search(element.get("style") or "")
    return unseen is None and any(map(str.isalnum, element.text_content()))


def _unprefixed(name: str) -> str:
    return re.sub(r"^-(?:webkit|moz|ms|o)-", "", name)
