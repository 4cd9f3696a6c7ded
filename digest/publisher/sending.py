"""Send an approved issue: who gets what is written down first, then each email is handed over."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from queue import Empty, SimpleQueue
from typing import Literal

from digest.editorial import lifecycle
from digest.editorial.address import parts_of_mailbox
from digest.editorial.folding import folded_address
from digest.errors import DeliveryError, DigestError, Held, WrongState
from digest.model import Delivery, DeliveryState, Issue, Message, Subscriber
from digest.ports import Connection, Deliverer, Lock, Outcome
from digest.publisher.clearance import ask_days, ask_ledger
from digest.publisher.inputs import Inputs, from_lock
from digest.publisher.printed import printed
from digest.publisher.reprinting import Variants, for_today, variants_of
from digest.publisher.services import Services
from digest.render.header import ascii_address
from digest.render.mime import Recipient, message_id, sender_domain

_UNDONE: tuple[DeliveryState, ...] = ("pending", "claimed", "deferred")
_BATCH = 50
_FIRST_RETRY = timedelta(minutes=5)
_GROWTH = 1.3
_ATTEMPTS = 20
_LINES_FROM = 100  # emails a connection should have to do, at least


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a run of sending did, and why it stopped early, if it did."""

    issue: str
    sent: int = 0
    deferred: int = 0
    failed: int = 0
    ambiguous: int = 0
    suppressed: int = 0
    already_sent: int = 0
    error: str | None = None


def send(services: Services, issue_id: str, to: str | None) -> Sent:
    """Deliver an approved issue; a second run goes on where the first one stopped."""
    with services.deliveries.sending():
        issue = services.issues.get(issue_id)
        outgoing = _prepare(services, issue)
        run = _Run(services, outgoing, services.deliverer(to))
        _begin(services, issue, outgoing)
        sending = outgoing.issue
        services.deliveries.recover(issue.id)
        before = services.deliveries.counts(issue.id)
        run.all()
        return _finish(services, sending, before, run)


def send_test(services: Services, issue_id: str, addresses: Sequence[str], to: str | None) -> Sent:
    """Send every edition to these addresses only, marked as a test; nothing is written down."""
    issue = services.issues.get(issue_id)
    if not issue.messages:
        raise WrongState(issue.id, f"{issue.status} without an edition", "sent as a test")
    paper, connection = printed(services, issue.id), services.deliverer(to).open()
    done = Counter[str]()
    for message in issue.messages:
        marked = replace(message, subject=f"[Test] {message.subject}")
        one = paper.envelope(marked)
        for address in addresses:
            delivery = Delivery(
                issue=issue.id,
                address=address,
                segment=message.segment,
                message_id=_id(
                    services, f"{issue.id}-test-{message.segment}", address, paper.inputs
                ),
            )
            email = one.address(recipient(services, delivery, None, services.clock(), "test"))
            outcome = connection.deliver(
                ascii_address(_mailbox(paper.inputs)), address, email, lambda: None
            )
            done[outcome.state] += 1
    connection.close()
    return Sent(
        issue=issue.id,
        sent=done["sent"],
        deferred=done["deferred"],
        failed=done["failed"],
        ambiguous=done["ambiguous"],
    )


def settle(
    services: Services, id_: str, state: Literal["sent", "pending"], addresses: Collection[str]
) -> int:
    """Settle ambiguous deliveries as sent or pending, all or those of the addresses."""
    issue = services.issues.get(id_)
    wanted = {folded_address(address) for address in addresses}
    with services.deliveries.sending():
        services.deliveries.recover(issue.id)
        open_ = [d for d in services.deliveries.all(issue.id) if d.state == "ambiguous"]
        chosen = [d for d in open_ if not wanted or folded_address(d.address) in wanted]
        settled = [replace(d, state=state, detail="settled by hand") for d in chosen]
        services.deliveries.mark(settled)
        if settled and state == "pending" and issue.status == "sent":
            again = replace(issue, status=lifecycle.after(id_, issue.status, "resume"))
            services.issues.save(again, services.issues.lock(id_), was=issue)
    return len(settled)


def recipient(
    services: Services,
    delivery: Delivery,
    person: Subscriber | None,
    now: datetime,
    token: str,
    *,
    base: str | None = None,
) -> Recipient:
    """Return one subscriber's own values; links start at `base`, the public pages' address."""
    base = services.config.publication.public_url if base is None else base
    return Recipient(
        address=delivery.address,
        name=person.name if person else None,
        message_id=delivery.message_id,
        date=now,
        unsubscribe_url=f"{base}/u/{token}",
        view_url=view_url(services, delivery.issue, delivery.segment, base),
    )


