"""Backtesting: what the past needs of the store to be replayed, and what was really sent then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple, cast, get_args
from zoneinfo import ZoneInfo

from digest.config import Config
from digest.editorial.calendar import period, slots
from digest.editorial.history import SENT, History
from digest.editorial.laboratory.backtest import (
    Backtest,
    PastIssue,
    PastOutcome,
    Which,
    past_edition,
)
from digest.editorial.laboratory.backtest import backtest as compared
from digest.editorial.laboratory.replay import Kept, Moment, Rules, Shelf, Start, open_after
from digest.editorial.laboratory.themes import ISSUES
from digest.errors import UsageError
from digest.model import Decided, Edition, IssueHead, WhenShort
from digest.ports import Lock, Stock
from digest.publisher.covering import check_number, last_printed, printed_of
from digest.publisher.forecasting import rules_of
from digest.publisher.gathering import history_of, regular
from digest.publisher.services import Services

_MOST_WEEKS = 520
_MOST_ARTICLES = 200  # as feeds.yaml has it
_MOST_DAYS = 3650


class _Real(NamedTuple):
    """An issue that was made, the moment that it was made at, and its lock."""

    issue: IssueHead
    moment: Moment
    lock: Lock


def backtest(
    services: Services,
    name: str,
    weeks: int = 26,
    other: Config | None = None,
    *,
    as_published: bool = False,
) -> Backtest:
    """Replay a newsletter's last weeks by the present rules, and by those of another configuration.

    With `as_published` what an archive or a feed's first pull brought is taken as seen when it was
    published; else nothing is seen before it was.
    """
    check_number("weeks", weeks, _MOST_WEEKS)
    now = services.clock()
    begin = now - timedelta(weeks=weeks)
    rules: dict[Which, Rules] = {
        "present": rules_of(services, services.config, services.newsletter(name)),
    }
    if other is not None:
        rules["other"] = rules_of(services, other, other.newsletter(name))
    made = _made(services, rules["present"], begin, now)
    moments = {which: _moments(each, made, begin, now) for which, each in rules.items()}
    if not all(moments.values()):
        raise UsageError(
            f"{name} had no slot in the last {weeks} weeks, so there is nothing to replay"
        )
    first = min(each[0].now for each in moments.values())
    heads = regular(services, name)
    past = history_of(services, name, [head for head in heads if head.window.end < first])
    # who came later, as all do before the first issue, begins with the first that there is something for
    since = {n: at for n, at in past.since.items() if past.issues and at < first}
    past = replace(past, since=since)
    stock = _stock(services, [*rules.values()], past, first)
    shelf = _shelf(services, stock, made, as_published=as_published)
    ids = [article.id for article in stock.articles.values()]
    begun = Start(
        history=_numbered(past, shelf),
        printed=last_printed(services, name, ISSUES, before=first),
        number=sum(head.status in SENT for head in past.issues),
    )
    starts = {
        which: replace(begun, told=_told(services, (name, *each.newsletter.not_from), past, ids))
        for which, each in rules.items()
    }
    sent = _sent(services, made)
    last = moments["present"][-1]
    told = starts["present"].told
    had = {name: {**told.get(name, {})} for name in rules["present"].segments}
    for printed in sent.printed:
        for segment, held in printed.editions.items():
            had.setdefault(segment, {}).update((a.id, last.now) for a in held)
    whole = _numbered(history_of(services, name, heads), shelf)
    waiting = open_after(rules["present"], shelf, whole, last, had)
    return compared(rules, moments, shelf, starts, replace(sent, waiting=waiting))


def varied(
    services: Services, name: str, *, least: int, most: int, days: int, when_short: str
) -> Config:
    """Return the configuration with other limits for a newsletter's editions; UsageError for wrong ones."""
    newsletter = services.newsletter(name)
    if when_short not in get_args(WhenShort):
        raise UsageError(f"{when_short} is none of {', '.join(get_args(WhenShort))}")
    if not 0 <= least <= most or not 1 <= most <= _MOST_ARTICLES:
        raise UsageError(
            f"an edition of {least} to {most} articles cannot be: give a least number that is no more "
            f"than the most, and at most {_MOST_ARTICLES}"
        )
    if not 1 <= days <= _MOST_DAYS:
        raise UsageError(f"articles of {days} days cannot be asked for; give 1 to {_MOST_DAYS}")
    limits = replace(newsletter.limits, min=least, max=most, max_age=timedelta(days=days))
    other = replace(newsletter, limits=limits, when_short=cast("WhenShort", when_short))
    newsletters = {**services.config.newsletters, name: other}
    return replace(services.config, newsletters=newsletters)


