"""Send an approved issue: who gets what is written down first, then each email is handed over."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Literal

from digest.editorial import lifecycle
from digest.editorial.address import parts_of_mailbox
from digest.editorial.folding import folded_address
from digest.errors import Held, Unknown, WrongState
from digest.model import DeliveryState, Issue, Message
from digest.ports import Addressee, Deliverer, Lock, Progress
from digest.publisher.addressees import addressees
from digest.publisher.campaigns import CampaignRun
from digest.publisher.claims import PAUSED
from digest.publisher.clearance import ask_days, ask_events, ask_ledger
from digest.publisher.clicking import counted
from digest.publisher.delivering import Run
from digest.publisher.inbox import HELD_BACK, hold_back
from digest.publisher.inputs import Inputs, from_lock
from digest.publisher.printed import printed
from digest.publisher.reader_editions import Envelopes, MadeEditions, make
from digest.publisher.reprinting import for_today, variants_of
from digest.publisher.services import Services
from digest.publisher.settling import RESTORED, settle_by_policy
from digest.render.header import ascii_address

# other workers may have some of it open
_UNDONE: tuple[DeliveryState, ...] = ("pending", "claimed", "intent", "deferred")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a run of sending did, and why it stopped early, if it did.

    `waiting` are emails whose readers chose an hour that has not come. `held_editions` are those for readers who chose that a check stopped; `held_for` says why the first is.
    """

    issue: str
    sent: int = 0
    deferred: int = 0
    failed: int = 0
    ambiguous: int = 0
    suppressed: int = 0
    already_sent: int = 0
    held_back: int = 0
    waiting: int = 0
    held_editions: int = 0
    held_for: str | None = None
    error: str | None = None


def send(
    services: Services, issue_id: str, to: str | None, progress: Progress | None = None
) -> Sent:
    """Deliver an approved issue; a second run goes on where the first one stopped."""
    with services.deliveries.sending(issue_id):
        outgoing, run, held_back = begun(services, issue_id, to, progress)
        before = services.deliveries.counts(issue_id)
        run.all()
        settle_by_policy(services, issue_id)
        held = outgoing.readers.held
        return replace(
            finish(services, outgoing.issue, before, run),
            held_back=held_back,
            held_editions=len(held),
            held_for=held[0].held if held else None,
        )


def begun(
    services: Services, issue_id: str, to: str | None, progress: Progress | None
) -> tuple[Outgoing, Run | CampaignRun, int]:
    """Set an issue to sending; return it, what sends it, and how many readers' weeks are full.

    It is for who holds the right to send, which they may have from a process that died.
    """
    ask_journal(services, issue_id)
    issue = services.issues.get(issue_id)
    outgoing = _prepare(services, issue)
    run = run_of(services, outgoing, services.deliverer(to), progress)
    _begin(services, issue, outgoing)
    services.deliveries.recover(issue.id)
    return outgoing, run, hold_back(services, outgoing.issue)


