"""What an element's style comes to: its own, and what the style blocks say of it (CSS Cascade 4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice

from cssselect import HTMLTranslator, SelectorError, parse
from lxml.etree import XPath, XPathError
from lxml.html import HtmlElement

from digest.render.checks.styles import Conditional, CssRule, Declared, StyleNodes, parsed, sheet

Cascade = Mapping[HtmlElement, Mapping[str, str]]
_DARK = re.compile(
    r"^(?:(?:only\s+)?(?:all|screen)\s+and\s+)?\(\s*prefers-color-scheme\s*:\s*dark\s*\)$",
    re.IGNORECASE,
)
_EVERYWHERE = re.compile(r"^(?:only\s+)?(?:all|screen)?$", re.IGNORECASE)
_LONGEST, _MOST_SIBLINGS, _MOST_RULES = 2000, 2, 1500
_SIBLINGS = re.compile(r"[~+]")
_Weight = tuple[bool, tuple[int, int, int], int]


def cascade(root: HtmlElement, styles: tuple[str, ...], *, dark: bool) -> Cascade:
    """Return what the style blocks change, by element; its own style stands under what is important.

    Media queries count where they hold of every screen, or of dark mode if that is asked for.
    """
    said: dict[HtmlElement, list[tuple[_Weight, Declared]]] = {}
    for number, (selector, declared) in enumerate(_rules(styles, dark=dark)):
        for path, weight in paths(selector):
            for element in _found(path, root):
                said.setdefault(element, []).extend(
                    ((one.important, weight, number), one) for one in declared
                )
    found: dict[HtmlElement, Mapping[str, str]] = {}
    for element, weighted in said.items():
        own = {one.name: one for one in parsed(element.get("style") or "").declared}
        settled: dict[str, str] = {}
        for (important, _, _), one in sorted(weighted, key=lambda each: each[0]):
            mine = own.get(one.name)
            if mine is None or (important and not mine.important):
                settled.pop(one.name, None)  # what is said last stands last: a shorthand may follow
                settled[one.name] = one.value
        found[element] = settled
    return found


def matched(selectors: str, root: HtmlElement) -> Iterator[HtmlElement]:
    """Yield what a list of selectors speaks of."""
    for path, _ in paths(selectors):
        yield from _found(path, root)


def _found(path: XPath, root: HtmlElement) -> Sequence[HtmlElement]:
    try:
        found: Sequence[HtmlElement] = path(root)
    except XPathError:  # a prefix that nobody declares
        return ()
    return found


@lru_cache(maxsize=64)
def _rules(styles: tuple[str, ...], *, dark: bool) -> tuple[tuple[str, tuple[Declared, ...]], ...]:
    """Return the selectors of style blocks, each with what it declares, in their order."""
    found = (rule for style in styles for rule in _in(sheet(style), dark=dark))
    return tuple(islice(found, _MOST_RULES))


def _in(nodes: StyleNodes, *, dark: bool) -> Iterator[tuple[str, tuple[Declared, ...]]]:
    for node in nodes:
        if isinstance(node, CssRule):
            yield node.selectors, parsed(node.style).declared
        elif isinstance(node, Conditional) and node.keyword == "media":
            holds = _EVERYWHERE.match(node.prelude) or (dark and _DARK.search(node.prelude))
            yield from _in(node.rules if holds else (), dark=dark)


@lru_cache(maxsize=512)
def paths(selectors: str) -> tuple[tuple[XPath, tuple[int, int, int]], ...]:
    """Return how a list of selectors is looked up, and how specific each is; states match nothing."""
    if len(selectors) > _LONGEST or len(_SIBLINGS.findall(selectors)) > _MOST_SIBLINGS:
        return ()  # what takes long to look up is in no email
    try:
        return tuple(
            (XPath(str(HTMLTranslator().selector_to_xpath(each))), each.specificity())
            for each in parse(selectors)
            if each.pseudo_element is None
        )
    except (
        SelectorError,
        XPathError,
        ValueError,
        RecursionError,
    ):  # as a browser drops a list with one that it does not know
        return ()
