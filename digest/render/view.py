"""What a template sees: an edition in its frame, as printable words, dates and sizes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal
from urllib.parse import urlsplit

from markupsafe import Markup

from digest.editorial.folding import folded_tag
from digest.editorial.summary import within
from digest.model import Article, Coverage, Edition, Image, Notice, Picture, Section
from digest.render import clean, colour, tokens
from digest.render.context import RenderContext
from digest.render.language import Language, reading_minutes

SHARED = ("page", "publication", "newsletter", "issue", "links")  # by all editions of an issue
LEAD_BOX = (600, 500)
BESIDE_LEAD_BOX = (220, 330)
STORY_BOX = (168, 168)
STRIP_BOX = (528, 240)
NOTICE_BOX = (488, 300)
LOGO_BOX = (160, 44)
_SMALLEST = 3  # at most this wide or high is a tracking pixel

_FILLS_A_PHONE = 320
_STRIP = 2.2  # from this shape on, a picture beside text would be a sliver
_SLIVER = 48  # pixels: what beside text would be lower or narrower is left out, as a lead too
_UNSEEN = (".svg", ".svgz")  # what no mail program draws
_TOPICS = 2
_STORIES = 1024  # kept: an article is the same story in every edition of an issue
_BRIEF = 2 * 54  # letters: two lines of the brief look
_SERIF = 'Georgia, "Times New Roman", Times, serif'
_SANS = '-apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
_GENERIC = re.compile(r"\b(serif|sans-serif|monospace|system-ui)\s*$")
_FONT = re.compile(r"""[^\w\s,'"-]""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A picture as it is printed: its address or cid, and its size in CSS pixels where known.

    It is `wide` where it may fill a phone's width without growing blurred or very high, and `tall`
    where it is higher than wide.
    """

    src: str
    alt: str
    width: int
    height: int | None = None
    wide: bool = False

    @property
    def tall(self) -> bool:
        """Tell whether it is higher than wide."""
        return self.height is not None and self.height > self.width


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Another publication's story on the same news: whose it is, its headline and its address."""

    publication: str
    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """An event as it is printed: `when` it takes place, or until when where it has begun.

    `calendar` is the address of its iCalendar file.
    """

    when: str
    begun: bool
    place: str
    calendar: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An article as it is printed; what nobody stated is None or empty.

    As a lead's, its picture is `large` where it fills the page's width, or is of unknown size, else
    `medium`, beside the text; any other story's is `small`. One that is very wide is a `strip` above
    the text, unless it is large. An `event` that it invites to is printed in the place of its date.
    `body` is its text as a safe fragment, `brief` the beginning of its summary. `lang` and `dir` are
    set where its language, or the way that is read, is not the newsletter's. `also_in` are other
    publications' stories on the same news.
    """

    title: str
    url: str | None
    summary: str
    publication: str | None
    byline: str | None
    date: str | None
    minutes: int | None
    topics: tuple[str, ...]
    large: Shown | None
    medium: Shown | None
    small: Shown | None
    strip: Shown | None
    event: Occasion | None = None
    lang: str | None = None
    dir: Literal["ltr", "rtl"] | None = None
    also_in: tuple[Elsewhere, ...] = ()
    _html: str

    @property
    def body(self) -> Markup:
        """Return the article's own HTML, cleaned to what an email shows everywhere."""
        return clean.fragment(self._html)

    @property
    def brief(self) -> str:
        """Return the sentences that fit into two lines, whatever the headline takes, or their first words."""
        return within(self.summary, _BRIEF)


@dataclass(frozen=True, slots=True)
class StoryContext:
    """What an issue's stories are printed by; whether their pictures are attached."""

    url: str
    timezone: str
    send_date: datetime
    language: Language
    attached: bool
    name: str = ""
    byline: Literal["author", "publication", "both"] = "author"


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
    publication = frame.publication
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
            "logo": _logo(frame),
        },
        "newsletter": {"name": frame.newsletter.name, "title": clean.line(frame.newsletter.title)},
        "segment": {"name": frame.segment.name, "title": clean.line(frame.segment.title)},
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
        placed.setdefault(place, []).append(_notice(notice, frame, house))
    parts = tuple(
        replace(_part(s, edition, frame, house), notices=tuple(placed.get(n, ())))
        for n, s in enumerate(sections, 1)
    )
    places = [(n, k) for n, s in enumerate(sections) for k, _ in enumerate(s.articles)]
    named = [at for at in places if sections[at[0]].articles[at[1]].id == edition.lead]
    at = next(iter(named or places), None)
    return EditionView(
        subject=clean.line(edition.subject),
        preheader=clean.line(edition.preheader),
        intro=clean.fragment(edition.intro or ""),
        intro_text=clean.plain(edition.intro or ""),
        notices=tuple(placed.get("top", ())),
        closing=tuple(placed.get("bottom", ())),
        parts=parts,
        lead=_lead(parts, *at, apart=at != places[0]) if at else None,
        rest=_rest(parts, *at) if at else parts,
    )


