"""Identity: which sightings are one article. Decided from values alone, and written down elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256

from digest.editorial.address import canonical, is_homepage
from digest.editorial.merge import created, joined, renewed
from digest.editorial.similarity import alike, contained, fingerprint, marks, shingles, words_of
from digest.model import Article, Change, Sighting, StoredResult

_HEADLINE_WORDS = 3
_PAGE_WORDS = 12
_SAME_STORY = timedelta(days=3)
_SIMILAR = 0.5
_COPY = 0.6
_ID_LENGTH = 12
_MOST_SHARING = 50
_MOST_COPIES = 20


@lru_cache(maxsize=1024)
def keys_of(sighting: Sighting) -> tuple[str, ...]:
    """Return what a sighting can be recognised by, the surest first."""
    keys = []
    if sighting.guid:
        keys.append(f"guid:{sighting.source}:{sighting.guid}")
    if sighting.url and not is_homepage(sighting.url):
        keys.append(f"url:{canonical(sighting.url)}")
    if sighting.path and not sighting.guid:
        keys.append(f"path:{sighting.source}:{sighting.path}")
    if not keys:
        parts = (sighting.headline, sighting.published, sighting.standfirst, sighting.text)
        keys.append(f"same:{sighting.source}:{fingerprint('|'.join(map(str, parts)))}")
    text, *near = marks(sighting.text) or (None,)
    if text:
        keys.append(text)
    elif sighting.path and not sighting.url and len(sighting.text.split()) >= _PAGE_WORDS:
        keys.append(f"page:{sighting.source}:{fingerprint(sighting.text)}")
    elif sighting.headline and sighting.published:
        said = (sighting.headline, sighting.published.isoformat(), words_of(sighting))
        keys.append(f"said:{sighting.source}:{fingerprint('|'.join(said))}")
    if sighting.headline and len(sighting.headline.split()) >= _HEADLINE_WORDS:
        keys.append(f"head:{fingerprint(sighting.headline)}")
    return (*keys, *near)


def identify(
    sightings: Sequence[Sighting],
    known: Mapping[str, tuple[Article, ...]],
    *,
    now: datetime,
    backlog: bool,
) -> tuple[StoredResult, ...]:
    """Tell for each article of a batch whether it is new, updated or the same.

    `known` holds the articles that the batch's keys lead to. An article of a backlog is new when
    it was published, any other, and every event that is still to come, when it is first seen.
    """
    register = _Register(known)
    keyed = [(sighting, keys_of(sighting)) for sighting in sightings]
    shared = _shared(keyed)
    for sighting, keys in keyed:
        article = register.find(sighting, keys, shared)
        if article is None:
            to_come = sighting.event is not None and sighting.event.over > now
            new_at = sighting.published if backlog and not to_come else now
            identity = register.free_id(sighting, keys, shared)
            article = created(sighting, identity, first_seen=now, new_at=new_at)
            register.put(article, keys, "new")
        else:
            same_road = (sighting.source, sighting.path) == (article.source, article.path)
            merged = renewed(article, sighting) if same_road else joined(article, sighting)
            register.put(merged, keys, "same" if merged == article else "updated")
        register.link_copies(article.id, keys)
    return register.filed()


class _Register:
    """The articles known so far, by id and by key, and what became of each in this batch."""

    def __init__(self, known: Mapping[str, tuple[Article, ...]]) -> None:
        self._articles = {a.id: a for found in known.values() for a in found}
        self._by_key = {key: [a.id for a in found] for key, found in known.items()}
        self._keys: dict[str, dict[str, None]] = {}
        self._changes: dict[str, Change] = {}

    def find(
        self, sighting: Sighting, keys: Iterable[str], shared: frozenset[str]
    ) -> Article | None:
        """Return the article that a sighting is of, by the surest key that proves it."""
        for key in keys:
            judge = _JUDGES.get(key.partition(":")[0])
            if judge is None:
                return None
            for article in (self._articles[i] for i in self._by_key.get(key, ())):
                mine, its = sighting.event, article.event
                # as the dates of a series are, which have one address
                other_time = mine is not None and its is not None and mine.starts != its.starts
                is_other = other_time and _has_other_guid(sighting, article)
                if not is_other and judge(sighting, article, key in shared):
                    return article
        return None

    def put(self, article: Article, keys: Iterable[str], change: Change) -> None:
        """Keep an article as it now is, under further keys."""
        self._articles[article.id] = article
        mine = self._keys.setdefault(article.id, {})
        for key in keys:
            ids = self._by_key.setdefault(key, [])
            # what very many share, as an empty column's title, tells nothing apart
            if len(ids) < _MOST_SHARING or article.id in ids:
                mine[key] = None
                if article.id not in ids:
                    ids.append(article.id)
        before = self._changes.get(article.id, "same")
        self._changes[article.id] = change if before == "same" else before

    def link_copies(self, identity: str, keys: Iterable[str]) -> None:
        """Let re-worded copies at other sources name each other."""
        near = [self._by_key[k] for k in keys if k.startswith("near:") and k in self._by_key]
        for each in {i: None for ids in near for i in ids if i != identity}:
            article, other = self._articles[identity], self._articles[each]
            known = max(len(article.also_covered_by), len(other.also_covered_by))
            apart = other.source != article.source and known < _MOST_COPIES
            if apart and alike(article.text, other.text) >= _COPY:
                self._cover(article, other.id)
                self._cover(other, identity)

    def free_id(self, sighting: Sighting, keys: Sequence[str], shared: frozenset[str]) -> str:
        """Return a short id that depends on what the article is, and on nothing else."""
        basis = min((k for k in keys if k not in shared), key=_id_rank, default="")
        identity = _hash(basis)
        if not basis or identity in self._articles:
            everything = (basis, sighting.guid, sighting.url, sighting.path, sighting.headline)
            identity = _hash("|".join(map(str, (*everything, sighting.published, sighting.text))))
        return identity

    def filed(self) -> tuple[StoredResult, ...]:
        """Return what is to be kept, in the order of the batch."""
        return tuple(
            StoredResult(article=self._articles[i], keys=tuple(self._keys[i]), change=change)
            for i, change in self._changes.items()
        )

    def _cover(self, article: Article, other: str) -> None:
        if other not in article.also_covered_by:
            covered = tuple(sorted({*article.also_covered_by, other}))
            self.put(replace(article, also_covered_by=covered), (), "updated")


def _shared(keyed: Sequence[tuple[Sighting, tuple[str, ...]]]) -> frozenset[str]:
    """Return the ids and addresses that several different sightings of a batch claim."""
    first: dict[str, Sighting] = {}
    shared = set()
    for sighting, keys in keyed:
        for key in keys:
            if not key.startswith(("guid:", "url:")):
                break
            other = first.setdefault(key, sighting)
            if other is not sighting and not _is_repeat(other, sighting):
                shared.add(key)
    return frozenset(shared)


def _is_repeat(one: Sighting, other: Sighting) -> bool:
    """Tell whether two sightings of one batch are the same thing printed twice."""
    if one.source == other.source and one.guid != other.guid and one.guid and other.guid:
        return _same_headline(one, other) and one.published == other.published
    return _is_similar(one, other)


def _by_guid(sighting: Sighting, article: Article, shared: bool) -> bool:  # noqa: FBT001 - a table of judges
    same_address = canonical(sighting.url) == canonical(article.url)
    if same_address and not shared:
        return True
    return _is_similar(sighting, article) and (same_address or not shared)


def _by_address(sighting: Sighting, article: Article, shared: bool) -> bool:  # noqa: FBT001
    if shared or _has_other_guid(sighting, article):
        words = words_of(sighting), words_of(article)
        same = bool(words[0]) and len({*map(fingerprint, words)}) == 1
        if same and not shared and _same_headline(sighting, article):
            return True  # a publishing system gave it a new id, and with it a new date
        like = _is_similar(sighting, article) and _dates_agree(sighting, article)
        return like and not _is_next_instalment(sighting, article)
    return True


def _by_path(sighting: Sighting, article: Article, _: bool) -> bool:  # noqa: FBT001
    return article.path == sighting.path or _is_similar(sighting, article)


def _by_text(sighting: Sighting, article: Article, _: bool) -> bool:  # noqa: FBT001
    if sighting.source != article.source:
        return True
    apart = _are_apart(sighting, article)
    return _dates_agree(sighting, article) and (not apart or _same_headline(sighting, article))


def _by_page(sighting: Sighting, article: Article, _: bool) -> bool:  # noqa: FBT001
    # a short page that was copied twice, once without its headline, is no other article
    titled = bool(sighting.headline and article.headline)
    return _dates_agree(sighting, article) and (not titled or _same_headline(sighting, article))


def _by_headline(sighting: Sighting, article: Article, _: bool) -> bool:  # noqa: FBT001
    if sighting.source == article.source and _are_apart(sighting, article):
        return False
    if not _dates_agree(sighting, article):
        return False
    both = words_of(sighting), words_of(article)
    return contained(*both) >= _SIMILAR or fingerprint(both[0]) == fingerprint(both[1])


_JUDGES = {
    "guid": _by_guid,
    "url": _by_address,
    "path": _by_path,
    "same": lambda *_: True,
    "said": lambda *_: True,  # one source, headline, moment and text: only the names are others
    "text": _by_text,
    "page": _by_page,
    "head": _by_headline,
}
_ID_RANKS = ("url", "guid", "path", "same", "text", "said", "head")


def _id_rank(key: str) -> int:
    kind = key.partition(":")[0]
    return _ID_RANKS.index(kind) if kind in _ID_RANKS else len(_ID_RANKS)


def _has_other_guid(sighting: Sighting, article: Article) -> bool:
    same_source = sighting.source == article.source
    return same_source and bool(sighting.guid and article.guid) and sighting.guid != article.guid


def _are_apart(sighting: Sighting, article: Article) -> bool:
    """Tell whether a source gives two sightings identities of their own, and different ones."""
    pairs = ((sighting.guid, article.guid), (canonical(sighting.url), canonical(article.url)))
    return any(a and b and a != b for a, b in pairs)


def _is_similar(one: Sighting, other: Sighting) -> bool:
    if (one.headline, one.text) == (other.headline, other.text):
        return True
    return _same_headline(one, other) or contained(one.text, other.text) >= _SIMILAR


def _is_next_instalment(one: Sighting, other: Sighting) -> bool:
    """Tell whether a column has another day and a text that shares no three words with the last."""
    texts = words_of(one), words_of(other)
    return one.published != other.published and all(map(shingles, texts)) and not contained(*texts)


def _same_headline(one: Sighting, other: Sighting) -> bool:
    if not one.headline or not other.headline:
        return False
    return fingerprint(one.headline) == fingerprint(other.headline)


def _dates_agree(one: Sighting, other: Sighting) -> bool:
    if one.published is None or other.published is None:
        return True
    return abs(one.published - other.published) <= _SAME_STORY


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:_ID_LENGTH]
