"""A run over an issue's deliveries: each connection takes the next, one thread runs them all."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from digest.errors import DeliveryError, DigestError
from digest.model import Delivery, Issue
from digest.ports import Claim, Connection, Deliverer, Outcome, Progress
from digest.publisher.claims import Claims
from digest.publisher.ledger import Ledger
from digest.publisher.links import view_url
from digest.publisher.services import Services
from digest.publisher.verp import return_path
from digest.render.header import ascii_address
from digest.render.mime import Envelope, Recipient

_FIRST_RETRY = timedelta(minutes=5)
_GROWTH = 1.3
_ATTEMPTS = 20
_PAUSE = timedelta(minutes=1)  # where the relay, not the reader, wants to be left alone
_WORTH = 100  # emails a connection should have to do, at least
_IN_A_ROW = 20


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
        """Deliver whatever is pending or due, until nothing is or no connection takes anything.

        Where the program is to end, what is open is finished, and nothing more begun.
        """
        # in a thread of its own: an interrupt reaches the caller, and what is open can be finished
        with ThreadPoolExecutor(1, "sending") as thread:
            going = thread.submit(asyncio.run, self._all())
            try:
                going.result()
            except KeyboardInterrupt:
                self.services.stopping.set()
                raise

    async def _all(self) -> None:
        counts = self.services.deliveries.counts(self.issue.id)
        self._to_do = counts.get("pending", 0) + counts.get("deferred", 0)
        lines = max(1, min(self.deliverer.connections, self._to_do // _WORTH))
        async with Ledger(self.services.deliveries.mark) as ledger:

            def bar(delivery: Delivery) -> None:
                self.suppressed += 1
                ledger.note(delivery)

            claims = Claims(self.services, self.issue.id, self.deliverer.rates, bar=bar)
            while True:
                before = self.sent
                # where one fails, the others finish what they have open
                ends = [self._work_off(ledger, claims) for _ in range(lines)]
                for end in await asyncio.gather(*ends, return_exceptions=True):
                    if isinstance(end, BaseException):
                        raise end
                if claims.ends or not claims.in_hand or self.sent == before:
                    break
                lines = max(1, lines // 2)  # the relay took some: fewer connections go on
            self._judge_row()
            for claim in claims.in_hand:
                ledger.note(replace(claim.delivery, state="pending"))
            for delivery in self._returned:
                ledger.note(replace(delivery, state="pending"))

    async def _work_off(self, ledger: Ledger, claims: Claims) -> None:
        connection: Connection | None = None
        claim: Claim | None = None
        try:
            while claim := await claims.next():
                connection = connection or await self.deliverer.open()
                if not await self._deliver(ledger, connection, claim):
                    claims.ends |= self.stopped is not None
                    return
                claim = None
        except DeliveryError as error:
            self.errors.append(str(error))
            if claim is not None:
                claims.put_back(claim)
        except BaseException:
            claims.ends = True
            raise
        finally:
            if connection is not None:
                await connection.close()

    async def _deliver(self, ledger: Ledger, connection: Connection, claim: Claim) -> bool:
        """Hand one email over; False where this connection had better end."""
        delivery = claim.delivery
        tried = delivery.tried()
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
            to, email = ascii_address(delivery.address), envelope.pieces(own)
        except DigestError as error:  # this reader's alone; the others get theirs
            ledger.note(replace(tried, state="failed", detail=str(error)))
            return True
        # the intent is on its way to the disk while the text is on its way to the relay
        written = ledger.promise(tried)
        sender = return_path(self.services, delivery.message_id) or self.sender
        outcome = await connection.deliver(sender, to, email, written)
        return self._settle(ledger, tried, outcome)

    def _settle(self, ledger: Ledger, tried: Delivery, outcome: Outcome) -> bool:
        done = tried.after(outcome.state, outcome.detail)
        if outcome.state == "sent":
            self.sent += 1
            if self._row:
                self._bury(self._row)
                self._row = []
            if self.progress is not None:
                self.progress(self.issue.id, self.sent, self._to_do)
        elif outcome.state == "failed" and outcome.fault == "sender":
            self._returned.append(replace(done, attempts=done.attempts - 1))
            self.stopped = outcome.detail
            return False
        elif outcome.state == "deferred" and outcome.fault == "passing":
            self.errors.append(f"the relay wants us to wait: {outcome.detail}")
            later = self.services.clock() + _PAUSE
            ledger.note(replace(done, attempts=done.attempts - 1, next_at=later))
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
