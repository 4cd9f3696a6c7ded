"""Themes: which share of the stories each had, against a plan; how even that is, and what is owed.

A story counts once in each issue, whatever the number of its editions; only segments, which are what
editions are made for, count each. A list of tags that was cut hides some: what is counted then is at
least so many.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import log
from typing import Literal

from digest.editorial.folding import folded, folded_tag
from digest.editorial.tags import TagBook, pattern
from digest.model import Article

By = Literal["tag", "internal", "source", "author", "segment"]
ISSUES = 12
"""How many issues a plan looks back upon, where nobody says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedIssue:
    """An issue that went out: the articles of each segment's edition, with the tags that they had then."""

    id: str
    sent: datetime
    editions: Mapping[str, tuple[Article, ...]]

    @property
    def stories(self) -> tuple[Article, ...]:
        """Its articles, each once."""
        every = (article for articles in self.editions.values() for article in articles)
        return tuple({article.id: article for article in every}.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """What a theme had: stories, `at_most` with those whose tags were cut off, and its share of all.

    `share` is of 1; `planned` in percent, None without a plan for it. `owed` is how many stories are
    lacking. `by_issue` counts them an issue, the oldest first.
    """

    theme: str
    articles: int
    at_most: int
    share: float
    planned: int | None = None
    owed: int = 0
    by_issue: tuple[int, ...] = ()
    by_segment: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """What was covered in some issues, the theme with the most stories first, what is planned before all.

    `evenness` is Pielou's, of 1, over what is planned, or else over all themes; None of fewer than
    two. `cut` counts the stories whose tags were cut.
    """

    by: By
    issues: tuple[PrintedIssue, ...]
    articles: int
    cut: int
    themes: tuple[Theme, ...]
    entropy: float
    evenness: float | None


def covered(
    issues: Sequence[PrintedIssue], by: By, plan: Mapping[str, int], book: TagBook
) -> Covered:
    """Count themes over issues, the oldest first; a plan is for tags, and for nothing else."""
    planned = plan if by in {"tag", "internal"} else {}
    counts: defaultdict[str, Counter[int]] = defaultdict(Counter)
    segments: defaultdict[str, Counter[str]] = defaultdict(Counter)
    total = 0
    cut_lists: list[frozenset[str]] = []  # the themes of those whose tags were cut
    names = Names(by, planned, book)
    for place, issue in enumerate(issues):
        placed = [(a, segment) for segment, articles in issue.editions.items() for a in articles]
        for article, segment in placed:
            for theme in names.of(article, segment):
                segments[theme][segment] += 1
        for article, segment in placed if by == "segment" else ((a, "") for a in issue.stories):
            total += 1
            themes = names.of(article, segment)
            for theme in themes:
                counts[theme][place] += 1
            if article.tags_cut and by in {"tag", "internal"}:
                cut_lists.append(themes)
    rows = {**dict.fromkeys(planned), **dict.fromkeys(counts)}
    found = [
        Theme(
            theme=theme,
            articles=(had := counts[theme].total()),
            at_most=had + len([1 for themes in cut_lists if theme not in themes]),
            share=had / total if total else 0.0,
            planned=planned.get(theme),
            owed=max(0, round(planned.get(theme, 0) / 100 * total) - had),
            by_issue=tuple(counts[theme][place] for place in range(len(issues))),
            by_segment=dict(segments[theme]),
        )
        for theme in rows
    ]
    found.sort(key=lambda each: (each.planned is None, -each.articles, each.theme))
    weighed = [each.articles for each in found if not planned or each.planned is not None]
    entropy = shannon(weighed)
    return Covered(
        by=by,
        issues=tuple(issues),
        articles=total,
        cut=len(cut_lists),
        themes=tuple(found),
        entropy=entropy,
        evenness=entropy / log(len(weighed)) if len(weighed) > 1 and any(weighed) else None,
    )


def shannon(counts: Sequence[int]) -> float:
    """Return the entropy of counts in nats (Shannon 1948); divided by ln of their number it is Pielou's J."""
    total = sum(counts)
    return sum(-n / total * log(n / total) for n in counts if n)


def debts(
    issues: Sequence[PrintedIssue], plan: Mapping[str, int], most: int, book: TagBook
) -> dict[str, int]:
    """Return the points that a story has for each theme that is owed: all of them where it had nothing.

    Before anything is printed nothing is owed.
    """
    if not (most and plan and issues):
        return {}
    found = covered(issues, "tag", plan, book)
    lacking = {
        each.theme: 1 - each.share * 100 / each.planned for each in found.themes if each.planned
    }
    points = {theme: round(most * part) for theme, part in lacking.items() if part > 0}
    return {theme: value for theme, value in points.items() if value} if found.articles else {}


class Names:
    """The themes of an article, by the plan's patterns where they match, each spelled in one way."""

    def __init__(self, by: By, plan: Mapping[str, int], book: TagBook) -> None:
        self._by, self._book = by, book
        self._planned = {theme: pattern(theme) for theme in plan}
        self._spelled: dict[str, str] = {}

    def of(self, article: Article, segment: str) -> frozenset[str]:
        """Return the themes of an article in a segment's edition."""
        if self._by == "segment":
            return frozenset({segment})
        if self._by == "source":
            return frozenset({article.source})
        if self._by == "author":
            return frozenset(self._spelled.setdefault(folded(a), a) for a in article.authors)
        return frozenset(theme for tag in article.tags for theme in self._of_tag(tag))

    def _of_tag(self, tag: str) -> Sequence[str]:
        if self._by == "internal" and not self._book.is_internal(tag):
            return ()
        forms = self._book.forms(tag)
        planned = [t for t, fits in self._planned.items() if any(map(fits.fullmatch, forms))]
        meant = self._book.canonical(tag)
        return planned or [self._spelled.setdefault(folded_tag(meant), meant)]
