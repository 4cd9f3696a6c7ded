"""A by-line: the names in it, and the date that older pages put behind them."""

from __future__ import annotations

import re
from functools import lru_cache

from digest.sources.parsing.boilerplate import is_department, is_name
from digest.sources.parsing.dates import is_date
from digest.sources.parsing.sanitize import plain

_EDGE = " ,;–—-|·•"
_LONGEST = 500
_MOST = 4000
_PARTS = re.compile(
    r"\s*(?:,\s(?:and|und|et|y|&)\s|[,;|、，،]|\s[/·•&+–—-]\s|(?<=[^\W\d_]{2})/(?=[^\W\d_]{2})|"
    r"\s(?:and|und|u\.|et|y|e|och|og|en|ja|és|i|и|та|ve|με|και|with|mit|avec|con|com|met|AND|UND|ET)\s)\s*"
)
# what parts the names of scripts that know no capitals: their commas, the dot, an "and" between blanks
_PARTS_WITHOUT_CAPITALS = re.compile(r"\s*[,，،、·・]\s*|\sو\s")
_WORDS_OF_A_NAME = 5
# behind a name: where and for whom somebody writes, and with which agency
_FOR_WHOM = re.compile(r"\s(?:for|für|pour|per|para|voor|in)\s(?=[A-ZÀ-Þ][^,;|]*$).*")
_WITH_WHOM = re.compile(r"\s(?:with|mit|avec|con|com|met)\s(?=[A-ZÀ-Þ][^,;|]*$).*")
_AND_OTHERS = re.compile(r",?\s(?:et al|and others|u\. ?a|e\.a|y otros|et autres)\b\.?$")
_PICTURES = re.compile(
    r"(?:photos?|fotos?|bild(?:er)?|images?|pictures?|illustrations?|video|grafik(?:en)?)\w*\b",
    re.IGNORECASE,
)
_DEGREES = (
    "MD|PhD|RN|MP|MEP|OBE|CBE|MBE|FRS|QC|KC|JR|SR|II|III|IV|MSc|BSc|BA|MA|MBA|LLM|LLD|DDS|Esq|RA"
)
_DEGREE = re.compile(rf",\s*({_DEGREES})\b(\.?)", re.IGNORECASE)
# "Roe, Ann; Poe, Bo"
_SURNAME_FIRST = re.compile(r"([^\W\d_][\w'’-]*),\s*([^\W\d_][\w.'’-]*(?:\s[^\W\d_][\w.'’-]*)?)")
_KEPT_COMMA, _KEPT_DOT = "\ue000", "\ue001"
_BY = re.compile(
    r"^(?:(?:written|reported|posted|words|text|story|article|report)\s+)?(?:by|von|par|por|di|door|av|af|från|przez|автор)\b:?\s+|"
    r"^(?:ein(?:e)?\s)?(?:gast)?(?:beitrag|kommentar|kolumne|artikel|analyse|interview|reportage)\svon\s|^(?:a\s)?guest\s(?:post|article|column)\sby\s|^(?:text|autor(?:in)?|author|auteur|redaktion)\s*:\s*",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"[(<\[]?\s*(?:mailto:)?\s*[^\s<>()\[\],;]*@[^\s<>()\[\],;]+\s*[)>\]]?|https?://\S+"
)
# "Roe, A., Poe, B.-C.": as journals list their authors
_INVERTED = re.compile(
    r"([^\W\d_][^\d,;]{1,40}),\s*((?:[^\W\d_]\.[\s-]?)+)(?:[,;]\s*(?:and\s+|&\s*)?|$)"
)
# "Ann Roe, CNN", "Ann Roe, example.com": for whom somebody writes; a degree is the person's own
_SITE = r"(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|info|edu|gov|news|[a-z]{2})"
_FOR = re.compile(
    rf",\s*(?:(?!(?:{_DEGREES.upper()})$)"
    rf"[A-Z][A-Z&]{{1,6}}|{_SITE})$"
)
_WHOLLY_A_SITE = re.compile(_SITE)
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)$")
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]*")
# what publishing systems call whoever installed them
_NOBODY = frozenset(
    "admin administrator webmaster root superuser user wordpress wpadmin author editor anonymous "
    "unknown none null n/a noreply no-reply guest test".split()
)
_ROLE = re.compile(
    r"\b(?:editor|reporter|correspondent|columnist|journalist|photographer|officer|manager|"
    r"redakteur(?:in)?|korrespondent(?:in)?|journaliste|rédact\w+)s?$",
    re.IGNORECASE,
)


