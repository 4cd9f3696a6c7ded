from __future__ import annotations

import email
import email.policy
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import cast

import pytest

from digest.deliver.threads import Threads
from digest.errors import DeliveryError, DigestError, Held, WrongState
from digest.model import Delivery, Issue, Subscriber
from digest.ports import Deliveries, Fault, Outcome
from digest.publisher import Publisher
from tests.helpers.make import NOW, addressee
from tests.helpers.newsroom import Newsroom


class Relay:
    """A deliverer that answers as the test says, and remembers whom it served."""

    connections = 1

    def __init__(self, answer: Callable[[str], str] = lambda _: "sent") -> None:
        self.answer, self.served = answer, Counter[str]()

    def open(self) -> Relay:
        return self

    def deliver(
        self, _sender: str, address: str, _email: bytes, intent: Callable[[], None]
    ) -> Outcome:
        state = self.answer(address)
        if state == "unreachable":
            raise DeliveryError("the relay takes no email")
        if state in {"sent", "ambiguous", "killed"}:
            intent()
            self.served[address] += state != "ambiguous"
        if state == "killed":
            raise KeyboardInterrupt
        return Outcome(state=state, detail=f"said {state}")  # type: ignore[arg-type]

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    room = Newsroom(tmp_path_factory.mktemp("made"), NOW)
    room.note("anna", "EU")
    room.note("cora", "Alumni")
    room.subscribe(
        ("s@u.example", "staff"), ("both@u.example", "alumni;staff"), ("a@u.example", "alumni")
    )
    press = room.open()
    press.pull()
    press.approve(press.draft("weekly").issue.id, by="Ana")
    return room


@pytest.fixture
def room(made: Newsroom, tmp_path: Path) -> Newsroom:
    return made.copied(tmp_path)


ISSUE = "weekly-2026-01-12"


def through(room: Newsroom, relay: Relay) -> Publisher:
    press = room.open()
    return Publisher(replace(press._services, deliverer=lambda _: Threads(relay)))


def states(room: Newsroom) -> dict[str, str]:
    return {d.address.split("@")[0]: d.state for d in room.open().deliveries(ISSUE)}


def test_each_subscriber_gets_one_email_of_the_newsletters_first_segment(room: Newsroom) -> None:
    done = room.open().send(ISSUE)

    assert (done.sent, done.already_sent) == (3, 0)
    files = sorted((room.folder / "sent").glob("*.eml"))
    emails = [email.message_from_bytes(f.read_bytes(), policy=email.policy.default) for f in files]
    assert [(m["To"], "anna" in m["Subject"]) for m in emails] == [
        ("a@u.example", True),
        ("both@u.example", True),
        ("s@u.example", True),
    ]
    segments = {d.address: d.segment for d in room.open().deliveries(ISSUE)}
    assert segments["both@u.example"] == "staff"


def test_a_second_run_mails_nobody_again(room: Newsroom) -> None:
    relay = Relay()
    through(room, relay).send(ISSUE)
    again = through(room, relay).send(ISSUE)

    assert (again.sent, again.already_sent) == (0, 3)
    assert set(relay.served.values()) == {1}
    assert room.open().issue(ISSUE).status == "sent"


def test_a_refusal_is_that_subscribers_alone(room: Newsroom) -> None:
    done = through(room, Relay(lambda a: "failed" if a[0] == "b" else "sent")).send(ISSUE)

    assert (done.sent, done.failed) == (2, 1)
    assert states(room) == {"a": "sent", "both": "failed", "s": "sent"}


def test_what_is_deferred_is_tried_again_when_it_is_due(room: Newsroom) -> None:
    done = through(room, Relay(lambda _: "deferred")).send(ISSUE)
    assert (done.deferred, room.open().issue(ISSUE).status) == (3, "sending")

    relay = Relay()
    through(room, relay).send(ISSUE)
    assert relay.served == {}
    room.now += timedelta(minutes=6)
    through(room, relay).send(ISSUE)
    assert set(relay.served.values()) == {1}
    assert room.open().issue(ISSUE).status == "sent"


def test_what_is_ambiguous_is_held_until_a_person_settles_it(room: Newsroom) -> None:
    relay = Relay(lambda a: "ambiguous" if a[0] == "a" else "sent")
    assert through(room, relay).send(ISSUE).ambiguous == 1
    assert through(room, relay).send(ISSUE).ambiguous == 1

    assert room.open().settle(ISSUE, "pending", ["A@u.example"]) == 1
    through(room, Relay()).send(ISSUE)
    assert states(room)["a"] == "sent"


