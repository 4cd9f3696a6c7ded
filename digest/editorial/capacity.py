"""Capacity: the caps of an edition as values, and how much is left of each while it fills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass

from digest.model import Article, Newsletter

Keys = Callable[[Article, int], Iterable[Hashable]]


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `limit` articles may share one of the `keys` that an article has in a section.

    `section` is the section whose own cap it is: an article may go on to another one.
    """

    rule: str
    limit: int
    keys: Keys
    section: int | None = None


def caps_of(newsletter: Newsletter, most: int | None = None) -> tuple[Cap, ...]:
    """Return a newsletter's caps; `most` stands in for the edition's own."""
    limits, whole = newsletter.limits, newsletter.limits.max if most is None else most
    found = [Cap("articles.max", whole, lambda _, __: ("edition",))]
    for index, rule in enumerate(newsletter.sections):
        if rule.max is not None:
            keys = _within(index, lambda _, __: ("section",))
            found.append(Cap(f"sections.{index}.max", rule.max, keys, index))
        found += [
            Cap(f"sections.{index}.{key}", most, _within(index, _SHARED[key]), index)
            for key in _SHARED
            if (most := getattr(rule, key)) is not None
        ]
    found += [
        Cap(f"articles.{key}", most, shared)
        for key, shared in _SHARED.items()
        if (most := getattr(limits, key)) is not None
    ]
    found += [
        Cap(f"articles.per_source.{name}", most, _of_source(name))
        for name, most in limits.of_source.items()
    ]
    return tuple(found)


# What articles may share: its key in the configuration, and what two articles are compared by.
_SHARED: Mapping[str, Keys] = {
    "per_source": lambda article, _: (article.source,),
    "per_tag": lambda article, _: article.topics,
    "per_author": lambda article, _: article.authors,
}


def _within(index: int, keys: Keys) -> Keys:
    return lambda article, section: keys(article, section) if section == index else ()


def _of_source(name: str) -> Keys:
    return lambda article, _: (name,) if article.source == name else ()


class Capacity:
    """How much room is left while an edition fills; `without` names caps that do not count."""

    def __init__(self, caps: Iterable[Cap], without: Iterable[str] = ()) -> None:
        left_out = {*without}
        self._caps = tuple(cap for cap in caps if cap.rule not in left_out)
        self._whole = next((cap for cap in self._caps if cap.rule == "articles.max"), None)
        self._taken: Counter[tuple[str, Hashable]] = Counter()

    @property
    def is_full(self) -> bool:
        """Tell whether no further article has a place."""
        whole = self._whole
        return whole is not None and self._taken[whole.rule, "edition"] >= whole.limit

    def cap(self, article: Article, section: int) -> Cap | None:
        """Return the cap that leaves no room for the article in a section, if one does."""
        for cap in self._caps:
            if any(self._taken[cap.rule, key] >= cap.limit for key in cap.keys(article, section)):
                return cap
        return None

    def take(self, article: Article, section: int) -> bool:
        """Take the article's place, whatever its caps; False where the edition is full."""
        if self.is_full:
            return False
        for cap in self._caps:
            for key in cap.keys(article, section):
                self._taken[cap.rule, key] += 1
        return True
