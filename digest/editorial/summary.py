"""The few words an edition prints of an article: its title and its summary. Nothing is made up."""

from __future__ import annotations

import re
import unicodedata

from digest.model import Sighting

_READ = 4096  # characters: more than a title or a summary can be made of
TITLE_LENGTH = 120
SUMMARY_LENGTH = 240
_ABBREVIATIONS = frozenset(
    "prof dr mr mrs ms mx st sr jr rev hon sir fr vs no nos vol fig figs ed eds pp approx ca cf al "
    "etc inc ltd co corp dept univ jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu "
    "fri sat sun e.g i.e u.s u.k u.n a.m p.m ph.d b.a m.a b.sc m.sc d.phil".split()
)
# a full stop of Han writing needs no blank behind it; those of other scripts do
_SENTENCE_END = re.compile(
    r"""(?:[.!?…][.!?…]*|[؟۔।॥։።၊။])["”’'»)\]]*(?=\s)|[。！？｡]+[」』）”’"']*(?=[^。！？｡])"""
)
_ENDS = r"""[.!?。！？｡؟۔।॥։።။]["”’'»)\]」』）]*$"""
_WHOLE = re.compile(_ENDS)
_BROKEN = re.compile(r"(?:[\[(]\s*)?(?:…|\.\.\.|⋯)(?:\s*[\])])?\s*$|[:：,，;、–—-]\s*$")
_TRUNCATED = 150  # characters: what ends in mid sentence before that was written so
# scripts that are written without blanks between words: Thai, Lao, Myanmar, Khmer, kana, Han
NO_BLANKS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)
_HASHTAGS = re.compile(r"^(?:\s*#\w+)+$")
_UNSPACED = "。！？｡」』）"
_WORDS_END = 0.6
_ASIDE = re.compile(r"<(table|pre|figcaption|h[1-6]|dl)>.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
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
            first = text.strip()[:_READ].split("\n\n")[0]
            return cut(sentences(" ".join(first.split()))[0], TITLE_LENGTH)
    return sighting.url or sighting.path or sighting.guid or sighting.source


def summary_of(sighting: Sighting) -> str:
    """Return what an edition prints: the standfirst, the publisher's summary, or the lead.

    A lead is whole sentences, up to 240 characters; it leaves out datelines, pull quotes, tables,
    code and captions. Words that the title has said already are not said again, and what breaks off
    ends with its last whole sentence.
    """
    title = title_of(sighting)
    lead = _whole(_lead(sighting, title))
    for text in (sighting.standfirst, sighting.summary):
        if text and (said := _after_title(" ".join(text[:_READ].split()), title)):
            whole = _whole(said)
            # an excerpt that breaks off in its first sentence says less than the text itself
            if whole == said or _WHOLE.search(whole) or not _WHOLE.search(lead):
                return within(whole, 2 * SUMMARY_LENGTH)
    return within(lead, SUMMARY_LENGTH)


def _after_title(text: str, title: str) -> str:
    """Return a text from where it goes on after its title's words; "" where it says nothing else.

    A title of one or two words begins many sentences: it counts only where a sentence ends with it.
    """
    said = title.removesuffix("…").rstrip(" .!?:")
    letters, end = _letters(said), 0
    if not letters or not _letters(text[: 4 * len(said) + 40]).startswith(letters):
        return text
    left = len(letters)
    while left > 0:
        left -= len(_letters(text[end]))
        end += 1
    rest = text[end:]
    closed = re.match(
        r"""["”’'»)\]」』）]*(?:\s*(?:[.!?。！？:：…|–—-]+|$)["”’'»)\]」』）]*|\s+(?=[A-ZÀ-Þ“"«「]))\s*""",
        rest,
    )
    if closed:
        return _HASHTAGS.sub("", rest[closed.end() :]).strip()
    several = len(said.split()) > 3 or _width(said) > 3 * len(said) // 2  # noqa: PLR2004 - as said above
    return f"… {rest.strip(' ,;')}" if several and rest.strip(" ,;") else text


def _whole(text: str) -> str:
    """Return a text without the sentence that breaks off at its end, or without its ellipsis alone."""
    broken = _BROKEN.search(text)
    if not broken and (_WHOLE.search(text) or len(text) < _TRUNCATED):
        return text
    words = text[: broken.start()].rstrip(" ,;:：、–—-") if broken else text
    kept = sentences(words)
    if len(kept) > 1 and not _WHOLE.search(words):
        return words[: words.rfind(kept[-1])].rstrip()
    return words


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
    """Return as many whole sentences as fit; where not even one does, words and an ellipsis.

    The limit counts Latin letters; a character of Han, kana or Hangul takes the room of two.
    """
    kept = ""
    line = " ".join(text[:_READ].split())
    if _width(line) <= limit:
        return line
    for sentence in sentences(line):
        joint = "" if kept and kept[-1] in _UNSPACED else " "
        longer = f"{kept}{joint}{sentence}".strip()
        if _width(longer) > limit:
            return kept or cut(sentence, limit)
        kept = longer
    return kept


def cut(text: str, limit: int) -> str:
    """Cut a text at a word, with an ellipsis that counts towards the limit of characters.

    Where the script puts no blanks between words it is cut at a comma or between characters.
    """
    if _width(text) <= limit:
        return text
    end = _fitting(text, limit - 1)
    head = text[:end]
    at = max(head.rfind(mark) for mark in (" ", "、", "，", "・"))
    # one blank near the beginning tells a name from the rest, not the words of the rest
    if at > len(head) * _WORDS_END:
        head = head[:at]
    elif " " in head and not NO_BLANKS.search(head[-40:]):  # its script has them between words
        head = head.rsplit(" ", 1)[0]
    while head and end < len(text) and len(head) == end and unicodedata.category(text[end]) == "Mn":
        end -= 1
        head = text[:end]
    return head.rstrip(" ,;:–—-.、，") + "…"


def _fitting(text: str, limit: int) -> int:
    """Return how many characters of a text take no more room than the limit."""
    room = 0
    for at, character in enumerate(text):
        room += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if room > limit:
            return at
    return len(text)


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _lead(sighting: Sighting, title: str) -> str:
    """Return the first paragraph of prose: no heading, quote, table, code, caption or bare title."""
    quoted = tuple(_letters(q.text) for q in sighting.quotes)
    aside = _letters(" ".join(_TAG.sub(" ", part[0]) for part in _ASIDE.finditer(sighting.html)))
    for paragraph in sighting.text.split("\n\n"):
        line = " ".join(paragraph[:_READ].split())
        letters = _letters(line)
        # a line that neither ends as a sentence does nor is long is a sub-heading
        ends = _WHOLE.search(line) is not None or line[-1:] in {*'…"”’)'}
        prose = ends or len(line.split()) > 12 or _width(line) > 100  # noqa: PLR2004 - as said
        if not prose or (aside and letters in aside):
            continue
        if quoted and letters.startswith(quoted):
            continue
        if said := _after_title(_DATELINE.sub("", line), title):
            return said
    return "" if quoted else _after_title(" ".join(sighting.text[:_READ].split()), title)


def _is_abbreviation(text: str, start: int, end: re.Match[str]) -> bool:
    if text[end.end() :].lstrip()[:1].islower():
        return True
    if end[0] != ".":
        return False
    word = text[start : end.start()].rsplit(" ", 1)[-1].lstrip("(“\"'‘[").lower()
    return word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha())


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()
