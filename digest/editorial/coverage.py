"""Coverage: stories of different publications that tell of one thing, known by names and rare words.

Two stories tell of one piece of news where they stand in different publications, in one language and
within two days; share two names, one of them in both headlines, and two other words; and share a third
of what the lighter headline weighs, and of what the lighter story does. A word weighs the more the
fewer stories have it (Spärck Jones 1972). Other figures in both headlines speak against it, and other
names in both where they share no two, and invitations to different events. Where it is not sure,
nothing is said: a story too many costs less than one that is missing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from math import log
from urllib.parse import urlsplit

from digest.editorial.folding import folded, plain
from digest.model import Article

Pair = frozenset[str]

_DAYS = timedelta(days=2)
_SHARE = 1 / 3
_LEAST = 2  # names, and words that say what happened
_REMEMBERED = 8192
_FEW = 200  # stories: of fewer, how many have a word says little of how rare it is
_COMMON, _NEVER_COMMON, _ALWAYS_COMMON = 0.1, 12, 100
# a word, and before it what begins a sentence, where its capital says nothing
_WORD = re.compile(r"(^\W*|[.!?:|\u2013\u2014]\s+\W*)?(\w+)")


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a text, with those that have a capital within a sentence, and those without one."""

    all: frozenset[str]
    capital: frozenset[str]
    small: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Telling:
    """What a story says of its news, where and when: the words of its headline, and all of them."""

    article: Article
    host: str
    outlet: str
    published: datetime
    language: str
    read: tuple[_Words, _Words]
    headline: frozenset[str]
    words: frozenset[str]


def same_news(articles: Sequence[Article]) -> Mapping[str, frozenset[Pair]]:
    """Return the pairs of stories that tell of one piece of news, under each one's id.

    Copies that name each other (`also_covered_by`) are such pairs too.
    """
    if len({_host(article) for article in articles}) < 2:  # noqa: PLR2004 - two tell of one
        return {}
    tellings = sorted(filter(None, map(_telling, articles)), key=lambda each: each.published)
    known = {telling.article.id: telling for telling in tellings}
    alike = {_pair(one, other) for one, other in _by_words(tellings)}
    for one in tellings:
        copies = (known[id_] for id_ in one.article.also_covered_by if id_ in known)
        alike |= {_pair(one, copy) for copy in copies if _is_elsewhere(one, copy)}
    found: defaultdict[str, frozenset[Pair]] = defaultdict(frozenset)
    for pair in alike:
        for id_ in pair:
            found[id_] |= {pair}
    return found


def _by_words(tellings: Sequence[_Telling]) -> Iterator[tuple[_Telling, _Telling]]:
    """Yield those that are alike by their words: only such as have a name in both headlines are compared."""
    weights = _weights(tellings)
    read = [words for telling in tellings for words in telling.read]
    nothing = frozenset[str]()
    # names have a capital within sentences, and everywhere
    capital, small = (w.capital for w in read), (w.small for w in read)
    names = (nothing.union(*capital) - nothing.union(*small)) & weights.keys()
    having: defaultdict[str, list[tuple[_Telling, frozenset[str]]]] = defaultdict(list)
    for telling in tellings:
        for name in (mine := telling.headline & names):
            having[name].append((telling, mine))
    for name, group in having.items():
        for place, (one, mine) in enumerate(group):
            for other, theirs in islice(group, place + 1, None):
                if not _is_near(one, other):
                    break
                # each two are compared once, under the first of the names that they share
                is_first = len(both := mine & theirs) == 1 or name == min(both)
                if (
                    is_first
                    and _is_elsewhere(one, other)
                    and _are_alike(one, other, names, weights)
                ):
                    yield one, other


def _telling(article: Article) -> _Telling | None:
    """Return what a story says; None where nobody knows where or when it says it."""
    host = _host(article)
    if not host or article.published is None:
        return None
    headline, summary = _read(article.title), _read(article.summary)
    return _Telling(
        article=article,
        host=host,
        outlet=folded(article.publication or host),
        published=article.published,
        language=(article.language or "").partition("-")[0].lower(),
        read=(headline, summary),
        headline=headline.all,
        words=headline.all | summary.all,
    )


def _host(article: Article) -> str:
    return _host_of(article.url or "")


@lru_cache(maxsize=_REMEMBERED)
def _host_of(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


@lru_cache(maxsize=_REMEMBERED)
def _read(text: str) -> _Words:
    said: tuple[set[str], set[str], set[str]] = (set(), set(), set())
    for found in _WORD.finditer(plain(text)):
        start, word = found.groups()
        if len(word) > 2 or word.isdecimal():  # noqa: PLR2004 - what is shorter says little
            said[0].add(word.casefold())
            if start is None:
                said[2 if word[0].islower() else 1].add(word.casefold())
    return _Words(*map(frozenset, said))


def _weights(tellings: Sequence[_Telling]) -> Mapping[str, int]:
    """Return what each word weighs that is not common, in thousandths."""
    known = Counter(word for telling in tellings for word in telling.words)
    most = min(max(_NEVER_COMMON, _COMMON * len(tellings)), _ALWAYS_COMMON)
    stories = max(len(tellings), _FEW)
    return {w: round(1000 * log(stories / count)) for w, count in known.items() if count <= most}


def _is_near(one: _Telling, other: _Telling) -> bool:
    return abs(one.published - other.published) <= _DAYS


def _is_elsewhere(one: _Telling, other: _Telling) -> bool:
    """Tell whether two may tell of the same: elsewhere, in one language, on near days, of no two events."""
    foreign = one.language and other.language and one.language != other.language
    days = {event.starts for event in (one.article.event, other.article.event) if event}
    apart = len(days) <= 1 and one.host != other.host and one.outlet != other.outlet
    return apart and not foreign and _is_near(one, other)


def _are_alike(
    one: _Telling, other: _Telling, names: frozenset[str], weights: Mapping[str, int]
) -> bool:
    shared = one.words & other.words
    mine, theirs = one.headline - shared, other.headline - shared
    if any(map(str.isdecimal, mine)) and any(map(str.isdecimal, theirs)):
        return False  # other figures
    few = len(one.headline & other.headline & names) < _LEAST
    if few and not names.isdisjoint(mine) and not names.isdisjoint(theirs):
        return False  # the same happened elsewhere, or to others
    happened = sum(word in weights for word in shared - names)
    return min(len(shared & names), happened) >= _LEAST and all(
        _weight(a & b, weights) >= _SHARE * min(_weight(a, weights), _weight(b, weights))
        for a, b in ((one.headline, other.headline), (one.words, other.words))
    )


def _weight(words: Collection[str], weights: Mapping[str, int]) -> int:
    return sum(weights.get(word, 0) for word in words)


def _pair(one: _Telling, other: _Telling) -> Pair:
    return frozenset({one.article.id, other.article.id})
