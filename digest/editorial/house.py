"""House rules: what a newsletter says of its own style, and where an edition breaks it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from digest.editorial.folding import plain
from digest.editorial.proofreading import printed
from digest.editorial.summary import NO_BLANKS, sentences
from digest.findings import Finding, Where
from digest.lint_rules.of_words import (
    HOUSE_BAN,
    HOUSE_CALLS,
    HOUSE_HEADLINE,
    HOUSE_SPELL,
    HOUSE_SUMMARY,
)
from digest.model import Edition, HouseRules

_HYPHENS = "\\-\u2010\u2011\u2012\u2013"
_JOINT = f"[\\s{_HYPHENS}]"
_ACCENT = re.compile("[\u0300-\u036f]")
_ADDRESS = re.compile(r"https?://[^\s)]+|\bwww\.[^\s)]+|\S+@\S+")
_LINK = re.compile(r"\[[^\]]+\]\(https?://[^)\s]+\)")
# what a sentence asks a reader to do; a word that is also a noun needs what follows an order
_THEN = (
    r"(?:a|an|at|by|early|for|here|in|it|more|my|now|online|on|our|the|this|tickets?|us|until|your)"
)
_CALLS = {
    "en": rf"(?:please\s+|now\s+)?(?:apply|donate|download|enrol(?:l)?|register|rsvp|sign\s+up|subscribe|tell\s+us|vote|"
    rf"(?:book|buy|call|click|come|contact|email|find|follow|get|give|go|join|listen|nominate|order|read|"
    rf"reserve|reply|save|see|send|share|submit|support|take|try|visit|volunteer|watch|write)\s+{_THEN})",
    "de": r"(?:bitte\s+|jetzt\s+)?(?:abonnieren|anmelden|bestellen|bewerben|buchen|herunterladen|kommen|lesen|"
    r"melden|nehmen|registrieren|reservieren|schicken|schreiben|sehen|senden|sichern|spenden|stimmen|teilen)"
    r"(?:\s+sie\b|\s*[.!]|$)",
    "fr": r"(?:abonnez|achetez|cliquez|consultez|contactez|d[ée]couvrez|demandez|donnez|écrivez|envoyez|inscrivez|"
    r"lisez|participez|partagez|proposez|regardez|rejoignez|réservez|soutenez|téléchargez|venez|visitez|votez)",
    "es": r"(?:apúntate|apúntese|compra|descarga|descargue|escribe|escriba|inscríbete|inscríbase|lee|lea|participa|"
    r"participe|regístrate|regístrese|reserva|reserve|solicita|solicite|suscríbete|suscríbase|únete|vota|vote)",
}


def breaches(edition: Edition, rules: HouseRules, language: str) -> Iterator[Finding]:
    """Yield where an edition breaks its newsletter's own rules, each with its place."""
    for article in edition.articles:
        if said := _too_long("headline", article.title, rules.headline_words):
            yield HOUSE_HEADLINE.found(said, Where(article=article.id))
        if said := _too_long("summary", article.summary, rules.summary_words):
            yield HOUSE_SUMMARY.found(said, Where(article=article.id))
    yield from dict.fromkeys(_words(edition, rules))  # a headline and its summary say one thing
    most = rules.calls_to_action
    if most is None:
        return
    texts = [
        ("", "intro", edition.intro or "", 0),
        *(("", "notice", each.text, bool(each.url)) for each in edition.notices),
        *((article.id, "", article.summary, 0) for article in edition.articles),
    ]
    for id_, part, text, linked in texts:
        if (count := max(calls(text, language), int(linked))) > most:
            said = f"{count} calls to action stand together, and {most} may; keep what counts most"
            none = "a call to action stands here, and none may; take it out"
            yield HOUSE_CALLS.found(said if most else none, Where(article=id_, part=part))


def word_count(text: str) -> int:
    """Count words: what stands between blanks and has a letter or a digit.

    Of scripts without blanks between words (Han, kana, Thai, Lao, Khmer, Myanmar) each letter counts.
    """
    seen = plain(text)
    dense = sum(map(str.isalnum, NO_BLANKS.findall(seen)))
    return dense + sum(any(map(str.isalnum, word)) for word in NO_BLANKS.sub(" ", seen).split())


