"""Corrections: which words of a story are no longer what its readers got, and a notice that says so."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from digest.editorial.compare import WordRun, marked
from digest.editorial.folding import folded
from digest.editorial.summary import sentences
from digest.model import Article, Event

# what is set in another way says nothing else: quotes, dashes, full stops; but not what is part of a number
_SET = re.compile(
    r"(?<!\d)[.,:;…]|[.,:;…](?!\d)|[\"'“”„‟«»‹›‘’‚‛`´()\[\]*]|[-‐-―−](?!\d)|(?<=[^\W\d])[-‐-―−]"
)


CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a story said in one place: before and now."""

    old: str
    new: str

    @property
    def words(self) -> tuple[WordRun, ...]:
        """Return the words, and whether they are in both, only in the new text or only in the old one."""
        return marked(self.old, self.new)


def changes(
    was: Article, printed: Article, now: Article, when: Callable[[Event], str]
) -> dict[str, Told]:
    """Return what changed of an article since an issue was made of it, by `headline`, `summary`, `event`.

    `printed` is how its readers got it. What is only set in another way (capitals, blanks, quotes,
    hyphens, dashes, full stops) is no change, nor is what an editor had put right in print already.
    `when` writes an event's time.
    """
    texts: Mapping[str, Callable[[Article], str]] = {
        "headline": lambda article: article.title,
        "summary": lambda article: article.summary,
        "event": lambda article: _event(article.event, when),
    }
    said = {name: Told(old=text(was), new=text(now)) for name, text in texts.items()}
    return {
        name: told
        for name, told in said.items()
        if essence(told.new) not in {essence(told.old), essence(texts[name](printed))}
    }


def essence(text: str) -> str:
    """Return what a text says, however it is set: its letters, digits and signs in their order."""
    return "".join(_SET.sub("", folded(text)).split())


def notice(title: str, day: str, told: Mapping[str, Told], language: str) -> str:
    """Return the words of a correction: what was wrong, and what is true, for an editor to put right.

    `title` is the headline that readers got, and `day` when. In English, German, French and Spanish;
    for other languages in English.
    """
    says = _SAYS.get(language.split("-", maxsplit=1)[0].lower(), _SAYS["en"])
    parts = "; ".join(_part(says, name, each) for name, each in told.items())
    return f"{says['lead'].format(title=title, day=day)}{parts}."


def _part(says: Mapping[str, str], name: str, told: Told) -> str:
    if name == "event" and told.new:
        is_off = told.new == CANCELLED
        return says["cancelled"] if is_off else says["event"].format(new=told.new)
    old, new = sentences(told.old), sentences(told.new)
    kept = {*map(essence, old)} & {*map(essence, new)}
    gone, come = (
        " ".join(each for each in said if essence(each) not in kept).rstrip(".")
        for said in (old, new)
    )
    kind = "instead" if gone and come else "gone" if gone else "more"
    return says[kind].format(old=gone, new=come)


def _event(event: Event | None, when: Callable[[Event], str]) -> str:
    if event is None or event.cancelled:
        return CANCELLED if event else ""
    return ", ".join(filter(None, (when(event), event.place)))


_SAYS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "lead": "Correction to “{title}” ({day}): ",
        "instead": "instead of “{old}” it should read “{new}”",
        "more": "it lacked “{new}”",
        "gone": "“{old}” no longer stands",
        "event": "its day and place are {new}",
        "cancelled": "the event is cancelled",
    },
    "de": {
        "lead": "Berichtigung zu „{title}“ ({day}): ",
        "instead": "statt „{old}“ muss es „{new}“ heißen",
        "more": "es fehlte „{new}“",
        "gone": "„{old}“ gilt nicht mehr",
        "event": "Zeit und Ort sind {new}",
        "cancelled": "die Veranstaltung fällt aus",
    },
    "fr": {
        "lead": "Rectificatif à « {title} » ({day}) : ",
        "instead": "au lieu de « {old} », il faut lire « {new} »",
        "more": "il manquait « {new} »",
        "gone": "« {old} » n’est plus valable",
        "event": "date et lieu : {new}",
        "cancelled": "l’événement est annulé",
    },
    "es": {
        "lead": "Corrección a «{title}» ({day}): ",
        "instead": "donde decía «{old}» debe decir «{new}»",
        "more": "faltaba «{new}»",
        "gone": "«{old}» ya no es válido",
        "event": "fecha y lugar: {new}",
        "cancelled": "el acto se ha cancelado",
    },
}
