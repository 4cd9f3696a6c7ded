"""Gather what an issue is made of: its times, its past, its articles, and what editors changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from digest.editorial import edits as patch
from digest.editorial import lifecycle
from digest.editorial.address import canonical
from digest.editorial.agenda import Agenda
from digest.editorial.calendar import WEEK, Slot
from digest.editorial.history import History, Past
from digest.editorial.identity import keys_of
from digest.model import (
    EDITORS,
    Article,
    Edit,
    Issue,
    IssueHead,
    Newsletter,
    Schedule,
    Sighting,
    Window,
)
from digest.ports import Lock, Stock
from digest.publisher.covering import owed
from digest.publisher.inputs import Inputs, from_lock
from digest.publisher.resting import active_sources
from digest.publisher.services import Services

_PAST = frozenset({"sending", "sent", "skipped"})
_UNUSED = frozenset({"skipped", "discarded"})

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRequest:
    """Which issue is wanted: for these segments, drafted again (`was`), for a slot, with these edits."""

    segments: Sequence[str]
    was: Issue | None = None
    slot: Slot | None = None
    edits: tuple[Edit, ...] = ()
    special: bool = False


def gather(services: Services, newsletter: Newsletter, request: DraftRequest) -> Inputs:
    """Collect everything that an issue made now is made of."""
    if request.special:
        return _gather_special(services, newsletter, request)
    now, config, was = services.clock(), services.config, request.was
    made = regular(services, newsletter.name)
    agenda = agenda_of(services, newsletter, made)
    slot = request.slot or agenda.just_missed(now, newsletter.late, was)
    sent = agenda.send_at(now, was, slot)
    others = [issue for issue in made if was is None or issue.id != was.id]
    history = history_of(services, newsletter.name, others)
    start = now - agenda.period(now)
    history = replace(
        history, since={name: history.since.get(name, start) for name in request.segments}
    )
    edits = patch.add(
        (),
        resolved(services, request.edits),
        tuple(edit for issue in history.issues for edit in history.edits.get(issue.id, ())),
    )
    stock = _stock(services, newsletter, history, edits, now=now, sent=sent)
    candidates = history.candidates(request.segments, stock.articles.values(), stock.filed)
    carried = history.carried(now, candidates)
    hand = by_hand((*carried, *edits), stock.articles.values(), now)
    articles = (*stock.articles.values(), *hand)
    had = _ledger(services, newsletter, request.segments, articles)
    pasts = {
        name: _within(
            history.past(
                name,
                candidates[name],
                now=now,
                sent=sent,
                ledger=had[name],
                undone=[edit for edit in edits if edit.undo],
            ),
            articles,
        )
        for name in request.segments
    }
    return Inputs(
        number=was.number if was else sum(i.status not in _UNUSED for i in made) + 1,
        now=now,
        sent=sent,
        slot=slot.key if slot else was.slot if was else None,
        next_sent=agenda.after(sent),
        publication=config.publication,
        newsletter=replace(newsletter, schedule=agenda.schedule),
        segments={name: config.segments[name] for name in request.segments},
        priorities={name: source.priority for name, source in active_sources(services).items()},
        tags=config.tags,
        pasts=pasts,
        articles=articles,
        hashes={article.id: hash_ for hash_, article in stock.articles.items()},
        filed=stock.filed,
        last=stock.last,
        edits=edits,
        carried=carried,
        owed=owed(services, newsletter),
    )


def _gather_special(services: Services, newsletter: Newsletter, request: DraftRequest) -> Inputs:
    """Collect what a special issue is made of: what its editors named, and nothing else."""
    now, config, was = services.clock(), services.config, request.was
    edits = patch.add((), resolved(services, request.edits))
    named = {edit.article for edit in edits if edit.article}
    found = services.articles.named(named)
    articles = (*found.values(), *by_hand(edits, found.values(), now))
    had = _ledger(services, newsletter, request.segments, articles)
    sent = max(now, was.send_at) if was and was.send_at else now
    window = Window(start=now, end=now)
    sections = tuple(replace(rule, min=0, required=False) for rule in newsletter.sections)
    return Inputs(
        number=0,
        now=now,
        sent=sent,
        next_sent=sent + WEEK,
        slot=None,
        publication=config.publication,
        newsletter=replace(
            newsletter,
            # what stands in every issue of a segment is not said of this one
            editions={
                name: replace(rule, intro=None, subject=None)
                for name, rule in newsletter.editions.items()
            },
            sections=sections,
            limits=replace(newsletter.limits, min=1),
            when_short="skip",
        ),
        segments={name: config.segments[name] for name in request.segments},
        priorities={name: source.priority for name, source in active_sources(services).items()},
        tags=config.tags,
        pasts={
            name: Past(window=window, since=now + _INSTANT, sent=had[name])
            for name in request.segments
        },
        articles=articles,
        hashes={article.id: hash_ for hash_, article in found.items()},
        filed={},
        last=0,
        edits=edits,
        carried=(),
    )


def regular(services: Services, newsletter: str) -> list[IssueHead]:
    """Return a newsletter's issues that its schedule counts, the oldest first."""
    return [issue for issue in services.issues.heads(newsletter) if not issue.special]


def before(services: Services, issue: IssueHead) -> tuple[IssueHead, ...]:
    """Return the regular issues of the newsletter that were made before one, the oldest first."""
    made = services.issues.heads(issue.newsletter)
    place = next(n for n, each in enumerate(made) if each.id == issue.id)
    return tuple(each for each in made[:place] if not each.special)


def schedule_of(services: Services, newsletter: Newsletter) -> Schedule | None:
    """Return a newsletter's schedule, without the days that its editors skip."""
    if newsletter.schedule is None:
        return None
    skipped = (each.day for each in services.skipped_days.of(newsletter.name))
    return replace(newsletter.schedule, skip=(*newsletter.schedule.skip, *skipped))


