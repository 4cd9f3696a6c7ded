"""The whole inbox: how many emails a week each group of readers gets from all newsletters, and the cap on it.

A week is from Monday to Sunday in the publication's zone; an email counts in the week in which its
issue goes out. Where a week has more issues than a reader may get, the newsletter that stands first in
the configuration has its place first: one further down leaves room for those above it that are still
to come in the week.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """An issue that goes out, or went out, at a time."""

    newsletter: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekOf:
    """What a group of readers gets in the week that begins on a day, and what the cap holds back."""

    start: date
    emails: tuple[Mailing, ...]
    held_back: tuple[Mailing, ...] = ()


def week_of(at: datetime, zone: str) -> date:
    """Return the Monday of a moment's week."""
    day = at.astimezone(ZoneInfo(zone)).date()
    return day - timedelta(days=day.weekday())


def week_span(start: date, zone: str) -> tuple[datetime, datetime]:
    """Return the moments at which a week begins and ends."""
    first, last = (
        datetime.combine(day, time(), ZoneInfo(zone)) for day in (start, start + timedelta(days=7))
    )
    return first, last


def has_room(had: int, to_come: int, most: int) -> bool:
    """Tell whether one more email may go to a reader in a week.

    `had` counts those of the week so far, `to_come` those of the newsletters with precedence.
    """
    return had + to_come < most


def weeks(
    mailings: Collection[Mailing],
    gets: Collection[str],
    order: Sequence[str],
    most: int | None,
    zone: str,
) -> tuple[WeekOf, ...]:
    """Return what readers of the newsletters `gets` receive, week by week, under a cap.

    `order` is that of precedence. Weeks without a mailing to anybody are absent.
    """
    by_week: dict[date, list[Mailing]] = {}
    for each in sorted(mailings, key=lambda m: (m.at, order.index(m.newsletter))):
        own = by_week.setdefault(week_of(each.at, zone), [])
        if each.newsletter in gets:
            own.append(each)
    place, found = {name: n for n, name in enumerate(order)}, list[WeekOf]()
    for start, own in sorted(by_week.items()):
        emails, held = list[Mailing](), list[Mailing]()
        for n, each in enumerate(own):
            above = sum(place[m.newsletter] < place[each.newsletter] for m in own[n + 1 :])
            fits = most is None or has_room(len(emails), above, most)
            (emails if fits else held).append(each)
        found.append(WeekOf(start=start, emails=tuple(emails), held_back=tuple(held)))
    return tuple(found)


def is_quiet(at: datetime, quiet: tuple[time, time] | None, zone: str) -> bool:
    """Tell whether a moment lies in the quiet hours, which may go over midnight."""
    if quiet is None:
        return False
    first, last = quiet
    now = at.astimezone(ZoneInfo(zone)).time()
    return first <= now < last if first <= last else now >= first or now < last


def twice(told: Mapping[str, Collection[str]]) -> dict[str, tuple[str, ...]]:
    """Return the articles that stand in several newsletters, each with their names, given what each told."""
    found: dict[str, list[str]] = {}
    for newsletter, articles in told.items():
        for article in articles:
            found.setdefault(article, []).append(newsletter)
    return {article: tuple(names) for article, names in found.items() if len(names) > 1}
