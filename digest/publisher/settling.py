"""Settle emails of which nobody knows whether they arrived: by a policy, or by a relay's log."""

from __future__ import annotations

from dataclasses import dataclass, replace

from digest.model import IssueHead
from digest.ports import LogReading
from digest.publisher.services import Services

RESTORED = "it may have gone out before the database was put back"
_TRIES = 3  # of which each may have arrived


def settle_by_policy(services: Services, issue: str) -> int:
    """Make ambiguous emails pending where the policy is to send them again; return how many.

    To be called when a run has ended and the right to send is still held. Who was tried three times
    stays ambiguous, and so does what went out before a database was put back: that may be everybody.
    """
    if services.config.delivery.ambiguous != "resend":
        return 0
    if not services.deliveries.counts(issue).get("ambiguous"):
        return 0
    again = [
        replace(each, state="pending", detail=f"sent again by policy; {each.detail}"[:500])
        for each in services.deliveries.all(issue)
        if each.state == "ambiguous"
        and 0 < each.attempts < _TRIES
        and not (each.detail or "").startswith(RESTORED)
    ]
    services.deliveries.mark(again)
    return len(again)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledByLog:
    """How many ambiguous emails a log settled, how many it does not speak of, and what that means."""

    issue: str
    sent: int = 0
    failed: int = 0
    ambiguous: int = 0
    said: str | None = None


def settle_by_log(services: Services, issue_id: str, where: str) -> SettledByLog:
    """Settle ambiguous emails by a relay's log: what it names went out, or was given back.

    What it does not name stays ambiguous: another relay may have it, or another log.
    """
    issue = services.issues.get(issue_id)
    with services.deliveries.sending(issue_id):
        services.deliveries.recover(issue_id)
        doubtful = {
            each.message_id.strip("<>"): each
            for each in services.deliveries.all(issue_id)
            if each.state == "ambiguous"
        }
        reading = services.relay_log(where, doubtful)
        said = _unnamed(reading, issue)
        settled = [
            replace(each, state=logged.state, detail=logged.detail)
            if (logged := reading.found.get(name)) is not None
            else replace(each, detail=said)
            for name, each in doubtful.items()
        ]
        services.deliveries.mark(settled)
    states = [each.state for each in settled]
    return SettledByLog(
        issue=issue_id,
        sent=states.count("sent"),
        failed=states.count("failed"),
        ambiguous=states.count("ambiguous"),
        said=said if "ambiguous" in states else None,
    )


def _unnamed(reading: LogReading, issue: IssueHead) -> str:
    """Say why an email that the log does not name stays ambiguous."""
    if not reading.lines:
        return "the log is none of Postfix's or Exim's, and no list of Message-IDs"
    began = issue.goes_out
    if reading.first is None or reading.last is None:
        return "the log does not name it, and has no times; it may be in another one"
    span = f"from {reading.first:%Y-%m-%d %H:%M} to {reading.last:%Y-%m-%d %H:%M} UTC"
    if reading.first <= began <= reading.last:
        return (
            f"the log, {span}, covers the time at which the issue went out and does not name it: it "
            "has probably not arrived, but another relay's log may know it"
        )
    return f"the log, {span}, does not cover {began:%Y-%m-%d %H:%M} UTC, when the issue went out"
