"""The whole inbox: what each group of readers gets from all newsletters, and the cap that sending keeps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import islice
from typing import Literal
from zoneinfo import ZoneInfo

from digest.editorial.calendar import slots
from digest.editorial.history import SENT
from digest.editorial.inbox import (
    Mailing,
    WeekOf,
    has_room,
    is_quiet,
    twice,
    week_of,
    week_span,
    weeks,
)
from digest.editorial.membership import Membership
from digest.model import Frequency, Issue
from digest.ports import Confirmed
from digest.publisher.clicking import READERS
from digest.publisher.gathering import schedule_of
from digest.publisher.reader_editions import own_choice
from digest.publisher.readership import alike, chosen
from digest.publisher.services import Services

HELD_BACK = "held back"  # how the detail of an email begins that the cap held back
_WAITS = frozenset({"draft", "approved", "held"})
_BATCH = 5000
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Twice:
    """An article that several newsletters told a group of readers."""

    article: str
    title: str
    newsletters: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderGroup:
    """Confirmed readers of the same segments, and the edition of each newsletter that they get.

    It is `readers` where they chose for themselves.
    """

    segments: tuple[str, ...]
    readers: int
    editions: Mapping[str, str]
    weeks: tuple[WeekOf, ...]
    twice: tuple[Twice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """An issue that goes out in quiet hours, or on a holiday."""

    newsletter: str
    at: datetime
    why: Literal["quiet", "holiday"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """The weeks to come, the largest group of readers first; `most_per_week` is the cap, if there is one."""

    most_per_week: int | None
    starts: tuple[date, ...]
    groups: tuple[ReaderGroup, ...]
    remarks: tuple[Remark, ...]


def inbox(services: Services, ahead: int) -> Inbox:
    """Tell what every group of readers gets in so many weeks, this one among them."""
    zone, now, rules = (
        services.config.publication.timezone,
        services.clock(),
        services.config.audience,
    )
    first = week_of(now, zone)
    starts = tuple(first + timedelta(days=7 * n) for n in range(ahead))
    start, end = week_span(first, zone)[0], week_span(starts[-1], zone)[1]
    newsletters = services.config.newsletters
    to_come = [
        Mailing(newsletter=name, at=at)
        for name in newsletters
        for at in _to_come(services, name, now, end)
    ]
    went = [
        Mailing(newsletter=head.newsletter, at=at)
        for head in services.issues.heads()
        if head.status in SENT
        and head.newsletter in newsletters
        and start <= (at := head.goes_out) <= now
    ]
    told = _told(services, now - timedelta(weeks=ahead))
    groups = []
    for (segments, own_way), readers in _combinations(services).most_common():
        gets = {**_editions(services, segments), **dict.fromkeys(sorted(own_way), READERS)}
        own = {name: told.get((name, segment), {}) for name, segment in gets.items()}
        titles = {id_: title for each in own.values() for id_, title in each.items()}
        groups.append(
            ReaderGroup(
                segments=segments,
                readers=readers,
                editions=gets,
                weeks=weeks([*went, *to_come], gets, [*newsletters], rules.most_per_week, zone),
                twice=tuple(
                    Twice(article=id_, title=titles[id_], newsletters=names)
                    for id_, names in twice(own).items()
                ),
            )
        )
    return Inbox(
        most_per_week=rules.most_per_week,
        starts=starts,
        groups=tuple(groups),
        remarks=tuple(_remarks(services, sorted(to_come, key=lambda each: each.at))),
    )


def hold_back(services: Services, issue: Issue) -> int:
    """Hold an issue back from readers whose week is full; return from how many.

    Read by the thousand: the audience is never in memory. A special issue goes to everybody.
    """
    most, zone = services.config.audience.most_per_week, services.config.publication.timezone
    if most is None or issue.special:
        return 0
    week = week_of(issue.goes_out, zone)
    start, end = week_span(week, zone)
    others = [
        head.id
        for head in services.issues.heads()
        if head.id != issue.id and head.status in SENT and start <= head.goes_out < end
    ]
    names = [*services.config.newsletters]
    place = names.index(issue.newsletter) if issue.newsletter in names else len(names)
    above = {name: len(_to_come(services, name, issue.goes_out, end)) for name in names[:place]}

    @cache
    def reserved(segments: tuple[str, ...], own: tuple[tuple[str, Frequency | None], ...]) -> int:
        gets = {name: above.get(name, 0) for name in _editions(services, segments)}
        for name, often in own:  # of a week's issues who wants them more seldom gets one
            gets[name] = min(above.get(name, 0), 7 if often in {None, "daily"} else 1)
        return sum(gets.values())

    def often(each: Confirmed) -> tuple[tuple[str, Frequency | None], ...]:
        found = {n: own_choice(services.config.newsletters[n], each.choices) for n in names}
        return tuple((n, choice.frequency) for n, choice in found.items() if choice)

    detail = f"{HELD_BACK}: no more than {most} emails in the week of {week}"
    held, everyone = 0, services.audience.confirmed()
    while some := [*islice(everyone, _BATCH)]:
        had = services.deliveries.had([each.key for each in some], others)
        full = [
            each.key
            for each in some
            if not has_room(had.get(each.key, 0), reserved(each.segments, often(each)), most)
        ]
        held += services.deliveries.hold_back(issue.id, full, detail)
    return held


def _to_come(services: Services, name: str, since: datetime, end: datetime) -> list[datetime]:
    """Return when a newsletter's issues are to go out from a moment on, and what waits to go out late."""
    schedule = schedule_of(services, services.newsletter(name))
    zone = services.config.publication.timezone
    heads = [head for head in services.issues.heads(name) if not head.special and head.send_at]
    done = {head.send_at for head in heads if head.status not in _WAITS}
    start = week_span(week_of(since, zone), zone)[0]
    late = {
        at for head in heads if head.status in _WAITS and (at := head.send_at) and start <= at < end
    }
    planned = (
        {slot.sent for slot in slots(schedule, zone, since - _INSTANT, end - _INSTANT)}
        if schedule
        else set()
    )
    # what was given up at a time, and drafted anew for it, still waits
    return sorted((planned - done) | late)


