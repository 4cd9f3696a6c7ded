"""What a template sees: an edition in its frame, as printable words, dates and sizes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from markupsafe import Markup

from digest.editorial.folding import folded_tag
from digest.model import Coverage, Edition, Section
from digest.render import clean, colour, tokens
from digest.render.language import Language
from digest.render.picture_layout import Shown, logo, shown
from digest.render.render_context import RenderContext
from digest.render.story import Elsewhere, Story, StoryContext, owner, publication_of, story

SHARED = ("page", "publication", "newsletter", "issue", "links")  # by all editions of an issue
NOTICE_BOX = (488, 300)
_SERIF = 'Georgia, "Times New Roman", Times, serif'
_SANS = '-apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
_GENERIC = re.compile(r"\b(serif|sans-serif|monospace|system-ui)\s*$")
_FONT = re.compile(r"""[^\w\s,'"-]""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section as it is printed; `more` counts the articles that were left out, `notices` follow it."""

    title: str
    stories: tuple[Story, ...]
    more: int
    notices: tuple[Announcement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """The story that leads; where its section holds no other, that section's title and what it left out.

    It is `apart` where it stands before its section, and has that section's title too.
    """

    story: Story
    title: str = ""
    more: int = 0
    apart: bool = False
    notices: tuple[Announcement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A notice as it is printed."""

    text: str
    url: str | None
    title: str
    label: str
    picture: Shown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionView:
    """An edition as it is printed: all its `parts`, or its `lead` and the `rest` without it.

    `notices` stand before them, and the `closing` ones after them.
    """

    subject: str
    preheader: str
    intro: Markup
    intro_text: str
    notices: tuple[Announcement, ...]
    parts: tuple[Part, ...]
    lead: Lead | None
    rest: tuple[Part, ...]
    closing: tuple[Announcement, ...] = ()


def context(edition: Edition, frame: RenderContext, language: Language) -> Mapping[str, object]:
    """Return what the templates of a look may name."""
    publication, chosen = frame.publication, frame.chosen
    if chosen is not None:
        topics, sources = (tuple(map(clean.line, each)) for each in (chosen.topics, chosen.sources))
        chosen = replace(chosen, topics=topics, sources=sources)
    return {
        "page": page(frame, language),
        "publication": {
            "name": clean.line(publication.name),
            "url": clean.address(publication.url),
            "address": clean.line(publication.postal_address),
            "footer": clean.line(publication.brand.footer or ""),
            "social": tuple(
                (clean.line(name), clean.address(url))
                for name, url in publication.brand.social.items()
                if clean.address(url)
            ),
            "logo": logo(frame),
        },
        "newsletter": {
            "name": frame.newsletter.name,
            "title": clean.line(frame.newsletter.title),
            "clicks": frame.newsletter.clicks,
        },
        "segment": {
            "name": frame.segment.name,
            "title": clean.line(frame.segment.title),
            "chosen": chosen,
        },
        "issue": {
            "number": frame.number,
            "date": language.long_date(frame.send_date, publication.timezone),
        },
        "subject": clean.header(edition.subject),
        "edition": _edition(edition, frame, language),
        "links": {
            "unsubscribe": tokens.UNSUBSCRIBE,
            "view": tokens.VIEW,
        },
    }


def page(frame: RenderContext, language: Language) -> Mapping[str, object]:
    """Return what a stylesheet may name: nothing in it depends on the articles."""
    brand = frame.publication.brand
    rtl = language.direction == "rtl"
    return {
        "language": language.tag,
        "direction": language.direction,
        "start": "right" if rtl else "left",
        "end": "left" if rtl else "right",
        # marks keep a number beside a foreign name where it belongs
        "dot": "\u200f · \u200f" if rtl else " · ",
        "light": colour.light(brand.colour),
        "dark": colour.dark(brand.colour),
        "headline_font": font_stack(brand.font) or _SERIF,
        "text_font": font_stack(brand.font) or _SANS,
    }


def _edition(edition: Edition, frame: RenderContext, language: Language) -> EditionView:
    sections = [s for s in edition.sections if s.articles or s.more]
    house = _house(edition, frame, language)
    placed: dict[str | int, list[Announcement]] = {}
    for notice in edition.notices:
        # after more sections than there are is at the end
        late = isinstance(notice.place, int) and notice.place > len(sections)
        place = "bottom" if late else notice.place
        picture = frame.pictures.get(notice.image.url or "") if notice.image else None
        placed.setdefault(place, []).append(
            Announcement(
                text=clean.line(notice.text),
                url=clean.address(notice.url),
                title=clean.line(notice.title or ""),
                label=clean.line(notice.label or ""),
                picture=shown(notice.image, picture, NOTICE_BOX, attached=house.attached),
            )
        )
    parts = tuple(
        replace(_part(s, edition, frame, house), notices=tuple(placed.get(n, ())))
        for n, s in enumerate(sections, 1)
    )
    places = [(n, k) for n, s in enumerate(sections) for k, _ in enumerate(s.articles)]
    named = [at for at in places if sections[at[0]].articles[at[1]].id == edition.lead]
    at = next(iter(named or places), None)
    lead: Lead | None = None
    rest = parts
    if at is not None:
        part, apart = parts[at[0]], at != places[0]
        alone = len(part.stories) == 1
        lead = Lead(
            story=part.stories[at[1]],
            title=part.title if alone or apart else "",
            more=part.more if alone else 0,
            apart=apart,
            notices=part.notices if alone else (),
        )
        # without the story that leads, and without a part that held nothing else
        left = replace(part, stories=part.stories[: at[1]] + part.stories[at[1] + 1 :])
        rest = parts[: at[0]] + ((left,) if left.stories else ()) + parts[at[0] + 1 :]
    return EditionView(
        subject=clean.line(edition.subject),
        preheader=clean.line(edition.preheader),
        intro=clean.fragment(edition.intro or ""),
        intro_text=clean.plain(edition.intro or ""),
        notices=tuple(placed.get("top", ())),
        closing=tuple(placed.get("bottom", ())),
        parts=parts,
        lead=lead,
        rest=rest,
    )


def _part(section: Section, edition: Edition, frame: RenderContext, house: StoryContext) -> Part:
    heading, stories = folded_tag(section.title), list[Story]()
    for article in section.articles:
        picture = frame.pictures.get(article.image.url or "") if article.image else None
        said = story(article, picture, house)
        # the section's heading says its topic already
        topics = tuple(topic for topic in said.topics if folded_tag(topic) != heading)
        said = said if topics == said.topics else replace(said, topics=topics)
        said = _with_others(said, edition.also_in.get(article.id, ()), house)
        # under "What's on" the day of an announcement would be read as the event's
        stories.append(replace(said, date=None) if section.events else said)
    return Part(title=clean.line(section.title), stories=tuple(stories), more=section.more)


def _with_others(said: Story, others: tuple[Coverage, ...], house: StoryContext) -> Story:
    """Return a story with the others that tell of its event, one of each publication."""
    named: dict[str, Coverage] = {}
    for other in others:
        named.setdefault(publication_of(other, house), other)
    also_in = tuple(
        Elsewhere(publication=name, title=clean.line(other.title), url=url)
        for name, other in named.items()
        if (url := clean.address(other.url))
    )
    return replace(said, also_in=also_in) if also_in else said


_one_house = lru_cache(maxsize=16)(StoryContext)  # comparing the same object costs nothing


def _house(edition: Edition, frame: RenderContext, language: Language) -> StoryContext:
    publication, newsletter = frame.publication, frame.newsletter
    house = _one_house(
        publication.url,
        publication.timezone,
        frame.send_date,
        language,
        newsletter.images == "attach",
        publication.name,
        newsletter.byline or "author",
    )
    if newsletter.byline is None and len({owner(a, house) for a in edition.articles}) > 1:
        return _one_house(*(getattr(house, name) for name in _SHARED), "both")
    return house


_SHARED = ("url", "timezone", "send_date", "language", "attached", "name")


def font_stack(named: str | None) -> str | None:
    """Return a font stack that ends in a generic family, without anything that is no font's name."""
    stack = _FONT.sub("", named or "").strip(" ,")
    for quote in ("'", '"'):
        if stack.count(quote) % 2:  # a name's end that never comes
            stack = stack.replace(quote, "")
    if not stack:
        return None
    return stack if _GENERIC.search(stack) else f"{stack}, {_SANS}"
