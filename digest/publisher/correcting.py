"""Corrections: stories whose words changed after an issue with them went out, until somebody decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.editorial.corrections import Told, changes, essence, notice
from digest.editorial.history import SENT
from digest.editorial.patch_reading import named
from digest.errors import UsageError
from digest.jsonable import sha256_hex
from digest.model import Act, Article, Event, Finding, Issue, IssueHead
from digest.publisher.editing import edit
from digest.publisher.explaining import prints
from digest.publisher.gathering import open_issue
from digest.publisher.services import Services
from digest.render.language import Language, language

REMEMBERED = timedelta(days=60)
"""How long after its sending an issue's stories are looked after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A story that is no longer what the readers of an issue got.

    `told` says by `headline`, `summary` and `event` what changed; `title` is what readers got, and
    `readers` how many got it, by segment. `notice` are words for the next issue. `mark` is of what the
    story says now: once somebody decided on it, it is not told again.
    """

    issue: str
    newsletter: str
    sent: datetime
    article: str
    title: str
    url: str | None
    told: Mapping[str, Told]
    readers: Mapping[str, int]
    notice: str
    mark: str

    @property
    def count(self) -> int:
        """How many got the old words."""
        return sum(self.readers.values())


def corrections(
    services: Services, newsletter: str | None = None, issue: str | None = None
) -> list[Correction]:
    """Return what is to be corrected, in the issues of a newsletter or in one, the newest issue first.

    Raises Unknown where there is no such newsletter.
    """
    names = [newsletter] if newsletter else [*services.config.newsletters]
    since = services.clock() - REMEMBERED
    found: list[Correction] = []
    for name in names:
        services.newsletter(name)
        heads = [
            head
            for head in services.issues.heads(name)
            if head.status in SENT and _at(head) >= since and issue in {None, head.id}
        ]
        settled = _settled(services, name, heads) if heads else ()
        for head in heads:
            due = _of_issue(services, services.issues.get(head.id))
            found += (each for each in due if not any(s.startswith(each.mark) for s in settled))
    return sorted(found, key=lambda each: (each.sent, each.issue, each.title), reverse=True)


def put(services: Services, issue: str, article: str, by: str, text: str | None = None) -> Issue:
    """Put the notice of a correction into the newsletter's open draft, for those who got the old words.

    `text` are an editor's own words for it. UsageError where there is none, or no draft.
    """
    due = _due(services, issue, article)
    draft = open_issue(services, due.newsletter)
    if draft is None:
        raise UsageError(
            f"{due.newsletter} has no open draft to put a correction into; "
            f"`digest draft {due.newsletter}` makes one"
        )
    printed = {edition.segment for edition in draft.editions}
    meant = [name for name in due.readers if name in printed]
    if not meant:
        raise UsageError(
            f"issue {draft.id} has no edition for {' or '.join(due.readers)}, who got the old words"
        )
    said = {"notice": text or due.notice, "why": due.mark, **({"url": due.url} if due.url else {})}
    own = [{}] if {*meant} == printed else [{"segment": name} for name in meant]
    return edit(services, draft.id, [{**said, **each} for each in own], by)


def dismiss(services: Services, issue: str, article: str, by: str, why: str = "") -> None:
    """Decide that what changed needs no correction; what changes again is told again."""
    due = _due(services, issue, article)
    note = " ".join([due.mark, *why.split()])
    services.issues.note(issue, Act(kind="dismiss", by=named(by), at=services.clock(), note=note))


def findings(services: Services) -> Iterator[Finding]:
    """Yield each correction that is due, for `digest check`."""
    for due in corrections(services):
        what = " and ".join(due.told)
        yield Finding(
            rule="correction-due",
            severity="warning",
            message=f"the {what} of “{due.title}” changed after {due.count} readers got it; see "
            f"`digest corrections {due.newsletter}`",
            where=f"{due.issue} article {due.article}",
        )


def _due(services: Services, issue: str, article: str) -> Correction:
    head = services.issues.head(issue)[0]
    due = corrections(services, head.newsletter, issue)
    found = next((each for each in due if each.article == article), None)
    if found is None:
        raise UsageError(f"nothing of {article} in issue {issue} is to be corrected")
    return found


def _settled(services: Services, newsletter: str, heads: Sequence[IssueHead]) -> tuple[str, ...]:
    """Return what begins with the marks that editors decided on, by a notice that stands or their word."""
    gone = {head.id for head in services.issues.heads(newsletter) if head.status == "discarded"}
    by_notice = (
        edit.why or ""
        for id_, edits in services.issues.edits_by_issue(newsletter).items()
        for edit in edits
        if edit.verb == "notice" and not edit.undo and id_ not in gone
    )
    acts = (act for head in heads for act in services.issues.acts(head.id))
    return (*by_notice, *(act.note for act in acts if act.kind == "dismiss"))


def _of_issue(services: Services, issue: Issue) -> Iterator[Correction]:
    held = {article.id: article for edition in issue.editions for article in edition.articles}
    now = {article.id: article for article in services.articles.named(held.keys()).values()}
    changed = [id_ for id_ in now if _says(now[id_]) != _says(held[id_])]
    if not changed:
        return
    hashes = services.issues.lock(issue.id)["articles"]
    versions = services.articles.versions([hashes[id_] for id_ in changed if id_ in hashes])
    spoken = language(services.config.publication.language)
    received = services.deliveries.received(issue.id)
    for id_ in changed:
        was = versions.get(hashes.get(id_, ""))
        told = was and changes(
            was, held[id_], now[id_], lambda e: _when(services, spoken, issue, e)
        )
        if not told:
            continue
        readers = Counter[str]()
        for message in (*issue.messages, *services.issues.variants(issue.id)):
            count = received.get((message.segment, message.variant), 0)
            if count and prints(message, held[id_]):
                readers[message.segment] += count
        if readers:
            zone = services.config.publication.timezone
            day = spoken.short_date(_at(issue), zone, services.clock())
            title = held[id_].title
            yield Correction(
                issue=issue.id,
                newsletter=issue.newsletter,
                sent=_at(issue),
                article=id_,
                title=title,
                url=now[id_].url,
                told=told,
                readers=readers,
                notice=notice(title, day, told, spoken.tag),
                mark=_mark(issue.id, id_, told),
            )


def _says(article: Article) -> tuple[str, str, Event | None]:
    return essence(article.title), essence(article.summary), article.event


def _mark(issue: str, article: str, told: Mapping[str, Told]) -> str:
    now = sha256_hex("\n".join(f"{name}: {essence(each.new)}" for name, each in told.items()))
    return f"correction of {article} in {issue} ({now[:8]})"


def _when(services: Services, spoken: Language, issue: IssueHead, event: Event) -> str:
    return spoken.event_time(event, services.config.publication.timezone, _at(issue))


def _at(head: IssueHead) -> datetime:
    return head.send_at or head.approved_at or head.created
