"""Tell a newsletter's editors what the scheduler did, where it needs a person, by email."""

from __future__ import annotations

from collections.abc import Sequence

from digest.errors import DigestError
from digest.jsonable import sha256_hex
from digest.model import Act, Issue
from digest.publisher.drafting import open_errors
from digest.publisher.letter import write_to
from digest.publisher.services import Services

Outcome = Issue | DigestError
_NEEDS_A_PERSON = frozenset({"draft", "held", "skipped"})


def tell_editors(services: Services, name: str, outcomes: Sequence[Outcome]) -> None:
    """Mail the editors of a newsletter what needs them; the same news once, however often it comes.

    DeliveryError where the relay takes nothing.
    """
    newsletter = services.newsletter(name)
    said = "\n\n".join(filter(None, (_said(one) for one in outcomes)))
    mark = sha256_hex(said)
    if not said or not newsletter.editors or services.issues.last_news(name) == mark:
        return
    subject = f"[{newsletter.title}] {said.splitlines()[0]}"
    text = f"{said}\n\nThe desk: {services.config.publication.public_url}\n"
    write_to(services, newsletter, newsletter.editors, subject, text)
    services.issues.keep_news(name, mark)


def tell_sent_back(services: Services, issue: Issue, act: Act) -> None:
    """Mail the editors what is to be done with an issue that somebody sent back.

    DeliveryError where the relay takes nothing.
    """
    newsletter = services.newsletter(issue.newsletter)
    if not newsletter.editors:
        return
    desk = services.config.publication.public_url.rstrip("/")
    first = f"Issue {issue.id} was sent back by {act.by}."
    text = f"{first}\n\n{act.note}\n\nThe issue: {desk}/issues/{issue.id}\n"
    write_to(services, newsletter, newsletter.editors, f"[{newsletter.title}] {first}", text)


def _said(outcome: Outcome) -> str:
    if isinstance(outcome, DigestError):
        return str(outcome)
    if outcome.status not in _NEEDS_A_PERSON:
        return ""
    errors = [*open_errors(outcome.findings, ())]
    at = f", which is to go out on {outcome.send_at:%Y-%m-%d %H:%M} UTC," if outcome.send_at else ""
    words = {
        "draft": f"Issue {outcome.id}{at} is drafted and waits for its approval.",
        "held": f"Issue {outcome.id}{at} is held back.",
        "skipped": f"Issue {outcome.id} is skipped.",
    }
    return "\n".join([words[outcome.status], *filter(None, [outcome.reason]), *errors])
