"""What readers did: how often stories were opened, with how sure that is, and never by whom.

What is counted is clicks for each story in each edition. A reader may click twice, and programs that
look through mail open links as well, so a share is at most that of the readers who wanted to know more.
Where fewer than `LEAST` readers had a story, its clicks could be told to be somebody's, and would mean
nothing: they are left out of every figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

from digest.editorial.laboratory.themes import Names
from digest.editorial.tags import TagBook
from digest.model import Article

ClicksBy = Literal["article", "section", "tag", "issue"]
LEAST = 30
"""Of fewer readers than this nothing is said."""
_Z = 1.96  # 95 % of a normal distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A story in an edition: how many readers had it there, and how often it was opened."""

    issue: str
    segment: str
    section: str
    article: Article
    readers: int
    clicks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickFigures:
    """What became of some stories: shown so many times in emails, and so many clicks.

    `readers` is the largest number of them in one issue. `share` is of 1, and lies with 95 % between
    `low` and `high`, as far as each email is a case of its own (Wilson 1927).
    """

    name: str
    title: str
    readers: int
    shown: int
    clicks: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Clicked:
    """Clicks by group, those first that are surely opened most, or issue by issue; `whole` is all together.

    `issues`, the newest first, were counted; of `uncounted` more nobody knows. `too_small` counts the places of stories
    in editions that had too few readers. `whole` is None where nothing is left.
    """

    by: ClicksBy
    issues: tuple[str, ...]
    uncounted: int
    too_small: int
    whole: ClickFigures | None
    groups: tuple[ClickFigures, ...]


def clicked(
    placed: Sequence[Placed],
    by: ClicksBy,
    book: TagBook,
    *,
    issues: Sequence[str],
    uncounted: int = 0,
) -> Clicked:
    """Count clicks by group; an edition's story with fewer than `LEAST` readers is in none."""
    enough = [each for each in placed if each.readers >= LEAST]
    titles: dict[str, str] = {}
    members: defaultdict[str, list[Placed]] = defaultdict(list)
    tags = Names("tag", {}, book)
    for each in enough:
        if by == "article":
            groups_of = [(each.article.id, each.article.title)]
        elif by == "tag":
            groups_of = [(name, name) for name in tags.of(each.article, each.segment)]
        else:
            place = each.section if by == "section" else each.issue
            groups_of = [(place, place)] if place else []
        for name, title in groups_of:
            titles[name] = title
            members[name].append(each)
    groups = [_group(name, titles[name], own) for name, own in members.items()]
    if by == "issue":
        groups.sort(key=lambda group: issues.index(group.name))
    else:  # by the low end, so that no small group is first by luck
        groups.sort(key=lambda group: (-group.low, -group.shown, group.title, group.name))
    return Clicked(
        by=by,
        issues=tuple(issues),
        uncounted=uncounted,
        too_small=len(placed) - len(enough),
        whole=_group("", "", enough) if enough else None,
        groups=tuple(groups),
    )


def _group(name: str, title: str, placed: Iterable[Placed]) -> ClickFigures:
    segments: defaultdict[str, dict[str, int]] = defaultdict(dict)
    shown = clicks = 0
    for each in placed:
        own = segments[each.issue]
        own[each.segment] = max(each.readers, own.get(each.segment, 0))
        shown, clicks = shown + each.readers, clicks + each.clicks
    low, high = wilson(clicks, shown)
    return ClickFigures(
        name=name,
        title=title,
        readers=max(sum(own.values()) for own in segments.values()),
        shown=shown,
        clicks=clicks,
        share=clicks / shown,
        low=low,
        high=high,
    )


def wilson(count: int, total: int) -> tuple[float, float]:
    """Return between what a share lies with 95 % (Wilson, J. Am. Stat. Assoc. 22, 1927).

    More than all, which clicks may be, is taken for all.
    """
    part, per = min(1.0, count / total), _Z * _Z / total
    middle = (part + per / 2) / (1 + per)
    half = _Z * sqrt(part * (1 - part) / total + per / (4 * total)) / (1 + per)
    return max(0.0, middle - half), min(1.0, middle + half)