def test_a_process_that_dies_after_an_intent_leaves_it_ambiguous_and_the_rest_pending(
    room: Newsroom,
) -> None:
    killed = Relay(lambda a: "killed" if a[0] == "b" else "sent")
    with pytest.raises(KeyboardInterrupt):
        through(room, killed).send(ISSUE)

    relay = Relay()
    done = through(room, relay).send(ISSUE)

    assert done.ambiguous == 1
    assert states(room) == {"a": "sent", "both": "ambiguous", "s": "sent"}
    assert relay.served.keys().isdisjoint(killed.served)


def test_a_relay_that_cannot_be_reached_leaves_everyone_pending(room: Newsroom) -> None:
    done = through(room, Relay(lambda _: "unreachable")).send(ISSUE)

    assert (done.sent, done.error) == (0, "the relay takes no email")
    assert set(states(room).values()) == {"pending"}
    assert room.open().issue(ISSUE).status == "sending"


def test_who_unsubscribes_while_it_is_sent_is_not_mailed(room: Newsroom) -> None:
    through(room, Relay(lambda _: "unreachable")).send(ISSUE)
    room.open().unsubscribe("S@u.example")
    relay = Relay()
    done = through(room, relay).send(ISSUE)

    assert done.suppressed == 1
    assert "s@u.example" not in relay.served


def test_who_is_not_confirmed_is_never_written_down(room: Newsroom) -> None:
    room.open().unsubscribe("s@u.example")
    room.open().send(ISSUE)

    assert states(room) == {"a": "sent", "both": "sent"}


def test_a_second_sender_is_turned_away(room: Newsroom) -> None:
    with (
        room.open()._services.deliveries.sending(),
        pytest.raises(DigestError, match="another process is sending already"),
    ):
        room.open().send(ISSUE)


def test_a_draft_is_not_sent(room: Newsroom) -> None:
    room.open().edit(ISSUE, [{"intro": "Dear all"}], by="Ben")

    with pytest.raises(WrongState, match="is draft, so it cannot be sent"):
        room.open().send(ISSUE)


def test_a_test_goes_to_the_given_addresses_only_and_changes_nothing(room: Newsroom) -> None:
    room.open().edit(ISSUE, [{"intro": "Dear all"}], by="Ben")
    before = room.open().issue(ISSUE)

    done = room.open().send(ISSUE, f"folder:{room.folder}/test", ["me@u.example"])

    assert done.sent == 2
    files = [*(room.folder / "test").glob("*.eml")]
    subjects = [email.message_from_bytes(f.read_bytes())["Subject"] for f in files]
    assert all("[Test]" in str(s) for s in subjects)
    assert room.open().issue(ISSUE) == before
    assert not [*room.open().deliveries(ISSUE)]


def test_an_email_has_its_readers_own_links_and_no_planning_label(room: Newsroom) -> None:
    room.open().send(ISSUE)
    token = room.open()._services.audience.tokens(["a@u.example"])["a@u.example"]
    (file,) = (room.folder / "sent").glob("a@*.eml")
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)

    assert message["List-Unsubscribe"] == f"<https://u.example/u/{token}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    html, text = message.get_body(("html",)), message.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert token in html.get_content()
    assert token in text.get_content()
    assert "https://u.example/v/" in html.get_content()


MONTHLY = (
    "  monthly: {title: M, sender: 'N <n@u.example>', segments: [staff], "
    "sections: [{title: All, rest: true}]REPEATS}\ndelivery:"
)


def _two_newsletters(folder: Path, repeats: str) -> Newsroom:
    room = Newsroom(folder, NOW)
    file = folder / "feeds.yaml"
    file.write_text(file.read_text().replace("delivery:", MONTHLY.replace("REPEATS", repeats)))
    for name in ("anna", "bert"):
        room.note(name)
    room.subscribe(("s@u.example", "staff"))
    room.open().pull()
    return room


def test_two_newsletters_may_tell_a_segment_the_same(tmp_path: Path) -> None:
    press = _two_newsletters(tmp_path, "").open()
    issues = [press.draft(name).issue.id for name in ("weekly", "monthly")]
    for issue in issues:
        press.approve(issue, by="Ana")

    assert [press.send(issue).sent for issue in issues] == [1, 1]


