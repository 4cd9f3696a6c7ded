"""Coming: a newsletter's next issues, and what editors promised for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from digest.editorial import lifecycle
from digest.editorial.calendar import slots
from digest.editorial.edits import in_force
from digest.editorial.history import SENT, History
from digest.model import Edit, IssueHead, Newsletter, Notice
from digest.publisher.gathering import regular, schedule_of
from digest.publisher.services import Services

_AHEAD = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A story that an editor holds for an issue, in one edition or in all: `day` is the promised one."""

    article: str
    title: str
    by: str
    day: datetime
    segment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """An issue that the schedule asks for: `issue` is its id, where it is open already.

    `notices` are those that are in it, as they are booked now.
    """

    newsletter: str
    drafted: datetime
    sent: datetime
    issue: str | None
    promised: tuple[Promise, ...]
    notices: tuple[Notice, ...] = ()


def coming(services: Services, newsletter: Newsletter, most: int) -> list[Coming]:
    """Return a newsletter's next issues, the soonest first; none where it has no schedule."""
    schedule = schedule_of(services, newsletter)
    if schedule is None:
        return []
    now, zone = services.clock(), services.config.publication.timezone
    made = regular(services, newsletter.name)
    ahead = [*islice(slots(schedule, zone, now, now + _AHEAD), most)]
    opened = {issue.send_at: issue.id for issue in made if issue.status in lifecycle.OPEN}
    edits = services.issues.edits_by_issue(newsletter.name)
    promises = _promises(services, newsletter.name, made, edits)
    past = [issue for issue in made if issue.status in {*SENT, "skipped"}]
    open_ = [e for issue in made if issue.status in lifecycle.OPEN for e in edits.get(issue.id, ())]
    standing = History(issues=tuple(past), edits=edits).carried(now, {})
    booked = [e for e in in_force(standing, open_) if e.verb == "notice"]
    found, after = [], datetime.min.replace(tzinfo=now.tzinfo)
    for place, slot in enumerate(ahead):
        mine = tuple(p for p in promises if after < p.day <= slot.sent)
        found.append(
            Coming(
                newsletter=newsletter.name,
                drafted=slot.drafted,
                sent=slot.sent,
                issue=opened.get(slot.sent),
                promised=mine,
                notices=tuple(_notices(booked, slot.sent, place)),
            )
        )
        after = slot.sent
    return found


def _notices(booked: Iterable[Edit], sent: datetime, place: int) -> Iterator[Notice]:
    """Yield the notices of the issue that goes out at `sent`, after `place` others."""
    for edit in booked:
        notice = edit.block or Notice(text=edit.value or "")
        lasts = edit.end > sent if edit.end else notice.issues is not None or place == 0
        begun = edit.start is None or edit.start <= sent
        if begun and lasts and (notice.issues is None or place < notice.issues):
            yield notice


def _promises(
    services: Services,
    newsletter: str,
    made: Sequence[IssueHead],
    edits: Mapping[str, Sequence[Edit]],
) -> list[Promise]:
    """Return what is held for an issue and has not been told yet."""
    speak = SENT | lifecycle.OPEN | {"skipped"}
    said: list[Edit] = []
    for issue in made:
        said += edits.get(issue.id, ()) if issue.status in speak else ()
    held = [e for e in in_force((), said) if e.verb == "hold" and e.article and e.start]
    ids = {edit.article for edit in held if edit.article}
    told = {article for _, _, article in services.issues.told([newsletter], ids)}
    last = max((i.send_at for i in made if i.status in SENT and i.send_at), default=None)
    waits = {id_ for i in made[-2:] for each in i.decided.values() for id_ in each.waiting}
    titles = {a.id: a.title for a in services.articles.named(ids).values()}
    return [
        Promise(
            article=e.article,
            title=titles.get(e.article, e.article),
            by=e.by,
            day=e.start,
            segment=e.segment,
        )
        for e in held
        if e.article and e.start and e.article not in told
        # an issue of its day that went out without it has passed it
        if last is None or e.start > last or e.article in waits
    ]
