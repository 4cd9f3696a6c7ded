"""The few words an edition prints of an article: its title and its summary. Nothing is made up."""

from __future__ import annotations

import re

from digest.model import Sighting

_READ = 4096  # characters: more than a title or a summary can be made of
TITLE_LENGTH = 120
SUMMARY_LENGTH = 240
_ABBREVIATIONS = frozenset(
    "prof dr mr mrs ms mx st sr jr rev hon sir fr vs no nos vol fig figs ed eds pp approx ca cf al "
    "etc inc ltd co corp dept univ jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu "
    "fri sat sun e.g i.e u.s u.k u.n a.m p.m ph.d b.a m.a b.sc m.sc d.phil".split()
)
_SENTENCE_END = re.compile(r"""[.!?…][.!?…]*["”’'»)\]]*(?=\s)""")
_DATELINE = re.compile(
    r"^(?:[A-Z][\w.’' -]{1,30}(?:, [A-Z][\w.’' -]{1,25})?,? )?"
    r"(?:\(?(?:\d{1,2} )?(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
    r"(?: \d{1,2})?(?:,? \d{4})?\)?|\([A-Z]{2,}\)) ?[-–—:] "
    r"|^[A-Z][A-Z .’'-]{2,30}(?:, [A-Z][\w. ]{1,20})? ?(?:\([A-Za-z ]+\) ?)?[–—-]{1,2} "
)


def title_of(sighting: Sighting) -> str:
    """Return a printable title: the headline, else the beginning of what the page says first."""
    for text in (sighting.headline, sighting.standfirst, sighting.summary, sighting.text):
        if text and text.strip():
            if text is sighting.headline:
                return " ".join(text.split())
            return cut(sentences(" ".join(text[:_READ].split()))[0], TITLE_LENGTH)
    return sighting.url or sighting.path or sighting.guid or sighting.source


def summary_of(sighting: Sighting) -> str:
    """Return what an edition prints: the standfirst, the publisher's summary, or the lead.

    A lead is whole sentences, up to 240 characters; it leaves out datelines and pull quotes.
    """
    for text in (sighting.standfirst, sighting.summary):
        if text and text.strip():
            return within(text, 2 * SUMMARY_LENGTH)
    return within(_lead(sighting), SUMMARY_LENGTH)


def sentences(text: str) -> tuple[str, ...]:
    """Split a paragraph at its sentences' ends; abbreviations and initials are none."""
    found, start = [], 0
    for end in _SENTENCE_END.finditer(text):
        if not _is_abbreviation(text, start, end):
            found.append(text[start : end.end()].strip())
            start = end.end()
    found.append(text[start:].strip())
    return tuple(s for s in found if s) or ("",)


def within(text: str, limit: int) -> str:
    """Return as many whole sentences as fit; where not even one does, words and an ellipsis."""
    kept = ""
    for sentence in sentences(" ".join(text[:_READ].split())):
        longer = f"{kept} {sentence}".strip()
        if len(longer) > limit:
            return kept or cut(sentence, limit)
        kept = longer
    return kept


def cut(text: str, limit: int) -> str:
    """Cut a text at a word, with an ellipsis that counts towards the limit of characters."""
    if len(text) <= limit:
        return text
    head = text[:limit].rsplit(" ", 1)[0] if " " in text[:limit] else text[: limit - 1]
    return head.rstrip(" ,;:–—-.") + "…"


def _lead(sighting: Sighting) -> str:
    quoted = tuple(_plain(q.text) for q in sighting.quotes)
    for paragraph in sighting.text.split("\n\n"):
        line = " ".join(paragraph.split())
        if _is_prose(line) and not (quoted and _plain(line).startswith(quoted)):
            return _DATELINE.sub("", line)
    return "" if quoted else " ".join(sighting.text.split())


def _is_prose(line: str) -> bool:
    return line[-1:] in {*'.!?…"”’)'} or len(line.split()) > 12  # noqa: PLR2004 - sub-headings are shorter


def _is_abbreviation(text: str, start: int, end: re.Match[str]) -> bool:
    if text[end.end() :].lstrip()[:1].islower():
        return True
    if end[0] != ".":
        return False
    word = text[start : end.start()].rsplit(" ", 1)[-1].lstrip("(“\"'‘[").lower()
    return word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha())


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()
