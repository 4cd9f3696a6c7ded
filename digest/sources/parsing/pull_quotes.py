"""Pull quotes of a text page: a sentence of it once more, with the name of who said it."""

from __future__ import annotations

import re

from digest.editorial.summary import sentences
from digest.model import Quote
from digest.sources.parsing.boilerplate import HONORIFIC, in_title_case, is_department, is_name
from digest.sources.parsing.text_layout import SENTENCE, Block

_PULLED = re.compile(
    r"""^(?P<text>.*[.!?…]["”’»']?|["“‘„«].*["”’“»'][.,]?)\s*(?P<dash>\s[-–—]+\s?|[-–—]{1,2}\s)?\s*"""
    r"""(?P<who>[A-ZÀ-ÞА-Я][^.!?]*(?:(?<=\bDr|\bMr|\bMs|\bSt)\.[^.!?]*)*)$"""
)
_QUOTED = re.compile(r"""^["“‘„«].*["”’“»'][.,]?$""")
_SIGNED = re.compile(r"^[-–—]{1,2}\s*(?P<who>\S.*)$")
_MARKS = "\"“”‘’'„«» "
_VERB = re.compile(r"\b(?:said|says|was|were|is|are|has|have|had|will|can|added|explained)\b")
_WHO_WORDS = 16
_ROLE_WORDS = 12
_STANDS = 20  # letters: fewer stand anywhere


def take_quotes(blocks: list[Block]) -> tuple[list[Block], tuple[Quote, ...]]:
    """Return the blocks of prose, and the pull quotes that stood between them.

    A quote may stand on several lines: its words, "– Name", and what that person is.
    """
    said = _letters(" ".join(b.text for b in blocks if SENTENCE.search(b.text)))
    prose: list[Block] = []
    quotes: list[Quote] = []
    at = 0
    while at < len(blocks):
        quote, used = _pull_quote(blocks[at : at + 3], said)
        if quote is None:
            prose.append(blocks[at])
        elif quote not in quotes:
            quotes.append(quote)
        at += used
    return prose, tuple(quotes)


def _pull_quote(blocks: list[Block], said: str) -> tuple[Quote | None, int]:
    """Return the quote that the first block begins, and how many blocks it takes."""
    first = blocks[0]
    signed = [n for n, line in enumerate(first.lines) if n and _SIGNED.match(line)]
    if signed:
        # "– Name" on a line of its own, and what that person is on those behind it
        words, who = " ".join(first.lines[: signed[0]]), ", ".join(first.lines[signed[0] :])
        return Quote(text=words.strip(_MARKS), attribution=who.lstrip("-–— ")), 1
    if (
        len(blocks) > 1
        and (sign := _SIGNED.match(blocks[1].text))
        and len(blocks[1].text.split()) <= _WHO_WORDS
    ):
        role = blocks[2].text if len(blocks) > 2 else ""  # noqa: PLR2004 - words, name, role
        titled = in_title_case(role) or is_department(role) or role[:1].islower()
        short = bool(role) and len(role.split()) <= _ROLE_WORDS
        is_role = short and titled and not SENTENCE.search(role)
        who = f"{sign['who']}, {role}" if is_role and "," not in sign["who"] else sign["who"]
        return Quote(text=first.text.strip(_MARKS), attribution=who), 2 + (who != sign["who"])
    below = blocks[1].lines if len(blocks) > 1 else ()
    if _QUOTED.match(first.text) and below and is_name(below[0]) and len(below) < 3:  # noqa: PLR2004 - name and role
        return Quote(text=first.text.strip(_MARKS), attribution=", ".join(below)), 2
    letters = _letters(first.text)
    if len(letters) > _STANDS and _QUOTED.match(first.text) and said.count(letters) > 1:
        return Quote(text=first.text.strip(_MARKS)), 1
    return _on_one_line(first, said), 1


def _on_one_line(block: Block, said: str) -> Quote | None:
    found = _PULLED.match(block.text)
    if found is None or SENTENCE.search(block.text) or len(found["who"].split()) > _WHO_WORDS:
        return None
    text, who = found["text"], found["who"]
    # "Prof." and its like belong to the name behind them
    parts = sentences(f"{text} {who}")
    if parts[-1] != who and parts[-1].endswith(who) and len(parts) > 1:
        text, who = " ".join(parts[:-1]), parts[-1]
    words = text.strip(_MARKS)
    stands = len(_letters(words)) > _STANDS and _letters(words) in said
    marked = found["dash"] is not None or text[:1] in '"“‘„«'
    named = HONORIFIC.match(who) is not None or is_name(re.split(r"\s*[,(]", who)[0])
    person = named or in_title_case(who)
    if len(who.split()) < 2 or _VERB.search(who):  # noqa: PLR2004 - one word is no name
        return None
    if not (stands or (person and (marked or named))):
        return None
    return Quote(text=words, attribution=who)


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()
