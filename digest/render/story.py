"""A story as it is printed: its words, where it comes from, its day and its picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal
from urllib.parse import urlsplit

from markupsafe import Markup

from digest.editorial.summary import within
from digest.model import Article, Coverage, Picture
from digest.render import clean, tokens
from digest.render.calendar_file import file_name
from digest.render.language import Language, reading_minutes
from digest.render.picture_layout import Shown, shown

LEAD_BOX = (600, 500)
BESIDE_LEAD_BOX = (220, 330)
STORY_BOX = (168, 168)
COLUMN_BOX = (246, 246)
STRIP_BOX = (528, 240)
_STRIP = 2.2  # from this shape on, a picture beside text would be a sliver
_SLIVER = 48  # pixels: what beside text would be lower or narrower is left out, as a lead too
_TOPICS = 2
_STORIES = 8192  # kept: an article is the same story in every edition of an issue
_BRIEF = 2 * 54  # letters: two lines of the brief look


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Another publication's story on the same news: whose it is, its headline and its address."""

    publication: str
    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """An event as it is printed: `when` it takes place, or until when where it has begun.

    `weekday`, `day` and `month` are those of that day alone. `calendar` is the address of its iCalendar file.
    """

    when: str
    weekday: str
    day: str
    month: str
    begun: bool
    place: str
    calendar: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An article as it is printed; what nobody stated is None or empty.

    As a lead's, its picture is `large` where it fills the page's width, or is of unknown size, else
    `medium`, beside the text; any other story's is `small`, or
    `column` above its text. One that is very wide is a `strip` above
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
    column: Shown | None
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


@lru_cache(maxsize=_STORIES)
def story(article: Article, picture: Picture | None, house: StoryContext) -> Story:
    """Return an article as it is printed, the same in every edition of an issue."""
    when = article.published
    large, medium = (
        shown(article.image, picture, box, attached=house.attached)
        for box in (LEAD_BOX, BESIDE_LEAD_BOX)
    )
    very_wide = large is not None and large.width > _STRIP * (large.height or large.width)
    fills = large is not None and large.width == LEAD_BOX[0]
    beside = shown(
        article.image, picture, STRIP_BOX if very_wide else STORY_BOX, attached=house.attached
    )
    column = shown(article.image, picture, COLUMN_BOX, attached=house.attached)
    tongue, direction = house.language.foreign(article.language) or (None, None)
    seen = beside is not None and min(beside.width, beside.height or beside.width) >= _SLIVER
    # Say who wrote a story, and where; failing that, whose site it stands on.
    people = ", ".join(filter(None, (*article.authors[:2], article.department)))
    named = people if house.byline != "publication" else ""
    elsewhere = _elsewhere(article, house) if house.byline == "author" else ""
    return Story(
        title=clean.line(article.title),
        url=clean.address(article.url),
        summary=clean.line(article.summary),
        publication=publication_of(article, house) if house.byline != "author" else None,
        byline=clean.line(named or elsewhere) or None,
        date=house.language.short_date(when, house.timezone, house.send_date)
        if when and not article.event
        else None,
        minutes=reading_minutes(article.text),
        topics=tuple(clean.line(t) for t in article.topics[:_TOPICS]),
        large=large if seen and fills else None,
        medium=medium if seen and not (fills or very_wide) else None,
        small=beside if seen and not very_wide else None,
        strip=beside if seen and very_wide else None,
        column=column if seen else None,
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
    weekday, day, month = house.language.event_day(event, house.timezone, house.send_date)
    lasts = event.over - event.starts > timedelta(days=1)
    return Occasion(
        when=when,
        weekday=weekday,
        day=day,
        month=month,
        begun=lasts and event.starts < house.send_date,
        place=clean.line(event.place or ""),
        calendar=f"{tokens.VIEW}/{file_name(article.id)}",
    )


def publication_of(article: Article | Coverage, house: StoryContext) -> str:
    """Return the publication that a story stands in: as it is called, its site's name, or the house."""
    return clean.line(article.publication or "") or _elsewhere(article, house) or house.name


def owner(article: Article, house: StoryContext) -> str:
    """Return whose a story is: the house's own magazines are one."""
    return publication_of(article, house) if _elsewhere(article, house) else house.name


def _elsewhere(article: Article | Coverage, house: StoryContext) -> str:
    host, home = (urlsplit(url or "").hostname or "" for url in (article.url, house.url))
    at_home = host.endswith(home.removeprefix("www.")) or not home
    return "" if at_home else host.removeprefix("www.")
