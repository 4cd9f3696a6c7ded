"""Check the styles: in the attributes that every client reads, and in the blocks that some keep."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from lxml.html import HtmlElement

from digest.findings import Finding, Where
from digest.lint_rules.of_page import (
    CSS_IMPORTANT,
    CSS_PARSE,
    CSS_RULE,
    DARK_MISSING,
    DARK_OUTLOOK,
    FONT_GENERIC,
    MEDIA_IMPORTANT,
    MEDIA_NESTED,
    STYLE_IN_BODY,
    STYLE_SIZE,
    STYLE_WEIGHT,
)
from digest.render.checks.cascade import matched
from digest.render.checks.lint_context import LintContext, at
from digest.render.checks.styles import Conditional, Declared, NotCss, parsed, sheet
from digest.render.css_errors import UNCLOSED, plainly, unclosed_comment

_BLOCKS = (8_192, 16_384)  # Gmail drops a block from 16 KB on (hteumeuleu/email-bugs 90)
_HEAVY = 2.5
_STYLE = re.compile(r' style="[^"]*"')
_GENERIC = re.compile(r"(?:serif|sans-serif|monospace|cursive|fantasy|system-ui|inherit|initial)$")
_READ = ("media", "supports", "font-face", "import", "keyframes", "charset", "namespace", "page")
_UNREAD = re.compile(
    r"^(?:layer|container|property|scope|starting-style|counter-style|view-transition|position-try|"
    r"font-feature-values|font-palette-values)$"
)
_DARK = re.compile(r"@media\b[^{]*prefers-color-scheme\s*:\s*dark", re.IGNORECASE)


def attributes(proof: LintContext) -> Iterator[Finding]:
    """Check the styles in attributes; each fault once, however often it stands there."""
    known: dict[str, HtmlElement] = {}
    for each in proof.elements():
        known.setdefault(each.get("style") or "", each)
    for style, element in known.items():
        read = parsed(style)
        for wrong in read.errors:
            said = f"{plainly(wrong)} in style={style[:60]!r}; mend it"
            yield CSS_PARSE.found(said, at(element))
        for one in read.declared:
            if one.important:
                yield CSS_IMPORTANT.found(
                    f"Outlook ignores what bears !important in a style attribute; take it out of "
                    f"{one.name}",
                    Where(said=style[:60]),
                )
            yield from _font(one, element)


def _font(one: Declared, place: Where | HtmlElement) -> Iterator[Finding]:
    if one.name == "font-family" and not _GENERIC.search(one.value.lower()):
        way = f"{one.value[:60]} does not end in serif, sans-serif or monospace"
        yield FONT_GENERIC.found(way, at(place))


def blocks(proof: LintContext) -> Iterator[Finding]:
    """Check the style blocks: size, place, and what they hold."""
    size = sum(len(style.encode()) for style in proof.styles)
    near, limit = _BLOCKS
    if size > limit:
        yield STYLE_SIZE.found(
            f"the style blocks have {size} bytes; Gmail drops {limit}, take rules out",
            severity="error",
        )
    elif size > near:
        yield STYLE_SIZE.found(
            f"the style blocks have {size} bytes; some read {near}, take rules out"
        )
    if any(True for _ in proof.elements("style")):
        yield STYLE_IN_BODY.found("Gmail reads style blocks in <head> only; move it there")
    for element in proof.root.iter("style"):
        yield from _block(element.text or "", (element.sourceline or 1) - 1, proof)


def weight(proof: LintContext) -> Iterator[Finding]:
    """Check how much of the page is inlined styles."""
    whole = len(proof.html)
    times = whole / max(1, whole - sum(len(style) for style in _STYLE.findall(proof.html)))
    if times > _HEAVY:
        said = f"inlined styles make the page {times:.1f} times as large"
        yield STYLE_WEIGHT.found(f"{said}; set what many elements share on one around them")


def dark(proof: LintContext) -> Iterator[Finding]:
    """Check that dark colours are authored, for Apple's clients and for Outlook."""
    css = "\n".join(proof.styles)
    if not _DARK.search(css):
        yield DARK_MISSING.found(
            "no colours for dark mode; add @media (prefers-color-scheme: dark)"
        )
    elif "[data-ogsc]" not in css or "[data-ogsb]" not in css:
        yield DARK_OUTLOOK.found(
            "no dark colours for Outlook; repeat them under [data-ogsc], [data-ogsb], in a style "
            "block of their own"
        )
    for style in proof.styles:
        if "[data-ogs" in style and "@media" in style:
            yield DARK_OUTLOOK.found(
                "give [data-ogsc] a style block of its own: Gmail drops the whole block that has it"
            )


def _block(style: str, above: int, proof: LintContext) -> Iterator[Finding]:
    """Check a style block; `above` is how many lines of the page stand before it."""
    if (line := unclosed_comment(style)) is not None:
        yield CSS_PARSE.found(f"{UNCLOSED}; end it with */", Where(line=above + line))
    for node in sheet(style):
        place = Where(line=above + node.line)
        if isinstance(node, NotCss):
            yield _unparsed(node.message, place)
        elif isinstance(node, Conditional):
            yield from _at_rule(node, place, proof)
        else:
            yield from (_unparsed(wrong, place) for wrong in node.errors)
            read = parsed(node.style)
            for wrong in read.errors:
                yield CSS_PARSE.found(f"{plainly(wrong)}: clients drop the whole block", place)
            for one in read.declared:
                yield from _font(one, place)


def _unparsed(message: str, place: Where) -> Finding:
    return CSS_PARSE.found(f"{plainly(message)}: clients drop the whole block", place)


def _at_rule(node: Conditional, place: Where, proof: LintContext) -> Iterator[Finding]:
    name = node.keyword
    meant = get_close_matches(name, _READ, n=1, cutoff=0.75)
    if meant and name not in _READ:
        yield CSS_RULE.found(f"there is no @{name}; did you mean @{meant[0]}?", place)
    elif _UNREAD.match(name):
        said = f"no mail program is known to read @{name}; write its rules beside it"
        yield CSS_RULE.found(said, place)
    for rule in node.rules if name == "media" else ():
        if isinstance(rule, Conditional):
            yield MEDIA_NESTED.found(
                f"@{rule.keyword} inside @media: Gmail drops the block; write it beside"
            )
        elif isinstance(rule, NotCss):
            yield _unparsed(rule.message, place)
        else:
            read = parsed(rule.style)
            where = Where(said=rule.selectors)
            for wrong in read.errors:
                yield CSS_PARSE.found(f"{plainly(wrong)}: clients drop the whole block", where)
            for one in read.declared:
                # what the selector speaks of may say otherwise in a style of its own
                if not one.important and any(
                    own.name == one.name and own.value != one.value and not own.important
                    for element in matched(rule.selectors, proof.root)
                    for own in parsed(element.get("style") or "").declared
                ):
                    said = f"{one.name} loses to the inlined style without !important"
                    yield MEDIA_IMPORTANT.found(said, where)