def test_an_issue_is_drafted_again_without_what_a_newsletter_not_to_be_repeated_has_told(
    tmp_path: Path,
) -> None:
    room = _two_newsletters(tmp_path, ", repeats: {not_from: [weekly]}")
    press = room.open()
    monthly = press.draft("monthly").issue.id
    press.approve(monthly, by="Ana")
    weekly = press.draft("weekly").issue
    bert = next(a.id for a in weekly.editions[0].articles if "bert" in a.title)
    press.edit(weekly.id, [{"hide": bert}], by="Ben")
    press.approve(weekly.id, by="Ana")
    press.send(weekly.id)

    with pytest.raises(Held, match="staff had “The story of anna” in issue weekly") as held:
        press.send(monthly)
    assert f"digest approve {monthly}" in str(held.value)
    again = press.issue(monthly)
    assert (again.status, [a.id for a in again.editions[0].articles]) == ("draft", [bert])
    press.approve(monthly, by="Ana")
    assert press.send(monthly).sent == 1


def test_lines_that_a_relay_refuses_do_not_stop_those_that_it_takes(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW)
    room.note("anna")
    room.subscribe(*((f"r{n}@u.example", "staff") for n in range(420)))
    press = room.open()
    press.pull()
    press.approve(press.draft("weekly").issue.id, by="Ana")
    relay = Narrow()

    done = through(room, relay).send(ISSUE)

    assert (done.sent, done.error) == (420, None)
    assert set(relay.served.values()) == {1}


class Narrow(Relay):
    """A relay that takes one line at a time."""

    connections = 4

    def __init__(self) -> None:
        super().__init__()
        self.taken = Lock()

    def open(self) -> Relay:
        if not self.taken.acquire(blocking=False):
            raise DeliveryError("421 too many connections")
        return self

    def close(self) -> None:
        self.taken.release()


def test_what_no_email_can_be_made_of_is_found_before_anything_is_written_down(
    room: Newsroom,
) -> None:
    press = room.open()
    issue = press.issue(ISSUE)
    lock = dict(press._services.issues.lock(ISSUE))
    lock["publication"] = {**lock["publication"], "public_url": "https://bücher.example"}
    press._services.issues.save(issue, lock, was=issue)

    with pytest.raises(DigestError):
        press.send(ISSUE)
    assert press.issue(ISSUE).status == "approved"
    assert not [*press.deliveries(ISSUE)]


def test_links_lead_where_they_led_when_it_was_approved(room: Newsroom) -> None:
    file = room.folder / "feeds.yaml"
    file.write_text(
        file.read_text().replace("url: https://u.example/\n", "url: https://o.example/\n")
    )

    room.open().send(ISSUE)

    (sent,) = (room.folder / "sent").glob("a@*.eml")
    assert b"List-Unsubscribe: <https://u.example/u/" in sent.read_bytes()


def test_an_address_that_cannot_be_written_to_stops_nobody_else(room: Newsroom) -> None:
    relay = Relay()
    press = through(room, relay)
    press._services.deliveries.expand(ISSUE, [addressee(".a@u.example", message_id="<1@x>")])
    press._services.audience.put(
        [Subscriber(address=".a@u.example", segments=("staff",))], room.now
    )
    press._services.deliveries.expand(ISSUE, [addressee("s@u.example", message_id="<2@x>")])

    done = press.send(ISSUE)

    assert (done.sent, done.failed) == (1, 1)
    assert relay.served == {"s@u.example": 1}


def test_an_issue_that_nobody_reads_is_not_sent(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW)
    room.note("anna")
    press = room.open()
    press.pull()
    press.approve(press.draft("weekly").issue.id, by="Ana")

    with pytest.raises(Held, match="no confirmed subscriber"):
        through(room, Relay()).send(ISSUE)
    assert press.issue(ISSUE).status == "approved"
    room.subscribe(("s@u.example", "staff"))
    assert through(room, Relay()).send(ISSUE).sent == 1


def test_what_is_deferred_twenty_times_has_failed(room: Newsroom) -> None:
    for _ in range(19):
        assert through(room, Relay(lambda _: "deferred")).send(ISSUE).failed == 0
        room.now += timedelta(days=2)
    last = through(room, Relay(lambda _: "deferred")).send(ISSUE)

    assert (last.failed, last.deferred) == (3, 0)
    assert room.open().issue(ISSUE).status == "sent"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"delay": "https://u.example/anna", "until": "2026-01-25"}, "The story of anna"),
        ({"notice": "The survey opens", "from": "2026-01-25"}, "The survey opens"),
    ],
)
def test_nothing_is_sent_before_its_day_when_an_issue_goes_out_early(
    tmp_path: Path, change: dict[str, str], what: str
) -> None:
    room = Newsroom(tmp_path, NOW, 'schedule: {cron: "0 7 1 * *"}')
    room.note("anna")
    room.note("bert")
    room.subscribe(("s@u.example", "staff"))
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue.id
    edited = press.edit(issue, [change], by="Ben")
    press.approve(issue, by="Ana")
    assert what in edited.messages[0].text  # due by the first of February

    with pytest.raises(Held, match=f"staff would have “{what}” before its day"):
        through(room, Relay()).send(issue)
    assert press.issue(issue).status == "approved"
    room.now = edited.send_at or NOW
    assert through(room, Relay()).send(issue).sent == 1