def _lead(parts: tuple[Part, ...], section: int, place: int, *, apart: bool) -> Lead:
    part = parts[section]
    alone = len(part.stories) == 1
    return Lead(
        story=part.stories[place],
        title=part.title if alone or apart else "",
        more=part.more if alone else 0,
        apart=apart,
        notices=part.notices if alone else (),
    )


def _rest(parts: tuple[Part, ...], section: int, place: int) -> tuple[Part, ...]:
    """Return the parts without the story that leads, and without a part that held nothing else."""
    stories = parts[section].stories
    left = replace(parts[section], stories=stories[:place] + stories[place + 1 :])
    return parts[:section] + ((left,) if left.stories else ()) + parts[section + 1 :]


def _part(section: Section, edition: Edition, frame: RenderContext, house: StoryContext) -> Part:
    stories = tuple(
        _with_others(
            _beneath(section, story(a, _picture(a, frame), house)),
            edition.also_in.get(a.id, ()),
            house,
        )
        for a in section.articles
    )
    if section.events:
        # under "What's on" the day of an announcement would be read as the event's
        stories = tuple(replace(each, date=None) for each in stories)
    return Part(title=clean.line(section.title), stories=stories, more=section.more)


def _beneath(section: Section, said: Story) -> Story:
    """Return a story without the topic that its section's heading says already."""
    heading = folded_tag(section.title)
    topics = tuple(topic for topic in said.topics if folded_tag(topic) != heading)
    return said if topics == said.topics else replace(said, topics=topics)


def _with_others(said: Story, others: tuple[Coverage, ...], house: StoryContext) -> Story:
    """Return a story with the others that tell of its event, one of each publication."""
    named: dict[str, Coverage] = {}
    for other in others:
        named.setdefault(_publication(other, house), other)
    also_in = tuple(
        Elsewhere(publication=name, title=clean.line(other.title), url=url)
        for name, other in named.items()
        if (url := clean.address(other.url))
    )
    return replace(said, also_in=also_in) if also_in else said


@lru_cache(maxsize=_STORIES)
def story(article: Article, picture: Picture | None, house: StoryContext) -> Story:
    """Return an article as it is printed, the same in every edition of an issue."""
    when = article.published
    large, medium = (
        _shown(article.image, picture, house, box) for box in (LEAD_BOX, BESIDE_LEAD_BOX)
    )
    very_wide = large is not None and large.width > _STRIP * (large.height or large.width)
    fills = large is not None and large.width == LEAD_BOX[0]
    beside = _shown(article.image, picture, house, STRIP_BOX if very_wide else STORY_BOX)
    tongue, direction = house.language.foreign(article.language) or (None, None)
    seen = beside is not None and min(beside.width, beside.height or beside.width) >= _SLIVER
    return Story(
        title=clean.line(article.title),
        url=clean.address(article.url),
        summary=clean.line(article.summary),
        publication=_publication(article, house) if house.byline != "author" else None,
        byline=_byline(article, house),
        date=house.language.short_date(when, house.timezone, house.send_date)
        if when and not article.event
        else None,
        minutes=reading_minutes(article.text),
        topics=tuple(clean.line(t) for t in article.topics[:_TOPICS]),
        large=large if seen and fills else None,
        medium=medium if seen and not (fills or very_wide) else None,
        small=beside if seen and not very_wide else None,
        strip=beside if seen and very_wide else None,
        event=_occasion(article, house),
        lang=tongue,
        dir=direction,
        _html=article.html or article.text,
    )


def _occasion(article: Article, house: StoryContext) -> Occasion | None:
    event = article.event
    if event is None:
        return None
    when = house.language.event_time(event, house.timezone, house.send_date)
    lasts = event.over - event.starts > timedelta(days=1)
    return Occasion(
        when=when,
        begun=lasts and event.starts < house.send_date,
        place=clean.line(event.place or ""),
        calendar=f"{tokens.VIEW}/{article.id}.ics",
    )


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
    if newsletter.byline is None and len({_owner(a, house) for a in edition.articles}) > 1:
        return _one_house(*(getattr(house, name) for name in _SHARED), "both")
    return house


