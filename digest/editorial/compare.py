"""Compare two editions: what was added, dropped, moved and reworded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from digest.model import Article, Edition


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What differs between two editions: articles by title, and words by their place."""

    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    reworded: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any((self.added, self.dropped, self.moved, self.reworded))


def compare(old: Edition, new: Edition) -> Changes:
    """Return what changed from the old edition to the new one."""
    before, now = _places(old), _places(new)
    kept = [id_ for id_ in now if id_ in before]
    return Changes(
        added=tuple(now[id_][0].title for id_ in now if id_ not in before),
        dropped=tuple(before[id_][0].title for id_ in before if id_ not in now),
        moved=tuple(_moved(old, new, kept)),
        reworded=tuple(_reworded(old, new, kept)),
    )


def _places(edition: Edition) -> dict[str, tuple[Article, str]]:
    return {a.id: (a, s.title) for s in edition.sections for a in s.articles}


def _moved(old: Edition, new: Edition, kept: list[str]) -> Iterator[str]:
    """Yield articles that changed their section, or their place among those that stayed."""
    before, now = _places(old), _places(new)
    order = [id_ for id_ in before if id_ in now]
    stayed = _longest_rising([order.index(id_) for id_ in kept])
    for place, id_ in enumerate(kept):
        article, section = now[id_]
        if section != before[id_][1]:
            yield f"{article.title}: from {before[id_][1]} to {section}"
        elif place not in stayed:
            yield article.title


def _longest_rising(values: list[int]) -> set[int]:
    """Return the places of a longest rising run: what did not move while others did."""
    best: list[list[int]] = []
    for place, value in enumerate(values):
        before = [run for run in best if values[run[-1]] < value]
        best.append([*_longest(before), place])
    return set(_longest(best))


def _longest(runs: list[list[int]]) -> list[int]:
    return max(runs, key=len) if runs else []


def _reworded(old: Edition, new: Edition, kept: list[str]) -> Iterator[str]:
    for name in ("subject", "preheader", "intro", "notices"):
        if getattr(old, name) != getattr(new, name):
            yield name
    before, now = _places(old), _places(new)
    for id_ in kept:
        one, other = before[id_][0], now[id_][0]
        for name in ("title", "summary", "image", "url"):
            if getattr(one, name) != getattr(other, name):
                yield f"{name} of {other.title}"
