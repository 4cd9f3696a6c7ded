"""Explain an issue: why an article is in an edition or not, what was left out, what is wrong."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from digest.editorial.audit import audit
from digest.editorial.edits import reword
from digest.editorial.folding import folded, folded_tag
from digest.editorial.gates import BY_HAND
from digest.editorial.rules import members
from digest.editorial.selection import Selector
from digest.editorial.similar import Reported, Similar, similar
from digest.editorial.tags import TagBook, printable
from digest.editorial.why import explain, kept_out
from digest.errors import Unknown, UsageError
from digest.findings import Finding, Where
from digest.lint_rules.of_choice import DRAFT_OLD, FEED_GAP, MEMBERS, PLUGIN_FAILED, SOURCE_GONE
from digest.model import Article, Decision, Issue, IssueHead, Message
from digest.plugins import unusable
from digest.publisher.compose import subjects
from digest.publisher.dispatching import try_templates
from digest.publisher.drafting import try_template
from digest.publisher.gathering import (
    DraftRequest,
    before,
    gather,
    history_of,
    ids_at,
    inputs_of,
    open_issue,
    regular,
)
from digest.publisher.inputs import Inputs, from_lock
from digest.publisher.resting import active_sources
from digest.publisher.services import Services
from digest.render.clean import address

_NOTHING = 2**62  # beyond the number of any article
_REPORTED = 8  # issues
_TOLD = timedelta(days=14)  # how long a gap is told


def why(services: Services, article: str, issue: str | None, segment: str | None) -> list[Decision]:
    """Return for each segment whether it gets the article, named by id or address, and why."""
    id_ = (ids_at(services, [article]).get(article) if "://" in article else None) or article
    cases = [case_of(services, issue)] if issue is not None else [*cases_now(services)]
    found = [decision for case in cases for decision in decisions_in(services, case, id_, segment)]
    if segment is not None and not found:
        raise Unknown("segment", segment, (s for case in cases for s in case.inputs.segments))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Readership:
    """Who got an article in one issue's edition, and of whom nobody knows whether they did.

    `counted` are those whose addresses are not on record any more.
    """

    issue: str
    segment: str
    addresses: tuple[str, ...]
    unsure: tuple[str, ...] = ()
    counted: int = 0

    @property
    def count(self) -> int:
        """How many got it."""
        return len(self.addresses) + self.counted


def readers(services: Services, article: str) -> list[Readership]:
    """Return who got an article, named by id or address, by issue and segment, the oldest first."""
    id_ = (ids_at(services, [article]).get(article) if "://" in article else None) or article
    told = services.issues.told([*services.config.newsletters], [id_])
    if not told and not services.articles.named([id_]):
        raise Unknown("article", article, ())
    out = {head.id for head in services.issues.heads()}
    found = []
    chose = {
        issue_id: {
            (e.name, "") for e in services.issues.reader_editions(issue_id) if id_ in e.articles
        }
        for issue_id in out
    }
    in_editions = {issue for issue, _, _ in told} | {id_ for id_, held in chose.items() if held}
    for issue_id in sorted(in_editions & out):
        issue = services.issues.get(issue_id)
        articles = {edition.segment: edition.articles for edition in issue.editions}
        held = chose[issue_id] | {
            (message.segment, message.variant)
            for message in (*issue.messages, *services.issues.variants(issue_id))
            if any(a.id == id_ and prints(message, a) for a in articles.get(message.segment, ()))
        }
        got = [d for d in services.deliveries.all(issue_id) if (d.segment, d.variant) in held]
        counted = [c for c in services.traces.counted(issue_id) if (c.segment, c.variant) in held]
        for segment in dict.fromkeys(segment for segment, _ in sorted(held)):
            mine = [delivery for delivery in got if delivery.segment == segment]
            found.append(
                Readership(
                    issue=issue_id,
                    segment=segment,
                    addresses=tuple(d.address for d in mine if d.state in _RECEIVED),
                    unsure=tuple(d.address for d in mine if d.state == "ambiguous"),
                    counted=sum(
                        c.count for c in counted if c.segment == segment and c.state in _RECEIVED
                    ),
                )
            )
    return found


_RECEIVED = frozenset({"sent", "complained"})


def prints(message: Message, article: Article) -> bool:
    """Tell whether a message holds an article: one for a reader who had it before leaves it out."""
    said = address(article.url) or " ".join(article.title.split())
    # whole: one address, or headline, may begin another
    whole = rf"(?<!\w){re.escape(said)}(?![\w/?#&=%~+-]|[.,:;]\w)"
    return re.search(whole, " ".join(message.text.split())) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A page of what an edition does not hold, each with its rules, and how many that are in all."""

    total: int
    found: tuple[tuple[Article, tuple[str, ...]], ...]


