"""Explain an issue: why an article is in an edition or not, what was left out, what is wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from digest.editorial.audit import audit, filed_late
from digest.editorial.history import SENT, History, Past
from digest.editorial.rules import members
from digest.editorial.selection import Selector
from digest.editorial.tags import TagBook
from digest.editorial.why import explain
from digest.errors import Unknown, UsageError
from digest.model import Article, Decision, Finding, Issue
from digest.publisher.drafting import try_template
from digest.publisher.gathering import (
    DraftRequest,
    by_address,
    gather,
    history_of,
    inputs_of,
    open_issue,
    within,
)
from digest.publisher.inputs import Inputs
from digest.publisher.services import Services


def why(services: Services, article: str, issue: str | None, segment: str | None) -> list[Decision]:
    """Return for each segment whether it gets the article, named by id or address, and why."""
    id_ = (by_address(services, article) if "://" in article else None) or article
    cases = [_case_of(services, issue)] if issue is not None else [*_cases_now(services)]
    found = [decision for case in cases for decision in _decisions(services, case, id_, segment)]
    if segment is not None and not found:
        raise Unknown("segment", segment, (s for case in cases for s in case.inputs.segments))
    return found


def left_out(services: Services, id_: str, segment: str, most: int) -> list[Article]:
    """Return what an edition might hold and does not: new articles, the strongest first."""
    inputs = inputs_of(services, services.issues.get(id_).id)
    selector = Selector(inputs.brief, inputs.articles, inputs.all_edits)
    who, past = inputs.segments[segment], inputs.pasts[segment]
    held = selector.select(who, past).ranks
    gates = {gate.rule: gate.passes for gate in selector.gates.of(who, past)}
    new = gates["window"] & gates["ledger"]
    found = (selector.pool.articles[i] for i in members(new))
    return [article for article in found if article.id not in held][:most]


def check(services: Services) -> list[Finding]:
    """Check the tag rules against the store, and gather what the newest drafts' lint found."""
    config, book = services.config, TagBook(services.config.tags)
    articles = [book.sort(article) for article in services.articles.all()]
    found = [f for name in config.newsletters for f in try_template(services, name)]
    found += audit(config.newsletters, config.segments, config.tags, articles)
    for name in config.newsletters:
        found += filed_late([i for i in services.issues.all(name) if i.status in SENT], articles)
    for issue in filter(None, (open_issue(services, name) for name in config.newsletters)):
        for segment, findings in issue.findings.items():
            place = f"{issue.id}/{segment}"
            found += [replace(f, where=f"{place} {f.where}".strip()) for f in findings]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """What an issue is, or would be, made of, and the newsletter's issues before it."""

    inputs: Inputs
    before: tuple[Issue, ...]


def _decisions(
    services: Services, case: _Case, article: str, segment: str | None
) -> Iterator[Decision]:
    held = any(each.id == article for each in case.inputs.articles)
    inputs = case.inputs if held else _with(services, case, article)
    selector = Selector(inputs.brief, inputs.articles, inputs.all_edits)
    for name, each in inputs.segments.items():
        if segment in {None, name}:
            found = explain(selector, article, each, inputs.pasts[name])
            yield found if held or not found.included else _too_late(found)


def _too_late(decision: Decision) -> Decision:
    """Return the decision on an article that the rules would take, had it been there."""
    return replace(
        decision,
        included=False,
        section=None,
        rank=None,
        decided_by="pulled after the issue was drafted",
        would_change=("drafting the issue again",),
    )


def _case_of(services: Services, id_: str) -> _Case:
    issue = services.issues.get(id_)
    made = [*services.issues.all(issue.newsletter)]
    place = next(n for n, each in enumerate(made) if each.id == id_)
    return _Case(inputs=inputs_of(services, id_), before=tuple(made[:place]))


def _cases_now(services: Services) -> Iterator[_Case]:
    """Yield each newsletter's open issue, or one as it would be drafted now."""
    for name in services.config.newsletters:
        if (found := open_issue(services, name)) is not None:
            yield _case_of(services, found.id)
        else:
            plan = services.newsletter(name)
            inputs = gather(services, plan, DraftRequest(segments=plan.segments))
            yield _Case(inputs=inputs, before=tuple(services.issues.all(name)))


def _with(services: Services, case: _Case, article: str) -> Inputs:
    """Return the inputs with one more article and its past; UsageError where nobody has it."""
    inputs = case.inputs
    found = tuple(services.articles.pool(inputs.now, inputs.now, [article]).values())
    if not found:
        raise UsageError(f"there is no article {article!r}; see `digest articles`")
    history = history_of(services, case.before, [*inputs.segments])
    since = {i.id for i in services.issues.all(inputs.newsletter.name)} - {
        i.id for i in case.before
    }
    own = within(services, {n: _past(history, n, inputs, since) for n in inputs.segments}, found)
    pasts = {name: _joined(past, own[name]) for name, past in inputs.pasts.items()}
    return replace(inputs, articles=(*inputs.articles, *found), pasts=pasts)


def _past(history: History, segment: str, inputs: Inputs, since: Collection[str]) -> Past:
    """Return a segment's past without what it has had from an issue or those since."""
    past = history.past(segment, inputs.pasts[segment].window, inputs.sent, carries=False)
    return replace(past, sent={id_: i for id_, i in past.sent.items() if i not in since})


def _joined(past: Past, own: Past) -> Past:
    return replace(
        past,
        sent={**past.sent, **own.sent},
        hidden=past.hidden | own.hidden,
        delayed=past.delayed | own.delayed,
    )