class Judge(Relay):
    """A relay that answers with outcomes."""

    def __init__(self, judge: Callable[[str], Outcome | None]) -> None:
        super().__init__()
        self.judge = judge

    def deliver(
        self, sender: str, address: str, email: bytes, intent: Callable[[], None]
    ) -> Outcome:
        return self.judge(address) or super().deliver(sender, address, email, intent)


def refused(fault: Fault, *, gone: bool = False) -> Outcome:
    return Outcome(state="failed", detail=f"550 {fault}", fault=fault, gone=gone)


def many(tmp_path: Path, count: int) -> Newsroom:
    room = Newsroom(tmp_path, NOW)
    room.note("anna")
    room.subscribe(*((f"r{n:03}@u.example", "staff") for n in range(count)))
    press = room.open()
    press.pull()
    press.approve(press.draft("weekly").issue.id, by="Ana")
    return room


def test_a_refusal_of_the_sender_holds_the_issue_and_is_nobodys_bounce(room: Newsroom) -> None:
    done = through(room, Judge(lambda _: refused("sender"))).send(ISSUE)

    issue = room.open().issue(ISSUE)
    assert (done.failed, issue.shown_status, issue.reason) == (0, "held", "550 sender")
    assert done.error is not None
    assert "is held: 550 sender" in done.error
    assert {(d.state, d.attempts) for d in room.open().deliveries(ISSUE)} == {("pending", 0)}
    room.now += timedelta(minutes=1)
    assert not [o for o in room.open().tick() if isinstance(o, Issue) and o.id == ISSUE]

    assert room.open().send(ISSUE).sent == 3
    issue = room.open().issue(ISSUE)
    assert (issue.shown_status, issue.reason) == ("sent", None)


def test_the_same_answer_to_all_is_the_senders_whatever_its_code(room: Newsroom) -> None:
    done = through(room, Judge(lambda _: refused("doubtful"))).send(ISSUE)

    assert done.failed == 0
    assert room.open().issue(ISSUE).shown_status == "held"
    assert {(d.state, d.attempts) for d in room.open().deliveries(ISSUE)} == {("pending", 0)}


def test_a_doubtful_refusal_among_emails_taken_is_its_readers(room: Newsroom) -> None:
    judge = Judge(lambda a: refused("doubtful") if a[0] == "b" else None)
    done = through(room, judge).send(ISSUE)

    assert (done.sent, done.failed) == (2, 1)
    assert room.open().issue(ISSUE).status == "sent"


def test_twenty_refusals_in_a_row_stop_the_issue(tmp_path: Path) -> None:
    room = many(tmp_path, 30)
    asked = Counter[str]()

    def judge(address: str) -> Outcome | None:
        asked[address] += 1
        return None if address < "r005" else refused("reader", gone=True)

    done = through(room, Judge(judge)).send(ISSUE)

    assert (done.sent, done.failed, asked.total()) == (5, 20, 25)
    assert room.open().issue(ISSUE).shown_status == "held"
    # what so many have in common may be wrong of all of them: nobody is struck off
    assert all(p.status == "confirmed" for p in room.open().subscribers())


def test_an_address_that_is_gone_is_mailed_no_more(room: Newsroom) -> None:
    judge = Judge(lambda a: refused("reader", gone=True) if a[0] == "b" else None)
    through(room, judge).send(ISSUE)

    audience = room.open()._services.audience
    assert {*audience.mailable(["a@u.example", "both@u.example"])} == {"a@u.example"}


def test_a_relay_that_wants_to_be_left_alone_costs_nobody_a_try(room: Newsroom) -> None:
    busy = Outcome(state="deferred", detail="421 not now", fault="passing")
    done = through(room, Judge(lambda _: busy)).send(ISSUE)

    assert done.error == "the relay wants us to wait: 421 not now"
    issue = room.open().issue(ISSUE)
    assert (issue.shown_status, issue.reason) == ("sending", done.error)
    assert {d.attempts for d in room.open().deliveries(ISSUE)} == {0}
    room.now += timedelta(minutes=2)
    assert room.open().send(ISSUE).sent == 3


