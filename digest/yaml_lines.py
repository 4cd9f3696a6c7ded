"""YAML with the line of every key, so that a problem can say where it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import yaml

Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Where each key of a document stands; lines count from 1."""

    of: dict[Key, int] = field(default_factory=dict)

    def at(self, path: Sequence[str | int]) -> int:
        """Return the line of a key, or of the nearest one above it that exists."""
        key = tuple(path)
        while key and key not in self.of:
            key = key[:-1]
        return self.of.get(key, 1)


class _Loader(yaml.CSafeLoader):
    """A safe loader that leaves dates as written: who reads one can say where it is wrong."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in forms if tag != "tag:yaml.org,2002:timestamp"]
    for first, forms in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(raw: bytes) -> tuple[object, Lines, list[tuple[int, str]]]:
    """Return the data, the lines, and what is broken as (line, sentence); data is None with syntax errors."""
    lines = Lines()
    try:
        node = yaml.compose(raw, Loader=yaml.CSafeLoader)
        data = yaml.load(raw, Loader=_Loader)  # noqa: S506 - a safe loader's child
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return None, lines, [(mark.line + 1 if mark else 1, f"is no YAML: {error.problem}")]
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return None, lines, [(1, f"is no YAML: {str(error).splitlines()[0]}")]
    if not isinstance(node, yaml.MappingNode):
        return None, lines, [(1, "is empty or no mapping; see `digest schema`")]
    broken = list(_walk(node, (), lines, frozenset()))
    return data, lines, broken


def _walk(
    node: yaml.Node, path: Key, lines: Lines, above: frozenset[int]
) -> Iterator[tuple[int, str]]:
    lines.of.setdefault(path, node.start_mark.line + 1)
    if id(node) in above:
        return
    above |= {id(node)}
    if isinstance(node, yaml.MappingNode):
        yield from _walk_mapping(node, path, lines, above)
    elif isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            yield from _walk(child, (*path, index), lines, above)


def _walk_mapping(
    node: yaml.MappingNode, path: Key, lines: Lines, above: frozenset[int]
) -> Iterator[tuple[int, str]]:
    for key, value in node.value:
        here = (*path, str(key.value))
        if here in lines.of:
            yield key.start_mark.line + 1, f"{'.'.join(map(str, here))}: stands here twice"
            continue
        lines.of[here] = key.start_mark.line + 1
        yield from _walk(value, here, lines, above)