def names_in(line: str, language: str | None = None) -> tuple[tuple[str, ...], str | None]:
    """Split "Jane Roe and Sam Poe, 12 May 2008" into its names and its date; () for a sentence."""
    if len(line) > _LONGEST:
        return (), None
    names, date = line.strip(_EDGE), None
    for cut in [m.start() for m in re.finditer(r"[,|–—·-]|\s(?=\d|[^\W\d_])", names)]:
        if is_date(names[cut:].strip(_EDGE), language):
            names, date = names[:cut].strip(_EDGE), names[cut:].strip(_EDGE)
            names = re.sub(r"\s(?:on|am|le|el|il|op|den)$", "", names)
            break
    parts = tuple(p.strip() for p in _PARTS.split(names) if p.strip())
    if len(parts) == 2 and _ROLE.search(parts[1]) and "," in names:  # noqa: PLR2004 - "Ann Author, Arts Editor"
        parts = parts[:1]
    # "Ann Roe, Press Office" is one person
    parts = tuple(p for p in parts if not is_department(p)) or parts
    return (parts, date) if parts and all(map(is_name, parts)) else ((), None)


@lru_cache(maxsize=4096)  # a feed names the same few people again and again
def people(stated: tuple[str, ...]) -> tuple[str, ...]:
    """Return the people that a source names, each once: lists parted, addresses left out.

    A login counts only where nobody is named by a name; "admin" never does.
    """
    names: dict[str, None] = {}
    for text in (t[:_MOST] for t in stated):
        name = _BY.sub("", _ADDRESS.sub(" ", plain(text) or "")).strip(_EDGE + '"“”<>')
        if name.startswith("("):
            name = name.strip("()")
        name = " ".join(re.sub(r"\(\s*\)|\(\s*$", "", name).split()).strip(_EDGE)
        if not name or "@" in name or name.casefold() in _NOBODY or _WHOLLY_A_SITE.fullmatch(name):
            continue
        for behind in (_IN_BRACKETS, _FOR):
            bare = behind.sub("", name)
            name = bare if is_name(bare) and not bare.isupper() else name
        if sum(1 for _ in _INVERTED.finditer(name)) > 1 and not _INVERTED.sub("", name).strip(
            " ,;&"
        ):
            names |= dict.fromkeys(
                f"{found[2].strip()} {found[1]}" for found in _INVERTED.finditer(name)
            )
            continue
        name = _AND_OTHERS.sub("", name)
        if name.lower() == name.upper():
            parted = [p for p in _PARTS_WITHOUT_CAPITALS.split(name) if p]
            if all(len(p.split()) <= _WORDS_OF_A_NAME for p in parted):
                names |= dict.fromkeys(parted)
                continue
        # these part lists in any script; a comma also stands in "Smith, John" and "Roe, PhD"
        listed = [p for part in re.split(r"\s*[;|、]\s*", name) if (p := part.strip(_EDGE))]
        if len(listed) > 1 and all(map(_SURNAME_FIRST.fullmatch, listed)):
            listed = [_SURNAME_FIRST.sub(r"\2 \1", part) for part in listed]
        found = [(_names_within(part), part) for part in listed]
        if any(those and not _PICTURES.match(part) for those, part in found):
            # beside who wrote it: who took the pictures, and for whom it was written
            found = [
                (those, part)
                for those, part in found
                if not _PICTURES.match(part) and (those or not is_department(part))
            ]
        for those, part in found:
            names |= dict.fromkeys(those or (part,))
    known = tuple(n for n in names if not _LOGIN.fullmatch(n))
    return known or tuple(names)


def _names_within(one: str) -> tuple[str, ...]:
    """Return the names in a part of a list; a degree is its person's."""
    kept = _DEGREE.sub(lambda m: f"{_KEPT_COMMA}{m[1]}{_KEPT_DOT if m[2] else ''}", one)
    alone = _FOR_WHOM.sub("", kept)
    for line in (alone, _WITH_WHOM.sub("", alone), _FOR.sub("", alone)):
        parts = names_in(line)[0]
        if parts and not any(map(is_department, parts)):
            return tuple(p.replace(_KEPT_COMMA, ", ").replace(_KEPT_DOT, ".") for p in parts)
    return ()
