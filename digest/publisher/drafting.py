"""Draft an issue: compose it from what was gathered, and keep it with a lock of its inputs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from digest.editorial.calendar import Slot
from digest.errors import Forgotten, SourceError, TemplateError, Unknown
from digest.findings import Finding, Where
from digest.jsonable import sha256_hex
from digest.lint_rules.of_choice import TEMPLATE
from digest.model import (
    Act,
    Article,
    Decided,
    Edit,
    Edition,
    Issue,
    Newsletter,
    Picture,
    Section,
    Window,
)
from digest.publisher.compose import Composed, Materials, fit, frame_of
from digest.publisher.gathering import DraftRequest, agenda_of, gather, open_issue
from digest.publisher.inputs import Inputs, to_lock
from digest.publisher.printed import keep_logo
from digest.publisher.services import Services

Refusal = Callable[[Composed], None]
"""What may refuse a draft before it is kept."""


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
    for segment in segments:
        if segment not in newsletter.segments:
            raise Unknown(f"segment of {newsletter.name}", segment, newsletter.segments)
    chosen = [each for each in newsletter.segments if not segments or each in segments]
    was = open_issue(services, name)
    if was and was.status == "skipped" and _is_over(services, newsletter, was, slot):
        was = None
    edits = services.issues.edits(was.id) if was else ()
    return _make(
        services, DraftRequest(segments=chosen, was=was, slot=slot, edits=edits), newsletter
    )


def _is_over(services: Services, newsletter: Newsletter, skipped: Issue, slot: Slot | None) -> bool:
    """Tell whether a skipped issue's time is over: another slot, or a later draft, is another issue."""
    if slot is not None:
        return skipped.slot != slot.key
    now, agenda = services.clock(), agenda_of(services, newsletter, ())
    return skipped.send_at is not None and skipped.send_at < now - agenda.reach(
        now, newsletter.late
    )


def redraft(
    services: Services,
    was: Issue,
    edits: tuple[Edit, ...],
    check: Refusal | None = None,
    act: Act | None = None,
) -> Drafted:
    """Draft an open issue again with changed edits, for the segments and the slot that it has.

    The `act` that changed them is written down with it.
    """
    newsletter = services.newsletter(was.newsletter)
    chosen = [name for name in newsletter.segments if name in was.windows]
    request = DraftRequest(
        segments=chosen or newsletter.segments, was=was, edits=edits, special=was.special
    )
    return _make(services, request, newsletter, check, act)


def draft_special(services: Services, newsletter: Newsletter, edits: tuple[Edit, ...]) -> Drafted:
    """Draft a special issue of what its editors name, for all segments."""
    request = DraftRequest(segments=newsletter.segments, edits=edits, special=True)
    return _make(services, request, newsletter)


def _make(
    services: Services,
    request: DraftRequest,
    newsletter: Newsletter,
    check: Refusal | None = None,
    act: Act | None = None,
) -> Drafted:
    inputs, was = gather(services, newsletter, request), request.was
    pictures = Pictures(services, newsletter)
    materials = Materials(
        renderer=services.renderer,
        picture_of=pictures.of,
        logo=services.logo,
        lint_plug_ins=services.lint_plug_ins,
    )
    inputs, made = fit(inputs, materials)
    if check is not None:
        check(made)
    services.articles.keep_versions(
        {inputs.hashes[a.id]: a for a in inputs.articles if a.id in inputs.hashes}
    )
    issue = _issue(services, inputs, made, request)
    if was is None:
        _ask_journal(services, issue)
    lock = {
        **to_lock(inputs),
        "pictures": {url: sha256_hex(found.data) for url, found in pictures.found.items() if found},
        "logo": keep_logo(services),
        "templates": dict(services.renderer.files(inputs.newsletter.template)),
        "versions": dict(services.versions),
        "content_hash": made.content_hash,
    }
    if act is None and was is not None and issue == was and lock == services.issues.lock(was.id):
        return Drafted(issue=was, changed=False)
    # a special issue is not what a segment begins to gather with
    since = {} if request.special else {n: past.since for n, past in inputs.pasts.items()}
    services.issues.save(issue, lock, was=was, edits=inputs.edits, since=since, act=act)
    differs = was is None or (issue.content_hash, issue.status) != (was.content_hash, was.status)
    return Drafted(issue=issue, changed=differs)


