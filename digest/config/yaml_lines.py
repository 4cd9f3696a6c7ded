"""YAML with the line of every key, so that a problem can say where it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from math import inf
from typing import Any

import yaml

YamlKey = tuple[str | int, ...]

_DEEPEST = 50  # levels
_MOST = 100_000  # values
_COMMENT = re.compile(r":\s+(#[\w-]+)")  # what was to be a value


@dataclass(frozen=True, slots=True)
class Lines:
    """Where each key of a document stands; lines count from 1."""

    of: dict[YamlKey, int] = field(default_factory=dict)
    text: Sequence[str] = field(default=(), repr=False)

    def at(self, path: Sequence[str | int]) -> int:
        """Return the line of a key, or of the nearest one above it that exists."""
        key = tuple(path)
        while key and key not in self.of:
            key = key[:-1]
        return self.of.get(key, 1)

    def comment(self, path: Sequence[str | int]) -> str | None:
        """Return what was to be a key's value and is a comment, as `#` begins one."""
        found = _COMMENT.search("".join(self.text[self.at(path) - 1 : self.at(path)]))
        return found[1] if found else None


def dotted(path: Sequence[str | int]) -> str:
    """Return a key as people read it; its line tells which one of a list it is in."""
    return ".".join(part for part in path if isinstance(part, str))


class _Loader(yaml.CSafeLoader):
    """A safe loader that leaves dates as written: who reads one can say where it is wrong."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in forms if tag != "tag:yaml.org,2002:timestamp"]
    for first, forms in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(raw: bytes) -> tuple[object, Lines, list[tuple[int, str]]]:
    """Return the data, the lines, and what is broken as (line, sentence); data is None with syntax errors."""
    lines = Lines(text=raw.decode("utf-8-sig", "replace").split("\n"))
    try:
        depth = 0  # deeper nesting would not fit on the parser's own stack
        for event in yaml.parse(raw, Loader=yaml.CSafeLoader):
            opens = isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent)
            closes = isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent)
            depth += opens - closes
            if depth > _DEEPEST:
                raise _refused(event, f"it is nested more than {_DEEPEST} levels deep")
        node = yaml.compose(raw, Loader=yaml.CSafeLoader)
        sizes: dict[int, float] = {}
        if node and _unfolded(node, sizes) > max(_MOST, len(sizes)):
            raise _refused(node, f"its aliases unfold to more than {_MOST:,} values")
        data = yaml.load(raw, Loader=_Loader)  # noqa: S506 - a safe loader's child
    except yaml.MarkedYAMLError as error:
        line, said = _cure(error, lines.text)
        return None, lines, [(line, f"is no YAML: {said}")]
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return None, lines, [(1, f"is no YAML: {str(error).splitlines()[0]}")]
    broken = list(_walk(node, (), lines)) if node else []
    return data, lines, broken


def _cure(error: yaml.MarkedYAMLError, text: Sequence[str]) -> tuple[int, str]:
    """Return the line of a syntax error, and how to put it right where the text shows it."""
    mark = error.problem_mark or error.context_mark
    if mark is None or mark.line >= len(text):
        return (mark.line + 1 if mark else 1), str(error.problem)
    begin = error.context_mark or mark
    for number in range(begin.line, mark.line + 1):
        if "flow" in str(error.context) and (found := _COMMENT.search(text[number])):
            return number + 1, in_quotes(found[1])
    line, here = text[mark.line], text[mark.line][mark.column : mark.column + 1]
    first = text[begin.line][begin.column : begin.column + 1]
    if here == "\t":
        return mark.line + 1, "a tab indents it; write spaces"
    if here == ":" and re.search(r":\s", line[: mark.column]):
        return mark.line + 1, "a text with a colon in it stands in quotes"
    if first and first in "*@%`":
        return begin.line + 1, f"a text that begins with {first} stands in quotes"
    return mark.line + 1, str(error.problem)


def in_quotes(comment: str) -> str:
    """Say how a value that begins with `#` is written."""
    return f'a # begins a comment: put the value in quotes, "{comment}"'


def _refused(where: yaml.Node | yaml.Event, said: str) -> yaml.MarkedYAMLError:
    mark: Any = where.start_mark
    return yaml.MarkedYAMLError(problem=said, problem_mark=mark)


def _unfolded(node: yaml.Node, sizes: dict[int, float]) -> float:
    """Return how many values a node holds, each alias counted as what it stands for."""
    if id(node) not in sizes:
        sizes[id(node)] = inf  # what an alias within its own anchor unfolds to
        children: Iterable[yaml.Node] = ()
        if isinstance(node, yaml.CollectionNode):
            is_map = isinstance(node, yaml.MappingNode)
            children = chain.from_iterable(node.value) if is_map else node.value
        sizes[id(node)] = 1 + sum(_unfolded(child, sizes) for child in children)
    return sizes[id(node)]


def _walk(node: yaml.Node, path: YamlKey, lines: Lines) -> Iterator[tuple[int, str]]:
    lines.of.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            if here in lines.of:
                yield key.start_mark.line + 1, f"{dotted(here)}: stands here twice"
                continue
            lines.of[here] = key.start_mark.line + 1
            yield from _walk(value, here, lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            yield from _walk(child, (*path, index), lines)
