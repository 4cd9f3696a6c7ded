"""Capacity: how much is left of an edition and its caps while it fills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from digest.model import Article, Newsletter


class Capacity:
    """How much room is left while an edition fills."""

    def __init__(self, newsletter: Newsletter, most: int | None, without: frozenset[str]) -> None:
        self._limits, self._sections, self._without = (
            newsletter.limits,
            newsletter.sections,
            without,
        )
        self._most = self._limits.max if most is None else most
        self._taken: Counter[tuple[str, object]] = Counter()

    @property
    def is_full(self) -> bool:
        """Tell whether no further article has a place."""
        full = self._taken["articles.max", None] >= self._most
        return full and "articles.max" not in self._without

    def cap(self, article: Article, section: int) -> str | None:
        """Return the cap that leaves no room for the article, if one does."""
        for rule, key, limit in self._caps(article, section):
            counts = limit is not None and rule not in self._without
            if counts and self._taken[rule, key] >= (limit or 0):
                return rule
        return None

    def take(self, article: Article, section: int) -> bool:
        """Take the article's place; False where the edition is full."""
        if self.is_full:
            return False
        for rule, key, _ in self._caps(article, section):
            self._taken[rule, key] += 1
        return True

    def _caps(self, article: Article, section: int) -> Iterator[tuple[str, object, int | None]]:
        limits = self._limits
        yield "articles.max", None, self._most
        yield f"sections.{section}.max", None, self._sections[section].max
        yield "articles.per_source", article.source, limits.per_source
        for topic in article.topics if limits.per_tag else ():
            yield "articles.per_tag", topic, limits.per_tag
        for author in article.authors if limits.per_author else ():
            yield "articles.per_author", author, limits.per_author