def ask_journal(services: Services, issue_id: str) -> None:
    """Held where more of an issue went out than this database knows."""
    if issue_id in services.journal.behind():
        raise Held(
            issue_id,
            [
                (
                    "its journal says that emails of it went out of which this database, put back "
                    "from an older copy, knows nothing; see `digest reconcile`"
                )
            ],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What became of an issue of which more went out than the database knew."""

    issue: str
    status: str
    ambiguous: int


def reconcile(services: Services) -> list[Reconciled]:
    """Make every email ambiguous that may have gone out before the database was put back.

    Nobody is mailed: `settle` decides. An issue that is not approved here stays held back.
    """
    found = []
    with services.deliveries.sending():
        for id_ in services.journal.behind():
            known = {head.id: head.status for head in services.issues.heads()}
            if known.get(id_) not in {"approved", "sending", "sent"}:
                status = known.get(id_, "unknown")
                found.append(Reconciled(issue=id_, status=status, ambiguous=0))
                continue
            issue = services.issues.get(id_)
            outgoing = _prepare(services, issue)
            _begin(services, issue, outgoing)
            services.deliveries.recover(id_)
            doubtful = services.deliveries.doubt(id_, RESTORED)
            services.journal.catch_up(id_)
            done = outgoing.issue
            if done.status == "sending":
                done = replace(done, status=lifecycle.after(id_, done.status, "finish"))
                services.issues.save(done, services.issues.lock(id_), was=outgoing.issue)
            found.append(Reconciled(issue=id_, status=done.status, ambiguous=doubtful))
    return found


def accept(services: Services, id_: str) -> None:
    """Go on without an issue of which emails went out: its stories may be told again.

    Unknown where nothing of it is missing here, WrongState where `reconcile` knows what to do.
    """
    with services.deliveries.sending():
        behind = services.journal.behind()
        if id_ not in behind:
            raise Unknown("forgotten issue", id_, behind)
        status = next((h.status for h in services.issues.heads() if h.id == id_), "unknown")
        if status != "unknown":
            raise WrongState(id_, status, "taken for one that is not here")
        services.journal.catch_up(id_)


def settle(
    services: Services, id_: str, state: Literal["sent", "pending"], addresses: Collection[str]
) -> int:
    """Settle ambiguous deliveries, all or those of the addresses; as pending failed ones too."""
    wanted = {folded_address(address) for address in addresses}
    which = {"ambiguous", "failed"} if state == "pending" else {"ambiguous"}
    with services.deliveries.sending(id_):
        issue = services.issues.get(id_)
        services.deliveries.recover(issue.id)
        open_ = [d for d in services.deliveries.all(issue.id) if d.state in which]
        chosen = [d for d in open_ if not wanted or folded_address(d.address) in wanted]
        settled = [
            replace(
                d,
                state=state,
                detail="settled by hand",
                # the tries of one that failed are used up, or were for nothing
                attempts=0 if d.state == "failed" else d.attempts,
                put_off_since=None,
            )
            for d in chosen
        ]
        services.deliveries.mark(settled)
        if settled and state == "pending" and issue.status == "sent":
            again = replace(issue, status=lifecycle.after(id_, issue.status, "resume"))
            services.issues.save(again, services.issues.lock(id_), was=issue)
    return len(settled)


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """How many get an issue that was sent: whose email had failed, and who joined since."""

    failed: int
    joined: int


def again(services: Services, id_: str) -> Again:
    """Make ready to send an issue that was sent to those who failed, and to those who joined since.

    Nobody else gets it, and nobody what they have had. WrongState where it was not sent.
    """
    with services.deliveries.sending(id_):
        issue = services.issues.get(id_)
        resumed = replace(issue, status=lifecycle.after(id_, issue.status, "resume"))
        if services.traces.counted(id_):  # who had it is not known any more
            raise WrongState(id_, "so old that its emails are only counted", "sent again")
        services.deliveries.recover(id_)
        failed = [
            replace(each, state="pending", detail="sent again", attempts=0, put_off_since=None)
            for each in services.deliveries.all(id_)
            # who paused wanted none of it, also afterwards; a week that was full stays so
            if each.state == "failed" and not (each.detail or "").startswith((PAUSED, HELD_BACK))
        ]
        lock = services.issues.lock(id_)
        variants = variants_of(services, issue, lock)
        if variants.messages:
            kept = {(m.segment, m.variant): m for m in services.issues.variants(id_)}
            new = {(m.segment, m.variant): m for m in variants.messages}
            services.issues.keep_variants(id_, [*(new | kept).values()])
        everyone = addressees(services, issue, from_lock(lock, None), variants)
        made = _for_readers(services, issue, lock, from_lock(lock, None))
        services.issues.keep_reader_editions(id_, [*made.editions.values()])
        services.deliveries.expand(id_, chain(everyone, made.addressees))
        counts = services.deliveries.counts(id_)  # nobody else waits, at once or for their hour
        joined = counts.get("pending", 0) + counts.get("deferred", 0)
        if failed or joined:
            services.deliveries.mark(failed)
            services.issues.save(resumed, lock, was=issue)
    return Again(failed=len(failed), joined=joined)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """An issue as it goes out, with its messages for readers who have had some of it, and its audience.

    `readers` are the editions of those who chose for themselves.
    """

    issue: Issue
    lock: Lock
    variants: tuple[Message, ...]
    audience: Iterator[Addressee] | None = None
    readers: MadeEditions = field(default_factory=MadeEditions)


def _prepare(services: Services, issue: Issue) -> Outgoing:
    """Find out whether an issue may go out now, as what, and to whom; nothing is written down."""
    status, lock = lifecycle.after(issue.id, issue.status, "send"), services.issues.lock(issue.id)
    inputs = from_lock(lock, None)
    if issue.status == "approved":
        ask_ledger(services, issue, inputs)
        ask_events(services, issue, inputs)
        ask_days(services, issue, inputs)
        issue, lock = for_today(services, issue, lock)
    now, at = services.clock(), issue.send_at
    if at is not None and at > now and issue.slot is None:
        at = now  # one that was made for no slot and is sent early serves none
    sending = replace(issue, status=status, send_at=at, reason=None, stopped=False)
    if status != "sending" or services.deliveries.counts(issue.id):
        kept = tuple(services.issues.variants(issue.id))
        return Outgoing(issue=sending, lock=lock, variants=kept)
    variants = variants_of(services, issue, lock)
    made = _for_readers(services, sending, lock, inputs)
    audience = chain(addressees(services, sending, inputs, variants), made.addressees)
    first = next(audience, None)
    if first is None and issue.status == "approved":
        raise Held(issue.id, ["no confirmed subscriber reads any of its editions"])
    everyone = chain([first], audience) if first is not None else None
    return Outgoing(
        issue=sending, lock=lock, variants=variants.messages, audience=everyone, readers=made
    )


def _for_readers(services: Services, issue: Issue, lock: Lock, inputs: Inputs) -> MadeEditions:
    """Make the editions for readers who chose for themselves, where a newsletter lets them."""
    if inputs.newsletter.readers is None or issue.special:
        return MadeEditions()
    return make(services, issue, lock)


def _begin(services: Services, was: Issue, outgoing: Outgoing) -> None:
    """Set the issue to sending; its audience is written down once, with the ledger."""
    issue = outgoing.issue
    if outgoing.audience is not None:
        services.issues.keep_variants(issue.id, outgoing.variants)
        services.issues.keep_reader_editions(issue.id, [*outgoing.readers.editions.values()])
    services.issues.save(issue, outgoing.lock, was=was)
    if outgoing.audience is not None:
        services.deliveries.expand(issue.id, outgoing.audience)
    reached = services.deliveries.segments(issue.id)
    for edition in issue.editions:
        if edition.segment in reached:
            # what another publication's story stands for has been told, too
            told = (other.article for others in edition.also_in.values() for other in others)
            had = [*(a.id for a in edition.articles), *told]
            services.issues.enter(issue.newsletter, edition.segment, had, issue.id)


def run_of(
    services: Services, outgoing: Outgoing, deliverer: Deliverer, progress: Progress | None
) -> Run | CampaignRun:
    """Return what sends an issue; nothing is written down yet."""
    issue, paper = outgoing.issue, printed(services, outgoing.issue.id)
    if services.campaigns is not None:
        return CampaignRun(services, services.campaigns(), issue, paper.inputs.newsletter.sender)
    messages = (*issue.messages, *outgoing.variants)
    return Run(
        services,
        issue,
        envelopes={
            (m.segment, m.variant): paper.envelope(counted(services, issue, paper.inputs, m))
            for m in messages
        },
        readers=Envelopes(services, issue, outgoing.lock, outgoing.readers.envelopes),
        deliverer=deliverer,
        sender=ascii_address(parts_of_mailbox(paper.inputs.newsletter.sender)[1]),
        base=paper.inputs.publication.public_url,
        progress=progress,
    )


def finish(
    services: Services, issue: Issue, before: Mapping[DeliveryState, int], run: Run | CampaignRun
) -> Sent:
    """Say what became of the issue: out, or still going out and why, or stopped until somebody acts."""
    counts = services.deliveries.counts(issue.id)
    waits = sum(counts.get(state, 0) for state in _UNDONE)
    errors = dict.fromkeys([run.stopped] if run.stopped else run.errors)
    error = "; ".join(errors) or None if waits else None
    done = replace(issue, reason=error, stopped=bool(run.stopped and waits))
    if issue.status == "sending" and not waits:
        done = replace(done, status=lifecycle.after(issue.id, issue.status, "finish"))
    if done != issue:
        services.issues.save(done, services.issues.lock(issue.id), was=issue)
    already = before.get("sent", 0)
    return Sent(
        issue=issue.id,
        sent=run.sent,
        deferred=counts.get("deferred", 0) - (waiting := services.deliveries.waiting(issue.id)),
        waiting=waiting,
        failed=max(0, counts.get("failed", 0) - before.get("failed", 0) - run.suppressed),
        ambiguous=counts.get("ambiguous", 0),
        suppressed=run.suppressed,
        already_sent=already,
        error=f"issue {issue.id} is held: {error}; put it right and send it again"
        if done.stopped
        else error,
    )