def _ask_journal(services: Services, new: Issue) -> None:
    """Forgotten where the newsletter sent an issue that the store does not know; the oldest may be made."""
    known = {head.id for head in services.issues.heads()}
    unknown = [id_ for id_ in services.journal.behind() if id_ not in known]
    names = sorted(services.config.newsletters, key=len, reverse=True)
    for id_ in unknown:
        name = next((name for name in names if id_.startswith(f"{name}-")), None)
        if name == new.newsletter:
            if id_ == new.id:
                return
            raise Forgotten(id_)


class Pictures:
    """The pictures of an issue's articles: from the store, else from their source and kept for good."""

    def __init__(self, services: Services, newsletter: Newsletter) -> None:
        self._services, self._newsletter = services, newsletter
        self.found: dict[str, Picture | None] = {}

    def of(self, url: str, source: str) -> Picture | None:
        """Return a picture where it travels with the email; each address is asked once."""
        if self._newsletter.images != "attach":
            return None
        if url not in self.found:
            self.found[url] = self._services.articles.picture(url) or self._fetch(url, source)
        return self.found[url]

    def _fetch(self, url: str, named: str) -> Picture | None:
        source = self._services.source_of(named)
        if source is None:
            return None
        try:
            data = self._services.sources.picture(source, url)
        except SourceError:
            return None
        picture = self._services.prepare_picture(url, data)
        if picture is not None:
            self._services.articles.keep_picture(picture)
        return picture


def _issue(services: Services, inputs: Inputs, made: Composed, request: DraftRequest) -> Issue:
    was = request.was
    passed = {each["rule"] for each in was.overrides} if was else set[str]()
    # an approval holds for the same content, without a new error
    holds = (
        was is not None
        and was.status == "approved"
        and made.status == "draft"
        and was.content_hash == made.content_hash
        and not [*open_errors(made.findings, passed)]
    )
    stands = was if holds else None
    windows = {name: past.window for name, past in inputs.pasts.items()}
    editions = made.editions
    return Issue(
        id=was.id if was else _new_id(services, inputs, special=request.special),
        newsletter=inputs.newsletter.name,
        number=inputs.number,
        status="approved" if stands else made.status,
        created=was.created if was else inputs.now,
        window=Window(start=min(w.start for w in windows.values()), end=inputs.now),
        editions=editions,
        messages=made.messages,
        findings=made.findings,
        windows=windows,
        decided={
            edition.segment: Decided(
                up_to=inputs.last, waiting=made.selections[edition.segment].waiting
            )
            for edition in editions
        },
        reason=made.reason,
        content_hash=made.content_hash,
        approved_by=stands.approved_by if stands else None,
        approved_at=stands.approved_at if stands else None,
        overrides=stands.overrides if stands else (),
        send_at=inputs.sent,
        slot=inputs.slot,
        points=made.points,
        printed={edition.segment: edition.subject for edition in editions},
        html_bytes={message.segment: len(message.html.encode()) for message in made.messages},
        approved_editions=was.approved_editions if was else (),
        approved_hash=was.approved_hash if was else "",
        special=request.special,
    )


def _new_id(services: Services, inputs: Inputs, *, special: bool) -> str:
    """Return the newsletter's name and the day of sending; a second one that day is counted."""
    day = inputs.sent.astimezone(ZoneInfo(inputs.publication.timezone)).date()
    taken = {issue.id for issue in services.issues.heads(inputs.newsletter.name)}
    kind = "-special" if special else ""
    base = f"{inputs.newsletter.name}{kind}-{day.isoformat()}"
    names = (base if n == 1 else f"{base}-{n}" for n in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


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
        yield TEMPLATE.found(str(error), Where(key=f"newsletters.{name}.template"))
