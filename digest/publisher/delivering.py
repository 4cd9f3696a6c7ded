"""A run over an issue's deliveries: each connection takes the next, one thread runs them all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import NamedTuple

from digest.errors import DeliveryError, DigestError, Refused, Unknown
from digest.model import Delivery, DeliveryState, Issue
from digest.ports import Claim, Connection, Deliverer, Outcome, Progress, Route
from digest.publisher.claims import Claims
from digest.publisher.ledger import Ledger, patiently
from digest.publisher.reader_links import view_url
from digest.publisher.services import Services
from digest.publisher.verp import return_path
from digest.render.header import ascii_address
from digest.render.mime import Envelope, Recipient

_TAKEN: tuple[DeliveryState, ...] = ("sent", "bounced", "complained")
_FIRST_RETRY = timedelta(minutes=5)
_GROWTH = 1.3
_ATTEMPTS = 20
_PAUSE = timedelta(minutes=1)  # where the relay, not the reader, wants to be left alone
_LONGEST_PAUSE = timedelta(hours=1)
_GIVE_UP = timedelta(days=5)  # a relay that puts off so long has refused (RFC 5321 §4.5.4.1)
_REST = 1.0  # seconds before fewer connections go on; twice as long each time
_LONGEST_REST = 60.0
_WORTH = 100  # emails a connection should have to do, at least
_IN_A_ROW = 20
_GRACE = 10.0  # seconds that open emails have to finish where the program is to end
_NAP = 0.5  # seconds; then it is asked again whether it is


class _Addressed(NamedTuple):
    """An email that is ready to be handed over."""

    claim: Claim
    route: Route
    email: Sequence[bytes]


class Run:
    """One run; `stopped` holds why it ended although there is more to do, in the relay's words.

    Every email is the relay's to judge, so a refusal may be about its reader, about us, or about the
    hour. Only the first is the reader's to bear: what is refused for our sake goes back as it was,
    and the run ends; what is put off for the hour's sake waits, and a connection less goes on. Where
    nothing tells which of them it is, the emails that follow do.
    """

    def __init__(
        self,
        services: Services,
        issue: Issue,
        *,
        envelopes: Mapping[tuple[str, str], Envelope],
        readers: Callable[[str], Envelope | None] = lambda _: None,
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
        self._readers = readers
        self._try_addressing()
        self.suppressed = self.sent = 0
        self.errors: list[str] = []
        self.stopped: str | None = None
        self._returned: list[Delivery] = []
        self._row: list[tuple[Delivery, Outcome]] = []  # refusals since an email was taken
        self._unanswered = 0  # emails since then of which nobody knows whether they were
        self._is_over = self._is_full = False
        self._door = asyncio.Lock()
        self._reached = self._to_do = 0

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
                while not going.done():  # it will be soon; until then nobody else may send
                    with suppress(KeyboardInterrupt):
                        wait([going])
                raise

    async def _all(self) -> None:
        counts = self.services.deliveries.counts(self.issue.id)
        self._to_do = counts.get("pending", 0) + counts.get("deferred", 0)
        self._reached = sum(counts.get(state, 0) for state in _TAKEN)
        lines = max(1, min(self.deliverer.connections, self._to_do // _WORTH))
        async with Ledger(self.services.deliveries.mark) as ledger:

            def bar(delivery: Delivery) -> None:
                self.suppressed += 1
                ledger.note(delivery)

            claims = Claims(self.services, self.issue.id, self.deliverer.rates, bar=bar)
            await self._rounds(ledger, claims, lines)
            await claims.settled()
            self._judge_row(ledger)
            for claim in claims.in_hand:
                ledger.note(replace(claim.delivery, state="pending"))
            for delivery in self._returned:
                ledger.note(replace(delivery, state="pending"))

    async def _rounds(self, ledger: Ledger, claims: Claims, lines: int) -> None:
        """Deliver; where the relay lets go of all connections and has taken some, fewer go on.

        Where it broke all of them off in the midst of an email, it may have begun anew; it is asked
        once more whether it has.
        """
        fruitless, rest = 0, _REST
        while True:
            before, unanswered, self._is_full = self.sent, self._unanswered, False
            await self._finished([self._work_off(ledger, claims) for _ in range(lines)])
            fruitless = fruitless + 1 if self.sent == before else 0
            if claims.ends or claims.is_done or fruitless > bool(self._unanswered):
                break
            lines = max(1, lines // 2)
            pause = rest * _jitter(f"{self.issue.id}{before}")
            await asyncio.to_thread(self.services.stopping.wait, pause)
            rest = min(2 * rest, _LONGEST_REST)
        if fruitless and self._unanswered > unanswered:
            said = f"{self._unanswered} emails in a row had no answer to their end"
            self._stop(f"{said}, the last: {self.errors[-1]}")

    async def _finished(self, lines: Sequence[Coroutine[None, None, None]]) -> None:
        """Wait for all lines to end; where one fails, the others finish what they have open."""
        ends = [asyncio.create_task(line) for line in lines]
        late: float | None = None
        while any(not end.done() for end in ends):
            await asyncio.wait(ends, timeout=_NAP)
            if self.services.stopping.is_set():
                now = asyncio.get_running_loop().time()
                late = late or now + _GRACE
                for end in ends if now >= late else ():
                    end.cancel()  # an email with its intent, and without an answer, is ambiguous
        # each is looked at: what fails all of them at once, as a full disk does, is said once
        errors = [end.exception() for end in ends if not end.cancelled()]
        for error in filter(None, errors):
            raise error

    async def _work_off(self, ledger: Ledger, claims: Claims) -> None:
        connection: Connection | None = None
        hand: list[_Addressed] = []  # whose email is next, and whose comes behind it
        try:
            while True:
                if not hand:
                    if (claim := await claims.next()) is None:
                        return
                    hand += self._addressed(ledger, claim)
                    continue
                connection = connection or await self._opened()
                if connection is None:
                    return
                asked, behind = claims.asked, claims.ahead()
                hand += self._addressed(ledger, behind) if behind else ()
                goes_on = await self._deliver(ledger, connection, *hand)
                del hand[0]
                if not goes_on:
                    claims.ends |= self._is_over
                    return
                if hand and not claims.stands(asked):
                    claims.put_back(hand.pop().claim)
        except DeliveryError as error:
            self.errors.append(str(error))
            if isinstance(error, Refused):
                self._stop(str(error))
                claims.ends = True
        except BaseException:
            del hand[:1]  # its intent may stand
            claims.ends = True
            raise
        finally:
            for each in hand:
                claims.put_back(each.claim)
            if connection is not None:
                await connection.close()

    async def _opened(self) -> Connection | None:
        """Open a connection; None where the relay has refused one just now.

        One after the other, for many a relay shuts out who comes with a wrong password ten times.
        """
        async with self._door:
            if self._is_full:
                return None
            try:
                return await self.deliverer.open()
            except DeliveryError:
                self._is_full = True
                raise

    def _addressed(self, ledger: Ledger, claim: Claim) -> tuple[_Addressed, ...]:
        """Make a reader's email; none where it cannot be, which is this reader's alone."""
        delivery = claim.delivery
        own = Recipient(
            address=delivery.address,
            name=claim.name,
            message_id=delivery.message_id,
            date=self.services.clock(),
            unsubscribe_url=f"{self.base}/u/{claim.token}",
            view_url="",
        )
        try:
            envelope = self._envelope(delivery.segment, delivery.variant)
            to, email = ascii_address(delivery.address), envelope.pieces(own)
        except DigestError as error:
            ledger.note(replace(delivery.tried(), state="failed", detail=str(error)))
            return ()
        sender = return_path(self.services, delivery.message_id) or self.sender
        return (_Addressed(claim, Route(sender, to), email),)

    def _envelope(self, segment: str, variant: str) -> Envelope:
        """Return what a delivery's email is made of; one for readers who chose is set when it is wanted."""
        if (segment, variant) not in self.envelopes:
            found = self._readers(segment)
            if found is None:
                raise Unknown(f"edition of issue {self.issue.id}", segment, ())
            url = view_url(self.services, self.issue.id, segment, self.base)
            self.envelopes[segment, variant] = found.seen_at(url)
        return self.envelopes[segment, variant]

    async def _deliver(
        self,
        ledger: Ledger,
        connection: Connection,
        mine: _Addressed,
        behind: _Addressed | None = None,
    ) -> bool:
        """Hand one email over; False where this connection had better end."""
        tried = mine.claim.delivery.tried()
        # the intent is on its way to the disk while the relay is asked whether it takes the email
        written, following = ledger.promise(tried), behind and behind.route
        outcome = await connection.deliver(*mine.route, mine.email, written, following)
        return self._settle(ledger, tried, outcome)

    def _settle(self, ledger: Ledger, tried: Delivery, outcome: Outcome) -> bool:
        """Write down what became of an email; False where its connection had better end."""
        done = tried.after(outcome.state, outcome.detail)
        if outcome.state == "sent":
            ledger.note(done)
            self.sent, self._unanswered = self.sent + 1, 0
            if self._row and not self._is_over:
                self._believe(ledger)
            if self.progress is not None:
                self.progress(self.issue.id, self.sent, self._to_do)
        elif outcome.state == "ambiguous":
            ledger.note(done)
            self.errors.append(outcome.detail)
            self._unanswered += 1
            return False
        elif outcome.state == "failed" and outcome.fault == "sender":
            self._returned.append(_untried(done))
            ledger.note(self._returned[-1])
            self._stop(outcome.detail)
            return False
        elif outcome.state == "deferred" and outcome.fault == "passing":
            self.errors.append(f"the relay wants us to wait: {done.detail}")
            self._wait(ledger, _untried(done))
            return False
        elif outcome.state == "deferred" and outcome.fault == "reader":
            ledger.note(self._put_off(done))
        else:
            ledger.note(_untried(done) if outcome.fault == "doubtful" else done)
            self._row.append((done, outcome))
            self._is_over |= len(self._row) >= _IN_A_ROW
        return not self._is_over

    def _stop(self, why: str) -> None:
        """End the run until a person sends the issue on; the first reason counts."""
        self._is_over, self.stopped = True, self.stopped or why

    def _put_off(self, done: Delivery) -> Delivery:
        if done.attempts >= _ATTEMPTS:
            return replace(done, state="failed")
        wait = _FIRST_RETRY * _GROWTH ** (done.attempts - 1)
        # jitter by the email's own number: readers put off together do not come back together
        wait *= _jitter(f"{done.message_id}{done.attempts}")
        return replace(done, next_at=self.services.clock() + wait)

    def _wait(self, ledger: Ledger, undone: Delivery) -> None:
        """Put an email off for the relay's sake: it costs no try, and has an end all the same."""
        now = self.services.clock()
        since = undone.put_off_since or now
        if now - since >= _GIVE_UP:
            said = f"put off since {since:%Y-%m-%d %H:%M} UTC, at last: {undone.detail}"
            ledger.note(replace(undone, state="failed", detail=said[:500]))
            return
        pause = min(max(_PAUSE, (_GROWTH - 1) * (now - since)), _LONGEST_PAUSE)
        next_at = now + pause * _jitter(f"{undone.message_id}{now}")
        ledger.note(replace(undone, state="deferred", next_at=next_at, put_off_since=since))

    def _believe(self, ledger: Ledger) -> None:
        """Take the refusals for their readers' own, for another email was taken since.

        Addresses that do not exist are mailed no more; after a row of refusals nothing shows that.
        """
        row, self._row = self._row, []
        for done, _ in row:
            ledger.note(self._put_off(done) if done.state == "deferred" else done)
        for done, outcome in row:
            if outcome.gone:
                now, said = self.services.clock(), f"bounced: {outcome.detail}"
                unsubscribe = partial(self.services.audience.unsubscribe, done.address, said, now)
                patiently(unsubscribe)

    def _judge_row(self, ledger: Ledger) -> None:
        """Take back the refusals that nothing shows to be a reader's.

        The same answer to all is the sender's, whatever its code; so are twenty in a row.
        """
        row = self._row
        refused = [done for done, _ in row if done.state == "failed"]
        doubtful = [done for done, outcome in row if outcome.fault == "doubtful"]
        if len(row) >= _IN_A_ROW and refused:
            self._stop(f"{len(row)} refusals in a row, the last: {refused[-1].detail}")
        elif not (self.sent or self._reached) and (own := [d for d in refused if d in doubtful]):
            self._stop(f"all were refused: {own[-1].detail}")
        # whether it is put off or refused, nobody's try is used up
        for done in doubtful if self.stopped else [d for d in doubtful if d.state == "deferred"]:
            undone = _untried(done)
            if done.state == "deferred":
                self.errors.append(f"the relay puts emails off: {done.detail}")
                self._wait(ledger, undone)
            else:
                self._returned.append(undone)
        if not self.stopped:
            self._row = [(done, outcome) for done, outcome in row if done.state == "failed"]
            self._believe(ledger)


def _untried(done: Delivery) -> Delivery:
    """Return a delivery as it was before an attempt that is nobody's."""
    return replace(done, state="claimed", attempts=done.attempts - 1)


def _jitter(of: str) -> float:
    """Return a factor about 1, the same for the same text."""
    return 0.85 + 0.3 * sha256(of.encode()).digest()[0] / 255