def view_url(services: Services, issue: str, segment: str, base: str | None = None) -> str:
    """Return where an edition can be read in a browser; nobody can guess it."""
    base = services.config.publication.public_url if base is None else base
    return f"{base}/v/{issue}/{segment}/{view_mark(services.key, issue, segment)}"


def view_mark(key: bytes, issue: str, segment: str) -> str:
    """Return what proves that an edition's address was given out by us: 20 hexadecimal digits."""
    return hmac.new(key, f"view\0{issue}\0{segment}".encode(), sha256).hexdigest()[:20]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outgoing:
    """An issue as it goes out, with its messages for readers who have had some of it, and its audience."""

    issue: Issue
    lock: Lock
    variants: tuple[Message, ...]
    audience: tuple[Delivery, ...] = ()


def _prepare(services: Services, issue: Issue) -> _Outgoing:
    """Find out whether an issue may go out now, as what, and to whom; nothing is written down."""
    status, lock = lifecycle.after(issue.id, issue.status, "send"), services.issues.lock(issue.id)
    inputs = from_lock(lock, None)
    if issue.status == "approved":
        ask_ledger(services, issue, inputs)
        ask_days(services, issue, inputs)
        issue, lock = for_today(services, issue, lock)
    sending = replace(issue, status=status, send_at=_sent_at(services, issue))
    if status != "sending" or services.deliveries.counts(issue.id):
        kept = tuple(services.issues.variants(issue.id))
        return _Outgoing(issue=sending, lock=lock, variants=kept)
    variants = variants_of(services, issue, lock)
    audience = tuple(_audience(services, sending, inputs, variants))
    if not audience and issue.status == "approved":
        raise Held(issue.id, ["no confirmed subscriber reads any of its editions"])
    return _Outgoing(issue=sending, lock=lock, variants=variants.messages, audience=audience)


def _begin(services: Services, was: Issue, outgoing: _Outgoing) -> None:
    """Set the issue to sending; its audience is written down once, with the ledger."""
    issue = outgoing.issue
    if outgoing.audience:
        services.issues.keep_variants(issue.id, outgoing.variants)
    services.issues.save(issue, outgoing.lock, was=was)
    services.deliveries.expand(outgoing.audience)
    reached = {delivery.segment for delivery in services.deliveries.all(issue.id)}
    for edition in issue.editions:
        if edition.segment in reached:
            had = [a.id for a in edition.articles]
            services.issues.enter(issue.newsletter, edition.segment, had, issue.id)


def _sent_at(services: Services, issue: Issue) -> datetime | None:
    """Return when an issue goes out: one that was made for no slot and is sent early serves none."""
    early = issue.send_at is not None and issue.send_at > services.clock()
    return services.clock() if early and issue.slot is None else issue.send_at


def _audience(
    services: Services, issue: Issue, inputs: Inputs, variants: Variants
) -> Iterable[Delivery]:
    """Yield one delivery for each subscriber: of several segments the newsletter's first counts."""
    printed = {message.segment for message in issue.messages}
    order = inputs.newsletter.segments
    for person in services.audience.all():
        segment = next((name for name in order if name in person.segments), None)
        if segment not in printed or person.status != "confirmed":
            continue
        variant = variants.variant(str(segment), folded_address(person.address))
        if variant is not None:
            yield Delivery(
                issue=issue.id,
                address=person.address,
                segment=str(segment),
                variant=variant,
                message_id=_id(services, issue.id, person.address, inputs),
            )


def _id(services: Services, issue: str, address: str, inputs: Inputs) -> str:
    return message_id(issue, address, services.key, sender_domain(inputs.newsletter.sender))


def _mailbox(inputs: Inputs) -> str:
    return parts_of_mailbox(inputs.newsletter.sender)[1]


