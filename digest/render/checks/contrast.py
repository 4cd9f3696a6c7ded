"""Check that text can be read: its contrast in light and in both kinds of dark mode, and its size."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import tinycss2
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement
from tinycss2.ast import FunctionBlock

from digest.findings import Finding
from digest.lint_rules.of_page import CONTRAST, TARGET_SIZE, TEXT_SMALL, TEXT_TIGHT, TEXT_TINY
from digest.lint_rules.of_parts import LINK_PLAIN
from digest.render.checks.cascade import Cascade, cascade
from digest.render.checks.lint_context import LintContext, at
from digest.render.checks.styles import parsed
from digest.render.colour import AA, Rgb, contrast, inverted, laid_over, written

_LARGE, _LARGE_BOLD, _LARGE_AA = 24.0, 18.66, 3.0  # WCAG 2.2, 1.4.3
_SMALL, _TOO_SMALL = 14.0, 12.0
_TIGHT = 1.3
_ONE_LINE = 60  # letters
_TARGET = 24.0  # WCAG 2.2, 2.5.8
_BOLD_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "strong", "b", "th"})
_NORMAL = 1.2  # of the size: what browsers take for lines of which nothing is said
_LENGTH = re.compile(r"^(\d*\.?\d+)(px|pt|em|rem|%|)$")
_BLOCK = re.compile(r"display:\s*(?:inline-)?block|background(?:-color)?:", re.IGNORECASE)
_NUMBER = re.compile(r"^\d*\.?\d+$")
_KEYWORDS = {
    "xx-small": 9.0,
    "x-small": 10.0,
    "small": 13.0,
    "medium": 16.0,
    "large": 18.0,
    "x-large": 24.0,
    "xx-large": 32.0,
}
_FONT = re.compile(r"^(?P<style>.*?)(?P<size>[\d.]+(?:px|pt|em|rem|%))(?:\s*/\s*(?P<line>\S+))?\s")
_BOLD = re.compile(r"^(?:bold|bolder|[6-9]00)$")
_BOLD_WORD = re.compile(r"\b(?:bold|[6-9]00)\b")
_NO_BORDER = re.compile(r"\b(?:none|hidden)\b|^0(?:px)?(?:\s|$)")
_FAR = re.compile(r"^-\d{3,5}(?:px|em|pt|%)$")
_INVISIBLE = re.compile("[\\s\u00a0\u00ad\u034f\u200b-\u200f\u2060\u2007\ufeff]+")
_NEVER_SEEN = frozenset({"style", "script", "noscript", "title", "option", "template", "head"})
_NOTHING = re.compile(r"^0*\.?0+(?:px|pt|em|%)?$")
_DARK = re.compile(r"prefers-color-scheme\s*:\s*dark")

_selector = lru_cache(maxsize=256)(CSSSelector)


@dataclass(frozen=True, slots=True)
class _Ink:
    """How text is printed at one place of the page."""

    colour: Rgb = (0.0, 0.0, 0.0)
    paper: Rgb = (1.0, 1.0, 1.0)
    size: float = 16.0
    line: float = 19.2
    times: float | None = 1.2
    bold: bool = False
    underlined: bool = False
    padding: float = 0.0
    hidden: bool = False

    @property
    def needed(self) -> float:
        """The contrast that text of its size needs."""
        large = self.size >= (_LARGE_BOLD if self.bold else _LARGE)
        return _LARGE_AA if large else AA


def texts(proof: LintContext) -> Iterator[Finding]:
    """Check that every text can be read: as printed, in the dark colours it is given, and inverted.

    It is large enough, its lines have room, and links can be told and hit.
    """
    body = next(proof.elements("body"), None)
    if body is None:
        return
    light, dark = (cascade(proof.root, proof.styles, dark=mode) for mode in (False, True))
    for element, ink in _texts(body, _Ink(), light):
        yield from _contrast(element, ink, "light")
        flipped = replace(ink, colour=inverted(ink.colour), paper=inverted(ink.paper))
        yield from _contrast(element, flipped, "inverted")
        yield from _size(element, ink)
    if dark != light:
        for element, ink in _texts(body, _Ink(), dark):
            yield from _contrast(element, ink, "dark")


def _size(element: HtmlElement, ink: _Ink) -> Iterator[Finding]:
    if ink.size < _TOO_SMALL:
        yield TEXT_TINY.found(f"{ink.size:g} px; write at least 14 px", at(element))
    elif ink.size < _SMALL:
        yield TEXT_SMALL.found(f"{ink.size:g} px; write at least 14 px", at(element))
    elif (
        not ink.bold
        and ink.line < _TIGHT * ink.size
        and len(" ".join(element.text_content().split())) > _ONE_LINE  # several lines on a phone
    ):
        said = f"lines of {ink.line:g} px for text of {ink.size:g} px; give them room"
        yield TEXT_TIGHT.found(said, at(element))
    parent = element.getparent() if element.tag == "a" else None
    if parent is None:
        return
    beside = "".join((parent.text or "", *(child.tail or "" for child in parent))).strip()
    is_button = ink.padding > 0 or _BLOCK.search(element.get("style") or "") is not None
    beside = "".join(filter(str.isalnum, beside))  # what only parts links is no sentence
    if beside and not ink.underlined and not is_button and parent.tag in ("p", "td", "li", "div"):
        yield LINK_PLAIN.found("a link in a sentence is not underlined; underline it", at(element))
    if not beside and ink.line + ink.padding < _TARGET:
        said = f"a link {ink.line + ink.padding:g} px high; make it 24 px, by padding on the link"
        yield TARGET_SIZE.found(said, at(element))


def _contrast(element: HtmlElement, ink: _Ink, mode: str) -> Iterator[Finding]:
    ratio = contrast(ink.colour, ink.paper)
    # the inverted page is the mail program's: what it makes of AA text may be a little less
    needed = ink.needed if mode != "inverted" else min(ink.needed, _LARGE_AA)
    if ratio < needed:
        pair = f"{written(ink.colour)} on {written(ink.paper)}"
        shown = int(ratio * 10) / 10  # never rounded up to what would do
        said = f"contrast {shown} of {pair} in {mode} mode; choose colours of {needed:g} or more"
        yield CONTRAST.found(said, at(element))


def _texts(element: HtmlElement, ink: _Ink, styles: Cascade) -> Iterator[tuple[HtmlElement, _Ink]]:
    """Yield each element that holds text of its own, and how that is printed."""
    more = styles.get(element)
    ink = _inked(
        element.get("style") or "",
        tuple(more.items()) if more else (),
        element.get("bgcolor") or "",
        (element.get("color") or "") if element.tag == "font" else "",
        ink,
        bold=element.tag in _BOLD_TAGS,
    )
    if ink.hidden or element.tag in _NEVER_SEEN:
        return
    if _is_seen(element.text) or any(_is_seen(child.tail) for child in element):
        yield element, ink
    for child in element:
        if isinstance(child.tag, str):
            yield from _texts(child, ink, styles)


def _is_seen(text: str | None) -> bool:
    """Tell whether a text has anything that is drawn: blanks and joiners are not."""
    return text is not None and _INVISIBLE.sub("", text) != ""


@lru_cache(maxsize=4096)  # a page says the same few styles hundreds of times
def _inked(
    own: str,
    more: tuple[tuple[str, str], ...],
    bgcolor: str,
    colour: str,
    around: _Ink,
    *,
    bold: bool,
) -> _Ink:
    """Return how text is printed in an element of this style, as it is around it."""
    over = dict(more)
    declared = sorted(parsed(own).declared, key=lambda one: one.important)
    style = {one.name: one.value.lower() for one in declared if one.name not in over}
    style |= {name: said.lower() for name, said in more}
    if "background" in over and "background-color" not in over:
        style.pop("background-color", None)
    size, height, weight = _font(style, around)
    line, times = _line(height, size, around)
    paper = laid_over(_background(style) or bgcolor, around.paper) or around.paper
    decoration = style.get("text-decoration") or style.get("text-decoration-line") or "underline"
    border = style.get("border-bottom") or style.get("border") or "none"
    return _Ink(
        colour=laid_over(style.get("color") or colour, paper) or around.colour,
        paper=paper,
        size=size,
        line=line,
        times=times,
        bold=_BOLD.match(weight) is not None or (not weight and (bold or around.bold)),
        underlined="underline" in decoration or not _NO_BORDER.search(border),
        padding=_padding(style, size),
        hidden=around.hidden or _is_hidden(style, size),
    )


def _background(style: Mapping[str, str]) -> str:
    """Return the colour of a ground, also out of the shorthand or a gradient; "" where it has none."""
    last = [name for name in reversed([*style]) if name in ("background-color", "background")]
    colours = (_colour_in(style[name]) for name in (*last, "background-image") if name in style)
    return next(filter(None, colours), "")


@lru_cache(maxsize=512)
def _colour_in(said: str) -> str | None:
    tokens = [*tinycss2.parse_component_value_list(said)]
    tokens += [
        inner
        for token in tokens
        if isinstance(token, FunctionBlock) and token.lower_name.endswith("gradient")
        for inner in token.arguments
    ]
    texts = (str(tinycss2.serialize([token])) for token in tokens)
    return next((text for text in texts if laid_over(text, (0.0, 0.0, 0.0)) is not None), None)


def _font(style: Mapping[str, str], ink: _Ink) -> tuple[float, str | None, str]:
    """Return the size in px, the line-height and the weight, also out of the shorthand."""
    size, line, weight = style.get("font-size"), style.get("line-height"), style.get("font-weight")
    short = _FONT.match(style.get("font", ""))
    if short is not None:
        size, line = size or short["size"], line or short["line"] or "normal"
        weight = weight or ("bold" if _BOLD_WORD.search(short["style"]) else "normal")
    return _length(size, ink.size, ink.size), line, weight or ""


def _line(value: str | None, size: float, ink: _Ink) -> tuple[float, float | None]:
    """Return the lines in px, and the number of which they are made where one is passed on."""
    if value is not None and (value == "normal" or _NUMBER.match(value)):
        times = _NORMAL if value == "normal" else float(value)
        return times * size, times
    if value is None and ink.times is not None:
        return ink.times * size, ink.times
    return _length(value, size, ink.line), None


def _length(value: str | None, whole: float, otherwise: float) -> float:
    """Return a length in px; `whole` is what em and percent are of."""
    found = _LENGTH.match((value or "").strip().lower())
    if found is None:
        return _KEYWORDS.get((value or "").strip().lower(), otherwise)
    units = {"px": 1.0, "": 1.0, "pt": 4 / 3, "em": whole, "%": whole / 100, "rem": 16.0}
    return float(found[1]) * units[found[2]]


def _padding(style: Mapping[str, str], size: float) -> float:
    """Return what padding and border add to a link's height, in px."""
    sides = style.get("padding", "").split()
    top, bottom = (sides[0], sides[2] if len(sides) > 2 else sides[0]) if sides else ("", "")  # noqa: PLR2004 - top, right, bottom
    found = _length(style.get("padding-top") or top, size, 0)
    found += _length(style.get("padding-bottom") or bottom, size, 0)
    for side in ("top", "bottom"):
        border = style.get(f"border-{side}") or style.get("border") or ""
        found += next((_length(part, size, 0) for part in border.split() if _LENGTH.match(part)), 0)
    return found


def _is_hidden(style: Mapping[str, str], size: float) -> bool:
    """Tell whether nothing is seen of an element, by one of the ways that emails hide text."""
    return (
        style.get("display") == "none"
        or style.get("visibility") in ("hidden", "collapse")
        or size == 0
        or _FAR.match(style.get("text-indent", "")) is not None
        or _NOTHING.match(style.get("max-height", "")) is not None
        or (
            _NOTHING.match(style.get("height", "")) is not None
            and style.get("overflow") == "hidden"
        )
        or _NOTHING.match(style.get("opacity", "")) is not None
    )
