"""Kinds of sources that plug-ins add: an address to ask, and a way to read what it answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from digest.model import Source
from digest.plugins import FALLS, SOURCES, Plugin, is_whole, plugins
from digest.sources.parsing.entry import Entry, Feed, Medium
from digest.sources.parsing.unreadable import NotAFeed

__all__ = ["Entry", "Feed", "Medium", "NotAFeed", "SourceKind"]


class SourceKind(Protocol):
    """A kind of source; the name of its entry point is its key in feeds.yaml.

    What stands below the key is `said`: plain values of YAML, dates as they are written.
    """

    def check(self, said: Any) -> Iterable[tuple[Sequence[str | int], str]]:  # noqa: ANN401 - as a stranger wrote it
        """Yield what is wrong with it: the path of keys below, () for the whole, and a sentence.

        The sentence follows the key's name: "is no number". It is asked of everything that YAML can
        say, and must raise nothing.
        """
        ...

    def address(self, said: Any) -> str:  # noqa: ANN401 - as checked
        """Return what to ask for it: an address of http or https, or a path beside feeds.yaml.

        It may hold `${NAME}`, a secret that is filled in where it is asked.
        """
        ...

    def read(self, data: bytes, said: Any) -> Feed:  # noqa: ANN401 - as checked
        """Read what came; NotAFeed where it is nothing of the kind.

        It runs in a process of its own, which is ended after a minute. What it returns is cleaned and
        completed as any feed's entries are: html may be dirty, addresses relative, dates as written.
        """
        ...


def kind_of(source: Source) -> Plugin:
    """Return the plug-in that reads a source; NotAFeed where it cannot be used."""
    plugin = plugins(SOURCES).get(source.kind)
    if plugin is None:
        raise NotAFeed(f"no plug-in reads {source.kind} any more; install it again")
    if plugin.problem:
        raise NotAFeed(plugin.problem)
    return plugin


def read_plugged(source: Source, data: bytes) -> Feed:
    """Read what a plug-in's source answered; NotAFeed where it falls over it, or returns no feed."""
    plugin = kind_of(source)
    try:
        feed: object = plugin.made.read(data, json.loads(source.said))
    except NotAFeed:
        raise
    except FALLS as error:  # whatever a stranger's code does
        raise NotAFeed(plugin.fell(error)) from None
    if is_whole(feed, Feed):
        return feed
    raise NotAFeed(plugin.fell("what it read is no Feed of entries"))
