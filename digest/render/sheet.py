"""Split a look's stylesheet: what is inlined, what clients keep, what Outlook's dark mode needs.

A look has one `style.css`, written as for a browser. Rules whose selectors the page alone decides
are inlined. What has no inline form (media queries, :hover, @font-face, clients' own hooks) stays in
a style block, every declaration `!important`, or the inlined styles would win. Outlook.com ignores
`prefers-color-scheme` but marks what it recoloured, so dark rules are repeated under its marks, in
a block of their own: a client that rejects them loses nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import tinycss2
from cssselect import HTMLTranslator, SelectorError, parse
from lxml.etree import XPath, XPathError
from tinycss2.ast import (
    AtRule,
    Declaration,
    FunctionBlock,
    IdentToken,
    Node,
    ParseError,
    QualifiedRule,
    StringToken,
)

from digest.render.css_errors import NESTED, UNCLOSED, plainly, unclosed_comment

# tags, classes, ids and descent: whatever else decides, an element's line of descent does not
_PLAIN = re.compile(r"^[\w\s.#>-]+$")
# pseudo-classes that the page alone decides; others have a state, or are not elements
_STRUCTURE = frozenset(
    {
        *("not", "is", "where", "has", "empty", "first-child", "last-child", "only-child"),
        *("first-of-type", "last-of-type", "only-of-type", "nth-child", "nth-last-child"),
        *("nth-of-type", "nth-last-of-type", "link", "lang"),
    }
)
# what has a state, or is no element: it stays, and the others of its list do not need it
_STATES = frozenset(
    {
        *("hover", "active", "focus", "focus-visible", "focus-within", "visited", "target"),
        *("checked", "disabled", "enabled", "root", "before", "after", "first-line"),
        *("first-letter", "marker", "placeholder", "selection", "required", "default"),
    }
)
_PSEUDO = re.compile(r"::?([\w-]+)")
_NO_SELECTOR = re.compile(r"[.#](?=[.#\s\d]|$)|^[>+~]|[>+~]\s*$")
_STRING = re.compile(r"\"[^\"]*\"|'[^']*'")
# what a mail program puts around a page, or into it: no page has it when it is inlined
_HOOK = re.compile(
    r"#outlook|\.ExternalClass|\[data-og|\[x-apple|^u\s*\+|\.(?:gmail|yshortcuts|moz-)"
)
_DARK = re.compile(r"prefers-color-scheme\s*:\s*dark")
# Outlook marks what changed its text colour and what changed its background
_MARKS = {"color": "ogsc", "background": "ogsb", "background-color": "ogsb", "border-color": "ogsb"}


class BadSheet(ValueError):
    """CSS that cannot be parsed; `line` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        super().__init__(reason)


Specificity = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class StyleRule:
    """A selector of no list, and its declarations as name, value, and whether they are important."""

    selector: str
    declarations: tuple[tuple[str, str, bool], ...]
    specificity: Specificity = (0, 0, 0)

    @property
    def is_plain(self) -> bool:
        """Whether an element's line of descent decides: its tags, classes and ids."""
        return _PLAIN.match(self.selector) is not None

    def css(self, important: str = "") -> str:
        """Return the rule; each declaration ends in `important` where that is given."""
        inside = ";".join(
            f"{name}:{value}{important or ' !important' * own}"
            for name, value, own in self.declarations
        )
        return f"{self.selector}{{{inside}}}"


@dataclass(frozen=True)
class Sheet:
    """A stylesheet in three: the `rules` that are inlined, and what is `kept`, for `outlook` apart."""

    rules: tuple[StyleRule, ...]
    kept: str
    outlook: str

    @cached_property
    def inlined(self) -> str:
        """Return the rules that are inlined as CSS."""
        return "\n".join(rule.css() for rule in self.rules)

    @cached_property
    def is_plain(self) -> bool:
        """Whether an element's line of descent decides all of its inlined style."""
        return all(rule.is_plain for rule in self.rules)

    @cached_property
    def blocks(self) -> str:
        """Return the style elements of a page that is to be inlined; premailer sees the first."""
        later = (f'<style data-premailer="ignore">{css}</style>' for css in self.later)
        return "".join((f"<style>{self.inlined}</style>", *later))

    @cached_property
    def later(self) -> tuple[str, ...]:
        """Return the blocks that stay in the page."""
        return tuple(css for css in (self.kept, self.outlook) if css)

    @cached_property
    def hooks(self) -> frozenset[str]:
        """Return the classes that the kept blocks speak of; others need not stay in the page."""
        return frozenset(re.findall(r"\.(-?[A-Za-z_][\w-]*)", self.kept + self.outlook))


