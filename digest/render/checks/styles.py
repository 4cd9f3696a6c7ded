"""Style blocks and declarations as the checks read them: each text is parsed once, however often it stands there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import tinycss2
from tinycss2.ast import (
    AtRule,
    Declaration,
    FunctionBlock,
    Node,
    ParenthesesBlock,
    ParseError,
    QualifiedRule,
    StringToken,
    URLToken,
)

_LONGEST = 131_072  # characters: Gmail drops a block from 16 KB on
_DEEPEST = 40
_ENDLESS = re.compile(r"\d{2000}")  # Python reads no number of more than 4,300 digits
_BRACKET = re.compile(r"[(\[{)\]}]")
_ASKING = ("media", "supports")
_PREFIX = re.compile(r"^-(?:webkit|moz|ms|o)-(?=[a-z])")


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration; `looks` is its value without what stands in strings and addresses."""

    name: str
    value: str
    looks: str
    important: bool

    @property
    def plain_name(self) -> str:
        """Its name without a browser's prefix."""
        return _PREFIX.sub("", self.name)


@dataclass(frozen=True, slots=True)
class Styles:
    """The declarations of a block in their order, and what is wrong with it."""

    declared: tuple[Declared, ...]
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotCss:
    """What stands in a style block and is no CSS."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class CssRule:
    """A selector list with its declarations; `errors` are those of the selectors."""

    line: int
    selectors: str
    style: str
    has_rules: bool
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conditional:
    """A rule that begins with `@`; `rules` are what stands in one that asks something."""

    line: int
    keyword: str
    prelude: str
    content: str
    rules: tuple[CssRule | Conditional | NotCss, ...]

    @property
    def plain_keyword(self) -> str:
        """Its keyword without a browser's prefix."""
        return _PREFIX.sub("", self.keyword)


StyleNodes = tuple[CssRule | Conditional | NotCss, ...]


@lru_cache(maxsize=64)  # several checks read each style block, of each edition
def sheet(css: str) -> StyleNodes:
    """Parse a style block into its rules; what is beyond any program's limit is not read."""
    if reason := _unreadable(css):
        return (NotCss(1, reason),)
    return _read(
        tinycss2.parse_stylesheet(css[:_LONGEST], skip_comments=True, skip_whitespace=True)
    )


def _read(nodes: Iterable[Node]) -> StyleNodes:
    found: list[CssRule | Conditional | NotCss] = []
    for node in nodes:
        if isinstance(node, ParseError):
            found.append(NotCss(node.source_line, node.message))
        elif isinstance(node, QualifiedRule):
            within = tinycss2.parse_blocks_contents(node.content)
            found.append(
                CssRule(
                    node.source_line,
                    " ".join(tinycss2.serialize(node.prelude).split()),
                    tinycss2.serialize(node.content),
                    any(isinstance(each, QualifiedRule) for each in within),
                    tuple(each.message for each in node.prelude if isinstance(each, ParseError)),
                )
            )
        elif isinstance(node, AtRule):
            content = node.content or ()
            asks = _PREFIX.sub("", node.lower_at_keyword) in _ASKING
            inside = tinycss2.parse_rule_list(content, skip_comments=True, skip_whitespace=True)
            found.append(
                Conditional(
                    node.source_line,
                    node.lower_at_keyword,
                    " ".join(tinycss2.serialize(node.prelude).split()),
                    tinycss2.serialize(content),
                    _read(inside) if asks else (),
                )
            )
    return tuple(found)


def _unreadable(css: str) -> str | None:
    """Say why a text is no CSS that could be read: its brackets nest, or its numbers go on, forever."""
    if _ENDLESS.search(css):
        return "a number of more digits than any has"
    depth = 0
    for bracket in _BRACKET.findall(css):
        depth = depth + 1 if bracket in "([{" else max(0, depth - 1)
        if depth > _DEEPEST:
            return "brackets nest too deep"
    return None


@lru_cache(maxsize=2048)  # a page says the same few styles hundreds of times
def parsed(style: str) -> Styles:
    """Parse what stands in a style attribute, or between the braces of a rule."""
    if reason := _unreadable(style):
        return Styles((), (reason,))
    listed = tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True)
    declared = tuple(
        Declared(
            node.lower_name,
            " ".join(tinycss2.serialize(node.value).split()),
            " ".join("".join(_blanked(node.value)).split()),
            bool(node.important),
        )
        for node in listed
        if isinstance(node, Declaration)
    )
    return Styles(declared, tuple(n.message for n in listed if isinstance(n, ParseError)))


def _blanked(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, StringToken):
            yield '""'
        elif isinstance(node, URLToken) or (
            isinstance(node, FunctionBlock) and node.lower_name == "url"
        ):
            yield "url()"
        elif isinstance(node, FunctionBlock):
            yield f"{node.lower_name}({''.join(_blanked(node.arguments))})"
        elif isinstance(node, ParenthesesBlock):
            yield f"({''.join(_blanked(node.content))})"
        else:
            yield tinycss2.serialize([node])
