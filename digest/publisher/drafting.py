"""Draft an issue: gather what it is made of, compose it, and keep it with a lock of its inputs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from digest.editorial import lifecycle
from digest.editorial.address import canonical
from digest.editorial.calendar import Slot, next_slot, period
from digest.editorial.selection import Past
from digest.editorial.tags import TagBook
from digest.errors import SourceError, TemplateError, Unknown
from digest.jsonable import digest
from digest.model import (
    Article,
    Edit,
    Edition,
    Finding,
    Issue,
    Newsletter,
    Picture,
    Section,
    Window,
)
from digest.ports import Lock
from digest.publisher.compose import Composed, compose, editions, frame_of, select
from digest.publisher.inputs import Inputs, to_lock
from digest.publisher.printed import keep_logo
from digest.publisher.rooms import Rooms


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """An issue as drafted, and whether drafting changed anything."""

    issue: Issue
    changed: bool


def draft(
    rooms: Rooms, name: str, *, segments: Sequence[str] = (), slot: Slot | None = None
) -> Drafted:
    """Draft a newsletter's issue; an open one is drafted again with its edits kept."""
    newsletter = rooms.newsletter(name)
    chosen = _chosen(newsletter, segments)
    was = _open_issue(rooms, name, slot)
    edits = rooms.issues.edits(was.id) if was else ()
    inputs = gather(rooms, newsletter, chosen, edits=edits, was=was, slot=slot)
    return _keep(rooms, inputs, was, slot)


def redraft(rooms: Rooms, was: Issue, edits: tuple[Edit, ...]) -> Drafted:
    """Draft an open issue again with changed edits, for the segments and the slot that it has."""
    newsletter = rooms.newsletter(was.newsletter)
    chosen = [name for name in newsletter.segments if name in was.windows]
    inputs = gather(rooms, newsletter, chosen, edits=edits, was=was)
    return _keep(rooms, inputs, was, None)


def gather(
    rooms: Rooms,
    newsletter: Newsletter,
    segments: Sequence[str],
    *,
    edits: tuple[Edit, ...] = (),
    was: Issue | None = None,
    slot: Slot | None = None,
) -> Inputs:
    """Collect everything that an issue made now is made of."""
    now, config = rooms.clock(), rooms.config
    zone = config.publication.timezone
    following = next_slot(newsletter.schedule, zone, now)
    planned = slot.sent if slot else following.sent if following else now
    kept = was.send_at if was and not slot else None
    has_slot = was is not None and rooms.issues.slot(was.id) is not None
    sent = kept if kept and (kept >= now or has_slot) else max(now, planned)
    later = next_slot(newsletter.schedule, zone, sent)
    pasts = _pasts(rooms, newsletter, segments, now)
    book = TagBook(config.tags)
    ids = {e.article for e in edits if e.article} | {i for p in pasts.values() for i in p.waiting}
    found = rooms.articles.pool(_reach(newsletter, pasts, now), now, ids)
    articles = tuple(book.sort(article) for article in (*found, *by_hand(edits, found, now)))
    return Inputs(
        number=was.number if was else _number(rooms, newsletter.name),
        now=now,
        sent=sent,
        next_sent=later.sent if later else sent + period(newsletter.schedule, zone, sent),
        publication=config.publication,
        newsletter=newsletter,
        segments={name: config.segments[name] for name in segments},
        sources=dict(config.sources),
        tags=config.tags,
        pasts=_within(pasts, articles),
        articles=articles,
        edits=edits,
    )


def pictures(rooms: Rooms, newsletter: Newsletter) -> Callable[[Article], Picture | None]:
    """Return what gets an article's picture: from the store, else from its source, kept for good."""

    def get(article: Article) -> Picture | None:
        url = article.image.url if article.image else None
        if newsletter.images != "attach" or not url:
            return None
        return rooms.articles.picture(url) or _fetch(rooms, article, url)

    return get


def _fetch(rooms: Rooms, article: Article, url: str) -> Picture | None:
    source = rooms.source_of(article.source)
    if source is None:
        return None
    try:
        picture = rooms.prepare_picture(url, rooms.sources.picture(source, url))
    except SourceError:
        return None
    if picture is not None:
        rooms.articles.keep_picture(picture)
    return picture


def _chosen(newsletter: Newsletter, segments: Sequence[str]) -> list[str]:
    for name in segments:
        if name not in newsletter.segments:
            raise Unknown(f"segment of {newsletter.name}", name, newsletter.segments)
    return [name for name in newsletter.segments if not segments or name in segments]


