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
    r"\s*(?:[,;|、，]|\s[/·•&+]\s|\s(?:and|und|et|y|och|og|en|ja|i|и|та|ve|με|και|with|mit)\s)\s*"
)
_BY = re.compile(
    r"^(?:(?:written|reported|posted|words|text|story|article|report)\s+)?(?:by|von|par|por|di|door|av|af|från|przez|автор)\b:?\s+|^(?:text|autor(?:in)?|author|auteur|redaktion)\s*:\s*",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"[(<\[]?\s*(?:mailto:)?\s*[^\s<>()\[\],;]+@[^\s<>()\[\],;]+\s*[)>\]]?|https?://\S+"
)
# "Roe, A., Poe, B.-C.": as journals list their authors
_INVERTED = re.compile(
    r"([^\W\d_][^\d,;]{1,40}),\s*((?:[^\W\d_]\.[\s-]?)+)(?:[,;]\s*(?:and\s+|&\s*)?|$)"
)
# "Ann Roe, CNN", "Ann Roe, example.com": for whom somebody writes; a degree is the person's own
_SITE = r"(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|info|edu|gov|news|[a-z]{2})"
_FOR = re.compile(
    rf",\s*(?:(?!(?:MD|PHD|RN|MP|MEP|OBE|CBE|MBE|FRS|QC|KC|JR|SR|II|III|IV|MSC|BSC|BA|MA|MBA|LLM|LLD|DDS|ESQ|RA)$)"
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
        # these part lists in any script; a comma also stands in "Smith, John" and "Roe, PhD"
        listed = [p for part in re.split(r"\s*[;|、]\s*", name) if (p := part.strip(_EDGE))]
        for one in listed:
            parts, _ = names_in(one)
            whole = len(parts) < 1 or any(map(is_department, parts))
            names |= dict.fromkeys((one,) if whole else parts)
    known = tuple(n for n in names if not _LOGIN.fullmatch(n))
    return known or tuple(names)