def test_what_failed_can_be_settled_as_pending(room: Newsroom) -> None:
    through(room, Relay(lambda a: "failed" if a[0] == "b" else "sent")).send(ISSUE)

    assert room.open().settle(ISSUE, "sent", []) == 0
    assert room.open().settle(ISSUE, "pending", []) == 1
    assert room.open().send(ISSUE).sent == 1


def test_no_email_goes_out_whose_intent_cannot_be_written_down(room: Newsroom) -> None:
    relay = Relay()
    press = through(room, relay)
    deliveries = press._services.deliveries

    class Full:
        def __getattr__(self, name: str) -> object:
            return getattr(deliveries, name)

        def mark(self, _rows: Sequence[Delivery]) -> None:
            raise DigestError("the disk is full")

    press = Publisher(replace(press._services, deliveries=cast("Deliveries", Full())))
    with pytest.raises(DigestError, match="the disk is full"):
        press.send(ISSUE)
    assert relay.served == {}
    assert through(room, relay).send(ISSUE).sent == 3


def test_an_issue_is_sent_again_to_those_who_failed_and_to_those_who_joined(room: Newsroom) -> None:
    relay = Relay(lambda a: "failed" if a[0] == "b" else "sent")
    through(room, relay).send(ISSUE)
    room.subscribe(("new@u.example", "alumni"), ("other@u.example", "nobody"))

    found = room.open().again(ISSUE)
    assert (found.failed, found.joined) == (1, 1)
    assert room.open().issue(ISSUE).status == "sending"
    relay.answer = lambda _: "sent"
    assert through(room, relay).send(ISSUE).sent == 2
    assert dict(relay.served) == {f"{name}@u.example": 1 for name in ("s", "a", "both", "new")}
    assert room.open().issue(ISSUE).status == "sent"
    nobody = room.open().again(ISSUE)
    assert (nobody.failed, nobody.joined, room.open().issue(ISSUE).status) == (0, 0, "sent")


def test_who_joined_gets_nothing_twice(room: Newsroom) -> None:
    """A reader who moved from another edition has had a part of this one."""
    relay = Relay()
    through(room, relay).send(ISSUE)
    move = [Subscriber(address="a@u.example", segments=("staff",))]
    room.open()._services.audience.put(move, room.now)

    assert room.open().again(ISSUE).joined == 0
    through(room, relay).send(ISSUE)
    assert set(relay.served.values()) == {1}


def test_what_was_not_sent_is_not_sent_again(room: Newsroom) -> None:
    with pytest.raises(WrongState, match="approved"):
        room.open().again(ISSUE)


def _leave(room: Newsroom, address: str) -> None:
    room.open().unsubscribe(address)


def _pause(room: Newsroom, address: str) -> None:
    (reader,) = [p for p in room.open().subscribers() if p.address == address]
    later = NOW.date() + timedelta(days=7)
    room.open()._services.audience.put([replace(reader, paused_until=later)], NOW)


@pytest.mark.parametrize("go", [_leave, _pause])
def test_who_leaves_or_pauses_while_a_slow_relay_is_waited_for_gets_nothing(
    tmp_path: Path, go: Callable[[Newsroom, str], None]
) -> None:
    room = many(tmp_path, 3)
    moments = iter([NOW] * 100)
    press = room.open()

    def leaves(address: str) -> str:
        nonlocal moments
        if address.startswith("r000"):
            go(room, "r002@u.example")
            moments = iter([NOW + timedelta(minutes=2)] * 100)
        return "sent"

    relay = Relay(leaves)
    slow = replace(press._services, deliverer=lambda _: Threads(relay), clock=lambda: next(moments))
    done = Publisher(slow).send(ISSUE)

    assert (done.sent, done.suppressed) == (2, 1)
    assert "r002@u.example" not in relay.served


def test_when_the_program_is_to_end_nothing_more_is_begun_and_the_rest_waits(
    tmp_path: Path,
) -> None:
    room = many(tmp_path, 5)
    relay = Relay()
    press = through(room, relay)

    def stops(_: str) -> str:
        press.stop()
        return "sent"

    relay.answer = stops
    done = press.send(ISSUE)

    assert (done.sent, sum(relay.served.values())) == (1, 1)
    issue = room.open().issue(ISSUE)
    assert (issue.status, issue.stopped, issue.reason) == ("sending", False, None)
    assert Counter(states(room).values()) == {"sent": 1, "pending": 4}
    assert room.open().send(ISSUE).sent == 4