def left_out(
    services: Services, id_: str, segment: str, *, words: str, first: int, most: int
) -> LeftOut:
    """Return what an edition does not hold, and why: what it might hold first, the strongest first.

    `words` are looked for in headline, summary, source and topics, each of them.
    """
    inputs = inputs_of(services, services.issues.get(id_).id)
    selector = Selector(inputs.brief, inputs.articles, inputs.all_edits)
    who, past = inputs.segments[segment], inputs.pasts[segment]
    held = selector.select(who, past).ranks
    gates = {gate.rule: gate.passes for gate in selector.gates.of(who, past)}
    new = gates["decided"] & gates["ledger"] & gates[f"segments.{segment}.match"]
    order = (*members(new), *members(selector.pool.everything & ~new))
    asked = folded(words).split()
    found = []
    for article in (selector.pool.articles[i] for i in order):
        if article.id not in held:
            texts = (article.title, article.summary, article.source, *article.topics)
            said = folded(" ".join(texts))
            if all(word in said for word in asked):
                found.append(article)
    return LeftOut(
        total=len(found),
        found=tuple((a, kept_out(selector, a.id, who, past)) for a in found[first : first + most]),
    )


def subjects_for(services: Services, issue: Issue, segment: str) -> tuple[str, ...]:
    """Return subject lines that an edition might have: the pattern's, and two others."""
    edition = next(e for e in issue.editions if e.segment == segment)
    made = subjects(inputs_of(services, issue.id), edition)
    return tuple(dict.fromkeys(filter(None, made)))


def left_over(
    services: Services, issue: Issue, segment: str
) -> list[tuple[str, tuple[Article, ...]]]:
    """Return by section what an edition had no room for, worded as the editors have it."""
    edition = next((e for e in issue.editions if e.segment == segment), None)
    if edition is None:
        raise Unknown(f"edition of issue {issue.id}", segment, ())
    inputs = inputs_of(services, issue.id)
    known = {article.id: article for article in inputs.articles}
    mine = [edit for edit in inputs.all_edits if edit.segment in {None, segment}]
    return [
        (section.title, tuple(reword(printable(known[id_]), mine) for id_ in section.left))
        for section in edition.sections
        if section.left
    ]


def similar_to(
    services: Services, id_: str, only: str | None = None
) -> Mapping[str, tuple[Similar, ...]]:
    """Return by article of an issue, or for one, what the newsletter's eight issues before it told of it."""
    issue = services.issues.get(id_)
    told = [
        Reported(issue=each.id, sent=each.goes_out, article=article)
        for each in islice(services.issues.before(issue), _REPORTED)
        for edition in each.editions
        for article in edition.articles
    ]
    stories = [a for edition in issue.editions for a in edition.articles]
    return similar(stories, told, only)


def check(services: Services) -> list[Finding]:
    """Check the tag rules against the store, and gather what the newest drafts' lint found."""
    config, book = services.config, TagBook(services.config.tags)
    articles = [book.sort(article) for article in services.articles.all()]
    found = [f for name in config.newsletters for f in try_template(services, name)]
    found += try_templates(services)
    found += audit(config.newsletters, config.segments, config.tags, articles)
    for issue in filter(None, (open_issue(services, name) for name in config.newsletters)):
        found += _grown_old(services, issue)
        alike: dict[Finding, list[str]] = {}
        for segment, findings in issue.findings.items():
            for finding in findings:
                alike.setdefault(finding, []).append(segment)
        found += [
            replace(f, where=replace(f.where, issue=issue.id, segments=tuple(segments)))
            for f, segments in alike.items()
        ]
    found += _unknown_attributes(services)
    found += (PLUGIN_FAILED.found(plugin.problem) for plugin in unusable())
    return [*found, *_gaps(services), *_gone_sources(services, articles)]


def _unknown_attributes(services: Services) -> Iterator[Finding]:
    """Yield what segments ask of their members that no subscriber says."""
    missing = {
        folded_tag(name): (segment.name, name)
        for segment in services.config.segments.values()
        for name in segment.members
    }
    known: dict[str, str] = {}
    for person in services.audience.all() if missing else ():
        known |= {folded_tag(name): name for name in person.attributes}
        for name in missing.keys() & known.keys():
            del missing[name]
        if not missing:
            return
    for segment, name in missing.values() if known else ():
        yield MEMBERS.found(
            f"no subscriber has the attribute {name!r}; known: {', '.join(sorted(known.values()))}",
            Where(key=f"segments.{segment}"),
        )


def _grown_old(services: Services, issue: Issue) -> Iterator[Finding]:
    """Yield that an issue was drafted before its look or its newsletter's rules were changed."""
    lock, newsletter = services.issues.lock(issue.id), services.newsletter(issue.newsletter)
    then = from_lock(lock, None).newsletter
    changed = [
        what
        for what, is_changed in (
            ("its look", lock["templates"] != dict(services.renderer.files(newsletter.template))),
            ("feeds.yaml", replace(then, archive=newsletter.archive) != newsletter),
        )
        if is_changed
    ]
    if changed and issue.editions:
        yield DRAFT_OLD.found(
            f"it was drafted before {' and '.join(changed)} changed, and what is said of it "
            f"here is of then; `digest draft {issue.newsletter}` draws it up again",
            Where(issue=issue.id),
        )


