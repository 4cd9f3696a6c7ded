"""Share an issue out among workers, and send one of its shards."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from digest.errors import DeliveryError, HeldEditions, Stale
from digest.model import Issue
from digest.ports import Shard, Shards
from digest.publisher import dispatching, log, telling
from digest.publisher.campaigns import CampaignRun
from digest.publisher.delivering import Run
from digest.publisher.sending import Outgoing, ask_journal, begun, finish, run_of
from digest.publisher.services import Services
from digest.publisher.settling import settle_by_policy

_SOON = timedelta(seconds=1)
_URGENT = 10  # a special issue goes before the regular ones


def share_out(services: Services, shards: Shards, issue_id: str) -> Issue:
    """Begin to send an approved issue, or go on: what waits is cut into shards for workers."""
    with services.deliveries.sending(issue_id):
        if (issue := services.issues.get(issue_id)).stopped:  # a shard was refused just now
            return issue
        outgoing, run, _ = begun(services, issue_id, None, None)
        if not shards.share_out(issue_id, _URGENT if outgoing.issue.special else 0):
            settle_by_policy(services, issue_id)
            _end(services, outgoing.issue, run)
    if held := outgoing.readers.held:
        raise HeldEditions(issue_id, len(held), held[0].held or "")
    return services.issues.get(issue_id)


def send_shard(services: Services, shards: Shards, shard: Shard) -> timedelta | Issue | None:
    """Send to the readers of a shard; return after how long to go on with those who were put off, if any.

    Where nobody of the issue is left, it is finished and returned.

    DeliveryError where the relay took nothing and it is to be tried again; TakenOver where the shard
    is another's. A refusal of the sender ends the whole issue, until a person sends it on.
    """
    with shards.take(shard) as deliveries:
        issue = services.issues.get(shard.issue)
        if issue.status != "sending" or issue.stopped:
            return None
        ask_journal(services, issue.id)
        lock, variants = services.issues.lock(issue.id), services.issues.variants(issue.id)
        outgoing = Outgoing(issue=issue, lock=lock, variants=tuple(variants))
        mine = replace(services, deliveries=deliveries)
        run = run_of(mine, outgoing, services.deliverer(None), None)
        run.all()
        # all while the shard is ours: who settles by hand does it before or after
        settle_by_policy(mine, issue.id)
        if run.stopped or shards.is_done(issue.id):
            if run.stopped:
                shards.withdraw(issue.id)  # what others have open they finish
            _end(services, issue, run)
            return services.issues.get(issue.id)
    if run.errors:
        said = "; ".join(dict.fromkeys(run.errors))
        raise DeliveryError(f"issue {issue.id} is not out yet, and a worker goes on: {said}")
    at = shards.waits(shard)
    return None if at is None else max(at - services.clock(), _SOON)


def _end(services: Services, issue: Issue, run: Run | CampaignRun) -> None:
    """Say what became of an issue of which nobody is left, or that is not to go on; the first says it."""
    with suppress(Stale):  # another shard was the last, or refused, at the same moment
        done = finish(services, issue, {}, run)
        log.note(services, "schedule", "send", f"{issue.id} ({_sent(services, issue.id)} sent)")
        if done.error:
            error = DeliveryError(done.error)
            dispatching.tell_failures(services, issue.newsletter, [done.error])
            telling.tell_editors(services, issue.newsletter, [error])
            raise error


def _sent(services: Services, issue_id: str) -> int:
    return services.deliveries.counts(issue_id).get("sent", 0)
