"""Split a look's stylesheet: what is inlined, what clients keep, what Outlook's dark mode needs.

A look has one `style.css`, written as for a browser. Rules for plain selectors are inlined. What
has no inline form (media queries, :hover, @font-face, clients' own hooks) stays in a style block,
every declaration `!important`, or the inlined styles would win. Outlook.com ignores
`prefers-color-scheme` but marks what it recoloured, so dark rules are repeated under its marks, in
a block of their own: a client that rejects them loses nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import tinycss2
from tinycss2.ast import AtRule, Declaration, Node, ParseError, QualifiedRule

# tags, classes, ids and descent: whatever else decides, an element's line of descent does not
_PLAIN = re.compile(r"^[\w\s.#>-]+$")
_HOOK = re.compile(r"^#outlook|^\.ExternalClass")
_DARK = re.compile(r"prefers-color-scheme\s*:\s*dark")
# Outlook marks what changed its text colour and what changed its background
_MARKS = {"color": "ogsc", "background": "ogsb", "background-color": "ogsb", "border-color": "ogsb"}


class BadSheet(ValueError):
    """CSS that cannot be parsed; `line` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class StyleRule:
    """A selector of no list, and its declarations as name, value pairs."""

    selector: str
    declarations: tuple[tuple[str, str], ...]

    def css(self, important: str = "") -> str:
        """Return the rule, each declaration ending in ` !important` where that is asked for."""
        inside = ";".join(f"{name}:{value}{important}" for name, value in self.declarations)
        return f"{self.selector}{{{inside}}}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A stylesheet in three: `inlined` has plain selectors only, `kept` and `outlook` the rest."""

    inlined: str
    kept: str
    outlook: str

    @property
    def blocks(self) -> str:
        """Return the style elements of a page that is to be inlined; premailer sees the first."""
        later = (f'<style data-premailer="ignore">{css}</style>' for css in self.later)
        return "".join((f"<style>{self.inlined}</style>", *later))

    @property
    def later(self) -> tuple[str, ...]:
        """Return the blocks that stay in the page."""
        return tuple(css for css in (self.kept, self.outlook) if css)

    @property
    def hooks(self) -> frozenset[str]:
        """Return the classes that the kept blocks speak of; others need not stay in the page."""
        return frozenset(re.findall(r"\.(-?[A-Za-z_][\w-]*)", self.kept + self.outlook))


def split(css: str) -> Sheet:
    """Split a stylesheet; BadSheet where it cannot be parsed."""
    inlined: list[StyleRule] = []
    kept: list[str] = []
    outlook: list[str] = []
    for node in _sure(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)):
        if isinstance(node, AtRule):
            kept.append(_at_rule(node))
            outlook.extend(_mirror(node))
        elif isinstance(node, QualifiedRule):
            for rule in _rules(node):
                if _PLAIN.match(rule.selector) and not _HOOK.match(rule.selector):
                    inlined.append(rule)
                else:
                    kept.append(rule.css(" !important"))
    return Sheet(
        "\n".join(rule.css() for rule in inlined),
        "\n".join(kept),
        "\n".join(outlook),
    )


def _sure(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node, ParseError):
            raise BadSheet(node.source_line, node.message)
        yield node


def _rules(node: QualifiedRule) -> Iterator[StyleRule]:
    declarations = tuple(_declarations(node.content))
    for selector in _selectors(node.prelude):
        yield StyleRule(selector, declarations)


def _selectors(prelude: Sequence[Node]) -> Iterator[str]:
    one: list[Node] = []
    for part in (*prelude, None):
        if part is None or part == ",":
            yield " ".join(tinycss2.serialize(one).split())
            one = []
        else:
            one.append(part)


def _declarations(content: Sequence[Node]) -> Iterator[tuple[str, str]]:
    listed = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    for node in _sure(listed):
        if isinstance(node, Declaration):
            yield node.lower_name, " ".join(tinycss2.serialize(node.value).split())


def _at_rule(node: AtRule) -> str:
    if node.lower_at_keyword != "media" or node.content is None:
        return str(node.serialize())
    inside = "".join(_inside(node))
    return f"@media {' '.join(tinycss2.serialize(node.prelude).split())}{{{inside}}}"


def _inside(node: AtRule) -> Iterator[str]:
    listed = tinycss2.parse_rule_list(node.content or (), skip_comments=True, skip_whitespace=True)
    for inner in _sure(listed):
        if isinstance(inner, QualifiedRule):
            yield from (rule.css(" !important") for rule in _rules(inner))
        else:
            yield inner.serialize()  # the lint speaks of rules in rules


def _mirror(node: AtRule) -> Iterator[str]:
    if node.content is None or not _DARK.search(tinycss2.serialize(node.prelude)):
        return
    listed = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
    for inner in (n for n in listed if isinstance(n, QualifiedRule)):
        for rule in _rules(inner):
            for name, value in rule.declarations:
                if name in _MARKS:
                    yield f"[data-{_MARKS[name]}] {rule.selector}{{{name}:{value} !important}}"
