"""Replay: the issues that rules make, one after the other, from what there was at each one's moment.

Nothing looks ahead: an issue sees the articles that were there by its own moment, with the words that
are known of then, and what the issues before it in the same replay decided and printed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import accumulate
from typing import Literal
from zoneinfo import ZoneInfo

from digest.editorial.agenda import Agenda
from digest.editorial.edits import in_force
from digest.editorial.gates import passing
from digest.editorial.history import History, Past
from digest.editorial.laboratory.themes import ISSUES, PrintedIssue, debts
from digest.editorial.placing import Brief
from digest.editorial.rules import members
from digest.editorial.selection import Selection, Selector
from digest.editorial.subject import PATTERN, subject
from digest.editorial.tags import TagBook
from digest.editorial.verdict import verdict
from digest.model import (
    Article,
    Decided,
    Edit,
    EditionRule,
    IssueHead,
    Newsletter,
    Segment,
    Source,
    TagRules,
    Window,
)

_ALL_LEFT = 10**9  # a page does not count what very many were left over; a replay does


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a file says of a newsletter; its `segments` are in its order."""

    newsletter: Newsletter
    segments: Mapping[str, Segment]
    sources: Mapping[str, Source]
    tags: TagRules
    zone: str
    language: str

    @property
    def agenda(self) -> Agenda:
        """The schedule, without an issue."""
        return Agenda(schedule=self.newsletter.schedule, zone=self.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When an issue is made, and when it goes out; `key` is its slot's.

    `edits` are its own editors'; `fits` is how many a page can hold, for segments where that is known
    to be a limit.
    """

    key: str
    now: datetime
    sent: datetime
    edits: tuple[Edit, ...] = ()
    fits: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An article of the store: its number, when it was seen, and its words with since when they are known."""

    number: int
    seen: datetime
    versions: tuple[tuple[datetime, Article], ...]

    def at(self, now: datetime) -> Article:
        """Return it as it was then: as far as that is known, else with the first words that are."""
        found = self.versions[0][1]
        for since, article in self.versions[1:]:
            if since > now:
                break
            found = article
        return found


class Shelf:
    """Articles in the order of their numbers, as they were at any moment."""

    def __init__(self, kept: Iterable[Kept]) -> None:
        self.kept = sorted(kept, key=lambda each: each.number)
        # who is filed later is not there sooner, whatever a clock said
        self._seen = [*accumulate((each.seen for each in self.kept), max)]
        self._place = {each.versions[0][1].id: each for each in self.kept}

    def last(self, now: datetime) -> int:
        """Return the number of the last article that was there; 0 before the first."""
        place = bisect_right(self._seen, now)
        return self.kept[place - 1].number if place else 0

    def there(self, now: datetime, after: int = 0) -> Iterator[Kept]:
        """Yield what was there, filed after a number."""
        first = bisect_right(self.kept, after, key=lambda each: each.number)
        yield from self.kept[first : bisect_right(self._seen, now)]

    def named(self, ids: Collection[str], now: datetime) -> list[Kept]:
        """Return those of the ids that were there."""
        last = self.last(now)
        found = [self._place[id_] for id_ in ids if id_ in self._place]
        return [each for each in found if each.number <= last]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An issue as it was made, by which selector and from which pasts, and the history with it."""

    moment: Moment
    status: Literal["sent", "skipped", "held"]
    reason: str | None
    selections: Mapping[str, Selection]
    subjects: Mapping[str, str]
    selector: Selector
    pasts: Mapping[str, Past]
    history: History = field(repr=False)

    @property
    def printed(self) -> Mapping[str, Selection]:
        """The selections of the editions that went out."""
        whole = {name: s for name, s in self.selections.items() if not s.short}
        return whole if self.status == "sent" else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Where a replay begins: the history before it, what was printed, and what is told beside it.

    `told` says by segment when it had an article from elsewhere: before, in a special issue, or from
    a newsletter that is not to be repeated.
    """

    history: History
    printed: tuple[PrintedIssue, ...] = ()
    told: Mapping[str, Mapping[str, datetime]] = field(default_factory=dict)
    number: int = 0


def replay(rules: Rules, shelf: Shelf, start: Start, moments: Sequence[Moment]) -> Iterator[Made]:
    """Yield the issue of each moment; who reads no further has cost nothing more."""
    history, printed, number = start.history, [*start.printed], start.number
    had: dict[str, dict[str, datetime]] = {n: dict(start.told.get(n, {})) for n in rules.segments}
    for moment in moments:
        first = moment.now - rules.agenda.period(moment.now)
        since = {name: history.since.get(name, first) for name in rules.segments}
        made = _make(
            rules,
            shelf,
            replace(history, since=since),
            moment,
            printed=printed,
            had=had,
            number=number + 1,
        )
        if shelf.last(moment.now):  # before there is anything, nobody begins to gather
            history = made.history
        if made.status != "held":
            history = _after(history, made, shelf.last(moment.now), number + 1)
        yield replace(made, history=replace(history, since={**since, **history.since}))
        for name, selection in made.printed.items():
            had[name] |= dict.fromkeys(told_by(selection), moment.now)
        if made.printed:
            number += 1
            printed.append(printed_issue(made))


def printed_issue(made: Made) -> PrintedIssue:
    """Return what an issue printed."""
    return PrintedIssue(
        id=made.moment.key,
        sent=made.moment.sent,
        editions={
            name: tuple(a for section in s.sections for a in section.articles)
            for name, s in made.printed.items()
        },
    )


def told_by(selection: Selection) -> Iterator[str]:
    """Yield what a segment has been told by its edition: also what another publication's story stands for."""
    yield from selection.ranks
    yield from (article.id for others in selection.also_in.values() for article in others)


def open_after(
    rules: Rules,
    shelf: Shelf,
    history: History,
    moment: Moment,
    had: Mapping[str, Mapping[str, datetime]],
) -> frozenset[str]:
    """Return what some segment may have in the issue after a moment's, if nothing new comes.

    The history and what segments had are as they were when that moment's issue had gone out.
    """
    first = moment.now - rules.agenda.period(moment.now)
    since = {name: history.since.get(name, first) for name in rules.segments}
    following = replace(
        moment, key="after", sent=rules.agenda.after(moment.sent), edits=(), fits={}
    )
    history = replace(history, since=since)
    after = _make(rules, shelf, history, following, printed=(), had=had, number=0)
    found: set[str] = set()
    for name, segment in rules.segments.items():
        gates = after.selector.gates.of(segment, after.pasts[name])
        firm = passing(gate for gate in gates if not gate.postpones)
        pool = after.selector.pool
        found.update(pool.articles[i].id for i in members(firm & pool.everything))
    return frozenset(found)


def _make(
    rules: Rules,
    shelf: Shelf,
    history: History,
    moment: Moment,
    *,
    printed: Sequence[PrintedIssue],
    had: Mapping[str, Mapping[str, datetime]],
    number: int,
) -> Made:
    news, now = rules.newsletter, moment.now
    articles, filed = _stock(rules, shelf, history, moment)
    candidates = history.candidates([*rules.segments], articles, filed)
    carried = history.carried(now, candidates)
    ids = frozenset(filed)
    pasts = {}
    for name in rules.segments:
        pasts[name] = history.past(
            name,
            candidates[name] & ids,
            now=now,
            sent=moment.sent,
            # what was told while the issue waited, it is made again without
            ledger={id_: "" for id_, at in had.get(name, {}).items() if at < moment.sent},
            undone=[edit for edit in moment.edits if edit.undo],
        )
    today = moment.sent.astimezone(ZoneInfo(rules.zone)).date()
    brief = Brief(
        newsletter=replace(news, limits=replace(news.limits, more=_ALL_LEFT)),
        segments=rules.segments,
        priorities={n: s.priority for n, s in rules.sources.items() if not s.rests(today)},
        tags=rules.tags,
        zone=rules.zone,
        sent=moment.sent,
        next_sent=rules.agenda.after(moment.sent),
        filed=filed,
        fits=moment.fits,
        owed=debts(printed[-ISSUES:], news.coverage, news.points.coverage, TagBook(rules.tags)),
    )
    selector = Selector(brief, articles, in_force(carried, moment.edits))
    selections = {name: selector.select(who, pasts[name]) for name, who in rules.segments.items()}
    status, reason = verdict(news, selections, {a.id: a.title for a in articles})
    return Made(
        moment=moment,
        status="sent" if status == "draft" else "held" if status == "held" else "skipped",
        reason=reason,
        selections=selections,
        subjects={n: _subject(rules, s, number) for n, s in selections.items() if not s.short},
        selector=selector,
        pasts=pasts,
        history=history,
    )


def _stock(
    rules: Rules, shelf: Shelf, history: History, moment: Moment
) -> tuple[list[Article], dict[str, int]]:
    """Return what some segment has yet to decide on, as the store would, with the articles' numbers."""
    oldest = moment.sent - rules.newsletter.limits.max_age
    since, after = history.horizon(moment.now)
    if rules.newsletter.when_short == "back-fill":
        since, after = min(since, oldest), 0
    named = {edit.article for edit in moment.edits if edit.article}
    for name in history.since:
        named |= {*history.decided(name).waiting, *history.added(name)}
    found: dict[int, Article] = {}
    for kept in shelf.there(moment.now, after):
        article = kept.at(moment.now)
        young = article.published is None or article.published >= oldest or article.event
        if young and article.new_at is not None and article.new_at >= since:
            found[kept.number] = article
    found |= {kept.number: kept.at(moment.now) for kept in shelf.named(named, moment.now)}
    return [*found.values()], {article.id: number for number, article in found.items()}


def _subject(rules: Rules, selection: Selection, number: int) -> str:
    own = rules.newsletter.editions.get(selection.segment, EditionRule())
    articles = [a for section in selection.sections for a in section.articles]
    articles.sort(key=lambda article: article.id != selection.lead)
    named = {
        "newsletter": rules.newsletter.title,
        "segment": rules.segments[selection.segment].title,
        "number": str(number),
    }
    wanted = own.subject or rules.newsletter.subject or PATTERN
    return subject(articles, rules.language, wanted, named)


def _after(history: History, made: Made, last: int, number: int) -> History:
    moment = made.moment
    head = IssueHead(
        id=f"{moment.key} (replayed)",
        newsletter="",
        number=number,
        status=made.status,
        created=moment.now,
        window=Window(start=moment.now, end=moment.now),
        windows={name: made.pasts[name].window for name in made.printed},
        decided={n: Decided(up_to=last, waiting=s.waiting) for n, s in made.printed.items()},
        printed=made.subjects if made.printed else {},
        send_at=moment.sent,
    )
    edits = {**history.edits, head.id: moment.edits} if moment.edits else history.edits
    return replace(history, issues=(*history.issues, head), edits=edits)