@lru_cache(maxsize=64)
def split(css: str) -> Sheet:
    """Split a stylesheet; BadSheet where it cannot be parsed."""
    if (line := unclosed_comment(css)) is not None:
        raise BadSheet(line, UNCLOSED)
    inlined: list[StyleRule] = []
    kept: list[str] = []
    outlook: list[str] = []
    for node in _sure(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)):
        if isinstance(node, AtRule):
            kept.append(_at_rule(node))
            outlook.extend(_mirror(node))
        elif isinstance(node, QualifiedRule):
            rules = [*_rules(node)]
            selectors = [rule.selector for rule in rules]
            if any(_pseudo_classes(each) - _STRUCTURE - _STATES for each in selectors):
                # a browser drops a list with one selector that it does not know: let it decide
                listed = replace(rules[0], selector=", ".join(selectors))
                kept.append(listed.css(" !important"))
                continue
            for rule in rules:
                known = _specificity(rule.selector)
                if known is None:
                    kept.append(rule.css(" !important"))
                elif rule.declarations:
                    inlined.append(replace(rule, specificity=known))
    return Sheet(tuple(inlined), "\n".join(kept), "\n".join(outlook))


def _pseudo_classes(selector: str) -> set[str]:
    return {name.lower() for name in _PSEUDO.findall(_STRING.sub("", selector))}


def _specificity(selector: str) -> Specificity | None:
    """Return how specific a selector is; None where the page alone does not decide what it matches."""
    if (
        _HOOK.search(selector)
        or "[style" in _STRING.sub("", selector)
        or _pseudo_classes(selector) - _STRUCTURE
    ):
        return None
    try:
        (found,) = parse(selector)
        XPath(HTMLTranslator().selector_to_xpath(found))
    except (SelectorError, ValueError, RecursionError, XPathError):
        return None  # what cssselect does not know stays as it is written
    return found.specificity()


def _sure(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node, ParseError):
            raise BadSheet(node.source_line, plainly(node.message))
        yield node


def _rules(node: QualifiedRule) -> Iterator[StyleRule]:
    declarations = tuple(_declarations(node.content))
    for selector in _selectors([*_sure(node.prelude)]):
        if not selector or "!=" in selector or _NO_SELECTOR.search(selector):
            raise BadSheet(node.source_line, f"{selector or 'nothing'!r} is no selector")
        yield StyleRule(selector, declarations)


def _selectors(prelude: Sequence[Node]) -> Iterator[str]:
    """Yield the selectors of a list, names of elements in small letters."""
    one: list[Node] = []
    for part in (*prelude, None):
        if part is None or part == ",":
            yield " ".join(tinycss2.serialize(one).split())
            one = []
            continue
        before = one[-1] if one else None
        is_element = isinstance(part, IdentToken) and before not in (".", ":")
        one.append(IdentToken(1, 1, part.lower_value) if is_element else part)


def _declarations(content: Sequence[Node]) -> Iterator[tuple[str, str, bool]]:
    listed = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    for node in _sure(listed):
        if isinstance(node, Declaration):
            name = node.name if node.name.startswith("--") else node.lower_name
            yield name, value(node.value), node.important
        else:
            raise BadSheet(node.source_line, NESTED)


def value(nodes: Sequence[Node]) -> str:
    """Return a value in one line, its strings in single quotes: in an attribute they cost less."""
    return " ".join(tinycss2.serialize(list(_requoted(nodes))).split())


def _requoted(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node, StringToken) and not re.search(r"['\\\n]", node.value):
            said = f"'{node.value}'"
            yield StringToken(node.source_line, node.source_column, node.value, said)
            continue
        if isinstance(node, FunctionBlock):
            node.arguments = list(_requoted(node.arguments))
        yield node


def _at_rule(node: AtRule) -> str:
    if node.lower_at_keyword not in ("media", "supports") or node.content is None:
        return str(node.serialize())
    listed = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
    inside = "".join(
        "".join(rule.css(" !important") for rule in _rules(inner))
        if isinstance(inner, QualifiedRule)
        else inner.serialize()  # the lint speaks of rules in rules
        for inner in _sure(listed)
    )
    return (
        f"@{node.lower_at_keyword} {' '.join(tinycss2.serialize(node.prelude).split())}{{{inside}}}"
    )


def _mirror(node: AtRule) -> Iterator[str]:
    if node.content is None or not _DARK.search(tinycss2.serialize(node.prelude)):
        return
    listed = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
    for inner in (n for n in listed if isinstance(n, QualifiedRule)):
        for rule in _rules(inner):
            for name, said, _ in rule.declarations:
                if name in _MARKS:
                    yield f"[data-{_MARKS[name]}] {rule.selector}{{{name}:{said} !important}}"
