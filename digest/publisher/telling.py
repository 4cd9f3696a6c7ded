"""Tell a newsletter's editors what the scheduler did, where it needs a person, by email.

The emails are in the publication's language, as far as there are words of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from digest.errors import DigestError
from digest.jsonable import sha256_hex
from digest.model import Act, Issue, IssueHead
from digest.publisher.drafting import open_errors
from digest.publisher.letter import write_to
from digest.publisher.services import Services
from digest.render.language import language
from digest.render.sentences import sentence

SlotResult = Issue | DigestError
_SAID = {
    "draft": "is drafted and waits for its approval",
    "held": "is held back",
    "skipped": "is skipped",
}
"""What needs a person."""
_REMINDED = timedelta(days=1)


def tell_editors(services: Services, name: str, outcomes: Sequence[SlotResult]) -> None:
    """Mail the editors of a newsletter what needs them; the same news once, however often it comes.

    DeliveryError where the relay takes nothing.
    """
    newsletter = services.newsletter(name)
    if not newsletter.editors:
        return
    told = {one.id for one in outcomes if isinstance(one, Issue)}
    news = {name: "\n\n".join(filter(None, (_said(services, one) for one in outcomes)))}
    now = services.clock()
    for issue in services.issues.heads(name):
        if issue.status == "draft" and issue.send_at is not None and issue.id not in told:
            # within a day, or half of the time that it was given
            ahead = min(_REMINDED, (issue.send_at - issue.created) / 2)
            if issue.send_at - ahead <= now < issue.send_at:
                still = f"Issue {issue.id} still waits for its approval."
                said = (still, *_goes_out(services, issue), _link(services, issue))
                # each for itself, so that other news in between do not make it news again
                news[issue.id] = "\n".join(_translated(services, each) for each in said)
    marks = {of: sha256_hex(said) for of, said in news.items() if said}
    new = [of for of, mark in marks.items() if services.issues.last_news(of) != mark]
    if not new:
        return
    text = "\n\n".join(news[of] for of in new)
    subject = f"[{newsletter.title}] {text.splitlines()[0]}"
    desk = _translated(services, f"The desk: {services.config.publication.public_url}")
    write_to(services, newsletter, newsletter.editors, subject, f"{text}\n\n{desk}\n")
    for of in new:
        services.issues.keep_news(of, marks[of])


def tell_sent_back(services: Services, issue: Issue, act: Act) -> None:
    """Mail the editors what is to be done with an issue that somebody sent back.

    DeliveryError where the relay takes nothing.
    """
    newsletter = services.newsletter(issue.newsletter)
    if not newsletter.editors:
        return
    first = _translated(services, f"Issue {issue.id} was sent back by {act.by}.")
    text = f"{first}\n\n{act.note}\n\n{_translated(services, _link(services, issue))}\n"
    write_to(services, newsletter, newsletter.editors, f"[{newsletter.title}] {first}", text)


def _said(services: Services, outcome: SlotResult) -> str:
    if isinstance(outcome, DigestError):
        return _translated(services, str(outcome))
    if outcome.status not in _SAID:
        return ""
    said = (
        f"Issue {outcome.id} {_SAID[outcome.status]}.",
        *(_goes_out(services, outcome) if outcome.status != "skipped" else ()),
        *filter(None, [outcome.reason]),
        *open_errors(outcome.findings, ()),
        _link(services, outcome),
    )
    return "\n".join(_translated(services, each) for each in said)


def _goes_out(services: Services, issue: IssueHead) -> Iterator[str]:
    publication, at = services.config.publication, issue.send_at
    if at is not None:
        day = language(publication.language).long_date(at, publication.timezone)
        time = at.astimezone(ZoneInfo(publication.timezone)).strftime("%H:%M %Z")
        yield f"It is to go out on {day}, {time}."


def _link(services: Services, issue: IssueHead) -> str:
    return f"The issue: {services.config.publication.public_url.rstrip('/')}/issues/{issue.id}"


def _translated(services: Services, said: str) -> str:
    return sentence(said, services.config.publication.language) or said
