"""Declarations as the checks read them: each text is parsed once, however often it stands there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import tinycss2
from tinycss2.ast import (
    Declaration,
    FunctionBlock,
    Node,
    ParenthesesBlock,
    ParseError,
    StringToken,
    URLToken,
)

_LONGEST = 131_072  # characters: Gmail drops a block from 16 KB on
_DEEPEST = 40
_ENDLESS = re.compile(r"\d{2000}")  # Python reads no number of more than 4,300 digits
_BRACKET = re.compile(r"[(\[{)\]}]")
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


@lru_cache(maxsize=64)  # several checks read each style block
def sheet(css: str) -> tuple[Node, ...]:
    """Parse a style block into its rules; what is beyond any program's limit is not read."""
    if reason := _unreadable(css):
        return (ParseError(1, 1, "invalid", reason),)
    return tuple(
        tinycss2.parse_stylesheet(css[:_LONGEST], skip_comments=True, skip_whitespace=True)
    )


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
