"""Sources of kinds that plug-ins add: what feeds.yaml says of them is checked by the plug-in itself."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from digest.config.yaml_lines import Lines, dotted
from digest.plugins import FALLS, SOURCES, Plugin, plugins


@dataclass(frozen=True, slots=True, kw_only=True)
class PluggedSource:
    """A source as a plug-in understands it; `said` is what stands below its key, as JSON."""

    kind: str
    location: str = ""
    said: str = ""


def read_plugged_sources(
    data: object, lines: Lines, own: Collection[str]
) -> tuple[dict[str, PluggedSource], list[tuple[int, str]]]:
    """Return the sources that plug-ins read, and what is wrong with them as (line, sentence).

    `own` are the keys that every source may have: no plug-in's takes the place of one.
    """
    found: dict[str, PluggedSource] = {}
    problems: list[tuple[int, str]] = []
    kinds = {name: plugin for name, plugin in plugins(SOURCES).items() if name not in own}
    for name, source in _sources(data):
        named = [key for key in source if key in kinds]
        if not named:
            continue
        kind, path = named[0], ("sources", name, named[0])
        others = [key for key in (*named[1:], "feed", "archive") if source.get(key)]
        if others:
            said = f"sources.{name}: has one of {kind}, {', '.join(others)}: it is read in one way"
            problems.append((lines.at(("sources", name)), said))
        found[name], wrong = _read(kinds[kind], kind, source[kind])
        problems += [
            (lines.at((*path, *below)), f"{dotted((*path, *below))}: {said}")
            for below, said in wrong
        ]
    return found, problems


def without_plugged(data: object, plugged: Mapping[str, PluggedSource]) -> object:
    """Return the data without the keys that are a plug-in's to understand."""
    if not isinstance(data, dict) or not plugged:
        return data
    bare = {
        name: {key: value for key, value in source.items() if key != plugged[name].kind}
        if name in plugged
        else source
        for name, source in data["sources"].items()
    }
    return {**data, "sources": bare}


def _sources(data: object) -> Iterator[tuple[str, dict[str, Any]]]:
    sources = data.get("sources") if isinstance(data, dict) else None
    for name, source in sources.items() if isinstance(sources, dict) else ():
        if isinstance(source, dict):
            yield str(name), source


_Wrong = list[tuple[tuple[str | int, ...], str]]


def _read(plugin: Plugin, kind: str, said: object) -> tuple[PluggedSource, _Wrong]:
    """Return a source as its plug-in understands it, and what is wrong with it.

    One whose plug-in cannot be used is read all the same: it fails when it is pulled, alone.
    """
    as_json = json.dumps(_plain(said), ensure_ascii=False, sort_keys=True, default=str)
    bare = PluggedSource(kind=kind, said=as_json)
    if plugin.problem:
        return bare, []
    try:
        wrong: _Wrong = [
            (tuple(key if isinstance(key, str | int) else str(key) for key in path), str(sentence))
            for path, sentence in plugin.made.check(said)
        ]
        if wrong:
            return bare, wrong
        location = plugin.made.address(said)
        if not isinstance(location, str) or not location:
            return bare, [((), plugin.fell("its address is no text"))]
    except FALLS as error:  # whatever a stranger's code does
        return bare, [((), plugin.fell(error))]
    return PluggedSource(kind=kind, location=location, said=as_json), []


def _plain(said: Any) -> Any:  # noqa: ANN401 - values of YAML
    """Return values of YAML with all keys as texts, as JSON has them: they may be numbers or days."""
    if isinstance(said, dict):
        return {str(key): _plain(value) for key, value in said.items()}
    return [_plain(each) for each in said] if isinstance(said, list) else said