def _editions(services: Services, segments: Sequence[str]) -> dict[str, str]:
    """Return the edition of each newsletter that readers of these segments get: the first of theirs."""
    first = {
        name: next((s for s in newsletter.segments if s in segments), None)
        for name, newsletter in services.config.newsletters.items()
    }
    return {name: segment for name, segment in first.items() if segment is not None}


def _combinations(services: Services) -> Counter[tuple[tuple[str, ...], frozenset[str]]]:
    """Count the readers of each combination of segments that somebody has, and of newsletters chosen from.

    The store counts.
    """
    member = Membership(services.config.segments)
    found = Counter[tuple[tuple[str, ...], frozenset[str]]]()
    for each in alike(services):
        if each.person.status == "confirmed" and not each.is_paused:
            own = member.of(each.person)
            segments = tuple(s for s in services.config.segments if s in own)
            found[segments, chosen(services, each.person)] += each.count
    return found


def _told(services: Services, since: datetime) -> dict[tuple[str, str], dict[str, str]]:
    """Return the articles, with their titles, that each newsletter told each segment since a moment."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    ids = [h.id for h in services.issues.heads() if h.status in SENT and h.goes_out >= since]
    for issue in services.issues.papers(ids):
        for edition in issue.editions:
            own = found.setdefault((issue.newsletter, edition.segment), {})
            own |= {article.id: article.title for article in edition.articles}
    return found


def _remarks(services: Services, mailings: Sequence[Mailing]) -> Iterator[Remark]:
    rules, zone = services.config.audience, services.config.publication.timezone
    for each in mailings:
        if is_quiet(each.at, rules.quiet, zone):
            yield Remark(newsletter=each.newsletter, at=each.at, why="quiet")
        if each.at.astimezone(ZoneInfo(zone)).date() in rules.holidays:
            yield Remark(newsletter=each.newsletter, at=each.at, why="holiday")
