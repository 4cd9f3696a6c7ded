"""Rules over tags, sources, titles and age, compiled once and answered by sets of articles.

A set of articles is a whole article_set whose bit i stands for article i: a union, an intersection and
a difference cost one machine operation for every 64 articles.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import and_, or_

from digest.editorial.folding import folded_tag
from digest.editorial.tags import TagBook, matches, pattern
from digest.model import Article, Rule


@dataclass(frozen=True, slots=True)
class Pool:
    """Articles with an index of their tags, sources and titles; `at` is the time that ages count to."""

    articles: tuple[Article, ...]
    book: TagBook
    at: datetime
    everything: int = field(init=False, repr=False)
    _by_form: dict[str, int] = field(init=False, repr=False)
    _by_source: dict[str, int] = field(init=False, repr=False)
    _answers: dict[str, int] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Index the articles, once for all rules."""
        object.__setattr__(self, "everything", (1 << len(self.articles)) - 1)
        forms: dict[str, frozenset[str]] = {}
        for tag in {tag for article in self.articles for tag in article.tags}:
            forms[tag] = self.book.forms(tag)
        object.__setattr__(
            self,
            "_by_form",
            _gather({f for tag in a.tags for f in forms[tag]} for a in self.articles),
        )
        object.__setattr__(self, "_by_source", _gather((a.source,) for a in self.articles))

    def tagged(self, text: str) -> int:
        """Return the articles that have a tag which the pattern matches; `*` has them all."""
        if text not in self._answers:
            if text == "*":
                self._answers[text] = self.everything
            elif "*" not in text:
                self._answers[text] = self._by_form.get(folded_tag(text), 0)
            else:
                fits = pattern(text).fullmatch
                self._answers[text] = reduce(
                    or_, (bits for form, bits in self._by_form.items() if fits(form)), 0
                )
        return self._answers[text]

    def matching(self, rule: Rule) -> int:
        """Return the articles that meet every condition of the rule; none for an empty rule."""
        conditions = [bits for _, bits in self.conditions(rule)]
        return reduce(and_, conditions) if conditions else 0

    def conditions(self, rule: Rule) -> Iterator[tuple[str, int]]:
        """Yield each condition of the rule by its key, with the articles that meet it."""
        if rule.any:
            yield "any", self._union(rule.any)
        if rule.all:
            yield "all", reduce(and_, (self.tagged(text) for text in rule.all))
        if rule.none:
            yield "none", self.everything & ~self._union(rule.none)
        if rule.source:
            yield "source", reduce(or_, (self._by_source.get(name, 0) for name in rule.source))
        if rule.title is not None:
            yield "title", self._where(matches(rule.title, a.title) for a in self.articles)
        if rule.newer_than is not None:
            since = self.at - rule.newer_than
            yield (
                "newer_than",
                self._where((a.published or a.first_seen) >= since for a in self.articles),
            )

    def _union(self, patterns: Iterable[str]) -> int:
        return reduce(or_, (self.tagged(text) for text in patterns), 0)

    def _where(self, answers: Iterable[bool]) -> int:
        return article_set(i for i, yes in enumerate(answers) if yes)


def members(bits: int) -> Iterator[int]:
    """Yield the places of a set's articles, lowest first."""
    count = -(-bits.bit_length() // 64)
    words = struct.unpack(f"<{count}Q", bits.to_bytes(count * 8, "little"))
    for base, word in enumerate(words):
        left = word
        while left:
            yield base * 64 + (left & -left).bit_length() - 1
            left &= left - 1


def _gather(keys_of_each: Iterable[Iterable[str]]) -> dict[str, int]:
    places: dict[str, list[int]] = {}
    for place, keys in enumerate(keys_of_each):
        for key in keys:
            places.setdefault(key, []).append(place)
    return {key: article_set(found) for key, found in places.items()}


def article_set(places: Iterable[int]) -> int:
    """Return the set that holds these places."""
    held = [*places]
    octets = bytearray(max(held, default=0) // 8 + 1)
    for place in held:
        octets[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(octets, "little")
