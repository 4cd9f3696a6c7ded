"""A first newsletter proposed from what a publication's sources hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from digest.editorial.folding import folded_tag
from digest.editorial.tags import NO_TOPIC, TagBook
from digest.model import Article, TagRules

_MOST_SECTIONS = 4
_FEWEST = 2  # articles of a section that no other has
_WIDEST = 0.6  # of all articles; what stands on most of them parts nothing
_PLANNING = re.compile(
    r"^(comms?|communications?|strategy|strategic|plan|planning|internal|audience|campaign|"
    r"homepage|frontpage|featured?|priority|channel)[-_:](?=\S)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedSection:
    """A topic that is worth a section; `articles` is how many would stand in it."""

    topic: str
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a new feeds.yaml would say; None and empty where the articles do not tell.

    `internal` are patterns of tags that read like planning labels.
    """

    name: str | None = None
    url: str | None = None
    language: str | None = None
    sections: tuple[ProposedSection, ...] = ()
    internal: tuple[str, ...] = ()
    articles: int = 0


def propose(articles: Sequence[Article]) -> Proposal:
    """Propose a publication's name, address and language, its planning labels, and sections.

    Each section is the topic that most of the articles have which no section before it took.
    """
    # a pattern for each way in which tags begin that no reader would take for a topic
    begun = (_PLANNING.match(tag) for article in articles for tag in article.tags)
    internal = tuple({folded_tag(m[0]): f"{m[0]}*" for m in begun if m}.values())
    book = TagBook(TagRules(internal=internal, no_topic=NO_TOPIC))
    sites = (urlsplit(article.url or "") for article in articles)
    return Proposal(
        name=_commonest(article.publication for article in articles),
        url=_commonest(f"{site.scheme}://{site.netloc}/" for site in sites if site.netloc),
        language=_commonest(article.language for article in articles),
        sections=_sections([book.topics(article.tags) for article in articles]),
        internal=internal,
        articles=len(articles),
    )


def _commonest(values: Iterable[str | None]) -> str | None:
    counted = Counter(value for value in values if value)
    return counted.most_common(1)[0][0] if counted else None


def _sections(topics: Sequence[Sequence[str]]) -> tuple[ProposedSection, ...]:
    left, widest = [*topics], max(_FEWEST, _WIDEST * len(topics))
    everywhere = {
        t for t, count in Counter(t for each in topics for t in each).items() if count > widest
    }
    sections: list[ProposedSection] = []
    while left and len(sections) < _MOST_SECTIONS:
        counted = Counter(topic for each in left for topic in each if topic not in everywhere)
        topic, count = counted.most_common(1)[0] if counted else ("", 0)
        if count < _FEWEST:
            break
        sections.append(ProposedSection(topic=topic, articles=count))
        left = [each for each in left if topic not in each]
    return tuple(sections)