_SHARED = ("url", "timezone", "send_date", "language", "attached", "name")


def _picture(article: Article, frame: RenderContext) -> Picture | None:
    return frame.pictures.get(article.image.url or "") if article.image else None


def _byline(article: Article, house: StoryContext) -> str | None:
    """Say who wrote a story, and where; failing that, whose site it stands on."""
    people = ", ".join(filter(None, (*article.authors[:2], article.department)))
    named = people if house.byline != "publication" else ""
    elsewhere = _elsewhere(article, house) if house.byline == "author" else ""
    return clean.line(named or elsewhere) or None


def _publication(article: Article | Coverage, house: StoryContext) -> str:
    """Return the publication that a story stands in: as it is called, its site's name, or the house."""
    return clean.line(article.publication or "") or _elsewhere(article, house) or house.name


def _owner(article: Article, house: StoryContext) -> str:
    """Return whose a story is: the house's own magazines are one."""
    return _publication(article, house) if _elsewhere(article, house) else house.name


def _elsewhere(article: Article | Coverage, house: StoryContext) -> str:
    host, home = (urlsplit(url or "").hostname or "" for url in (article.url, house.url))
    return "" if _at_home(host, home) else host.removeprefix("www.")


def _at_home(host: str, home: str) -> bool:
    return host.endswith(home.removeprefix("www.")) or not home


def _notice(notice: Notice, frame: RenderContext, house: StoryContext) -> Announcement:
    picture = frame.pictures.get(notice.image.url or "") if notice.image else None
    return Announcement(
        text=clean.line(notice.text),
        url=clean.address(notice.url),
        title=clean.line(notice.title or ""),
        label=clean.line(notice.label or ""),
        picture=_shown(notice.image, picture, house, NOTICE_BOX),
    )


def _shown(
    image: Image | None, picture: Picture | None, house: StoryContext, box: tuple[int, int]
) -> Shown | None:
    if image is None:
        return None
    if house.attached:
        return _attached(picture, image.alt, box) if picture else None
    width, height = (picture.width, picture.height) if picture else (image.width, image.height)
    src = clean.address(image.url)
    if src and urlsplit(src).path.lower().endswith(_UNSEEN):
        return None
    return _sized(src, image.alt, width, height, box) if src else None


def _attached(picture: Picture, alt: str | None, box: tuple[int, int]) -> Shown | None:
    return _sized(f"cid:{picture.name}", alt, picture.width, picture.height, box)


def _sized(
    src: str, alt: str | None, width: int | None, height: int | None, box: tuple[int, int]
) -> Shown | None:
    said = clean.line(alt or "")
    if not width or not height:
        return Shown(src=src, alt=said, width=box[0])
    if min(width, height) < _SMALLEST:
        return None
    shown = fitted(width, height, box)
    wide = width >= _FILLS_A_PHONE and width >= height
    return Shown(src=src, alt=said, width=shown[0], height=shown[1], wide=wide)


def fitted(width: int, height: int, box: tuple[int, int]) -> tuple[int, int]:
    """Return the largest size of the same shape that fits the box and is no larger than itself."""
    scale = min(1.0, box[0] / width, box[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _logo(frame: RenderContext) -> Shown | None:
    name = frame.publication.name
    if isinstance(frame.logo, Picture):
        if frame.newsletter.images == "attach" or not frame.logo.url.startswith("http"):
            return _attached(frame.logo, name, LOGO_BOX)
        src, size = frame.logo.url, (frame.logo.width, frame.logo.height)
        return _sized(src, name, *size, LOGO_BOX)
    src_ = clean.address(frame.logo)
    return Shown(src=src_, alt=clean.line(name), width=LOGO_BOX[0]) if src_ else None


def font_stack(named: str | None) -> str | None:
    """Return a font stack that ends in a generic family, without anything that is no font's name."""
    stack = _FONT.sub("", named or "").strip(" ,")
    for quote in ("'", '"'):
        if stack.count(quote) % 2:  # a name's end that never comes
            stack = stack.replace(quote, "")
    if not stack:
        return None
    return stack if _GENERIC.search(stack) else f"{stack}, {_SANS}"
