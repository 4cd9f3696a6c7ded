"""Gather what an issue is made of: its times, its past, its articles, and what editors changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from digest.editorial import edits as patch
from digest.editorial import lifecycle
from digest.editorial.address import canonical
from digest.editorial.agenda import Agenda
from digest.editorial.calendar import Slot
from digest.editorial.history import History, Past
from digest.editorial.identity import keys_of
from digest.model import Article, Edit, Issue, Newsletter, Sighting, WhenShort, Window
from digest.publisher.inputs import Inputs, from_lock
from digest.publisher.services import Services

_PAST = frozenset({"sending", "sent", "skipped"})
_UNUSED = frozenset({"skipped", "discarded"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRequest:
    """Which issue is wanted: for these segments, drafted again (`was`), for a slot, with these edits."""

    segments: Sequence[str]
    was: Issue | None = None
    slot: Slot | None = None
    edits: tuple[Edit, ...] = ()


def gather(services: Services, newsletter: Newsletter, request: DraftRequest) -> Inputs:
    """Collect everything that an issue made now is made of."""
    now, config = services.clock(), services.config
    made = services.issues.all(newsletter.name)
    agenda = agenda_of(services, newsletter, made)
    sent = agenda.send_at(now, request.was, request.slot)
    before = [issue for issue in made if request.was is None or issue.id != request.was.id]
    history = history_of(services, before, request.segments)
    pasts = _pasts(history, request, agenda, sent=sent, now=now, when_short=newsletter.when_short)
    edits = patch.add((), resolved(services, request.edits))
    carried = history.carried(now, pasts)
    found = _pool(services, newsletter, (*carried, *edits), pasts)
    articles = (*found.values(), *by_hand((*carried, *edits), found.values(), now))
    return Inputs(
        number=request.was.number if request.was else _number(made),
        now=now,
        sent=sent,
        next_sent=agenda.after(sent),
        publication=config.publication,
        newsletter=newsletter,
        segments={name: config.segments[name] for name in request.segments},
        priorities={name: source.priority for name, source in config.sources.items()},
        tags=config.tags,
        pasts=within(services, pasts, articles),
        articles=articles,
        hashes={article.id: hash_ for hash_, article in found.items()},
        edits=edits,
        carried=carried,
    )


def agenda_of(services: Services, newsletter: Newsletter, made: Sequence[Issue]) -> Agenda:
    """Return a newsletter's agenda, given its issues."""
    zone = services.config.publication.timezone
    return Agenda(schedule=newsletter.schedule, zone=zone, issues=tuple(made))


def history_of(services: Services, made: Sequence[Issue], segments: Sequence[str]) -> History:
    """Return the history that these issues of a newsletter make."""
    past = tuple(issue for issue in made if issue.status in _PAST)
    edits = {issue.id: services.issues.edits(issue.id) for issue in past}
    return History(issues=past, edits=edits, ledger=services.issues.ledger(segments))


def open_issue(services: Services, newsletter: str) -> Issue | None:
    """Return a newsletter's newest issue where it is open."""
    newest = [i for i in services.issues.all(newsletter)[-1:] if i.status in lifecycle.OPEN]
    return services.issues.get(newest[0].id) if newest else None


def inputs_of(services: Services, issue: str) -> Inputs:
    """Return what an issue was made of, with what editors added by hand."""
    kept = from_lock(services.issues.lock(issue), services.articles.versions)
    added = by_hand(kept.all_edits, kept.articles, kept.now)
    return replace(kept, articles=(*kept.articles, *added))


def by_address(services: Services, url: str) -> str | None:
    """Return the id of the article at an address, where the store has it."""
    keys = keys_of(Sighting(source="", url=url))
    found = services.articles.by_keys(keys)
    return next((a.id for key in keys for a in found.get(key, ())), None)


def by_hand(edits: Iterable[Edit], found: Collection[Article], now: datetime) -> list[Article]:
    """Return an article for each address that an editor added and no source knows."""
    known = {article.id for article in found}
    added = {e.article for e in edits if e.verb == "add" and e.article} - known
    return [
        Article(source="editor", id=url, url=url, title=url, first_seen=now, urls=(url,))
        for url in sorted(added)
        if url.startswith(("https://", "http://"))
    ]


def within(
    services: Services, pasts: Mapping[str, Past], articles: Collection[Article]
) -> dict[str, Past]:
    """Return the pasts with only the part that concerns these articles.

    What an editor added by hand stands in the ledger by its address: a source may have brought it
    since.
    """
    ids = frozenset(article.id for article in articles)
    added = {id_ for past in pasts.values() for id_ in past.sent if "://" in id_} - ids
    since = {id_: by_address(services, id_) for id_ in added}
    return {
        name: replace(
            past,
            sent={
                known: issue
                for id_, issue in past.sent.items()
                if (known := since.get(id_) or id_) in ids
            },
            hidden=past.hidden & ids,
            delayed=past.delayed & ids,
        )
        for name, past in pasts.items()
    }


def resolved(
    services: Services, edits: Iterable[Edit], known: Iterable[Edit] = ()
) -> tuple[Edit, ...]:
    """Return edits of addresses as edits of the articles that the store has there.

    Where it has none, the first spelling of an address stands, in the known edits or in these.
    """
    first: dict[str, str] = {}
    for edit in (*known, *(edits := tuple(edits))):
        if edit.article and "://" in edit.article:
            first.setdefault(canonical(edit.article) or edit.article, edit.article)
    ids = {key: by_address(services, url) or url for key, url in first.items()}
    return tuple(
        replace(e, article=ids.get(canonical(e.article) or e.article, e.article))
        if e.article
        else e
        for e in edits
    )


def _pasts(
    history: History,
    request: DraftRequest,
    agenda: Agenda,
    *,
    sent: datetime,
    now: datetime,
    when_short: WhenShort,
) -> dict[str, Past]:
    """Return each segment's past; an issue that is drafted again keeps where its windows start."""
    period, carries = agenda.period(now), when_short == "carry-over"
    kept = request.was.windows if request.was else {}
    pasts: dict[str, Past] = {}
    for name in request.segments:
        usual = history.window(name, now, period)
        start = min(usual.start, kept[name].start) if name in kept else usual.start
        window = Window(start=start, end=now)
        pasts[name] = history.past(name, window, sent, carries=carries)
    return pasts


def _pool(
    services: Services, newsletter: Newsletter, edits: Iterable[Edit], pasts: Mapping[str, Past]
) -> Mapping[str, Article]:
    now = services.clock()
    named = {edit.article for edit in edits if edit.article}
    waiting = {id_ for past in pasts.values() for id_ in past.waiting}
    return services.articles.pool(_reach(newsletter, pasts, now), now, named | waiting)


def _reach(newsletter: Newsletter, pasts: Mapping[str, Past], now: datetime) -> datetime:
    starts = [past.carried_from or past.window.start for past in pasts.values()]
    if newsletter.when_short == "back-fill":
        starts.append(now - newsletter.limits.max_age)
    return min(starts, default=now)


def _number(made: Sequence[Issue]) -> int:
    return sum(issue.status not in _UNUSED for issue in made) + 1
