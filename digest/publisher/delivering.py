"""A run over an issue's deliveries: claimed in hundreds, handed over on a few connections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from threading import Lock as Mutex

from digest.errors import DeliveryError, DigestError
from digest.model import Delivery, Issue
from digest.ports import Claim, Connection, Deliverer, Outcome, Progress
from digest.publisher.ledger import Ledger
from digest.publisher.links import view_url
from digest.publisher.preferences import today_in
from digest.publisher.services import Services
from digest.publisher.verp import return_path
from digest.render.header import ascii_address
from digest.render.mime import Envelope, Recipient

PAUSED = "paused"  # how the detail of an email begins whose reader paused
_CLAIM = 500
_FIRST_RETRY = timedelta(minutes=5)
_GROWTH = 1.3
_ATTEMPTS = 20
_PAUSE = timedelta(minutes=1)  # where the relay, not the reader, wants to be left alone
_WORTH = 100  # emails a connection should have to do, at least
_IN_A_ROW = 20
_STALE = timedelta(minutes=1)  # readers leave while a slow relay is waited for


class Run:
    """One run; `stopped` holds why it ended although there is more to do, in the relay's words.

    Every email is the relay's to judge, so a refusal may be about its reader, about us, or about the
    hour. Only the first is the reader's to bear: what is refused for our sake goes back as it was,
    and the run ends; what is put off for the hour's sake waits, and a connection less goes on.
    """

    def __init__(
        self,
        services: Services,
        issue: Issue,
        *,
        envelopes: Mapping[tuple[str, str], Envelope],
        deliverer: Deliverer,
        sender: str,
        base: str,
        progress: Progress | None = None,
    ) -> None:
        self.services, self.issue, self.deliverer = services, issue, deliverer
        self.sender, self.base, self.progress = sender, base, progress
        self.envelopes = {
            (segment, variant): each.seen_at(view_url(services, issue.id, segment, base))
            for (segment, variant), each in envelopes.items()
        }
        self._try_addressing()
        self.suppressed = self.sent = 0
        self.errors: list[str] = []
        self.stopped: str | None = None
        self._mutex = Mutex()
        self._claimed: list[Claim] = []
        self._asked = services.clock()  # when it was asked last whether the claimed may be mailed
        self._returned: list[Delivery] = []
        self._row: list[tuple[Delivery, Outcome]] = []  # refusals since an email was taken
        self._to_do = 0

    def _try_addressing(self) -> None:
        """Find out what no email can be made of before anything is written down."""
        for each in self.envelopes.values():
            each.address(
                Recipient(
                    address="a@example.org",
                    message_id="<a@b.c>",
                    date=self.services.clock(),
                    unsubscribe_url=f"{self.base}/u/t",
                    view_url="",
                )
            )

    def all(self) -> None:
        """Deliver whatever is pending or due, until nothing is or no connection takes anything."""
        counts = self.services.deliveries.counts(self.issue.id)
        self._to_do = counts.get("pending", 0) + counts.get("deferred", 0)
        lines = max(1, min(self.deliverer.connections, self._to_do // _WORTH))
        with Ledger(self.services.deliveries.mark, lines) as ledger:
            while True:
                before = self.sent
                with ThreadPoolExecutor(lines) as pool:
                    for done in [pool.submit(self._work_off, ledger) for _ in range(lines)]:
                        done.result()
                if self.stopped or not self._claimed or self.sent == before:
                    break
                ledger.connections = lines = max(
                    1, lines // 2
                )  # the relay took some: fewer connections go on
            self._judge_row()
            for claim in self._claimed:
                ledger.note(replace(claim.delivery, state="pending"))
            for delivery in self._returned:
                ledger.note(replace(delivery, state="pending"))

    def _work_off(self, ledger: Ledger) -> None:
        connection: Connection | None = None
        claim: Claim | None = None
        try:
            while claim := self._next(ledger):
                connection = connection or self.deliverer.open()
                if not self._deliver(ledger, connection, claim):
                    return
                claim = None
        except DeliveryError as error:
            with self._mutex:
                self.errors.append(str(error))
                if claim is not None:
                    self._claimed.append(claim)
        finally:
            if connection is not None:
                connection.close()

    def _next(self, ledger: Ledger) -> Claim | None:
        with self._mutex:
            now = self.services.clock()
            if self._claimed and now - self._asked > _STALE:
                may = self.services.audience.mailable([c.delivery.address for c in self._claimed])
                asked = [replace(c, is_mailable=c.delivery.address in may) for c in self._claimed]
                self._claimed, self._asked = self._wanted(ledger, asked), now
            while not self.stopped and not self._claimed:
                found = self.services.deliveries.claim(self.issue.id, now, _CLAIM)
                if not found:
                    return None
                self.services.journal.note(self.issue.id)
                self._claimed, self._asked = self._wanted(ledger, [*reversed(found)]), now
            return self._claimed.pop() if self._claimed and not self.stopped else None

    def _wanted(self, ledger: Ledger, claims: Sequence[Claim]) -> list[Claim]:
        """Leave those out who left, bounced or paused since the audience was written down."""
        wanted: list[Claim] = []
        for claim in claims:
            if detail := self._barred(claim):
                self.suppressed += 1
                ledger.note(replace(claim.delivery, state="failed", detail=detail))
            else:
                wanted.append(claim)
        return wanted

    def _barred(self, claim: Claim) -> str | None:
        """Return why a reader is not to be mailed now, whoever expanded the issue; None where they are."""
        if not claim.is_mailable:  # they left, or bounced, since it was expanded
            return "suppressed: not to be mailed"
        if claim.paused_until is not None and today_in(self.services) < claim.paused_until:
            return f"{PAUSED} until {claim.paused_until}"
        return None

    def _deliver(self, ledger: Ledger, connection: Connection, claim: Claim) -> bool:
        """Hand one email over; False where this connection had better end."""
        delivery = claim.delivery
        tried = replace(delivery, attempts=delivery.attempts + 1, state="intent")
        own = Recipient(
            address=delivery.address,
            name=claim.name,
            message_id=delivery.message_id,
            date=self.services.clock(),
            unsubscribe_url=f"{self.base}/u/{claim.token}",
            view_url="",
        )
        try:
            envelope = self.envelopes[delivery.segment, delivery.variant]
            to, email = ascii_address(delivery.address), envelope.address(own)
        except DigestError as error:  # this reader's alone; the others get theirs
            ledger.note(replace(tried, state="failed", detail=str(error)))
            return True
        # the intent is on its way to the disk while the text is on its way to the relay
        sender = return_path(self.services, delivery.message_id) or self.sender
        outcome = connection.deliver(sender, to, email, ledger.promise(tried))
        return self._settle(ledger, tried, outcome)

    def _settle(self, ledger: Ledger, tried: Delivery, outcome: Outcome) -> bool:
        done = replace(tried, state=outcome.state, detail=outcome.detail)
        untried = replace(done, attempts=tried.attempts - 1)
        with self._mutex:
            if outcome.state == "sent":
                self.sent += 1
                self._bury(self._row)
                self._row = []
                if self.progress is not None:
                    self.progress(self.issue.id, self.sent, self._to_do)
            elif outcome.state == "failed" and outcome.fault == "sender":
                self._returned.append(untried)
                self.stopped = outcome.detail
                return False
            elif outcome.state == "deferred" and outcome.fault == "passing":
                self.errors.append(f"the relay wants us to wait: {outcome.detail}")
                ledger.note(replace(untried, next_at=self.services.clock() + _PAUSE))
                return False
            elif outcome.state == "failed":
                self._row.append((done, outcome))
                if len(self._row) >= _IN_A_ROW:
                    self.stopped = f"{_IN_A_ROW} refusals in a row, the last: {outcome.detail}"
            elif outcome.state == "deferred":
                done = self._put_off(done)
        ledger.note(done)
        return not self.stopped

    def _put_off(self, done: Delivery) -> Delivery:
        if done.attempts >= _ATTEMPTS:
            return replace(done, state="failed")
        # jitter by the email's own number: readers put off together do not come back together
        own = sha256(f"{done.message_id}{done.attempts}".encode()).digest()[0] / 255
        wait = _FIRST_RETRY * _GROWTH ** (done.attempts - 1) * (0.85 + 0.3 * own)
        return replace(done, next_at=self.services.clock() + wait)

    def _judge_row(self) -> None:
        """Take back the refusals that nothing shows to be a reader's, where nothing else came of it.

        The same answer to all is the sender's, whatever its code.
        """
        doubtful = [done for done, outcome in self._row if outcome.fault == "doubtful"]
        if doubtful and not self.stopped and not self.sent:
            self.stopped = f"all were refused: {doubtful[-1].detail}"
        if self.stopped:
            self._returned += [replace(done, attempts=done.attempts - 1) for done in doubtful]
        else:
            self._bury(self._row)

    def _bury(self, row: list[tuple[Delivery, Outcome]]) -> None:
        """Mail the addresses no more that do not exist; not in a row of refusals, which may be wrong."""
        for delivery, outcome in row:
            if outcome.gone:
                now, said = self.services.clock(), f"bounced: {outcome.detail}"
                self.services.audience.unsubscribe(delivery.address, said, now)
