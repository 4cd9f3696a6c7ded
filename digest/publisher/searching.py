"""Searching: articles by their words, with where each was printed, and what went out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from digest.editorial.tags import TagBook, pattern
from digest.errors import Unknown
from digest.model import Article, IssueHead
from digest.ports import Sought
from digest.publisher.services import Services

_MOST_ISSUES = 20
_MOST_HITS = 400  # editions that are looked at for them


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody looks for; `since` and `until` are the first and the last day, `tag` a pattern.

    Where newsletters are named by `told`, one of them has to have told of it. Who looks from `outside`
    finds nothing by a planning label.
    """

    words: str = ""
    tag: str = ""
    source: str = ""
    segment: str = ""
    since: date | None = None
    until: date | None = None
    told: tuple[str, ...] | None = None
    outside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundArticle:
    """An article, an excerpt in which STX and ETX stand around what was sought, and where it was printed."""

    article: Article
    excerpt: str = ""
    printed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By issue the segments that had it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundIssue:
    """An issue that went out, the segments whose edition has the words, and an excerpt of the first."""

    issue: IssueHead
    segments: tuple[str, ...]
    excerpt: str = ""


def articles(services: Services, asked: Question, most: int, skip: int = 0) -> list[FoundArticle]:
    """Return the articles that fit, the fittest first, or without words the newest; Unknown for a wrong name."""
    book = TagBook(services.config.tags)
    found = services.search.articles(_sought(services, asked, book))
    fits = (
        (article, excerpt)
        for article, excerpt in found
        if not asked.tag
        or book.has(outwards(article, book) if asked.outside else article, asked.tag)
    )
    page = [*islice(fits, skip, skip + most)]
    printed: dict[str, dict[str, tuple[str, ...]]] = {}  # by article and issue the segments
    newsletters = {head.newsletter for head in services.issues.heads()}
    ids = [article.id for article, _ in page]
    for issue, segment, article_id in services.issues.told(newsletters, ids):
        mine = printed.setdefault(article_id, {})
        mine[issue] = (*mine.get(issue, ()), segment)
    return [
        FoundArticle(article=book.sort(a), excerpt=said, printed=printed.get(a.id, {}))
        for a, said in page
    ]


def outwards(article: Article, book: TagBook) -> Article:
    """Return an article without planning labels, as somebody outside of the house may know it."""
    tags = tuple(tag for tag in article.tags if not book.is_internal(tag))
    return replace(article, tags=tags, internal_tags=())


def issues(services: Services, asked: Question) -> list[FoundIssue]:
    """Return the issues that went out and have the words, in one of their editions."""
    hits = services.search.editions(_sought(services, asked, TagBook(services.config.tags)))
    heads = {head.id: head for head in services.issues.heads()}
    found: dict[str, FoundIssue] = {}
    for hit in islice(hits, _MOST_HITS):
        if hit.issue in found:
            was = found[hit.issue]
            if hit.segment not in was.segments:
                found[hit.issue] = replace(was, segments=(*was.segments, hit.segment))
        elif len(found) < _MOST_ISSUES and hit.issue in heads:
            found[hit.issue] = FoundIssue(
                issue=heads[hit.issue], segments=(hit.segment,), excerpt=hit.excerpt
            )
    return [*found.values()]


def _sought(services: Services, asked: Question, book: TagBook) -> Sought:
    if asked.source and asked.source not in services.config.sources:
        raise Unknown("source", asked.source, services.config.sources)
    zone = ZoneInfo(services.config.publication.timezone)
    return Sought(
        words=asked.words,
        source=asked.source or None,
        tags=tuple(_beginnings(book, asked.tag)),
        segment=asked.segment or None,
        told=asked.told,
        outside=asked.outside,
        since=_midnight(asked.since, zone),
        until=_midnight(_day_after(asked.until), zone),
    )


def _beginnings(book: TagBook, wanted: str) -> Iterator[str]:
    """Yield how the tags begin that a pattern may match, as their publishers write them.

    None where that may be anything: each article is looked at then.
    """
    begins = wanted.partition("*")[0]
    if not any(map(str.isalnum, begins)):
        return
    rules = book.rules
    fits = pattern(wanted).fullmatch
    known = {*rules.aliases, *rules.aliases.values(), *rules.names}
    yield begins
    yield from sorted(tag for tag in known if any(map(fits, book.forms(tag))))


def _day_after(day: date | None) -> date | None:
    return day + timedelta(days=1) if day and day < date.max else None


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time(), zone) if day else None