def agenda_of(services: Services, newsletter: Newsletter, made: Sequence[IssueHead]) -> Agenda:
    """Return a newsletter's agenda, given its issues."""
    zone = services.config.publication.timezone
    schedule = schedule_of(services, newsletter)
    return Agenda(schedule=schedule, zone=zone, issues=tuple(made))


def history_of(services: Services, newsletter: str, made: Iterable[IssueHead]) -> History:
    """Return the history that these issues of a newsletter make."""
    edits = services.issues.edits_by_issue(newsletter)
    past = [issue for issue in made if issue.status in _PAST]
    # what an editor added by its address may have come by a source since, under an id
    waiting = {id_ for issue in past for each in issue.decided.values() for id_ in each.waiting}
    named = {e.article for each in edits.values() for e in each if e.article} | waiting
    at = ids_at(services, (name for name in named if "://" in name))
    if at:
        past = [
            replace(
                issue,
                decided={
                    segment: replace(
                        each, waiting={at.get(i, i): r for i, r in each.waiting.items()}
                    )
                    for segment, each in issue.decided.items()
                },
            )
            for issue in past
        ]
    return History(
        issues=tuple(past),
        edits={
            issue: tuple(replace(e, article=at.get(e.article or "", e.article)) for e in each)
            for issue, each in edits.items()
        },
        since=services.issues.since(newsletter),
    )


def open_issue(services: Services, newsletter: str) -> Issue | None:
    """Return a newsletter's newest issue where it is open."""
    newest = [i for i in regular(services, newsletter)[-1:] if i.status in lifecycle.OPEN]
    return services.issues.get(newest[0].id) if newest else None


def inputs_of(services: Services, issue: str) -> Inputs:
    """Return what an issue was made of, with what editors added by hand."""
    return inputs_in(services, services.issues.lock(issue))


def inputs_in(services: Services, lock: Lock) -> Inputs:
    """Return the inputs that a lock holds, with what editors added by hand."""
    kept = from_lock(lock, services.articles.versions)
    added = by_hand(kept.all_edits, kept.articles, kept.now)
    return replace(kept, articles=(*kept.articles, *added))


def ids_at(services: Services, urls: Iterable[str]) -> dict[str, str]:
    """Return the id of the article at each address, for those where the store has one."""
    keys = {url: keys_of(Sighting(source="", url=url)) for url in urls}
    found = services.articles.by_keys({key for each in keys.values() for key in each})
    first = {url: [a.id for key in each for a in found.get(key, ())] for url, each in keys.items()}
    return {url: ids[0] for url, ids in first.items() if ids}


def by_hand(edits: Iterable[Edit], found: Collection[Article], now: datetime) -> list[Article]:
    """Return an article for each address that an editor added and no source knows."""
    known = {article.id for article in found}
    added = {e.article for e in edits if e.verb == "add" and e.article} - known
    return [
        Article(source=EDITORS, id=url, url=url, title=url, first_seen=now, urls=(url,))
        for url in sorted(added)
        if url.startswith(("https://", "http://"))
    ]


def resolved(
    services: Services, edits: Iterable[Edit], known: Iterable[Edit] = ()
) -> tuple[Edit, ...]:
    """Return edits of addresses as edits of the articles that the store has there.

    Where it has none, the first spelling of an address stands, in the known edits or in these.
    """
    first: dict[str, str] = {}
    for edit in (*known, *(edits := tuple(edits))):
        for named in (edit.article, *edit.articles):
            if named and "://" in named:
                first.setdefault(canonical(named) or named, named)
    at = ids_at(services, first.values())
    ids = {key: at.get(url, url) for key, url in first.items()}

    def id_of(named: str) -> str:
        return ids.get(canonical(named) or named, named)

    return tuple(
        replace(
            e,
            article=id_of(e.article) if e.article else e.article,
            articles=tuple(id_of(each) for each in e.articles),
        )
        for e in edits
    )


def _stock(
    services: Services,
    newsletter: Newsletter,
    history: History,
    edits: Iterable[Edit],
    *,
    now: datetime,
    sent: datetime,
) -> Stock:
    """Return the articles that some segment has yet to decide on, and those that editors name."""
    oldest = sent - newsletter.limits.max_age
    since, after = history.horizon(now)
    # which takes what was decided long ago, for all or for who gets an email more seldom
    if newsletter.when_short == "back-fill" or newsletter.readers:
        after, since = 0, min(since, oldest)
    named = {edit.article for edit in edits if edit.article}
    for name in history.since:
        named |= {*history.decided(name).waiting, *history.added(name)}
    return services.articles.stock(since, after, oldest, named)


def _ledger(
    services: Services,
    newsletter: Newsletter,
    segments: Sequence[str],
    articles: Collection[Article],
) -> dict[str, dict[str, str]]:
    """Return by segment which issue had each article, from this newsletter or one not to be repeated.

    What an editor added by hand stands in the ledger by its address: a source may have brought it
    since.
    """
    known = {article.id: article.id for article in articles}
    for article in articles:
        for url in article.urls:
            known |= {url: article.id, canonical(url) or url: article.id}
    names = (newsletter.name, *newsletter.not_from)
    found = services.issues.ledger(names, segments, known.keys())
    return {
        segment: {known[key]: issue for key, issue in had.items()} for segment, had in found.items()
    }


def _within(past: Past, articles: Collection[Article]) -> Past:
    """Return the past with only the part that concerns these articles."""
    ids = frozenset(article.id for article in articles)
    return replace(
        past,
        candidates=past.candidates & ids,
        hidden=past.hidden & ids,
        delayed=past.delayed & ids,
    )
