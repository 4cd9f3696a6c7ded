"""Gather what an issue is made of: its times, its past, its articles, and what editors changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from digest.editorial.address import canonical
from digest.editorial.agenda import Agenda
from digest.editorial.calendar import Slot
from digest.editorial.past import History, Past
from digest.editorial.tags import TagBook
from digest.model import Article, Edit, Issue, Newsletter
from digest.publisher.inputs import Inputs
from digest.publisher.rooms import Rooms

_SENT = frozenset({"sending", "sent"})
_UNUSED = frozenset({"skipped", "discarded"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Which issue is wanted: for these segments, drafted again (`was`), for a slot, with these edits."""

    segments: Sequence[str]
    was: Issue | None = None
    slot: Slot | None = None
    edits: tuple[Edit, ...] = ()


def gather(rooms: Rooms, newsletter: Newsletter, order: Order) -> Inputs:
    """Collect everything that an issue made now is made of."""
    now, config = rooms.clock(), rooms.config
    made = rooms.issues.all(newsletter.name)
    agenda = agenda_of(rooms, newsletter, made)
    history, pasts = _past(rooms, newsletter, order.segments, made)
    sent = agenda.send_at(now, order.was, order.slot)
    articles = _articles(rooms, newsletter, order.edits, pasts)
    return Inputs(
        number=order.was.number if order.was else _number(made),
        now=now,
        sent=sent,
        next_sent=agenda.after(sent),
        publication=config.publication,
        newsletter=newsletter,
        segments={name: config.segments[name] for name in order.segments},
        priorities={name: source.priority for name, source in config.sources.items()},
        tags=config.tags,
        pasts=_within(pasts, articles),
        articles=articles,
        edits=order.edits,
        notices=history.notices(now),
    )


def agenda_of(rooms: Rooms, newsletter: Newsletter, made: Sequence[Issue]) -> Agenda:
    """Return a newsletter's agenda, given its issues."""
    zone = rooms.config.publication.timezone
    return Agenda(schedule=newsletter.schedule, zone=zone, issues=tuple(made))


def by_hand(edits: Iterable[Edit], found: Collection[Article], now: datetime) -> list[Article]:
    """Return an article for each address that an editor added and no source knows."""
    known = {article.id for article in found}
    added = {e.article for e in edits if e.verb == "add" and e.article} - known
    return [
        Article(source="editor", id=url, url=url, title=url, first_seen=now, urls=(url,))
        for url in sorted(added)
        if url.startswith(("https://", "http://"))
    ]


def _past(
    rooms: Rooms, newsletter: Newsletter, segments: Sequence[str], made: Sequence[Issue]
) -> tuple[History, dict[str, Past]]:
    sent = tuple(issue for issue in made if issue.status in _SENT)
    edits = {issue.id: rooms.issues.edits(issue.id) for issue in sent}
    history = History(sent=sent, edits=edits, ledger=rooms.issues.ledger(segments))
    now, carries = rooms.clock(), newsletter.when_short == "carry-over"
    period = agenda_of(rooms, newsletter, made).period(now)
    return history, {name: history.past(name, now, period, carries=carries) for name in segments}


def _articles(
    rooms: Rooms, newsletter: Newsletter, edits: tuple[Edit, ...], pasts: Mapping[str, Past]
) -> tuple[Article, ...]:
    now, book = rooms.clock(), TagBook(rooms.config.tags)
    named = {edit.article for edit in edits if edit.article}
    waiting = {id_ for past in pasts.values() for id_ in past.waiting}
    found = rooms.articles.pool(_reach(newsletter, pasts, now), now, named | waiting)
    return tuple(book.sort(article) for article in (*found, *by_hand(edits, found, now)))


def _reach(newsletter: Newsletter, pasts: Mapping[str, Past], now: datetime) -> datetime:
    starts = [past.carried_from or past.window.start for past in pasts.values()]
    if newsletter.when_short == "back-fill":
        starts.append(now - newsletter.limits.max_age)
    return min(starts, default=now)


def _within(pasts: Mapping[str, Past], articles: Collection[Article]) -> dict[str, Past]:
    """Return the pasts with only the part that concerns these articles.

    What an editor added by hand stands in the ledger by its address: a source may have brought it
    since.
    """
    ids = frozenset(article.id for article in articles)
    return {
        name: replace(past, sent=_had(past.sent, articles), hidden=past.hidden & ids)
        for name, past in pasts.items()
    }


def _had(sent: Mapping[str, str], articles: Collection[Article]) -> dict[str, str]:
    """Return which issue had each of the articles, under its id or one of its addresses."""
    found = {article.id: sent[article.id] for article in articles if article.id in sent}
    added = {canonical(id_): issue for id_, issue in sent.items() if "://" in id_}
    for article in articles if added else ():
        for url in article.urls:
            if (issue := added.get(canonical(url))) is not None:
                found.setdefault(article.id, issue)
    return found


def _number(made: Sequence[Issue]) -> int:
    return sum(issue.status not in _UNUSED for issue in made) + 1
