"""Check what an email uses against what its readers' mail programs know (Can I email)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain

from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement

from digest.findings import Finding, Where
from digest.lint_rules.of_page import CSS_SUPPORT, HTML_SUPPORT
from digest.lint_rules.of_parts import IMAGE_FORMAT
from digest.render.checks.cascade import matched
from digest.render.checks.clients import OUTLOOK, Readers
from digest.render.checks.fallbacks import Used, all_clients, used_in
from digest.render.checks.features import DRAWN, Matcher, matchers, table
from digest.render.checks.lint_context import LintContext, at
from digest.render.checks.styles import Conditional, CssRule, Declared, NotCss, parsed, sheet

_RULES = {"css": CSS_SUPPORT, "html": HTML_SUPPORT, "image": IMAGE_FORMAT}

# marks that mail programs put into a page, and selectors that only one of them takes: they are
# written for it alone
_HOOK = re.compile(
    r"#outlook|\.ExternalClass|\[data-ogs|\[data-outlook|x-apple|^u\s*\+|\.gmail(?:-fix)?(?![\w-])|"
    r"\.yshortcuts|\[owa\]|#MessageViewBody|\.moz-text|\.mso(?:normal|hyperlink)|msohyperlink|"
    r"\[class~?=.?x_|margin:\s*16px|\.g-img|\.applelinks|\[href\^=.?(?:tel|sms)|\.(?:im|aBn|a6S)(?![\w-])",
    re.IGNORECASE,
)
_STATE = re.compile(r":(?:hover|active|focus(?:-visible|-within)?|visited|link)\b", re.IGNORECASE)
_DARK = re.compile(r"prefers-color-scheme")
_WIDE = re.compile(r"^(?:[^()]|\(\s*(?:max|min)-(?:device-)?(?:width|height)[^()]*\))*$")
_FOR_OUTLOOK = re.compile(r"^\[if\s+\(*(?:[lg]te?\s+)?(?:mso|vml)", re.IGNORECASE)
_NOT_FOR_OUTLOOK = re.compile(r"^\[if\s+\(*\s*!", re.IGNORECASE)
_STYLES = re.compile(r"<style\b[^>]*>(.*?)</style>", re.IGNORECASE | re.DOTALL)
_OWN = re.compile(
    r"<(\w{1,20})\b(?!:)[^>]{0,2000}?\sstyle\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE
)
_VML = re.compile(r"<v:(?:rect|roundrect|fill|image|shape|oval|background)\b", re.IGNORECASE)
_MSO_HIDE = re.compile(r"mso-hide\s*:\s*all", re.IGNORECASE)
_UNSEEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_LONGEST_LIST = 20_000  # characters
_NEAR = 5  # elements up from where a drawing may stand for a background


def features(proof: LintContext) -> Iterator[Finding]:
    """Check each feature of the table wherever it stands; one finding for each way of using it."""
    readers = Readers(proof.frame.newsletter.clients)
    seen = _Recognised()
    page = _VisiblePage(proof)
    for css in page.sheets():
        seen.above = css.line
        clients = css.clients & readers.clients
        for node in sheet(css.text):
            _read(node, clients, page, seen)
    for element in proof.root.iter(etree.Element):
        if page.is_unseen(element):
            continue
        clients = readers.clients - page.not_for(element)
        if style := element.get("style"):
            for used in used_in(style):
                failing = _without(used, clients, element)
                if failing:
                    seen.note(used.matcher, failing, element, used.name)
        for matcher in _marked(element):
            seen.note(matcher, matcher.feature.fails.keys() & clients, element)
    for element in page.in_comments():
        for matcher in _marked(element):
            failing = matcher.feature.fails.keys() & readers.clients & {OUTLOOK}
            seen.note(matcher, failing, Where(said=f"a comment for Outlook: <{element.tag!s}>"))
    yield from seen.findings(readers)


@dataclass(slots=True)
class _Recognised:
    """What was recognised, where first, how often, and who is without it."""

    places: dict[tuple[Matcher, str], tuple[set[str], Where, int]] = field(default_factory=dict)
    above: int = 0  # lines of the page before the style block that is being read

    def note(
        self,
        matcher: Matcher,
        failing: AbstractSet[str],
        place: Where | HtmlElement,
        name: str = "",
    ) -> None:
        """Note a use that these clients are without; `name` is the property that it stands in."""
        if not failing:
            return
        key = (matcher, name if matcher.subject == "*" else "")
        found = self.places.get(key)
        if found is None:
            self.places[key] = ({*failing}, at(place), 1)
        else:
            self.places[key] = (found[0] | failing, found[1], found[2] + 1)

    def place(self, node: CssRule | Conditional, said: str) -> Where:
        """Name a rule of the style block that is being read, by its line in the page."""
        return Where(line=self.above + node.line, said=said.rstrip())

    def findings(self, readers: Readers) -> Iterator[Finding]:
        """Say it in words, each feature once."""
        said: set[tuple[str, str, str]] = set()
        for (matcher, name), (failing, place, times) in self.places.items():
            feature = matcher.feature
            if (feature.name, matcher.lost, name) in said:  # several names of one feature
                continue
            said.add((feature.name, matcher.lost, name))
            title = f"{feature.title} in {name}" if name else feature.title
            message = f"{title}: {matcher.lost} in {readers.words(failing)}"
            rule = _RULES.get(feature.name.partition("-")[0], HTML_SUPPORT)
            severity = readers.weighed(matcher.severity, failing)
            yield rule.found(
                f"{message}; {matcher.instead}", replace(place, places=times), severity
            )


@dataclass(frozen=True, slots=True)
class _StyleBlock:
    text: str
    clients: frozenset[str]
    line: int = 0  # of the page, before its first


class _VisiblePage:
    """What of the page which clients see."""

    def __init__(self, proof: LintContext) -> None:
        self.root = proof.root
        self._hidden: set[HtmlElement] = set()
        self._unseen: set[HtmlElement] = set()
        self._comments: list[str] = []
        hidden = False  # while between two comments that keep Outlook out
        for node in self.root.iter():
            if isinstance(node.tag, str):
                up, style = node.getparent(), (node.get("style") or "")
                if hidden or up in self._hidden or _MSO_HIDE.search(style):
                    self._hidden.add(node)
                if up is not None and (up in self._unseen or _UNSEEN.search(up.get("style") or "")):
                    self._unseen.add(node)
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

    def in_comments(self) -> Iterator[HtmlElement]:
        """Yield the elements that stand in comments for Outlook."""
        for comment in self._comments:
            inside = comment.partition(">")[2].rpartition("<![endif]")[0]
            if "<" in inside:
                yield from lxml_html.document_fromstring(f"<div>{inside}</div>").iter(etree.Element)

    def is_unseen(self, element: HtmlElement) -> bool:
        """Tell whether an element stands in one that is not displayed, or in a template."""
        return element in self._unseen

    def sheets(self) -> Iterator[_StyleBlock]:
        """Yield the style blocks, and what is styled in comments for Outlook, with who reads it."""
        for block in self.root.iter("style"):
            media, kind = block.get("media") or "", block.get("type") or "text/css"
            if media.strip().lower() == "print" or kind.strip().lower() != "text/css":
                continue
            above = (block.sourceline or 1) - 1
            yield _StyleBlock(block.text or "", all_clients() - self.not_for(block), above)
        for comment in self._comments:
            only = frozenset({OUTLOOK})
            yield from (_StyleBlock(css, only) for css in _STYLES.findall(comment))
            styled = _OWN.findall(comment)
            yield from (_StyleBlock(f"{tag}{{{one or other}}}", only) for tag, one, other in styled)

    def states_it(self, selector: str, declared: Sequence[Declared]) -> bool:
        """Tell whether what a selector speaks of has a style of its own for these properties."""
        elements = [*matched(_STATE.sub("", selector), self.root)]
        names = {d.plain_name for d in declared}
        return any(
            names <= {d.plain_name for d in parsed(e.get("style") or "").declared} for e in elements
        )


def _read(
    node: CssRule | Conditional | NotCss,
    clients: frozenset[str],
    page: _VisiblePage,
    seen: _Recognised,
) -> None:
    if isinstance(node, Conditional):
        _at_rule(node, clients, page, seen)
    elif isinstance(node, CssRule):
        _rule(node, clients, page, seen)


def _at_rule(
    node: Conditional, clients: frozenset[str], page: _VisiblePage, seen: _Recognised
) -> None:
    keyword, prelude = node.plain_keyword, node.prelude
    place = seen.place(node, f"@{keyword} {prelude[:50]}")
    if keyword == "media" and prelude.lower() == "print":
        return
    if keyword == "supports":
        asked, used = re.findall(r"\(\s*([\w-]+)\s*:", prelude), re.sub(r"\s+", "", node.content)
        if any(f"{name}:" in used for name in asked):
            return  # it asks for what it uses: whoever lacks it has what stands before
    done = clients
    for matcher in matchers().of("rule", keyword):
        if matcher.pattern.search(prelude):
            failing = matcher.feature.fails.keys() & clients
            seen.note(matcher, failing, place)
            done -= failing
            break
    if node.rules:
        done -= _deaf(keyword, prelude)
    for rule in node.rules:
        _read(rule, done, page, seen)


def _deaf(keyword: str, prelude: str) -> AbstractSet[str]:
    """Return the clients that read nothing of what is in a media query."""
    if keyword != "media":
        return frozenset()
    _, known = table()
    deaf = {*known["css-at-media"].fails}
    if _DARK.search(prelude):
        deaf |= known["css-at-media-prefers-color-scheme"].fails.keys()
    if not _WIDE.match(prelude):
        deaf |= {c for c in all_clients() if c.startswith(("yahoo/", "aol/"))}
    return deaf


def _rule(node: CssRule, clients: frozenset[str], page: _VisiblePage, seen: _Recognised) -> None:
    declared = parsed(node.style).declared
    for selector in _split(node.selectors):
        if _HOOK.search(selector):
            continue
        place, done = seen.place(node, selector[:60]), clients
        # what only browsers' own properties are set by, the others need not read
        private = bool(declared) and all(
            d.name.startswith(("-", "mso-")) and not d.name.startswith("--") for d in declared
        )
        for matcher in _spoken_of(selector, nested=node.has_rules) if not private else ():
            lacking = matcher.feature.fails.keys() & clients
            if not lacking:
                continue
            done -= lacking
            if not (_STATE.search(selector) and page.states_it(selector, declared)):
                seen.note(matcher, lacking, place)
        for used in used_in(node.style):
            seen.note(used.matcher, _without(used, done, None), place, used.name)


@lru_cache(1000)  # the editions of an issue share their stylesheet
def _spoken_of(selector: str, *, nested: bool) -> Sequence[Matcher]:
    """Return the features that a selector uses, outside its strings; `&` where rules stand in the rule."""
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", '""', selector) + (" &" if nested else "")
    return [each for each in matchers().of("selector", "") if each.pattern.search(bare)]


@lru_cache(1000)
def _split(prelude: str) -> Sequence[str]:
    """Return the selectors of a list; a comma in brackets parts none."""
    depth, one, found = 0, list[str](), list[str]()
    for letter in (*prelude[:_LONGEST_LIST], ","):
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth <= 0:
            if said := " ".join("".join(one).split()):
                found.append(said)
            one = []
        else:
            one.append(letter)
    return found


def _without(
    used: Used, clients: AbstractSet[str], element: HtmlElement | None
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
    if "hidden" in attributes and _UNSEEN.search(attributes.get("style", "")):
        del attributes["hidden"]
    unseen = _UNSEEN.search(element.get("style") or "") is not None
    if "aria-hidden" in attributes and (
        unseen or not any(map(str.isalnum, element.text_content()))
    ):
        # there is nothing in it that could be read out
        del attributes["aria-hidden"]
    if (said := element.text_content().strip()) and attributes.get("aria-label", "").startswith(
        said
    ):
        del attributes["aria-label"]  # where no name is read its words are
    for name, value in attributes.items():
        for subject in (f"{tag}.{name}", f"*.{name}"):
            found += [m for m in known.of("attribute", subject) if m.pattern.search(value.lower())]
    if tag == "img":
        src = (element.get("src") or "").lower().partition("#")[0].partition("?")[0]
        found += [m for m in known.of("picture", "") if m.pattern.search(src)]
    # of several ways in which one feature is recognised, the first of the table says it best
    yield from {m.feature.name: m for m in sorted(found, key=lambda m: -m.number)}.values()