def _made(services: Services, rules: Rules, begin: datetime, now: datetime) -> list[_Real]:
    """Return the regular issues of the span that are over, the oldest first, each at its slot.

    Of several for one slot the last counts that went out, else the last.
    """
    schedule, zone = rules.newsletter.schedule, rules.zone
    span = period(schedule, zone, begin)
    found: dict[str, _Real] = {}
    due = [*slots(schedule, zone, begin - span, now + span)] if schedule else []
    for head in regular(services, rules.newsletter.name):
        over = head.status in {*SENT, "skipped", "held"} and head.window.end <= now
        if not over or head.send_at is None:
            continue
        at = head.send_at
        near = min(due, key=lambda slot: abs(slot.sent - at), default=None)
        is_near = near is not None and abs(near.sent - at) <= span / 2
        slot = head.slot or (near.key if near and is_near else _local(at, zone))
        if slot <= _local(begin, zone):
            continue
        known = found.get(slot)
        if known is None or head.status in SENT or known.issue.status not in SENT:
            lock = services.issues.lock(head.id)
            moment = Moment(
                key=slot,
                now=datetime.fromisoformat(lock["now"]),
                sent=datetime.fromisoformat(lock["sent"]),
                fits=lock.get("fits", {}),
            )
            found[slot] = _Real(head, moment, lock)
    return sorted(found.values(), key=lambda real: real.moment.now)


def _local(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def _moments(rules: Rules, made: Sequence[_Real], begin: datetime, now: datetime) -> list[Moment]:
    """Return when issues were made by a schedule: at its slots, as far as they were made really then.

    Without a schedule an issue was made when somebody made it.
    """
    schedule = rules.newsletter.schedule
    if schedule is None:
        return [real.moment for real in made]
    real = {each.moment.key: each.moment for each in made}
    found = [
        real.get(slot.key) or Moment(key=slot.key, now=slot.drafted, sent=slot.sent)
        for slot in slots(schedule, rules.zone, begin, now + rules.agenda.period(now))
        if slot.sent <= now or slot.key in real  # it went out early
    ]
    return sorted(found, key=lambda moment: moment.now)


def _stock(services: Services, rules: Sequence[Rules], past: History, first: datetime) -> Stock:
    """Return the articles that any of the rules may choose from, as they are now."""
    # each issue chooses from what came since the one before, so the first from a period before it
    since, after = past.horizon(first)
    since = min(since, *(first - each.agenda.period(first) for each in rules))
    oldest = first - max(each.newsletter.limits.max_age for each in rules)
    if any(each.newsletter.when_short == "back-fill" for each in rules):
        since, after = min(since, oldest), 0
    waiting = {id_ for name in past.since for id_ in past.decided(name).waiting}
    return services.articles.stock(since, after, oldest, waiting)


def _shelf(services: Services, stock: Stock, made: Sequence[_Real], *, as_published: bool) -> Shelf:
    """Return the articles by when they were seen, with the words that locks know them by."""
    kept: defaultdict[str, list[tuple[datetime, str]]] = defaultdict(list)
    now = {article.id: hash_ for hash_, article in stock.articles.items()}
    for real in made:
        for id_, hash_ in real.lock.get("articles", {}).items():
            if id_ in now and (not kept[id_] or kept[id_][-1][1] != hash_):
                kept[id_].append((real.moment.now, hash_))
    other = {hash_ for id_, each in kept.items() for _, hash_ in each if hash_ != now[id_]}
    words = {**services.articles.versions(other), **stock.articles}
    seen = {
        a.id: min(a.first_seen, a.new_at) if as_published and a.new_at else a.first_seen
        for a in stock.articles.values()
    }
    order = sorted(seen, key=lambda id_: (seen[id_], stock.filed[id_]))
    found = []
    for number, id_ in enumerate(order, 1):
        present = words[now[id_]]
        versions = [(since, words[hash_]) for since, hash_ in kept[id_] if hash_ in words]
        if not versions or versions[-1][1] is not present:
            versions.append((services.clock(), present))
        found.append(Kept(number=number, seen=seen[id_], versions=tuple(versions)))
    return Shelf(found)


def _numbered(history: History, shelf: Shelf) -> History:
    """Return a history whose issues have decided by the shelf's numbers: on all that was there then."""
    return replace(
        history,
        edits={},
        issues=tuple(
            replace(
                head,
                decided={
                    name: Decided(up_to=shelf.last(head.window.end), waiting=each.waiting)
                    for name, each in head.decided.items()
                },
            )
            for head in history.issues
        ),
    )


def _told(
    services: Services, names: Sequence[str], before: History, ids: Collection[str]
) -> dict[str, dict[str, datetime]]:
    """Return by segment when it had articles from before, beside the schedule, or from other newsletters."""
    own = {head.id for head in before.issues}
    sent = {
        head.id: head.goes_out
        for head in services.issues.heads()
        if head.special or head.id in own or head.newsletter != names[0]
    }
    found: defaultdict[str, dict[str, datetime]] = defaultdict(dict)
    for issue, segment, article in services.issues.told([*names], ids):
        if issue in sent:
            had = found[segment]
            had[article] = min(sent[issue], had.get(article, sent[issue]))
    return found


def _sent(services: Services, made: Sequence[_Real]) -> PastOutcome:
    """Return what was really sent in the span; what still waits is another's to say."""
    issues, printed = [], []
    for real in made:
        out = real.issue.status in SENT
        editions: tuple[Edition, ...] = ()
        if out:
            whole = services.issues.get(real.issue.id)
            editions = whole.editions
            printed.append(printed_of(services, whole))
        issues.append(
            PastIssue(
                slot=real.moment.key,
                sent=real.issue.goes_out,
                status="sent" if out else real.issue.status,
                reason=real.issue.reason,
                editions=tuple(past_edition(e.segment, e.subject, e.sections) for e in editions),
            )
        )
    return PastOutcome(issues=tuple(issues), printed=tuple(printed))
