"""Check the styles: in the attributes that every client reads, and in the blocks that some keep."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

import tinycss2
from lxml.html import HtmlElement
from tinycss2.ast import AtRule, ParseError, QualifiedRule

from digest.model import Finding
from digest.render.checks.cascade import matched
from digest.render.checks.context import LintContext, error, info, warning
from digest.render.checks.styles import Declared, parsed, sheet
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
            yield error("css-parse", said, element)
        for one in read.declared:
            if one.important:
                yield warning(
                    "css-important",
                    f"Outlook ignores what bears !important in a style attribute; take it out of "
                    f"{one.name}",
                    style[:60],
                )
            yield from _font(one, element)


def _font(one: Declared, place: str | HtmlElement) -> Iterator[Finding]:
    if one.name == "font-family" and not _GENERIC.search(one.value.lower()):
        way = f"{one.value[:60]} does not end in serif, sans-serif or monospace"
        yield warning("font-generic", way, place)


def blocks(proof: LintContext) -> Iterator[Finding]:
    """Check the style blocks: size, place, and what they hold."""
    size = sum(len(style.encode()) for style in proof.styles)
    near, limit = _BLOCKS
    if size > limit:
        yield error(
            "style-size", f"the style blocks have {size} bytes; Gmail drops {limit}, take rules out"
        )
    elif size > near:
        yield warning(
            "style-size", f"the style blocks have {size} bytes; some read {near}, take rules out"
        )
    if any(True for _ in proof.elements("style")):
        yield error("style-in-body", "Gmail reads style blocks in <head> only; move it there")
    for element in proof.root.iter("style"):
        yield from _block(element.text or "", (element.sourceline or 1) - 1, proof)


def weight(proof: LintContext) -> Iterator[Finding]:
    """Check how much of the page is inlined styles."""
    whole = len(proof.html)
    times = whole / max(1, whole - sum(len(style) for style in _STYLE.findall(proof.html)))
    if times > _HEAVY:
        said = f"inlined styles make the page {times:.1f} times as large"
        yield info("style-weight", f"{said}; set what many elements share on one around them")


def dark(proof: LintContext) -> Iterator[Finding]:
    """Check that dark colours are authored, for Apple's clients and for Outlook."""
    css = "\n".join(proof.styles)
    if not _DARK.search(css):
        yield warning(
            "dark-missing", "no colours for dark mode; add @media (prefers-color-scheme: dark)"
        )
    elif "[data-ogsc]" not in css or "[data-ogsb]" not in css:
        yield warning(
            "dark-outlook",
            "no dark colours for Outlook; repeat them under [data-ogsc], [data-ogsb], in a style "
            "block of their own",
        )
    for style in proof.styles:
        if "[data-ogs" in style and "@media" in style:
            yield warning(
                "dark-outlook",
                "give [data-ogsc] a style block of its own: Gmail drops the whole block that has it",
            )


def _block(style: str, above: int, proof: LintContext) -> Iterator[Finding]:
    """Check a style block; `above` is how many lines of the page stand before it."""
    if (line := unclosed_comment(style)) is not None:
        yield error("css-parse", f"{UNCLOSED}; end it with */", f"line {above + line}")
    for node in sheet(style):
        place = f"line {above + node.source_line}"
        if isinstance(node, ParseError):
            yield _unparsed(node, place)
        elif isinstance(node, AtRule):
            yield from _at_rule(node, place, proof)
        elif isinstance(node, QualifiedRule):
            yield from (_unparsed(n, place) for n in node.prelude if isinstance(n, ParseError))
            read = parsed(tinycss2.serialize(node.content))
            for wrong in read.errors:
                yield error("css-parse", f"{plainly(wrong)}: clients drop the whole block", place)
            for one in read.declared:
                yield from _font(one, place)


def _unparsed(node: ParseError, place: str) -> Finding:
    return error("css-parse", f"{plainly(node.message)}: clients drop the whole block", place)


def _at_rule(node: AtRule, place: str, proof: LintContext) -> Iterator[Finding]:
    name = node.lower_at_keyword
    meant = get_close_matches(name, _READ, n=1, cutoff=0.75)
    if meant and name not in _READ:
        yield warning("css-rule", f"there is no @{name}; did you mean @{meant[0]}?", place)
    elif _UNREAD.match(name):
        said = f"no mail program is known to read @{name}; write its rules beside it"
        yield warning("css-rule", said, place)
    if node.lower_at_keyword != "media":
        return
    inside = tinycss2.parse_rule_list(node.content or (), skip_comments=True, skip_whitespace=True)
    for rule in inside:
        if isinstance(rule, AtRule):
            yield error(
                "media-nested",
                f"@{rule.lower_at_keyword} inside @media: Gmail drops the block; write it beside",
            )
        elif isinstance(rule, ParseError):
            yield _unparsed(rule, place)
        elif isinstance(rule, QualifiedRule):
            yield from _media_rule(rule, proof)


def _media_rule(rule: QualifiedRule, proof: LintContext) -> Iterator[Finding]:
    selector = " ".join(tinycss2.serialize(rule.prelude).split())
    read = parsed(tinycss2.serialize(rule.content))
    for wrong in read.errors:
        yield error("css-parse", f"{plainly(wrong)}: clients drop the whole block", selector)
    for one in read.declared:
        if not one.important and _is_inlined(one, selector, proof):
            said = f"{one.name} loses to the inlined style without !important"
            yield warning("media-important", said, selector)


def _is_inlined(one: Declared, selector: str, proof: LintContext) -> bool:
    """Tell whether something that a selector speaks of says otherwise in a style of its own."""
    return any(
        own.name == one.name and own.value != one.value and not own.important
        for element in matched(selector, proof.root)
        for own in parsed(element.get("style") or "").declared
    )
