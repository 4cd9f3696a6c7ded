"""Check that text can be read: its contrast in light and in both kinds of dark mode, and its size."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import tinycss2
from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement
from tinycss2.ast import AtRule, Declaration, QualifiedRule

from digest.model import Finding
from digest.render.checks.context import LintContext, error, warning
from digest.render.colour import AA, Rgb, contrast, inverted, rgb

_LARGE, _LARGE_BOLD, _LARGE_AA = 24.0, 18.66, 3.0  # WCAG 2.2, 1.4.3
_SMALL, _TOO_SMALL = 14.0, 12.0
_TIGHT = 1.35
_TARGET = 24.0  # WCAG 2.2, 2.5.8
_PX = re.compile(r"^(\d+(?:\.\d+)?)px$")
_DARK = re.compile(r"prefers-color-scheme\s*:\s*dark")

_selector = lru_cache(maxsize=256)(CSSSelector)

Styles = Mapping[HtmlElement, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class _Ink:
    """How text is printed at one place of the page."""

    colour: Rgb = (0.0, 0.0, 0.0)
    paper: Rgb = (1.0, 1.0, 1.0)
    size: float = 16.0
    line: float = 19.0
    bold: bool = False
    underlined: bool = False
    hidden: bool = False

    @property
    def needed(self) -> float:
        """The contrast that text of its size needs."""
        large = self.size >= (_LARGE_BOLD if self.bold else _LARGE)
        return _LARGE_AA if large else AA


def contrasts(proof: LintContext) -> Iterator[Finding]:
    """Check every text as printed, in the dark colours it is given, and inverted."""
    body = next(proof.elements("body"), None)
    if body is None:
        return
    nothing: Styles = {}
    for mode, styles in (("light", nothing), ("dark", _dark(proof))):
        for element, ink in _texts(body, _Ink(), styles):
            yield from _contrast(element, ink, mode)
            if mode == "light":
                flipped = replace(ink, colour=inverted(ink.colour), paper=inverted(ink.paper))
                yield from _contrast(element, flipped, "inverted")


def sizes(proof: LintContext) -> Iterator[Finding]:
    """Check that text is large enough, its lines have room, and links can be told and hit."""
    body = next(proof.elements("body"), None)
    for element, ink in _texts(body, _Ink(), {}) if body is not None else ():
        if ink.size < _TOO_SMALL:
            yield error("text-tiny", f"{ink.size:g} px; write at least 14 px", element)
        elif ink.size < _SMALL:
            yield warning("text-small", f"{ink.size:g} px; write at least 14 px", element)
        elif ink.size < _LARGE_BOLD and not ink.bold and ink.line < _TIGHT * ink.size:
            said = f"lines of {ink.line:g} px for text of {ink.size:g} px; give them room"
            yield warning("text-tight", said, element)
        if element.tag == "a":
            yield from _link(element, ink)


def _link(element: HtmlElement, ink: _Ink) -> Iterator[Finding]:
    parent = element.getparent()
    if parent is None:
        return
    beside = "".join((parent.text or "", *(child.tail or "" for child in parent))).strip()
    if beside and not ink.underlined and parent.tag in ("p", "td", "li", "div"):
        yield warning("link-plain", "a link in a sentence is not underlined; underline it", element)
    if not beside and ink.line < _TARGET:
        yield warning("target-size", f"a link {ink.line:g} px high; make it 24 px", element)


def _contrast(element: HtmlElement, ink: _Ink, mode: str) -> Iterator[Finding]:
    ratio = contrast(ink.colour, ink.paper)
    # the inverted page is the mail program's: what it makes of AA text may be a little less
    needed = ink.needed if mode != "inverted" else min(ink.needed, _LARGE_AA)
    if ratio < needed:
        said = f"contrast {ratio:.1f} in {mode} mode; choose colours of {needed:g} or more"
        yield error("contrast", said, element)


def _texts(element: HtmlElement, ink: _Ink, styles: Styles) -> Iterator[tuple[HtmlElement, _Ink]]:
    """Yield each element that holds text of its own, and how that is printed."""
    ink = _printed(element, ink, styles)
    if ink.hidden or element.tag == "style":
        return
    if (element.text or "").strip() or any((c.tail or "").strip() for c in element):
        yield element, ink
    for child in element:
        if isinstance(child.tag, str):
            yield from _texts(child, ink, styles)


def _printed(element: HtmlElement, ink: _Ink, styles: Styles) -> _Ink:
    style = {**_parsed(element.get("style") or ""), **styles.get(element, {})}
    paper = style.get("background-color") or style.get("background") or element.get("bgcolor") or ""
    size = _px(style.get("font-size"), ink.size)
    weight = style.get("font-weight", "")
    heading = element.tag in ("h1", "h2", "h3", "strong", "b")
    return _Ink(
        colour=rgb(style.get("color", "")) or ink.colour,
        paper=rgb(paper) or ink.paper,
        size=size,
        line=_line(style.get("line-height"), size, ink.line),
        bold=weight in ("bold", "600", "700") or (not weight and (heading or ink.bold)),
        underlined=style.get("text-decoration", "underline") == "underline",
        hidden=ink.hidden or style.get("display") == "none",
    )


def _px(value: str | None, otherwise: float) -> float:
    found = _PX.match(value or "")
    return float(found[1]) if found else otherwise


def _line(value: str | None, size: float, otherwise: float) -> float:
    if value and re.fullmatch(r"\d+(?:\.\d+)?", value):
        return float(value) * size
    return _px(value, otherwise)


@lru_cache(maxsize=1024)  # a page says the same few styles hundreds of times
def _parsed(style: str) -> Mapping[str, str]:
    nodes = tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True)
    return {
        node.lower_name: tinycss2.serialize(node.value).strip()
        for node in nodes
        if isinstance(node, Declaration)
    }


def _dark(proof: LintContext) -> Styles:
    """Return what the dark rules of the style blocks change, by element."""
    changed: dict[HtmlElement, dict[str, str]] = {}
    for style in proof.styles:
        for node in tinycss2.parse_stylesheet(style, skip_comments=True, skip_whitespace=True):
            if isinstance(node, AtRule) and _DARK.search(tinycss2.serialize(node.prelude)):
                for rule in tinycss2.parse_rule_list(node.content or ()):
                    if isinstance(rule, QualifiedRule):
                        _apply(rule, proof, changed)
    return changed


def _apply(
    rule: QualifiedRule, proof: LintContext, changed: dict[HtmlElement, dict[str, str]]
) -> None:
    declared = _parsed(tinycss2.serialize(rule.content))
    try:
        matches = _selector(tinycss2.serialize(rule.prelude).strip())(proof.root)
    except SelectorError:  # a client's own hook
        return
    for element in matches:
        changed.setdefault(element, {}).update(declared)
