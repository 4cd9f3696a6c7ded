"""Merging: an article as it is after it was seen once more, at its own source or at another."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from digest.editorial.folding import folded
from digest.editorial.similarity import contained
from digest.editorial.summary import summary_of, title_of
from digest.model import Article, Image, Sighting

_SEEN = tuple(f.name for f in fields(Sighting))
_MOSTLY = 0.8


def created(
    sighting: Sighting, identity: str, *, first_seen: datetime, new_at: datetime | None
) -> Article:
    """Make an article of its first sighting."""
    seen: dict[str, Any] = {name: getattr(sighting, name) for name in _SEEN}
    seen["summary"] = summary_of(sighting)
    return Article(
        **seen,
        id=identity,
        title=title_of(sighting),
        roads=((sighting.source, sighting.tags),),
        first_seen=first_seen,
        new_at=new_at,
        urls=(sighting.url,) if sighting.url else (),
    )


def renewed(article: Article, sighting: Sighting) -> Article:
    """Take over what an article's own source says now; what it no longer says is kept."""
    now: dict[str, Any] = {
        name: getattr(sighting, name) for name in _SEEN if getattr(sighting, name)
    }
    if (
        len(article.urls) > 1
        and len(sighting.text) < len(article.text)
        and contained(sighting.text, article.text) >= _MOSTLY
    ):
        now.pop("text", None)
        now.pop("html", None)
    now |= _tagged(article, sighting)
    # a source that moves its date along with an update does not make news young again
    moved = sighting.published is not None and sighting.published == sighting.updated
    if moved and article.published is not None:
        now.pop("published")
    now.pop("summary", None)
    now["image"] = _image(sighting.image, article.image)
    return _titled(replace(article, **now, urls=_urls(article, sighting)), sighting)


def joined(article: Article, sighting: Sighting) -> Article:
    """Add what another road knows of an article: addresses, tags, and what was missing."""
    missing: dict[str, Any] = {
        name: getattr(sighting, name)
        for name in _SEEN
        if name not in _JOINED and not getattr(article, name) and getattr(sighting, name)
    }
    longer = len(sighting.text) > len(article.text)
    if longer:
        missing |= {"text": sighting.text, "html": sighting.html}
    merged = replace(
        article,
        **missing,
        **_tagged(article, sighting),
        image=_image(article.image, sighting.image),
        urls=_urls(article, sighting),
        new_at=article.new_at or sighting.published,
    )
    # a standfirst is not said better by another road, but a headline was missing
    complete = article.standfirst and (article.headline or not sighting.headline)
    return merged if complete else _titled(merged, sighting)


_JOINED = frozenset({"tags", "tags_cut", "image", "text", "html", "summary", "source"})


def _titled(article: Article, sighting: Sighting) -> Article:
    """Derive the title and the summary again, from what is now known."""
    publishers = sighting.summary or (None if sighting.text == article.text else article.summary)
    basis = replace(article, summary=publishers or "")
    return replace(article, title=title_of(basis), summary=summary_of(basis))


def _tagged(article: Article, sighting: Sighting) -> dict[str, Any]:
    """Return the tags that are left when a source says its own anew: what it took off is gone.

    What only another source still says stays. A list that is cut says nothing of what it leaves out.
    """
    roads = dict(article.roads)
    if not roads and article.tags:
        # from before tags were kept by their source: with one address they are the source's own
        roads = {article.source if len(article.urls) < 2 else "": article.tags}  # noqa: PLR2004 - two
    before = roads.get(sighting.source, ())
    roads[sighting.source] = _all(sighting.tags, before if sighting.tags_cut else ())
    first = {article.source: roads[article.source]} if article.source in roads else {}
    tags = _all(*(first | roads).values())
    others = len(roads) > 1
    cut = article.tags_cut and sighting.tags_cut if others else sighting.tags_cut
    return {"roads": tuple(roads.items()), "tags": tags, "tags_cut": cut}


def _image(first: Image | None, second: Image | None) -> Image | None:
    if first is None or second is None:
        return first or second
    if first.url is None or second.url is None:
        best = first if first.url else second
        other = second if best is first else first
        return replace(best, alt=best.alt or other.alt)
    return replace(first, alt=first.alt or second.alt) if first.url == second.url else first


def _urls(article: Article, sighting: Sighting) -> tuple[str, ...]:
    return _all(article.urls, (sighting.url,) if sighting.url else ())


def _all(*several: tuple[str, ...]) -> tuple[str, ...]:
    spelled: dict[str, str] = {}
    for text in (text for texts in several for text in texts):
        spelled.setdefault(folded(text), text)
    return tuple(spelled.values())