def banned(text: str, word: str) -> str | None:
    """Return the first place of a whole word, or words, as it is written there.

    One in small letters is found in either case, one with a capital as it is written alone.
    """
    return next(_whole_words(_form(text), _as_said(word)), None)


def misspelt(text: str, word: str) -> str | None:
    """Return the first place where a word is written in another way than this one.

    Another way is in other capitals, with other hyphens or without its accents. One in small letters
    may begin with a capital.
    """
    right = _form(word)
    begun = right[:1].upper() + right[1:] if right == right.lower() else right
    found = (
        _form(each)
        for each in _whole_words(unicodedata.normalize("NFD", _form(text)), _alike(word))
    )
    return next((each for each in found if each not in {right, begun}), None)


def calls(text: str, language: str) -> int:
    """Count the calls to action of a text: sentences that begin with one, and links that are set in words.

    Sentences are read in English, German, French and Spanish.
    """
    pattern = _CALLS.get(language.split("-", maxsplit=1)[0].lower(), r"(?!)")
    begun = re.compile(rf"[\W_]*{pattern}(?!\w)", re.IGNORECASE)
    asked = [s for line in text.split("\n") for s in sentences(line) if begun.match(s)]
    linked = [s for line in text.split("\n") for s in sentences(line) if s not in asked]
    return len(asked) + sum(len(_LINK.findall(s)) for s in linked)


def _too_long(what: str, text: str, most: int | None) -> str:
    if most is None or (count := word_count(text)) <= most:
        return ""
    return f"the {what} has {count} words, and {most} are the most here; shorten it"


def _words(edition: Edition, rules: HouseRules) -> Iterator[Finding]:
    """Yield banned and misspelt words; a subject or preheader that repeats a story's is not told again."""
    in_stories = set[str]()
    for where, text in sorted(printed(edition), key=lambda place: not place[0].article):
        looked_for = (
            *((banned, word) for word in rules.ban),
            *((misspelt, word) for word in rules.spell),
        )
        for look, word in looked_for:
            found = look(text, word)
            if found is None or (where.part in {"subject", "preheader"} and word in in_stories):
                continue
            if where.article:
                in_stories.add(word)
            if look is banned:
                said = f"“{found}” is not printed here; say it in another way"
                yield HOUSE_BAN.found(said, where)
            else:
                yield HOUSE_SPELL.found(f"“{found}” is written “{word}” here", where)


def _form(text: str) -> str:
    """Return a text as words are looked for in it: in one form, without addresses."""
    return unicodedata.normalize("NFC", " ".join(_ADDRESS.sub(" ", plain(text)).split()))


@lru_cache(maxsize=1024)
def _as_said(word: str) -> re.Pattern[str]:
    """Return what finds a word as it is written, or in either case where it has no capital."""
    said = _form(word)
    return re.compile(re.escape(said), re.IGNORECASE if said == said.lower() else 0)


@lru_cache(maxsize=1024)
def _alike(word: str) -> re.Pattern[str]:
    """Return what finds a word in decomposed text, whatever its case, its hyphens and its own accents."""
    parts: list[str] = []
    for letter in _form(word):
        if re.fullmatch(_JOINT, letter):
            parts.append(f"{_JOINT}?")
        else:
            whole = re.escape(unicodedata.normalize("NFD", letter))
            parts.append(_ACCENT.sub(r"(?:\g<0>)?", whole))
    return re.compile(f"[{_HYPHENS}]?".join(parts), re.IGNORECASE)


def _whole_words(text: str, pattern: re.Pattern[str]) -> Iterator[str]:
    """Yield what is found between ends of words; scripts without blanks have none."""
    for found in pattern.finditer(text):
        before, after = text[: found.start()][-1:], text[found.end() :][:1]
        if _parts(before, found[0][0]) and _parts(after, found[0][-1]) and not _is_mark(after):
            yield found[0]


def _parts(beside: str, edge: str) -> bool:
    """Tell whether a word may end between two characters."""
    is_inside = bool(beside) and (beside.isalnum() or _is_mark(beside))
    return not is_inside or any(NO_BLANKS.match(each) for each in (beside, edge))


def _is_mark(letter: str) -> bool:
    return bool(letter) and unicodedata.category(letter).startswith("M")
