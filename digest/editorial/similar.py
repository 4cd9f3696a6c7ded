"""Similar stories: what earlier issues told of the same, the same again or what went before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from digest.editorial.similarity import RELATED, Likeness
from digest.model import Article

_SAME = 0.7
_MOST = 3  # of one story


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A story as an issue told it."""

    issue: str
    sent: datetime
    article: Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """A story that an earlier issue told: nearly the `same`, or one that this `follows`.

    `likeness` is between RELATED and 1.
    """

    kind: Literal["same", "follows"]
    issue: str
    sent: datetime
    article: str
    title: str
    likeness: float


def similar(
    stories: Sequence[Article], reported: Sequence[Reported], only: str | None = None
) -> Mapping[str, tuple[Similar, ...]]:
    """Return by story, as far as there are any, at most three that were told before, the likest first.

    With `only` that one story is compared: all of a large issue with all before it takes seconds.
    """
    told: dict[str, Reported] = {}
    for each in sorted(reported, key=lambda each: each.sent):
        told[each.article.id] = each  # as it was told last
    known = {article.id: article for article in stories}
    likeness = Likeness({**{id_: each.article for id_, each in told.items()}, **known}.values())
    found: dict[str, tuple[Similar, ...]] = {}
    for id_ in known if only is None else known.keys() & {only}:
        like = [(likeness.of(id_, other), each) for other, each in told.items() if other != id_]
        near = sorted((p for p in like if p[0] >= RELATED), key=lambda p: (-p[0], p[1].article.id))
        if near:
            found[id_] = tuple(
                Similar(
                    kind="same" if value >= _SAME else "follows",
                    issue=each.issue,
                    sent=each.sent,
                    article=each.article.id,
                    title=each.article.title,
                    likeness=round(value, 2),
                )
                for value, each in near[:_MOST]
            )
    return found