class _Run:
    """One run over an issue's deliveries, on as many lines as it is worth."""

    def __init__(self, services: Services, outgoing: _Outgoing, deliverer: Deliverer) -> None:
        self.services, self.issue, self.deliverer = services, outgoing.issue, deliverer
        issue = outgoing.issue
        paper = printed(services, issue.id)
        self.inputs = paper.inputs
        self.envelopes = {
            (m.segment, m.variant): paper.envelope(m) for m in (*issue.messages, *outgoing.variants)
        }
        self.people = {person.address: person for person in services.audience.all()}
        self.suppressed = 0
        self.errors: list[str] = []
        self._work: SimpleQueue[Delivery] = SimpleQueue()
        self._mailbox = ascii_address(_mailbox(self.inputs))
        self._try_addressing(issue)

    def _try_addressing(self, issue: Issue) -> None:
        """Find out what no email can be made of before anything is written down."""
        for (segment, _), each in self.envelopes.items():
            sample = Delivery(
                issue=issue.id, address="a@example.org", segment=segment, message_id="<a@b.c>"
            )
            base = self.inputs.publication.public_url
            each.address(
                recipient(self.services, sample, None, self.services.clock(), "t", base=base)
            )

    def all(self) -> None:
        """Deliver whatever is pending or due, until nothing is or no connection takes anything."""
        while True:
            claimed = self.services.deliveries.claim(
                self.issue.id, self.services.clock(), 10 * _BATCH
            )
            if not claimed:
                return
            wanted = self._wanted(claimed)
            for delivery in wanted:
                self._work.put(delivery)
            lines = max(1, min(self.deliverer.connections, len(claimed) // _LINES_FROM))
            with ThreadPoolExecutor(lines) as pool:
                for done in [pool.submit(self._work_off) for _ in range(lines)]:
                    done.result()
            if wanted and self._release() == len(wanted):
                return

    def _wanted(self, claimed: Sequence[Delivery]) -> list[Delivery]:
        """Return who may still be mailed; the others are settled as not to be mailed."""
        allowed = self.services.audience.mailable([delivery.address for delivery in claimed])
        gone = [d for d in claimed if d.address not in allowed]
        self.suppressed += len(gone)
        self.services.deliveries.mark(
            [replace(d, state="failed", detail="suppressed: not to be mailed") for d in gone]
        )
        return [d for d in claimed if d.address in allowed]

    def _work_off(self) -> None:
        connection: Connection | None = None
        try:
            while True:
                delivery = self._work.get_nowait()
                connection = connection or self._open(delivery)
                self._deliver(connection, delivery)
        except Empty:
            pass
        except DeliveryError as error:
            self.errors.append(str(error))
        finally:
            if connection is not None:
                connection.close()

    def _open(self, delivery: Delivery) -> Connection:
        try:
            return self.deliverer.open()
        except DeliveryError:
            self._work.put(delivery)
            raise

    def _deliver(self, connection: Connection, delivery: Delivery) -> None:
        mark = self.services.deliveries.mark
        tried = replace(delivery, attempts=delivery.attempts + 1, state="intent")
        try:
            email = self._address(delivery)
        except DigestError as error:  # this reader's alone; the others get theirs
            mark([replace(tried, state="failed", detail=str(error))])
            return
        try:
            outcome = connection.deliver(
                self._mailbox, delivery.address, email, lambda: mark([tried])
            )
        except DeliveryError:
            self._work.put(delivery)
            raise
        mark([self._settled(tried, outcome)])

    def _address(self, delivery: Delivery) -> bytes:
        person = self.people.get(delivery.address)
        token = self.services.audience.tokens([delivery.address]).get(delivery.address, "")
        base = self.inputs.publication.public_url
        own = recipient(self.services, delivery, person, self.services.clock(), token, base=base)
        return self.envelopes[delivery.segment, delivery.variant].address(own)

    def _settled(self, tried: Delivery, outcome: Outcome) -> Delivery:
        done = replace(tried, state=outcome.state, detail=outcome.detail)
        if outcome.state != "deferred":
            return done
        if tried.attempts >= _ATTEMPTS:
            return replace(done, state="failed")
        wait = _FIRST_RETRY * _GROWTH ** (tried.attempts - 1)
        return replace(done, next_at=self.services.clock() + wait)

    def _release(self) -> int:
        """Give back what no connection could take; return how many."""
        left: list[Delivery] = []
        try:
            while True:
                left.append(replace(self._work.get_nowait(), state="pending"))
        except Empty:
            if left:
                self.services.deliveries.mark(left)
        return len(left)


def _finish(
    services: Services, issue: Issue, before: Mapping[DeliveryState, int], run: _Run
) -> Sent:
    counts = services.deliveries.counts(issue.id)
    waits = sum(counts.get(state, 0) for state in _UNDONE)
    if issue.status == "sending" and not waits:
        done = replace(issue, status=lifecycle.after(issue.id, issue.status, "finish"))
        services.issues.save(done, services.issues.lock(issue.id), was=issue)
    already = before.get("sent", 0)
    return Sent(
        issue=issue.id,
        sent=counts.get("sent", 0) - already,
        deferred=counts.get("deferred", 0),
        failed=max(0, counts.get("failed", 0) - before.get("failed", 0) - run.suppressed),
        ambiguous=counts.get("ambiguous", 0),
        suppressed=run.suppressed,
        already_sent=already,
        error="; ".join(dict.fromkeys(run.errors)) or None if waits else None,
    )
