"""The subject and preheader an edition has until an editor writes better ones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digest.editorial.summary import cut
from digest.model import Article

LONGEST = 60
TOO_LONG = 150  # characters that no inbox shows
_SHORTEST = 20
_ENDING = 10  # characters, about, of "and 4 more"
_PREHEADER = 130
_EDGE = re.compile(r"\s*[:;,]\s+|\s+[–—-]\s+")

PHONE = 41
"""Characters of a subject that a phone held upright shows, about (Apple Mail and Gmail, 2025)."""

FIELDS = ("lead", "second", "more", "count", "stories", "newsletter", "segment", "number")
"""What a pattern may name."""
PATTERN = "{lead}{more}"

_TAIL = re.compile(r"(\{(?:lead|second)\})\s+[^\W\d_]+\s+\{count\}[^{}]*$")
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class _Tongue:
    """How a subject goes on in a language: after a plain headline, and after one that has parts itself.

    `numbers` are the words for two to twelve; `join` are the words that join parts.
    """

    more: str
    one: str
    many: str
    numbers: str
    join: tuple[str, ...]


_TONGUES = {
    "da": _Tongue(
        " og {} mere",
        " – plus én artikel til",
        " – plus {} artikler til",
        "to tre fire fem seks syv otte ni ti elleve tolv",
        ("og",),
    ),
    "de": _Tongue(
        " und {} weitere",
        " – und ein weiterer Beitrag",
        " – und {} weitere Beiträge",
        "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
        ("und", "sowie"),
    ),
    "en": _Tongue(
        " and {} more",
        " – plus one more story",
        " – plus {} more stories",
        "two three four five six seven eight nine ten eleven twelve",
        ("and", "&"),
    ),
    "es": _Tongue(
        " y {} más",
        " – y otro artículo",
        " – y {} artículos más",
        "dos tres cuatro cinco seis siete ocho nueve diez once doce",
        ("y", "e"),
    ),
    "fr": _Tongue(
        " et {} de plus",
        " – et un autre article",
        " – et {} autres articles",
        "deux trois quatre cinq six sept huit neuf dix onze douze",
        ("et",),
    ),
    "it": _Tongue(
        " e altri {}",
        " – e un altro articolo",
        " – e altri {} articoli",
        "due tre quattro cinque sei sette otto nove dieci undici dodici",
        ("e", "ed"),
    ),
    "nl": _Tongue(
        " en nog {}",
        " – plus nog een artikel",
        " – plus nog {} artikelen",
        "twee drie vier vijf zes zeven acht negen tien elf twaalf",
        ("en",),
    ),
    "pt": _Tongue(
        " e mais {}",
        " – e mais um artigo",
        " – e mais {} artigos",
        "dois três quatro cinco seis sete oito nove dez onze doze",
        ("e",),
    ),
    "sv": _Tongue(
        " och {} till",
        " – plus en artikel till",
        " – plus {} artiklar till",
        "två tre fyra fem sex sju åtta nio tio elva tolv",
        ("och",),
    ),
}


def problem(pattern: str) -> str | None:
    """Say what is wrong with a pattern; None where nothing is."""
    unknown = [name for name in _FIELD.findall(pattern) if name not in FIELDS]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in FIELDS)
        return f"there is no {{{unknown[0]}}}; known: {known}"
    if re.search(r"[{}]", _FIELD.sub("", pattern)):
        return "a brace stands alone; write {lead}"
    return None


def subject(
    articles: Sequence[Article],
    language: str = "en",
    pattern: str = PATTERN,
    named: Mapping[str, str] | None = None,
) -> str:
    """Return a subject by a pattern, and how many more articles there are; empty for no article.

    The headlines in it are whole words of up to 60 characters together where they allow it, and the
    whole never more than the 150 that the lint lets pass: what a feed calls its story must not stop
    an issue. A headline with commas, numbers or an "and" of its own is not gone on with in the same
    breath. `named` gives what the articles do not: newsletter, segment and number.
    """
    if not articles:
        return ""
    tongue = _TONGUES.get(language.split("-", maxsplit=1)[0].lower())
    leads = len({"lead", "second"} & {*_FIELD.findall(pattern)})
    if leads > len(articles):
        return subject(articles, language, PATTERN, named)
    others = len(articles) - max(1, leads)
    last = shortened(articles[max(0, leads - 1)].title, LONGEST - _ENDING)
    if not others or (tongue is not None and _has_parts(last, tongue)):
        pattern = _TAIL.sub(r"\1{more}", pattern)
    values = {
        **(named or {}),
        "more": _more(others, last, tongue),
        "count": str(others),
        "stories": str(len(articles)),
    }
    fixed = len(_FIELD.sub(lambda m: values.get(m[1], ""), pattern))
    room = max(_SHORTEST, (LONGEST - fixed) // max(1, leads))
    most = max(_SHORTEST, (TOO_LONG - fixed) // max(1, leads))
    for name, article in zip(("lead", "second"), articles, strict=False):
        values[name] = cut(shortened(article.title, room), most)
    made = _FIELD.sub(lambda m: values.get(m[1], ""), pattern)
    return cut(" ".join(made.split()), TOO_LONG)


def candidates(
    articles: Sequence[Article], language: str, named: Mapping[str, str]
) -> tuple[str, ...]:
    """Return two subjects that an editor may want: the first story alone, and the first two."""
    both = (subject(articles, language, p, named) for p in ("{lead}", "{lead} · {second}"))
    return tuple(dict.fromkeys(filter(None, both)))


def _more(others: int, headline: str, tongue: _Tongue | None) -> str:
    if not others:
        return ""
    if tongue is None:
        return f" (+{others})"
    if not _has_parts(headline, tongue):
        return tongue.more.format(others)
    if others == 1:
        return tongue.one
    words = dict(enumerate(tongue.numbers.split(), 2))
    return tongue.many.format(words.get(others, others))


def _has_parts(headline: str, tongue: _Tongue) -> bool:
    """Tell whether a headline would run into what a subject says after it."""
    words = headline.casefold().split()
    return re.search(r"[,;:\d–—]", headline) is not None or any(w in words for w in tongue.join)


def preheader(articles: Sequence[Article], subject: str) -> str:
    """Return the next two headlines, without what the subject says; for one article, its summary."""
    if len(articles) == 1:
        return shortened(articles[0].summary, _PREHEADER)
    said: list[str] = []
    for article in articles[1:]:
        title = " ".join(article.title.split())
        if len(said) < 2 and title not in said and title not in subject:  # noqa: PLR2004 - two
            said.append(title)
    both = " · ".join(said)
    return both if len(both) <= _PREHEADER or len(said) == 1 else said[0]


def shortened(headline: str, longest: int) -> str:
    """Return the headline, ended where a phrase ends if it is too long; no word is ever cut.

    Where no phrase is as short as that, it ends with the first that is not very short.
    """
    title = " ".join(headline.split())
    if len(title) <= longest:
        return title
    ends = [m.start() for m in _EDGE.finditer(title) if m.start() >= _SHORTEST]
    fit = [end for end in ends if end <= longest]
    return title[: (fit or ends[::-1])[-1]] if ends else title
