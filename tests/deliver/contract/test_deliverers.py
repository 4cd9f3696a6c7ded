"""One suite for whatever hands emails over: the same facts, and the same faults, of each."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from digest.deliver import api, smtp
from digest.deliver.api import ApiDeliverer, Service
from digest.deliver.api_services import read_service
from digest.deliver.eml_folder import FolderDeliverer
from digest.deliver.relay import Relay
from digest.deliver.smtp import SmtpDeliverer
from digest.deliver.threads import Threads
from digest.errors import DeliveryError
from digest.ports import Deliverer, Outcome
from tests.helpers import services
from tests.helpers.handing import opened
from tests.helpers.services import EMAIL, Fault, Kept, Taker

SENDER, READER = "bounces+t@u.example", "a@u.example"
HTML = '<p>Café</p>\n<img src="cid:logo">'


class Way:
    """A way out and what it leads to."""

    def __init__(self, deliverer: Deliverer, taker: Taker, taken: Callable[[], list[Kept]]) -> None:
        self.deliverer, self.taker, self.taken = deliverer, taker, taken

    def deliver(self, fault: Fault = "", marks: list[int] | None = None) -> Outcome:
        """Deliver one email; `marks` gets how many were taken at the moment of its intent."""
        self.taker.fault = fault
        seen = marks if marks is not None else []
        with opened(self.deliverer) as line:
            return line.deliver(SENDER, READER, EMAIL, lambda: seen.append(len(self.taken())))


@contextmanager
def folder(tmp_path: Path) -> Iterator[Way]:
    def taken() -> list[Kept]:
        found = Taker()
        for file in (tmp_path / "sent").glob("*.eml"):
            found.keep(READER, file.read_bytes())
        return found.taken

    yield Way(Threads(FolderDeliverer(tmp_path / "sent")), Taker(), taken)


@contextmanager
def by_smtp(_: Path) -> Iterator[Way]:
    taker = Taker()
    with services.relay(taker) as port:
        relay = Relay(scheme="smtp", host="127.0.0.1", port=port)
        yield Way(SmtpDeliverer(relay, 1), taker, lambda: taker.taken)


def by_api(address: str, answer: Callable[[Taker, services.Asked], services.Said]) -> Any:  # noqa: ANN401
    @contextmanager
    def way(_: Path) -> Iterator[Way]:
        taker = Taker()
        with services.service(taker, answer) as origin:
            here: Service = replace(read_service(address), origin=origin)  # type: ignore[type-var]
            yield Way(Threads(ApiDeliverer(here, 1)), taker, lambda: taker.taken)

    return way


APIS = {
    "ses": by_api("ses://AKID:hunter2@eu-west-1", services.ses),
    "mailgun": by_api("mailgun://api:hunter2@eu/mg.u.example", services.mailgun),
    "postmark": by_api("postmark://server:hunter2@broadcast", services.postmark),
}
WIRES = {"smtp": by_smtp, **APIS}
WAYS = {"folder": folder, **WIRES}


@pytest.fixture
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Way]:
    with request.param(tmp_path) as found:
        yield found


def of(ways: dict[str, Any]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("way", [*ways.values()], ids=[*ways], indirect=True)


@of(WAYS)
def test_an_email_arrives_whole_and_after_its_intent(way: Way) -> None:
    marks: list[int] = []

    assert way.deliver(marks=marks).state == "sent"
    assert marks == [0]
    ((address, subject, html),) = way.taken()
    assert (address, subject, html.strip().replace("\r\n", "\n")) == (READER, "The wêek", HTML)


@of(WIRES)
def test_many_go_over_one_connection_and_one_that_idled_out_is_opened_again(way: Way) -> None:
    with opened(way.deliverer) as line:
        for _ in range(3):
            assert line.deliver(SENDER, READER, EMAIL, lambda: None).state == "sent"
        assert way.taker.connections == 1
        way.taker.fault = "cut"
        assert line.deliver(SENDER, READER, EMAIL, lambda: None).state == "ambiguous"
        way.taker.fault = ""
        assert line.deliver(SENDER, READER, EMAIL, lambda: None).state == "sent"
    assert (len(way.taken()), way.taker.connections) == (4, 2)


@of(WIRES)
@pytest.mark.parametrize("fault", ["limit", "unavailable"])
def test_what_wants_to_wait_costs_nobody_a_try(way: Way, fault: Fault) -> None:
    outcome = way.deliver(fault)

    assert outcome.state == "deferred"
    assert outcome.fault == "passing"
    assert way.taken() == []


@of(WIRES)
def test_a_connection_that_is_cut_after_the_whole_was_read_leaves_it_ambiguous(way: Way) -> None:
    marks: list[int] = []

    assert way.deliver("cut", marks).state == "ambiguous"
    assert marks == [0]


@of(WIRES)
def test_what_falls_silent_after_the_whole_was_read_leaves_it_ambiguous(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_FINAL", 0.2)
    monkeypatch.setattr(api, "_ANSWER", 0.2)

    assert way.deliver("silent").state == "ambiguous"


@of(APIS)
def test_a_gateway_that_speaks_for_its_service_leaves_it_ambiguous(way: Way) -> None:
    assert way.deliver("gateway").state == "ambiguous"


@of(WIRES)
def test_what_is_refused_for_the_readers_sake_does_not_stop_the_others(way: Way) -> None:
    outcome = way.deliver("reader")

    assert outcome.state == "failed"
    assert outcome.fault in {"reader", "doubtful"}


@of(WIRES)
def test_a_key_that_does_not_fit_is_the_senders(way: Way) -> None:
    outcome = way.deliver("key")

    assert (outcome.state, outcome.fault) == ("failed", "sender")
    assert "hunter2" not in outcome.detail


@of(APIS)
def test_what_breaks_before_the_last_byte_was_not_handed_over(way: Way) -> None:
    with opened(way.deliverer) as line:
        # as if the service had gone while the intent was written down
        def gone() -> None:
            line.connection._inner._http.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[attr-defined]

        outcome = line.deliver(SENDER, READER, EMAIL, gone)
        assert (outcome.state, outcome.fault) == ("deferred", "passing")
        assert way.taken() == []
        assert line.deliver(SENDER, READER, EMAIL, lambda: None).state == "sent"


@of(WIRES)
def test_where_nobody_listens_is_a_sentence_without_a_secret(way: Way) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    if isinstance(way.deliverer, Threads):
        service: Any = replace(way.deliverer._inner._service, origin=f"http://127.0.0.1:{port}")  # type: ignore[attr-defined]
        away: Deliverer = Threads(ApiDeliverer(service, 1))
    else:
        away = SmtpDeliverer(Relay(scheme="smtp", host="127.0.0.1", port=port), 1)

    with pytest.raises(DeliveryError, match="takes no email") as error, opened(away):
        pass
    assert "hunter2" not in str(error.value)


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(DeliveryError, match="the folder"):
        FolderDeliverer(tmp_path / "file" / "sent").open()


def test_the_email_of_this_suite_is_a_sound_one() -> None:
    assert not message_from_bytes(EMAIL, policy=policy.default).defects


@of(APIS)
def test_what_answers_before_it_has_read_a_large_email_is_heard(way: Way) -> None:
    way.taker.fault = "early"
    large = EMAIL.replace(b"iVBORw0KGgo=", b"AAAA" * 2_000_000)
    seen: list[int] = []

    with opened(way.deliverer) as line:
        outcome = line.deliver(SENDER, READER, large, lambda: seen.append(1))

    assert (outcome.state, outcome.fault) == ("failed", "sender")
    assert outcome.detail.startswith("413")
    assert seen == []


@of(APIS)
def test_who_says_yes_and_promises_nothing_leaves_one_email_in_doubt_and_gets_no_other(
    way: Way,
) -> None:
    way.taker.fault = "stranger"

    with opened(way.deliverer) as line:
        assert line.deliver(SENDER, READER, EMAIL, lambda: None).state == "ambiguous"
        with pytest.raises(DeliveryError, match="does not answer as the service does"):
            line.deliver(SENDER, READER, EMAIL, lambda: None)