def _gaps(services: Services) -> Iterator[Finding]:
    """Yield the feeds that showed nothing of what they had shown when they were last asked."""
    for name, state in services.articles.states().items():
        gap = state.get("gap") or {}
        recent = gap and services.clock() - datetime.fromisoformat(gap["seen"]) < _TOLD
        if recent and name in services.config.sources:
            since, seen = (
                str(gap["since"])[:16].replace("T", " "),
                gap["seen"][:16].replace("T", " "),
            )
            yield FEED_GAP.found(
                f"between {since} and {seen} UTC it published more than it shows, so articles "
                "may be missing; ask it more often with `every: 15m`, or let it show more",
                Where(key=f"sources.{name}"),
            )


def _gone_sources(services: Services, articles: Sequence[Article]) -> Iterator[Finding]:
    """Yield how many stored articles no source brings any more: they are not printed."""
    active = {*active_sources(services), *BY_HAND}
    gone = Counter(a.source for a in articles if active.isdisjoint({a.source, *dict(a.roads)}))
    for name, count in sorted(gone.items()):
        rests = name in services.config.sources
        yield SOURCE_GONE.found(
            f"{count} stored article{'s are' if count > 1 else ' is'} of {name}, which "
            f"{'rests' if rests else 'feeds.yaml does not name any more'}: kept, but not printed",
            Where(key=f"sources.{name}"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedIssue:
    """What an issue is, or would be, made of, and the newsletter's issues before it."""

    inputs: Inputs
    before: tuple[IssueHead, ...]
    issue: str | None = None


def decisions_in(
    services: Services, case: AskedIssue, article: str, segment: str | None
) -> Iterator[Decision]:
    """Yield the decision on an article for each segment of a case, or for one."""
    held = any(each.id == article for each in case.inputs.articles)
    inputs, came_later = (case.inputs, False) if held else with_article(services, case, article)
    selector = Selector(inputs.brief, inputs.articles, inputs.all_edits)
    for name, each in inputs.segments.items():
        if segment in {None, name}:
            found = explain(selector, article, each, inputs.pasts[name])
            yield too_late(found) if came_later and found.included else found


def too_late(decision: Decision) -> Decision:
    """Return the decision on an article that the rules would take, had it been there."""
    return replace(
        decision,
        included=False,
        section=None,
        rank=None,
        decided_by=("pulled after the issue was drafted",),
        would_change=("drafting the issue again",),
    )


def case_of(services: Services, id_: str) -> AskedIssue:
    """Return what an issue is made of."""
    issue = services.issues.get(id_)
    return AskedIssue(inputs=inputs_of(services, id_), before=before(services, issue), issue=id_)


def cases_now(services: Services) -> Iterator[AskedIssue]:
    """Yield each newsletter's open issue, or one as it would be drafted now."""
    for name in services.config.newsletters:
        if (found := open_issue(services, name)) is not None:
            yield case_of(services, found.id)
        else:
            plan = services.newsletter(name)
            inputs = gather(services, plan, DraftRequest(segments=plan.segments))
            yield AskedIssue(inputs=inputs, before=tuple(regular(services, name)))


def with_article(services: Services, case: AskedIssue, article: str) -> tuple[Inputs, bool]:
    """Return the inputs with one more article and its past, and whether it came after the draft."""
    inputs = case.inputs
    stock = services.articles.stock(inputs.now, _NOTHING, inputs.now, [article])
    found = [a for a in stock.articles.values() if a.id == article]
    if not found:
        raise UsageError(f"there is no article {article!r}; see `digest articles`")
    came_later = bool(inputs.last) and stock.filed[article] > inputs.last
    history = history_of(services, inputs.newsletter.name, case.before)
    then = {issue.id for issue in case.before}
    had = services.issues.ledger([inputs.newsletter.name], [*inputs.segments], [article])
    pasts = {}
    for name, past in inputs.pasts.items():
        own = {id_: issue for id_, issue in had[name].items() if issue in then}
        asked = frozenset({article})
        far = history.past(name, asked, now=inputs.now, sent=inputs.sent, ledger=own)
        is_met = came_later and found[0].new_at is not None and found[0].new_at >= past.since
        pasts[name] = replace(
            past,
            candidates=past.candidates | (asked if is_met else frozenset()),
            last=far.last,
            sent={**past.sent, **own},
            hidden=past.hidden | (far.hidden & asked),
            delayed=past.delayed | (far.delayed & asked),
        )
    return replace(inputs, articles=(*inputs.articles, *found), pasts=pasts), came_later
