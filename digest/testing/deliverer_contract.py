"""One suite for whatever hands emails over: the same facts, and the same faults, of each."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from digest.deliver import api
from digest.deliver.api import ApiDeliverer, Service
from digest.deliver.threads import Threads
from digest.errors import DeliveryError
from digest.ports import Deliverer, Outcome
from digest.testing.handing import opened
from digest.testing.takers import EMAIL, Asked, Fault, Kept, Said, Taker, service

SENDER, READER = "bounces+t@u.example", "a@u.example"
HTML = '<p>Café</p>\n<img src="cid:logo">'
SECRET = "hunter2"  # noqa: S105 - what no outcome and no error may say
"""What a deliverer is given as its secret."""


class Stopped(Exception):
    """What ends a run while an intent is written down."""


class Way:
    """A way out, and what it leads to: `taken` returns what has arrived there."""

    def __init__(self, deliverer: Deliverer, taker: Taker, taken: Callable[[], list[Kept]]) -> None:
        self.deliverer, self.taker, self.taken = deliverer, taker, taken

    def deliver(self, fault: Fault = "", marks: list[int] | None = None) -> Outcome:
        """Deliver one email; `marks` gets how many were taken at the moment of its intent."""
        self.taker.fault = fault
        seen = marks if marks is not None else []
        with opened(self.deliverer) as line:
            return line.deliver(SENDER, READER, EMAIL, lambda: seen.append(len(self.taken())))


class DelivererContract:
    """What holds of every deliverer. Its test gives the fixture `way`; one that waits stands in `Threads`."""

    @pytest.fixture
    def way(self, tmp_path: Path) -> Iterator[Way]:
        """Give a way whose other side takes what comes."""
        raise NotImplementedError

    def test_an_email_arrives_whole_and_after_its_intent(self, way: Way) -> None:
        marks: list[int] = []

        assert way.deliver(marks=marks).state == "sent"
        assert marks == [0]
        ((address, subject, html),) = way.taken()
        assert (address, subject, html.strip().replace("\r\n", "\n")) == (READER, "The wêek", HTML)

    def test_one_connection_hands_over_many(self, way: Way) -> None:
        with opened(way.deliverer) as line:
            for number in range(3):
                email = EMAIL.replace(b"<abc@", b"<abc%d@" % number)
                assert line.deliver(SENDER, READER, email, lambda: None).state == "sent"
        assert len(way.taken()) == 3  # noqa: PLR2004 - as many as were handed over

    def test_what_stops_the_run_at_the_intent_is_not_handed_over(self, way: Way) -> None:
        def stopped() -> None:
            raise Stopped

        with opened(way.deliverer) as line, pytest.raises(Stopped):
            line.deliver(SENDER, READER, EMAIL, stopped)
        assert way.taken() == []


class WireContract(DelivererContract):
    """What holds of whatever goes over a wire; the other side plays the faults of its `Taker`."""

    def impatient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let it wait for an answer for a fifth of a second."""
        raise NotImplementedError

    def away(self, port: int) -> Deliverer:
        """Return one of a port of this machine on which nobody listens."""
        raise NotImplementedError

    def test_a_connection_that_idled_out_is_opened_again(self, way: Way) -> None:
        with opened(way.deliverer) as line:
            for _ in range(3):
                assert line.deliver(SENDER, READER, EMAIL, lambda: None).state == "sent"
            assert way.taker.connections == 1
            way.taker.fault = "cut"
            assert line.deliver(SENDER, READER, EMAIL, lambda: None).state == "ambiguous"
            way.taker.fault = ""
            assert line.deliver(SENDER, READER, EMAIL, lambda: None).state == "sent"
        assert (len(way.taken()), way.taker.connections) == (4, 2)

    @pytest.mark.parametrize("fault", ["limit", "unavailable"])
    def test_what_wants_to_wait_costs_nobody_a_try(self, way: Way, fault: Fault) -> None:
        outcome = way.deliver(fault)

        assert outcome.state == "deferred"
        assert outcome.fault == "passing"
        assert way.taken() == []

    def test_a_connection_that_is_cut_after_the_whole_was_read_leaves_it_ambiguous(
        self, way: Way
    ) -> None:
        marks: list[int] = []

        assert way.deliver("cut", marks).state == "ambiguous"
        assert marks == [0]

    def test_what_falls_silent_after_the_whole_was_read_leaves_it_ambiguous(
        self, way: Way, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.impatient(monkeypatch)

        assert way.deliver("silent").state == "ambiguous"

    def test_what_is_refused_for_the_readers_sake_does_not_stop_the_others(self, way: Way) -> None:
        outcome = way.deliver("reader")

        assert outcome.state == "failed"
        assert outcome.fault in {"reader", "doubtful"}

    def test_a_key_that_does_not_fit_is_the_senders(self, way: Way) -> None:
        outcome = way.deliver("key")

        assert (outcome.state, outcome.fault) == ("failed", "sender")
        assert SECRET not in outcome.detail

    def test_where_nobody_listens_is_a_sentence_without_a_secret(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]

        with pytest.raises(DeliveryError) as error, opened(self.away(port)):
            pass
        assert SECRET not in str(error.value)


class ServiceContract(WireContract):
    """What holds of every service: `made` reads it for an origin, `answer` says what it would say."""

    def made(self, origin: str) -> Service:
        """Return the service, as at another origin; its secret is SECRET."""
        raise NotImplementedError

    def answer(self, taker: Taker, asked: Asked) -> Said:
        """Answer as its documents say, by the taker's fault; keep what it takes in the taker."""
        raise NotImplementedError

    @pytest.fixture
    def way(self, tmp_path: Path) -> Iterator[Way]:  # noqa: ARG002 - others need one
        """Give a way to a service of HTTP on the loopback interface."""
        taker = Taker()
        with service(taker, self.answer) as origin:
            deliverer = Threads(ApiDeliverer(self.made(origin), 1))
            yield Way(deliverer, taker, lambda: taker.taken)

    def impatient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let it wait for an answer for a fifth of a second."""
        monkeypatch.setattr(api, "_ANSWER", 0.2)

    def away(self, port: int) -> Deliverer:
        """Return one of a port on which nobody listens."""
        return Threads(ApiDeliverer(self.made(f"http://127.0.0.1:{port}"), 1))

    def test_a_gateway_that_speaks_for_its_service_leaves_it_ambiguous(self, way: Way) -> None:
        assert way.deliver("gateway").state == "ambiguous"

    def test_what_breaks_before_the_last_byte_was_not_handed_over(self, way: Way) -> None:
        with opened(way.deliverer) as line:
            # as if the service had gone while the intent was written down
            def gone() -> None:
                line.connection._inner._http.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[attr-defined] # noqa: SLF001

            outcome = line.deliver(SENDER, READER, EMAIL, gone)
            assert (outcome.state, outcome.fault) == ("deferred", "passing")
            assert way.taken() == []
            assert line.deliver(SENDER, READER, EMAIL, lambda: None).state == "sent"

    def test_what_answers_before_it_has_read_a_large_email_is_heard(self, way: Way) -> None:
        way.taker.fault = "early"
        large = EMAIL.replace(b"iVBORw0KGgo=", b"AAAA" * 2_000_000)
        seen: list[int] = []

        with opened(way.deliverer) as line:
            outcome = line.deliver(SENDER, READER, large, lambda: seen.append(1))

        assert (outcome.state, outcome.fault) == ("failed", "sender")
        assert outcome.detail.startswith("413")
        assert seen == []

    def test_who_says_yes_and_promises_nothing_leaves_one_email_in_doubt_and_gets_no_other(
        self, way: Way
    ) -> None:
        way.taker.fault = "stranger"

        with opened(way.deliverer) as line:
            assert line.deliver(SENDER, READER, EMAIL, lambda: None).state == "ambiguous"
            with pytest.raises(DeliveryError, match="does not answer as the service does"):
                line.deliver(SENDER, READER, EMAIL, lambda: None)
