"""Likeness of texts: fingerprints that are equal for equal words, sketches that meet for near ones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from math import log, sqrt
from zlib import crc32

from digest.editorial.folding import plain
from digest.editorial.summary import NO_BLANKS
from digest.model import Article, Sighting

LONG_ENOUGH = 48
RELATED = 0.25
"""The least likeness of two stories of one matter; common words alone come to less."""
_FIRST_WORDS = 128
_BINS = 12
_BAND = 2
_REMEMBERED = 1024
_WORD = re.compile(r"\w+")
_SPACES = b" \t\n\r\x0b\x0c"
_MASK = 0xFFFFFFFF


def fingerprint(text: str) -> str:
    """Return a short hash that depends neither on a text's case nor on its spaces and forms."""
    letters = plain(text).casefold().encode("utf-8", "replace").translate(None, _SPACES)
    return blake2b(letters, digest_size=8).hexdigest()


@lru_cache(maxsize=_REMEMBERED)
def shingles(text: str) -> frozenset[int]:
    """Return the hashed word triples of a text's beginning, 128 words at most."""
    found = _WORD.findall(plain(text[: _FIRST_WORDS * 8]).casefold())[:_FIRST_WORDS]
    words = " ".join(found).encode("utf-8", "replace").split()
    # each word goes on from the checksum of those before it
    pairs = map(crc32, words[1:], map(crc32, words))
    return frozenset(map(crc32, words[2:], pairs))


@lru_cache(maxsize=_REMEMBERED)
def marks(text: str) -> tuple[str, ...]:
    """Return the keys of a long text: its fingerprint, and bands that near texts share.

    Of two texts with a Jaccard likeness of 0.7 a band is equal 98 times in 100: one-permutation
    hashing (Li, Owen, Zhang 2012) into 12 bins, bands of two. A short text has no keys.
    """
    found = shingles(text)
    if len(found) < LONG_ENOUGH:
        return ()
    # from the largest to the smallest: what stays in each bin is its least
    least = {mark % _BINS: mark // _BINS for mark in sorted(found, reverse=True)}
    bins = [least.get(i, _MASK) for i in range(_BINS)]
    near = (f"near:{i}:{bins[i]:x}.{bins[i + 1]:x}" for i in range(0, _BINS, _BAND))
    return (f"text:{fingerprint(text)}", *near)


def alike(one: str, other: str) -> float:
    """Return the Jaccard likeness of two texts, from 0 to 1."""
    a, b = shingles(one), shingles(other)
    return len(a & b) / len(a | b) if a and b else 0.0


def contained(one: str, other: str) -> float:
    """Return how much of the shorter text stands in the longer one, from 0 to 1."""
    a, b = shingles(one), shingles(other)
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def words_of(sighting: Sighting) -> str:
    """Return all that a sighting says of its subject: for comparing a notice with a whole text."""
    return " ".join(p for p in (sighting.standfirst, sighting.text or sighting.summary) if p)


class Likeness:
    """How much articles of one collection are about the same: the cosine of their terms, from 0 to 1.

    A term weighs the more the fewer articles have it (Spärck Jones 1972), in whole thousandths, so that
    sums are the same in any order; what all have weighs little.
    """

    def __init__(self, articles: Iterable[Article]) -> None:
        self._terms = {
            article.id: terms(f"{article.title} {article.summary}") for article in articles
        }
        known = Counter(term for own in self._terms.values() for term in own)
        every = len(self._terms)
        self._weights = {  # squared
            t: (1000 + round(1000 * log((1 + every) / (1 + n)))) ** 2 for t, n in known.items()
        }
        self._sizes = {id_: self._size(own) for id_, own in self._terms.items()}
        self._of_pairs: dict[tuple[str, str], float] = {}

    def of(self, one: str, other: str) -> float:
        """Return how like two articles are, by their ids."""
        pair = (min(one, other), max(one, other))
        if pair not in self._of_pairs:
            a, b = self._terms[one], self._terms[other]
            size = sqrt(self._sizes[one] * self._sizes[other])
            self._of_pairs[pair] = self._size(a & b) / size if size else 0.0
        return self._of_pairs[pair]

    def _size(self, words: Iterable[str]) -> int:
        return sum(map(self._weights.__getitem__, words))


@lru_cache(maxsize=_REMEMBERED)
def terms(text: str) -> frozenset[str]:
    """Return the words of a text, folded; of scripts without blanks each two letters in a row."""
    found: set[str] = set()
    for word in _WORD.findall(plain(text).casefold()):
        if NO_BLANKS.search(word):
            found |= {word[at : at + 2] for at in range(max(1, len(word) - 1))}
        elif len(word) > 2 or word.isdecimal():  # noqa: PLR2004 - what is shorter says little
            found.add(word)
    return frozenset(found)
