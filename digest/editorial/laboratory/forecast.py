"""The forecast: what the next issues hold if nothing new comes, and what will have come too late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from digest.editorial.gates import passing
from digest.editorial.laboratory.replay import Made, Moment, Rules, Shelf, Start, replay
from digest.editorial.stated_dates import stated_days
from digest.model import Article, Segment

AHEAD = timedelta(hours=48)
"""How long before a deadline or an event its readers must have heard of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastEdition:
    """What a segment's edition holds so far; `lacking` is how many articles it has too few."""

    segment: str
    articles: tuple[str, ...]
    lacking: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastIssue:
    """An issue to come as it would be now: `short` names the segments that have no edition."""

    sent: datetime
    drafted: datetime
    status: Literal["sent", "skipped", "held"]
    reason: str | None
    editions: tuple[ForecastEdition, ...]

    @property
    def short(self) -> tuple[str, ...]:
        """The segments whose edition has too few articles."""
        return tuple(edition.segment for edition in self.editions if edition.lacking)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of a waiting article for a segment: in which issue it is, or from when it is out.

    `because` is the rule that leaves it out or makes it wait.
    """

    segment: str
    outcome: Literal["in", "unsent", "waits"]
    at: datetime | None
    because: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An article that waits, and what becomes of it; `first` is when somebody gets it first."""

    article: str
    title: str
    fates: tuple[Fate, ...]
    first: datetime | None

    @property
    def is_lost(self) -> bool:
        """Whether nobody gets it, and no issue may have it any more."""
        return all(fate.outcome == "unsent" for fate in self.fates)


@dataclass(frozen=True, slots=True, kw_only=True)
class TooLate:
    """A deadline or an event of which nobody will have heard 48 hours before it.

    `last` is the last issue that would be in time, where there is one; `goes_out` the one that has it.
    """

    article: str
    title: str
    kind: Literal["deadline", "event"]
    at: datetime
    last: datetime | None
    goes_out: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The next issues of a newsletter if nothing new comes, and what becomes of all that waits."""

    newsletter: str
    made: datetime
    issues: tuple[ForecastIssue, ...]
    waiting: tuple[Waiting, ...]
    too_late: tuple[TooLate, ...]


def forecast(
    rules: Rules, shelf: Shelf, start: Start, moments: Sequence[Moment], now: datetime
) -> Forecast:
    """Make the coming issues from what there is now."""
    issues: list[ForecastIssue] = []
    fates: dict[tuple[str, str], Fate] = {}
    articles: dict[str, Article] = {}
    for made in replay(rules, shelf, start, moments):
        editions = (
            ForecastEdition(
                segment=name,
                articles=tuple(s.ranks),
                lacking=max(rules.newsletter.limits.min - len(s.ranks), 1 if s.short else 0),
            )
            for name, s in made.selections.items()
        )
        issues.append(
            ForecastIssue(
                sent=made.moment.sent,
                drafted=made.moment.now,
                status=made.status,
                reason=made.reason,
                editions=tuple(editions),
            )
        )
        for segment in rules.segments.values():
            _note(fates, articles, made, segment)
    by_article: defaultdict[str, list[Fate]] = defaultdict(list)
    for (id_, _), fate in fates.items():
        by_article[id_].append(fate)
    waiting = [
        Waiting(
            article=id_,
            title=articles[id_].title,
            fates=tuple(found),
            first=min((f.at for f in found if f.outcome == "in" and f.at), default=None),
        )
        for id_, found in by_article.items()
    ]
    waiting.sort(key=lambda each: (each.first is None, each.first or now, each.title))
    return Forecast(
        newsletter=rules.newsletter.name,
        made=now,
        issues=tuple(issues),
        waiting=tuple(waiting),
        too_late=tuple(
            sorted(_too_late(waiting, articles, rules, issues, now), key=lambda each: each.at)
        ),
    )


def _note(
    fates: dict[tuple[str, str], Fate], articles: dict[str, Article], made: Made, segment: Segment
) -> None:
    """Note what an issue makes of each article that a segment waits for."""
    selector, past = made.selector, made.pasts[segment.name]
    gates = selector.gates.of(segment, past)
    reads = gates[0].passes  # the segment's own rule
    printed = made.printed.get(segment.name)
    selection = made.selections[segment.name]
    open_ = passing(gates)
    for place, article in enumerate(selector.pool.articles):
        key = (article.id, segment.name)
        known = fates.get(key)
        if known is not None and known.outcome != "waits":
            continue
        in_it = printed is not None and article.id in printed.ranks
        if not in_it and (article.id not in past.candidates or not reads >> place & 1):
            continue
        articles.setdefault(article.id, article)
        failed = [gate for gate in gates if not gate.passes >> place & 1]
        firm = next((gate.rule for gate in failed if not gate.postpones), None)
        sent = made.moment.sent
        if in_it:
            fate = Fate(segment=segment.name, outcome="in", at=sent)
        elif firm is not None:
            fate = Fate(segment=segment.name, outcome="unsent", at=sent, because=firm)
        elif article.id in selection.waiting or printed is None:
            rule = selection.waiting.get(article.id) or "articles.min"
            fate = Fate(segment=segment.name, outcome="waits", at=None, because=rule)
        else:
            because = "no room" if open_ >> place & 1 else failed[0].rule
            fate = Fate(segment=segment.name, outcome="unsent", at=sent, because=because)
        fates[key] = fate


def _too_late(
    waiting: Sequence[Waiting],
    articles: Mapping[str, Article],
    rules: Rules,
    issues: Sequence[ForecastIssue],
    now: datetime,
) -> Iterator[TooLate]:
    """Yield the days ahead that no issue tells of in time."""
    slots = [issue.sent for issue in issues]
    for each in waiting:
        for day in stated_days(articles[each.article], rules.zone):
            in_time = [sent for sent in slots if sent <= day.at - AHEAD]
            told = each.first is not None and each.first in in_time
            if day.at <= now or told or (slots and day.at - AHEAD > slots[-1]):
                continue
            yield TooLate(
                article=each.article,
                title=each.title,
                kind=day.kind,
                at=day.at,
                last=max(in_time, default=None),
                goes_out=each.first,
            )
