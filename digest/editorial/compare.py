"""Compare two editions: what was added, dropped, moved and reworded, in a list or as one reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

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
    order = [id_ for id_ in before if id_ in now]
    stayed = _longest_rising([order.index(id_) for id_ in kept])
    moved: list[str] = []  # to another section, or to another place among those that stayed
    texts = ("subject", "preheader", "intro", "notices")
    reworded = [name for name in texts if getattr(old, name) != getattr(new, name)]
    for place, id_ in enumerate(kept):
        (was, left), (article, section) = before[id_], now[id_]
        if section != left:
            moved.append(f"{article.title}: from {left} to {section}")
        elif place not in stayed:
            moved.append(article.title)
        parts = ("title", "summary", "image", "url")
        differ = (name for name in parts if getattr(was, name) != getattr(article, name))
        reworded += [f"{name} of {article.title}" for name in differ]
    return Changes(
        added=tuple(now[id_][0].title for id_ in now if id_ not in before),
        dropped=tuple(before[id_][0].title for id_ in before if id_ not in now),
        moved=tuple(moved),
        reworded=tuple(reworded),
    )


def _places(edition: Edition) -> dict[str, tuple[Article, str]]:
    return {a.id: (a, s.title) for s in edition.sections for a in s.articles}


def _longest_rising(values: list[int]) -> set[int]:
    """Return the places of a longest rising run: what did not move while others did."""
    best: list[list[int]] = []
    for place, value in enumerate(values):
        before = [run for run in best if values[run[-1]] < value]
        best.append([*_longest(before), place])
    return set(_longest(best))


def _longest(runs: list[list[int]]) -> list[int]:
    return max(runs, key=len) if runs else []


WordRun = tuple[Literal["same", "new", "old"], str]
"""Words, and whether they are in both editions, only in the new one or only in the old one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A story as one reads it, with what became of it and its words marked; `was` is its old section."""

    change: Literal["same", "added", "dropped", "moved", "reworded"]
    title: tuple[WordRun, ...]
    summary: tuple[WordRun, ...]
    was: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEdition:
    """An edition as one reads it beside an older one: its words by name, and its stories by section."""

    words: Mapping[str, tuple[WordRun, ...]]
    sections: tuple[tuple[str, tuple[Marked, ...]], ...]


def read_beside(old: Edition, new: Edition) -> ReadEdition:
    """Return the new edition marked with all that differs; what was dropped stands where it stood."""
    before, now = _places(old), _places(new)
    kept = [id_ for id_ in now if id_ in before]
    order = [id_ for id_ in before if id_ in now]
    stayed = {kept[i] for i in _longest_rising([order.index(id_) for id_ in kept])}
    titles = dict.fromkeys((*(s.title for s in new.sections), *(s.title for s in old.sections)))
    sections = []
    for title in titles:
        held = [id_ for id_, (_, section) in now.items() if section == title]
        for place, id_ in enumerate(i for i, (_, s) in before.items() if s == title):
            if id_ not in now:
                held.insert(place, id_)
        stories = tuple(_story(before.get(id_), now.get(id_), id_ in stayed) for id_ in held)
        if stories:
            sections.append((title, stories))
    words = {
        name: marked(getattr(old, name) or "", getattr(new, name) or "")
        for name in ("subject", "preheader", "intro")
    }
    return ReadEdition(words=words, sections=tuple(sections))


def _story(was: tuple[Article, str] | None, now: tuple[Article, str] | None, stays: bool) -> Marked:  # noqa: FBT001 - one of three facts
    one, other = (each[0] if each else None for each in (was, now))
    title = marked(one.title if one else "", other.title if other else "")
    summary = marked(one.summary if one else "", other.summary if other else "")
    if was is None or now is None:
        return Marked(change="dropped" if now is None else "added", title=title, summary=summary)
    if was[1] != now[1]:
        return Marked(change="moved", title=title, summary=summary, was=was[1])
    same = all(kind == "same" for kind, _ in (*title, *summary))
    return Marked(
        change="reworded" if not same else "same" if stays else "moved",
        title=title,
        summary=summary,
    )


def marked(old: str, new: str) -> tuple[WordRun, ...]:
    """Return a text word by word: what is in both, what is new, and what is gone."""
    before, now = old.split(), new.split()
    runs: list[WordRun] = []
    for kind, i, j, k, m in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        if kind == "equal":
            runs.append(("same", " ".join(now[k:m])))
            continue
        if i < j:
            runs.append(("old", " ".join(before[i:j])))
        if k < m:
            runs.append(("new", " ".join(now[k:m])))
    return tuple(runs)
