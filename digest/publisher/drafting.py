"""Draft an issue: compose it from what was gathered, and keep it with a lock of its inputs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from digest.editorial.calendar import Slot
from digest.editorial.history import goes_on
from digest.editorial.selection import Selection
from digest.errors import SourceError, TemplateError, Unknown
from digest.jsonable import sha256_hex
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
from digest.publisher.compose import Composed, Materials, editions, fit, frame_of, select
from digest.publisher.gathering import DraftRequest, gather, open_issue
from digest.publisher.inputs import Inputs, to_lock
from digest.publisher.printed import keep_logo
from digest.publisher.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """An issue as drafted, and whether drafting changed anything."""

    issue: Issue
    changed: bool


def draft(
    services: Services, name: str, *, segments: Sequence[str] = (), slot: Slot | None = None
) -> Drafted:
    """Draft a newsletter's issue; an open one is drafted again with its edits kept."""
    newsletter = services.newsletter(name)
    chosen = _chosen(newsletter, segments)
    was = _open_issue(services, name, slot)
    edits = services.issues.edits(was.id) if was else _left_over(services, name)
    request = DraftRequest(segments=chosen, was=was, slot=slot, edits=edits)
    return _keep(services, gather(services, newsletter, request), request)


def redraft(services: Services, was: Issue, edits: tuple[Edit, ...]) -> Drafted:
    """Draft an open issue again with changed edits, for the segments and the slot that it has."""
    newsletter = services.newsletter(was.newsletter)
    chosen = [name for name in newsletter.segments if name in was.windows]
    request = DraftRequest(segments=chosen or newsletter.segments, was=was, edits=edits)
    return _keep(services, gather(services, newsletter, request), request)


def _chosen(newsletter: Newsletter, segments: Sequence[str]) -> list[str]:
    for name in segments:
        if name not in newsletter.segments:
            raise Unknown(f"segment of {newsletter.name}", name, newsletter.segments)
    return [name for name in newsletter.segments if not segments or name in segments]


def _open_issue(services: Services, newsletter: str, slot: Slot | None) -> Issue | None:
    """Return the newest issue where it is open; what was skipped is reopened by hand or for its slot."""
    found = open_issue(services, newsletter)
    if found and slot and found.status == "skipped" and found.slot != slot.key:
        return None
    return found


def _left_over(services: Services, newsletter: str) -> tuple[Edit, ...]:
    """Return the edits on articles of a last issue that was skipped: the next one takes them on."""
    last = services.issues.all(newsletter)[-1:]
    skipped = [issue.id for issue in last if issue.status == "skipped"]
    return tuple(e for id_ in skipped for e in services.issues.edits(id_) if goes_on(e))


def _keep(services: Services, inputs: Inputs, request: DraftRequest) -> Drafted:
    was, selections = request.was, select(inputs)
    used = _pictures(services, inputs, selections)
    services.articles.keep_versions(
        {inputs.hashes[a.id]: a for a in inputs.articles if a.id in inputs.hashes}
    )
    materials = Materials(
        renderer=services.renderer,
        picture_of=lambda article: used.get(article.image.url) if article.image else None,
        logo=services.logo,
    )
    fitted, made = fit(inputs, selections, materials)
    issue, lock = _issue(services, fitted, made, request), _lock(services, fitted, used, made)
    if was is not None and issue == was and lock == services.issues.lock(was.id):
        return Drafted(issue=was, changed=False)
    services.issues.save(issue, lock, was=was, edits=inputs.edits)
    return Drafted(issue=issue, changed=was is None or _differs(issue, was))


def _differs(issue: Issue, was: Issue) -> bool:
    return (issue.content_hash, issue.status) != (was.content_hash, was.status)


def _pictures(
    services: Services, inputs: Inputs, selections: Mapping[str, Selection]
) -> dict[str | None, Picture | None]:
    """Return the pictures of the articles that were chosen, by address."""
    get = _picture_of(services, inputs.newsletter)
    chosen = (a for e in editions(inputs, selections) for a in e.articles)
    return {article.image.url: get(article) for article in chosen if article.image}


def _picture_of(services: Services, newsletter: Newsletter) -> Callable[[Article], Picture | None]:
    """Return what gets an article's picture: from the store, else from its source, kept for good."""

    def get(article: Article) -> Picture | None:
        url = article.image.url if article.image else None
        if newsletter.images != "attach" or not url:
            return None
        return services.articles.picture(url) or _fetch(services, article, url)

    return get


def _fetch(services: Services, article: Article, url: str) -> Picture | None:
    source = services.source_of(article.source)
    if source is None:
        return None
    try:
        picture = services.prepare_picture(url, services.sources.picture(source, url))
    except SourceError:
        return None
    if picture is not None:
        services.articles.keep_picture(picture)
    return picture


def _issue(services: Services, inputs: Inputs, made: Composed, request: DraftRequest) -> Issue:
    was = request.was
    stands = was if was is not None and _stands(was, made) else None
    windows = {name: past.window for name, past in inputs.pasts.items()}
    return Issue(
        id=was.id if was else _new_id(services, inputs),
        newsletter=inputs.newsletter.name,
        number=inputs.number,
        status="approved" if stands else made.status,
        created=was.created if was else inputs.now,
        window=Window(start=min(w.start for w in windows.values()), end=inputs.now),
        editions=made.editions,
        messages=made.messages,
        findings=made.findings,
        windows=windows,
        reason=made.reason,
        content_hash=made.content_hash,
        approved_by=stands.approved_by if stands else None,
        approved_at=stands.approved_at if stands else None,
        overrides=stands.overrides if stands else (),
        send_at=inputs.sent,
        slot=request.slot.key if request.slot else was.slot if was else None,
        points=made.points,
        printed={edition.segment: edition.subject for edition in made.editions},
        approved_editions=was.approved_editions if was else (),
        approved_hash=was.approved_hash if was else "",
    )


def _stands(was: Issue, made: Composed) -> bool:
    """Tell whether an approval holds for what was made now: the same content, no new error."""
    passed = {each["rule"] for each in was.overrides}
    sound = made.status == "draft" and not [*open_errors(made.findings, passed)]
    return was.status == "approved" and sound and was.content_hash == made.content_hash


def _new_id(services: Services, inputs: Inputs) -> str:
    """Return the newsletter's name and the day of sending; a second one that day is counted."""
    day = inputs.sent.astimezone(ZoneInfo(inputs.publication.timezone)).date()
    taken = {issue.id for issue in services.issues.all(inputs.newsletter.name)}
    base = f"{inputs.newsletter.name}-{day.isoformat()}"
    names = (base if n == 1 else f"{base}-{n}" for n in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _lock(
    services: Services,
    inputs: Inputs,
    used: Mapping[str | None, Picture | None],
    made: Composed,
) -> Lock:
    found = {url: sha256_hex(picture.data) for url, picture in used.items() if url and picture}
    return {
        **to_lock(inputs),
        "pictures": found,
        "logo": keep_logo(services),
        "templates": dict(services.renderer.files(inputs.newsletter.template)),
        "versions": dict(services.versions),
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


def try_template(services: Services, name: str) -> Iterator[Finding]:
    """Yield what is wrong with a newsletter's templates, by rendering an edition with them."""
    newsletter = services.newsletter(name)
    inputs = gather(services, newsletter, DraftRequest(segments=newsletter.segments))
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
        services.renderer.render(
            edition, frame_of(inputs, inputs.segments[edition.segment], {}, services.logo)
        )
    except TemplateError as error:
        where = f"newsletters.{name}.template"
        yield Finding(rule="template", severity="error", message=str(error), where=where)
