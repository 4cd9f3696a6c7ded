"""Corrections: stories whose words changed after an issue with them went out, until somebody decides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from digest.editorial.corrections import Told, changes, essence, notice
from digest.editorial.history import SENT
from digest.editorial.patch_reading import named
from digest.errors import UsageError
from digest.findings import Finding, Where
from digest.jsonable import sha256_hex
from digest.lint_rules.of_words import CORRECTION_DUE, CORRECTION_WITHDRAWN
from digest.model import Act, Article, Issue
from digest.publisher.clicking import READERS
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
    `readers` how many got it, by segment, those who chose for themselves under `readers`. `notice` are words for the next issue. `mark` is of what the
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
    since = services.clock() - REMEMBERED
    if newsletter is not None:
        services.newsletter(newsletter)
    ids = [
        head.id
        for head in services.issues.heads(newsletter)
        if head.status in SENT and head.goes_out >= since and issue in {None, head.id}
    ]
    found = [each for each in _changed(services, ids) if not _is_settled(services, each)]
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
    if not meant and READERS not in due.readers:
        raise UsageError(
            f"issue {draft.id} has no edition for {' or '.join(due.readers)}, who got the old words"
        )
    said = {"notice": text or due.notice, "why": due.mark, **({"url": due.url} if due.url else {})}
    # a notice for readers who chose for themselves is one for everybody
    to_all = READERS in due.readers or {*meant} == printed
    own = [{}] if to_all else [{"segment": name} for name in meant]
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
        yield CORRECTION_DUE.found(
            f"the {what} of “{due.title}” changed after "
            f"{'a reader' if due.count == 1 else f'{due.count} readers'} got it; see "
            f"`digest corrections {due.newsletter}`",
            Where(issue=due.issue, article=due.article),
        )
    yield from _withdrawn(services)


def _withdrawn(services: Services) -> Iterator[Finding]:
    """Yield each correction in an open issue whose story says again what its readers got."""
    drafts = filter(None, (open_issue(services, name) for name in services.config.newsletters))
    put = {
        (found["issue"], found["article"]): draft.id
        for draft in drafts
        for edit in services.issues.edits(draft.id)
        if edit.verb == "notice"
        and not edit.undo
        and (found := _MARK.match(edit.why or "")) is not None
    }
    changed = {(c.issue, c.article) for c in _changed(services, {issue for issue, _ in put})}
    for (issue, article), id_ in put.items():
        if (issue, article) not in changed:
            yield CORRECTION_WITHDRAWN.found(
                f"the story {article} of issue {issue} says again what its readers got; take "
                "its correction back",
                Where(issue=id_),
            )


def _due(services: Services, issue: str, article: str) -> Correction:
    head = services.issues.head(issue)[0]
    due = corrections(services, head.newsletter, issue)
    found = next((each for each in due if each.article == article), None)
    if found is None:
        raise UsageError(f"nothing of {article} in issue {issue} is to be corrected")
    return found


def _is_settled(services: Services, due: Correction) -> bool:
    """Tell whether an editor decided on a correction: by a notice that stands, or by their word."""
    gone = {h.id for h in services.issues.heads(due.newsletter) if h.status == "discarded"}
    by_notice = (
        edit.why or ""
        for id_, edits in services.issues.edits_by_issue(due.newsletter).items()
        for edit in edits
        if edit.verb == "notice" and not edit.undo and id_ not in gone
    )
    dismissed = (a.note for a in services.issues.acts(due.issue) if a.kind == "dismiss")
    return any(said.startswith(due.mark) for said in (*by_notice, *dismissed))


def _changed(services: Services, ids: Collection[str]) -> Iterator[Correction]:
    """Yield what changed of these issues' stories and somebody got; few queries, where nothing did."""
    issues = [*services.issues.papers(ids)] if ids else []
    printed = {each.id: _printed(each) for each in issues}
    newest = services.articles.named({id_ for own in printed.values() for id_ in own})
    now = {article.id: (hash_, article) for hash_, article in newest.items()}
    made = services.issues.made_of(ids) if ids else {}
    # a version that is another may say the same: what its words were is looked at next
    then = {
        (issue.id, id_): made[issue.id][id_]
        for issue in issues
        for id_ in printed[issue.id]
        if id_ in now and made[issue.id].get(id_, now[id_][0]) != now[id_][0]
    }
    versions = services.articles.versions({*then.values()}) if then else {}
    zone, spoken = (
        services.config.publication.timezone,
        language(services.config.publication.language),
    )
    for issue in issues:
        when = partial(spoken.event_time, timezone=zone, beside=issue.goes_out)
        told = {
            id_: changes(versions[then[issue.id, id_]], article, now[id_][1], when)
            for id_, article in printed[issue.id].items()
            if then.get((issue.id, id_)) in versions
        }
        if any(told.values()):
            due = {id_: said for id_, said in told.items() if said}
            yield from _due_of(services, services.issues.get(issue.id), due, spoken)


def _printed(issue: Issue) -> dict[str, Article]:
    return {article.id: article for edition in issue.editions for article in edition.articles}


def _due_of(
    services: Services, issue: Issue, due: Mapping[str, Mapping[str, Told]], spoken: Language
) -> Iterator[Correction]:
    received, printed = services.deliveries.received(issue.id), _printed(issue)
    chosen = services.issues.reader_editions(issue.id)
    messages = (*issue.messages, *services.issues.variants(issue.id))
    day = spoken.short_date(issue.goes_out, services.config.publication.timezone, services.clock())
    for id_, told in due.items():
        readers = Counter[str]()
        for message in messages:
            count = received.get((message.segment, message.variant), 0)
            if count and prints(message, printed[id_]):
                readers[message.segment] += count
        for each in chosen:
            if id_ in each.articles and (count := received.get((each.name, ""), 0)):
                readers[READERS] += count
        if readers:
            title = printed[id_].title
            now = sha256_hex("\n".join(f"{kind}: {essence(t.new)}" for kind, t in told.items()))
            yield Correction(
                issue=issue.id,
                newsletter=issue.newsletter,
                sent=issue.goes_out,
                article=id_,
                title=title,
                url=printed[id_].url,
                told=told,
                readers=readers,
                notice=notice(title, day, told, spoken.tag),
                mark=f"correction of {id_} in {issue.id} ({now[:8]})",
            )


_MARK = re.compile(r"correction of (?P<article>\S+) in (?P<issue>\S+) \(")