def _open_issue(rooms: Rooms, newsletter: str, slot: Slot | None) -> Issue | None:
    """Return the newest issue where it is open; a skipped one is reopened by hand only."""
    issues = rooms.issues.all(newsletter)
    if not issues or issues[-1].status not in lifecycle.OPEN:
        return None
    if slot is not None and issues[-1].status == "skipped":
        return None
    return rooms.issues.get(issues[-1].id)


def _pasts(
    rooms: Rooms, newsletter: Newsletter, segments: Sequence[str], now: datetime
) -> dict[str, Past]:
    sent = [i for i in rooms.issues.all(newsletter.name) if i.status in {"sent", "sending"}]
    ledger = rooms.issues.ledger(segments)
    first = now - period(newsletter.schedule, rooms.config.publication.timezone, now)
    waiting, hidden = _waiting(rooms, sent, segments, now), _hidden(rooms, sent, segments)
    pasts: dict[str, Past] = {}
    for name in segments:
        had = [i.windows[name] for i in sent if any(e.segment == name for e in i.editions)]
        start = min(had[-1].end, now) if had else first
        carries = had and newsletter.when_short == "carry-over"
        pasts[name] = Past(
            window=Window(start=start, end=now),
            sent=ledger[name],
            carried_from=had[-1].start if carries else None,
            waiting=waiting[name],
            hidden=hidden[name],
        )
    return pasts


def _waiting(
    rooms: Rooms, sent: Sequence[Issue], segments: Collection[str], now: datetime
) -> dict[str, frozenset[str]]:
    """Return what editors delayed in sent issues and is due: by its day, else at the next issue."""
    found: dict[str, set[str]] = {name: set() for name in segments}
    for issue in sent:
        for name in segments:
            is_last = issue.id == next((i.id for i in reversed(sent) if name in i.windows), None)
            for edit in rooms.issues.edits(issue.id):
                due = is_last if edit.start is None else edit.start <= now
                if edit.verb == "delay" and edit.article and due and edit.segment in {None, name}:
                    found[name].add(edit.article)
    return {name: frozenset(ids) for name, ids in found.items()}


def _hidden(
    rooms: Rooms, sent: Sequence[Issue], segments: Collection[str]
) -> dict[str, frozenset[str]]:
    """Return what editors hid in sent issues: it stays hidden, however it would come back."""
    hides = [e for i in sent for e in rooms.issues.edits(i.id) if e.verb == "hide" and e.article]
    return {
        name: frozenset(e.article for e in hides if e.article and e.segment in {None, name})
        for name in segments
    }


def _reach(newsletter: Newsletter, pasts: Mapping[str, Past], now: datetime) -> datetime:
    starts = [past.carried_from or past.window.start for past in pasts.values()]
    if newsletter.when_short == "back-fill":
        starts.append(now - newsletter.limits.max_age)
    return min(starts, default=now)


def by_hand(edits: Iterable[Edit], found: Collection[Article], now: datetime) -> list[Article]:
    """Return an article for each address that an editor added and no source knows."""
    known = {article.id for article in found}
    added = {e.article for e in edits if e.verb == "add" and e.article} - known
    return [
        Article(source="editor", id=url, url=url, title=url, first_seen=now, urls=(url,))
        for url in sorted(added)
        if url.startswith(("https://", "http://"))
    ]


def _within(pasts: Mapping[str, Past], articles: Collection[Article]) -> dict[str, Past]:
    """Return the pasts with only the part of the ledger that concerns these articles.

    What an editor added by hand stands there by its address: a source may have brought it since.
    """
    return {name: replace(past, sent=_had(past.sent, articles)) for name, past in pasts.items()}


def _had(sent: Mapping[str, str], articles: Collection[Article]) -> dict[str, str]:
    """Return which issue had each of the articles, under its id or one of its addresses."""
    found = {article.id: sent[article.id] for article in articles if article.id in sent}
    added = {canonical(id_): issue for id_, issue in sent.items() if "://" in id_}
    for article in articles if added else ():
        for url in article.urls:
            if (issue := added.get(canonical(url))) is not None:
                found.setdefault(article.id, issue)
    return found


def _number(rooms: Rooms, newsletter: str) -> int:
    released = [i for i in rooms.issues.all(newsletter) if i.status not in {"skipped", "discarded"}]
    return len(released) + 1


