"""Explain an issue: why an article is in an edition or not, what was left out, what is wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from digest.editorial import lifecycle
from digest.editorial.audit import audit
from digest.editorial.past import History, Past
from digest.editorial.rules import members
from digest.editorial.selection import Selector
from digest.editorial.tags import TagBook
from digest.editorial.why import explain
from digest.errors import Unknown, UsageError
from digest.model import Article, Decision, Finding, Issue
from digest.publisher.drafting import try_template
from digest.publisher.gathering import (
    Order,
    by_address,
    by_hand,
    gather,
    history_of,
    within,
)
from digest.publisher.inputs import Inputs, from_lock
from digest.publisher.rooms import Rooms


def why(rooms: Rooms, article: str, issue: str | None, segment: str | None) -> list[Decision]:
    """Return for each segment whether it gets the article, named by id or address, and why."""
    id_ = (by_address(rooms, article) if "://" in article else None) or article
    cases = [_case_of(rooms, issue)] if issue is not None else [*_cases_now(rooms)]
    found = [decision for case in cases for decision in _decisions(rooms, case, id_, segment)]
    if segment is not None and not found:
        raise Unknown("segment", segment, (s for case in cases for s in case.inputs.segments))
    return found


def left_out(rooms: Rooms, id_: str, segment: str, most: int) -> list[Article]:
    """Return what an edition might hold and does not: new articles, the strongest first."""
    inputs = _inputs_of(rooms, id_)
    selector = Selector(inputs.brief, inputs.articles, inputs.all_edits)
    who, past = inputs.segments[segment], inputs.pasts[segment]
    held = selector.select(who, past).ranks
    gates = {gate.rule: gate.passes for gate in selector.gates(who, past)}
    new = gates["window"] & gates["ledger"]
    found = (selector.pool.articles[i] for i in members(new))
    return [article for article in found if article.id not in held][:most]


def check(rooms: Rooms) -> list[Finding]:
    """Check the tag rules against the store, and gather what the newest drafts' lint found."""
    config, book = rooms.config, TagBook(rooms.config.tags)
    articles = [book.sort(article) for article in rooms.articles.all()]
    found = [f for name in config.newsletters for f in try_template(rooms, name)]
    found += audit(config.newsletters, config.segments, config.tags, articles)
    found += [f for name in config.newsletters for f in _late(rooms, name, articles)]
    for issue in _newest_open(rooms):
        for segment, findings in issue.findings.items():
            place = f"{issue.id}/{segment}"
            found += [replace(f, where=f"{place} {f.where}".strip()) for f in findings]
    return found


def _late(rooms: Rooms, name: str, articles: Sequence[Article]) -> Iterator[Finding]:
    """Yield what came after the last issue that its dates belong to: an archive's late filings."""
    for last in [i for i in rooms.issues.all(name) if i.status in {"sending", "sent"}][-1:]:
        start, end = last.window.start, last.window.end
        late = [a.title for a in articles if a.new_at and start < a.new_at <= end < a.first_seen]
        if late:
            yield Finding(
                rule="late-article",
                severity="warning",
                message=f"“{late[0]}”{f' and {len(late) - 1} more' if late[1:] else ''} came after "
                f"issue {last.id}, where the date belongs, and will be in none; with `fresh: true` "
                "a source's articles are new when they are first seen",
                where=f"newsletters.{name}",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """What an issue is, or would be, made of, and the newsletter's issues before it."""

    inputs: Inputs
    before: tuple[Issue, ...]


def _decisions(rooms: Rooms, case: _Case, article: str, segment: str | None) -> Iterator[Decision]:
    held = any(each.id == article for each in case.inputs.articles)
    inputs = case.inputs if held else _with(rooms, case, article)
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


def _case_of(rooms: Rooms, id_: str) -> _Case:
    issue = rooms.issues.get(id_)
    made = [*rooms.issues.all(issue.newsletter)]
    place = next(n for n, each in enumerate(made) if each.id == id_)
    return _Case(inputs=_inputs_of(rooms, id_), before=tuple(made[:place]))


def _cases_now(rooms: Rooms) -> Iterator[_Case]:
    """Yield each newsletter's open issue, or one as it would be drafted now."""
    for name in rooms.config.newsletters:
        made = rooms.issues.all(name)
        if made and made[-1].status in lifecycle.OPEN:
            yield _case_of(rooms, made[-1].id)
        else:
            plan = rooms.newsletter(name)
            inputs = gather(rooms, plan, Order(segments=plan.segments))
            yield _Case(inputs=inputs, before=tuple(made))


def _inputs_of(rooms: Rooms, issue: str) -> Inputs:
    inputs = from_lock(rooms.issues.lock(issue), rooms.articles.versions)
    added = by_hand(inputs.all_edits, inputs.articles, inputs.now)
    return replace(inputs, articles=(*inputs.articles, *added))


def _with(rooms: Rooms, case: _Case, article: str) -> Inputs:
    """Return the inputs with one more article and its past; UsageError where nobody has it."""
    inputs = case.inputs
    found = tuple(rooms.articles.pool(inputs.now, inputs.now, [article]).values())
    if not found:
        raise UsageError(f"there is no article {article!r}; see `digest articles`")
    history = history_of(rooms, case.before, [*inputs.segments])
    since = {i.id for i in rooms.issues.all(inputs.newsletter.name)} - {i.id for i in case.before}
    own = within(rooms, {n: _past(history, n, inputs, since) for n in inputs.segments}, found)
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


def _newest_open(rooms: Rooms) -> Iterator[Issue]:
    for name in rooms.config.newsletters:
        made = rooms.issues.all(name)
        if made and made[-1].status in lifecycle.OPEN:
            yield rooms.issues.get(made[-1].id)
