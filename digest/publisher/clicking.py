"""Clicking: stories of an email are opened by way of us, and counted by edition; never by whom.

It is done where a newsletter says so (`clicks`), in emails to readers alone: a preview, a test and the
page in the browser lead straight to the story. Where a link leads is what the edition says, so none of
ours leads to what a stranger names.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import islice

from digest.editorial.laboratory.clicks import Clicked, ClicksBy, Placed, clicked
from digest.editorial.laboratory.themes import ISSUES
from digest.editorial.tags import TagBook
from digest.model import Edition, Issue, Message
from digest.publisher.covering import MOST_ISSUES, check_number, printed_of
from digest.publisher.explaining import prints
from digest.publisher.inputs import Inputs
from digest.publisher.services import Services
from digest.render.clean import address
from digest.render.counted import MARK, led_by, link

READERS = "readers"
"""What all editions for readers who chose are called together: one may have a single reader."""


def counted(services: Services, issue: Issue, inputs: Inputs, message: Message) -> Message:
    """Return a message as readers get it: where clicks are counted, its stories are opened by way of us."""
    edition = next(each for each in issue.editions if each.segment == message.segment)
    return counted_in(services, issue, inputs, message, edition)


def counted_in(
    services: Services, issue: Issue, inputs: Inputs, message: Message, edition: Edition
) -> Message:
    """Return a message as readers get it, whose clicks count for an edition."""
    if not inputs.newsletter.clicks:
        return message
    base = inputs.publication.public_url
    links: dict[str, str] = {}
    for article in edition.articles:
        if url := address(article.url):
            mark = _mark(services.key, issue.id, edition.segment, article.id)
            links.setdefault(url, link(base, issue.id, edition.segment, article.id, mark))
    return led_by(message, links)


def leads_to(services: Services, issue: str, segment: str, article: str, mark: str) -> str | None:
    """Return where a story's link in an email leads; None where the link is none of ours."""
    ours = _mark(services.key, issue, segment, article)
    if not hmac.compare_digest(mark.encode(), ours.encode()):
        return None
    if segment == READERS:  # of whose editions no page is kept
        hash_ = services.issues.made_of([issue]).get(issue, {}).get(article, "")
        found = services.articles.versions([hash_]) if hash_ else {}
        return address(found[hash_].url) if hash_ in found else None
    return address(services.issues.address_of(issue, segment, article))


def clicks(services: Services, name: str, most: int = ISSUES, by: ClicksBy = "article") -> Clicked:
    """Count what readers opened in the last issues of a newsletter that went out."""
    services.newsletter(name)
    check_number("issues", most, MOST_ISSUES)
    issues = [*islice(services.issues.sent(name), most)]
    known = [i for i in issues if services.issues.lock(i.id)["newsletter"].get("clicks")]
    return clicked(
        [each for issue in known for each in _placed(services, issue)],
        by,
        TagBook(services.config.tags),
        issues=[issue.id for issue in known],
        uncounted=len(issues) - len(known),
    )


def _placed(services: Services, issue: Issue) -> Iterator[Placed]:
    """Yield each story of an issue's editions with its readers: those whose message holds it."""
    received, opened = services.deliveries.received(issue.id), services.clicks.of(issue.id)
    variants = services.issues.variants(issue.id)
    then = printed_of(services, issue).editions
    for edition in issue.editions:
        known = {article.id: article for article in then[edition.segment]}
        for section in edition.sections:
            for article in section.articles:
                readers = received.get((edition.segment, ""), 0) + sum(
                    received.get((m.segment, m.variant), 0)
                    for m in variants
                    if m.segment == edition.segment and prints(m, article)
                )
                yield Placed(
                    issue=issue.id,
                    segment=edition.segment,
                    section=section.title,
                    article=known[article.id],
                    readers=readers,
                    clicks=opened.get((edition.segment, article.id), 0),
                )
    yield from _placed_for_readers(services, issue, received, opened)


def _placed_for_readers(
    services: Services,
    issue: Issue,
    received: Mapping[tuple[str, str], int],
    opened: Mapping[tuple[str, str], int],
) -> Iterator[Placed]:
    """Yield each story of the editions for readers who chose, all of them as one.

    Its section is one where a segment has it: which section it had in each of them is not kept.
    """
    shown = Counter[str]()
    for each in services.issues.reader_editions(issue.id):
        count = received.get((each.name, ""), 0)
        shown.update(dict.fromkeys(each.articles, count) if count else {})
    if not shown:
        return
    sections = {a.id: s.title for e in issue.editions for s in e.sections for a in s.articles}
    hashes = services.issues.lock(issue.id).get("articles", {})
    known = services.articles.versions([hashes[id_] for id_ in shown if id_ in hashes])
    for article in known.values():
        yield Placed(
            issue=issue.id,
            segment=READERS,
            section=sections.get(article.id, ""),
            article=article,
            readers=shown[article.id],
            clicks=opened.get((READERS, article.id), 0),
        )


def _mark(key: bytes, issue: str, segment: str, article: str) -> str:
    said = f"click\0{issue}\0{segment}\0{article}".encode()
    return hmac.new(key, said, sha256).hexdigest()[:MARK]
