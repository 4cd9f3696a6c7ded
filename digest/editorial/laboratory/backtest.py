"""The backtest: what became of the past by some rules, beside others', and beside what was really sent."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from statistics import mean
from typing import Literal

from digest.editorial.laboratory.replay import (
    Made,
    Moment,
    Rules,
    Shelf,
    Start,
    open_after,
    printed_issue,
    replay,
    told_by,
)
from digest.editorial.laboratory.themes import Covered, PrintedIssue, covered
from digest.editorial.tags import TagBook
from digest.model import Newsletter, Section

_HadAt = Mapping[str, Mapping[str, datetime]]  # by segment when it had an article from elsewhere
Which = Literal["sent", "present", "other"]
"""Whose issues: those really sent, those of the present rules, those of the other file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastSection:
    """A section as it was printed: its articles, and how many found no room."""

    title: str
    articles: tuple[str, ...]
    left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PastEdition:
    """A segment's edition: its subject, and its sections that held something."""

    segment: str
    subject: str
    sections: tuple[PastSection, ...]

    @property
    def articles(self) -> tuple[str, ...]:
        """The ids of its articles, section by section."""
        return tuple(id_ for section in self.sections for id_ in section.articles)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastIssue:
    """An issue of the past, real or replayed; `slot` is its local time."""

    slot: str
    sent: datetime
    status: str
    reason: str | None
    editions: tuple[PastEdition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionCount:
    """In how many editions a section was left empty, was over-full, and had articles, and how many."""

    title: str
    editions: int
    empty: int
    over: int
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestRow:
    """What some rules made of the past.

    `nobody` are the articles that no edition had and none may have any more. `repeats` counts articles that
    a segment had twice. `mean_articles` is an edition's; None without any.
    """

    rules: Which
    issues: int
    skipped: int
    held: int
    editions: int
    mean_articles: float | None
    nobody: tuple[str, ...]
    repeats: int
    empty: int
    over: int
    sections: tuple[SectionCount, ...]
    coverage: Covered
    made: tuple[PastIssue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """An article that segments have by one set of rules, and not by another."""

    article: str
    title: str
    segments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What segments win and lose from some rules to others, and how many subject lines differ."""

    before: Which
    after: Which
    won: tuple[Moved, ...]
    lost: tuple[Moved, ...]
    subjects: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """Some weeks of a newsletter, by each set of rules; `offered` counts the articles that there were.

    `watched` is when the first article was seen: slots before it had nothing to choose from.
    """

    newsletter: str
    start: datetime
    end: datetime
    slots: int
    offered: int
    watched: datetime | None
    rows: tuple[BacktestRow, ...]
    differences: tuple[Difference, ...]
    titles: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastOutcome:
    """What became of the past: the issues, what was printed in them, and what still waits after them."""

    issues: tuple[PastIssue, ...]
    printed: tuple[PrintedIssue, ...]
    waiting: frozenset[str] = frozenset()


def backtest(
    rules: Mapping[Which, Rules],
    moments: Mapping[Which, Sequence[Moment]],
    shelf: Shelf,
    starts: Mapping[Which, Start],
    sent: PastOutcome,
) -> Backtest:
    """Replay the moments by each set of rules, and compare them with each other and with what was sent.

    `rules` has the present ones, and may have another's. All start from one history; what a segment
    had been told depends on which newsletters' articles its rules do not repeat.
    """
    present = rules["present"]
    ends = [moment.now for each in moments.values() for moment in each]
    runs = {which: _Replaying(own, starts[which]) for which, own in rules.items()}
    # side by side: what one has just read in an article, the other knows
    replays = (replay(own, shelf, starts[which], moments[which]) for which, own in rules.items())
    for issues in zip_longest(*replays):
        for run, issue in zip(runs.values(), issues, strict=True):
            if issue is not None:
                run.add(issue)
    made = {which: run.outcome(shelf, moments[which][-1]) for which, run in runs.items()}
    _, after = starts["present"].history.horizon(max(ends))
    since = min(run.since for run in runs.values())
    seen = (kept.at(max(ends)) for kept in shelf.there(max(ends), after))
    # what there was to choose from: seen by the end, undecided at the start, and new since then
    offered = {a.id: a for a in seen if a.new_at is not None and a.new_at >= since}
    titles = {
        article.id: article.title
        for printed in (*(each.printed for each in made.values()), sent.printed)
        for issue in printed
        for held in issue.editions.values()
        for article in held
    }
    titles |= {article.id: article.title for article in offered.values()}
    tally = _Tally(present.newsletter, TagBook(present.tags), offered.keys())
    rows = [
        tally.row("sent", sent, present.newsletter, starts["present"].told),
        *(
            tally.row(which, each, rules[which].newsletter, starts[which].told)
            for which, each in made.items()
        ),
    ]
    by_name = {row.rules: row for row in rows}
    pairs: list[tuple[Which, Which]] = [("sent", "present")]
    if "other" in rules:
        pairs = [("present", "other"), *pairs, ("sent", "other")]
    return Backtest(
        newsletter=present.newsletter.name,
        start=min(ends),
        end=max(ends),
        slots=len(moments["present"]),
        offered=len(offered),
        watched=min((kept.seen for kept in shelf.kept), default=None),
        rows=tuple(rows),
        differences=tuple(difference(by_name[a], by_name[b], titles) for a, b in pairs),
        titles=titles,
    )


class _Replaying:
    """What a replay makes, issue by issue; it gathered `since` a time."""

    def __init__(self, rules: Rules, start: Start) -> None:
        self._rules, self._history = rules, start.history
        self._issues: list[PastIssue] = []
        self._printed: list[PrintedIssue] = []
        self._had = {name: dict(start.told.get(name, {})) for name in rules.segments}

    def add(self, made: Made) -> None:
        self._issues.append(_past_issue(made))
        self._history = made.history
        if made.printed:
            self._printed.append(printed_issue(made))
        for name, selection in made.printed.items():
            self._had[name] |= dict.fromkeys(told_by(selection), made.moment.now)

    @property
    def since(self) -> datetime:
        return min(self._history.since.values())

    def outcome(self, shelf: Shelf, last: Moment) -> PastOutcome:
        waiting = open_after(self._rules, shelf, self._history, last, self._had)
        return PastOutcome(
            issues=tuple(self._issues), printed=tuple(self._printed), waiting=waiting
        )


def past_edition(segment: str, subject: str, sections: Iterable[Section]) -> PastEdition:
    """Return what is told of an edition that was sent, or would have been."""
    return PastEdition(
        segment=segment,
        subject=subject,
        sections=tuple(
            PastSection(title=s.title, articles=tuple(a.id for a in s.articles), left=s.more)
            for s in sections
        ),
    )


def _past_issue(made: Made) -> PastIssue:
    editions = (
        past_edition(name, made.subjects[name], selection.sections)
        for name, selection in made.printed.items()
    )
    return PastIssue(
        slot=made.moment.key,
        sent=made.moment.sent,
        status=made.status,
        reason=made.reason,
        editions=tuple(editions),
    )


@dataclass(frozen=True, slots=True)
class _Tally:
    """Counts what some rules made of what was offered."""

    present: Newsletter
    book: TagBook
    offered: Collection[str]

    def row(
        self, which: Which, outcome: PastOutcome, newsletter: Newsletter, told: _HadAt
    ) -> BacktestRow:
        issues = outcome.issues
        editions = [edition for issue in issues for edition in issue.editions]
        reached = {id_ for edition in editions for id_ in edition.articles} | outcome.waiting
        sections = tuple(_sections(editions, newsletter))
        return BacktestRow(
            rules=which,
            issues=sum(bool(issue.editions) for issue in issues),
            skipped=sum(issue.status == "skipped" for issue in issues),
            held=sum(issue.status == "held" for issue in issues),
            editions=len(editions),
            mean_articles=round(mean(len(e.articles) for e in editions), 2) if editions else None,
            nobody=tuple(id_ for id_ in self.offered if id_ not in reached),
            repeats=_repeats(issues, told),
            empty=sum(each.empty for each in sections),
            over=sum(each.over for each in sections),
            sections=sections,
            coverage=covered(outcome.printed, "tag", self.present.coverage, self.book),
            made=issues,
        )


def _repeats(issues: Iterable[PastIssue], told: _HadAt) -> int:
    """Count what segments had twice: in these issues, or told from elsewhere before."""
    had: defaultdict[str, set[str]] = defaultdict(set)
    count = 0
    for issue in issues:
        for edition in issue.editions:
            mine, before = had[edition.segment], told.get(edition.segment, {})
            count += sum(
                id_ in mine or (id_ in before and before[id_] < issue.sent)
                for id_ in edition.articles
            )
            mine.update(edition.articles)
    return count


def _sections(editions: Sequence[PastEdition], newsletter: Newsletter) -> Iterator[SectionCount]:
    """Yield how each section did, in the order of the newsletter; what it has no more comes last."""
    held: defaultdict[str, list[PastSection]] = defaultdict(list)
    asked: Counter[str] = Counter()
    for edition in editions:
        for place in newsletter.sections_for(edition.segment):
            asked[newsletter.sections[place].title] += 1
        for section in edition.sections:
            held[section.title].append(section)
    for title in dict.fromkeys((*(rule.title for rule in newsletter.sections), *held)):
        yield SectionCount(
            title=title,
            editions=len(held[title]),
            empty=max(0, asked[title] - len(held[title])),
            over=sum(section.left > 0 for section in held[title]),
            articles=sum(len(section.articles) for section in held[title]),
        )


def difference(before: BacktestRow, after: BacktestRow, titles: Mapping[str, str]) -> Difference:
    """Return what changes from one row to another."""
    one, other = _had(before), _had(after)
    lines = {(i.slot, e.segment): e.subject for i in before.made for e in i.editions}
    new = {(i.slot, e.segment): e.subject for i in after.made for e in i.editions}
    return Difference(
        before=before.rules,
        after=after.rules,
        won=_moved(other - one, titles),
        lost=_moved(one - other, titles),
        subjects=sum(lines[key] != said for key, said in new.items() if key in lines),
    )


def _had(row: BacktestRow) -> set[tuple[str, str]]:
    return {(id_, e.segment) for i in row.made for e in i.editions for id_ in e.articles}


def _moved(pairs: Iterable[tuple[str, str]], titles: Mapping[str, str]) -> tuple[Moved, ...]:
    segments: defaultdict[str, list[str]] = defaultdict(list)
    for id_, segment in sorted(pairs):
        segments[id_].append(segment)
    return tuple(
        Moved(article=id_, title=titles.get(id_, id_), segments=tuple(names))
        for id_, names in segments.items()
    )
