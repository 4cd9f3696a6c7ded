"""Explain an issue: why an article is in an edition or not, what was left out, what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from digest.editorial import lifecycle
from digest.editorial.audit import audit
from digest.editorial.rules import members
from digest.editorial.selection import Selector
from digest.editorial.tags import TagBook
from digest.editorial.why import explain
from digest.errors import Unknown, UsageError
from digest.model import Article, Decision, Finding, Issue
from digest.publisher.drafting import try_template
from digest.publisher.editing import by_address
from digest.publisher.gathering import Order, by_hand, gather
from digest.publisher.inputs import Inputs, from_lock
from digest.publisher.rooms import Rooms


def why(rooms: Rooms, article: str, issue: str | None, segment: str | None) -> list[Decision]:
    """Return for each segment whether it gets the article, named by id or address, and why."""
    id_ = (by_address(rooms, article) if "://" in article else None) or article
    if issue is not None:
        inputs = [_inputs_of(rooms, issue)]
    else:
        inputs = [_inputs_now(rooms, name) for name in rooms.config.newsletters]
    known = [_with(rooms, each, id_) for each in inputs]
    found = [decision for each in known for decision in _decisions(each, id_, segment)]
    if segment is not None and not found:
        raise Unknown("segment", segment, (s for each in known for s in each.segments))
    return found


def left_out(rooms: Rooms, id_: str, segment: str, most: int) -> list[Article]:
    """Return what an edition might hold and does not: new articles, the strongest first."""
    inputs = _inputs_of(rooms, id_)
    selector = Selector(inputs.brief, inputs.articles, inputs.edits)
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
    for issue in _newest_open(rooms):
        for segment, findings in issue.findings.items():
            place = f"{issue.id}/{segment}"
            found += [replace(f, where=f"{place} {f.where}".strip()) for f in findings]
    return found


def _decisions(inputs: Inputs, article: str, segment: str | None) -> Iterator[Decision]:
    selector = Selector(inputs.brief, inputs.articles, inputs.edits)
    for name, each in inputs.segments.items():
        if segment in {None, name}:
            yield explain(selector, article, each, inputs.pasts[name])


def _inputs_of(rooms: Rooms, issue: str) -> Inputs:
    rooms.issues.get(issue)
    inputs = from_lock(rooms.issues.lock(issue), rooms.articles.versions)
    added = by_hand(inputs.edits, inputs.articles, inputs.now)
    return replace(inputs, articles=(*inputs.articles, *added))


def _inputs_now(rooms: Rooms, newsletter: str) -> Inputs:
    """Return the inputs of the newsletter's open issue, or of one drafted now."""
    issues = rooms.issues.all(newsletter)
    if issues and issues[-1].status in lifecycle.OPEN:
        return _inputs_of(rooms, issues[-1].id)
    plan = rooms.newsletter(newsletter)
    return gather(rooms, plan, Order(segments=plan.segments))


def _with(rooms: Rooms, inputs: Inputs, article: str) -> Inputs:
    """Return the inputs with the article among them; UsageError where nobody has it."""
    if any(each.id == article for each in inputs.articles):
        return inputs
    found = rooms.articles.pool(inputs.now, inputs.now, [article])
    if not found:
        raise UsageError(f"there is no article {article!r}; see `digest articles`")
    sorted_ = tuple(TagBook(inputs.tags).sort(each) for each in found)
    return replace(inputs, articles=(*inputs.articles, *sorted_))


def _newest_open(rooms: Rooms) -> Iterator[Issue]:
    for name in rooms.config.newsletters:
        issues = rooms.issues.all(name)
        if issues and issues[-1].status in lifecycle.OPEN:
            yield issues[-1]