def _keep(rooms: Rooms, inputs: Inputs, was: Issue | None, slot: Slot | None) -> Drafted:
    selections = select(inputs)
    get = pictures(rooms, inputs.newsletter)
    used = {
        a.image.url: get(a) for e in editions(inputs, selections) for a in e.articles if a.image
    }
    hashes = rooms.articles.keep_versions({article.id for article in inputs.articles})
    made = compose(
        inputs,
        selections,
        rooms.renderer,
        picture_of=lambda article: used.get(article.image.url) if article.image else None,
        logo=rooms.logo,
        hashes=hashes,
    )
    issue = _issue(rooms, inputs, made, was)
    lock = _lock(rooms, inputs, hashes, used=used, logo=keep_logo(rooms), made=made)
    if was is not None and slot is None and issue == was and lock == rooms.issues.lock(was.id):
        return Drafted(issue=was, changed=False)
    taken = slot.key if slot else rooms.issues.slot(was.id) if was else None
    rooms.issues.save(issue, lock, was=was, slot=taken, edits=inputs.edits)
    return Drafted(issue=issue, changed=was is None or _differs(issue, was))


def _differs(issue: Issue, was: Issue) -> bool:
    return (issue.content_hash, issue.status) != (was.content_hash, was.status)


def _issue(rooms: Rooms, inputs: Inputs, made: Composed, was: Issue | None) -> Issue:
    approved = was is not None and was.status == "approved"
    passed = {each["rule"] for each in was.overrides} if was else set()
    sound = made.status == "draft" and not [*open_errors(made.findings, passed)]
    unchanged = approved and sound and was is not None and was.content_hash == made.content_hash
    windows = {name: past.window for name, past in inputs.pasts.items()}
    return Issue(
        id=was.id if was else _new_id(rooms, inputs),
        newsletter=inputs.newsletter.name,
        number=inputs.number,
        status="approved" if unchanged else made.status,
        created=was.created if was else inputs.now,
        window=Window(start=min(w.start for w in windows.values()), end=inputs.now),
        editions=made.editions,
        messages=made.messages,
        findings=made.findings,
        windows=windows,
        reason=made.reason,
        content_hash=made.content_hash,
        approved_by=was.approved_by if unchanged and was else None,
        approved_at=was.approved_at if unchanged and was else None,
        overrides=was.overrides if unchanged and was else (),
        send_at=inputs.sent,
        points=made.points,
        approved_editions=was.approved_editions if was else (),
    )


def _new_id(rooms: Rooms, inputs: Inputs) -> str:
    """Return the newsletter's name and the day of sending; a second one that day is counted."""
    day = inputs.sent.astimezone(ZoneInfo(inputs.publication.timezone)).date()
    taken = {issue.id for issue in rooms.issues.all()}
    base = f"{inputs.newsletter.name}-{day.isoformat()}"
    names = (base if n == 1 else f"{base}-{n}" for n in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _lock(
    rooms: Rooms,
    inputs: Inputs,
    hashes: Mapping[str, str],
    *,
    used: Mapping[str | None, Picture | None],
    logo: str | None,
    made: Composed,
) -> Lock:
    found = {url: digest(picture.data) for url, picture in used.items() if url and picture}
    return {
        **to_lock(inputs, hashes),
        "pictures": found,
        "logo": logo,
        "templates": dict(rooms.renderer.files(inputs.newsletter.template)),
        "versions": dict(rooms.versions),
        "content_hash": made.content_hash,
    }


def open_errors(
    findings: Mapping[str, tuple[Finding, ...]], overridden: Collection[str]
) -> Iterator[str]:
    """Yield the errors that nobody passed over."""
    for segment, found in findings.items():
        for finding in found:
            if finding.severity == "error" and finding.rule not in overridden:
                yield f"{segment}: {finding.rule}: {finding.message}"


def try_template(rooms: Rooms, name: str) -> Iterator[Finding]:
    """Yield what is wrong with a newsletter's templates, by rendering an edition with them."""
    newsletter = rooms.newsletter(name)
    inputs = gather(rooms, newsletter, newsletter.segments)
    sample = Article(
        source="sample",
        id="sample",
        title="A headline",
        summary="A summary.",
        url=inputs.publication.url,
        first_seen=inputs.now,
    )
    section = Section(title=newsletter.sections[0].title, articles=(sample,), more=1)
    edition = Edition(
        segment=newsletter.segments[0], subject="A subject", preheader="More", sections=(section,)
    )
    try:
        rooms.renderer.render(
            edition, frame_of(inputs, inputs.segments[edition.segment], {}, rooms.logo)
        )
    except TemplateError as error:
        where = f"newsletters.{name}.template"
        yield Finding(rule="template", severity="error", message=str(error), where=where)
