from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from digest.deliver.threads import Threads, WaitingDeliverer
from digest.model import Delivery
from digest.ports import Outcome, Report
from digest.publisher import Publisher
from digest.publisher.returning import Returned
from digest.publisher.verp import name_in, return_path
from digest.web.app import create_app
from tests.helpers.make import DAY, NOW, WEEK
from tests.helpers.newsroom import Newsroom
from tests.helpers.returned import AWAY, bounce, complaint
from tests.publisher.test_sending import Relay

A, B = "a@u.example", "b@u.example"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    room = Newsroom(tmp_path_factory.mktemp("made"), NOW)
    room.subscribe((A, "staff"), (B, "staff"))
    send(room)
    return room


@pytest.fixture
def room(made: Newsroom, tmp_path: Path) -> Newsroom:
    return made.copied(tmp_path)


def send(room: Newsroom, relay: WaitingDeliverer | None = None) -> str:
    """Send an issue of one new story, into the folder or through a relay."""
    room.note(f"story-{room.now:%m%d}")
    press = room.open()
    if relay is not None:
        press = Publisher(replace(press._services, deliverer=lambda _: Threads(relay)))
    press.pull()
    issue = press.draft("weekly").issue.id
    press.approve(issue, by="Ana")
    press.send(issue)
    return issue


ISSUE = "weekly-2026-01-12"


def delivery(room: Newsroom, address: str, issue: str = ISSUE) -> Delivery:
    return next(each for each in room.open().deliveries(issue) if each.address == address)


def read(room: Newsroom, *emails: bytes) -> Returned:
    folder = room.folder / "returned"
    folder.mkdir(exist_ok=True)
    for file in folder.iterdir():
        file.unlink()
    for number, raw in enumerate(emails):
        (folder / f"{number}.eml").write_bytes(raw)
    return room.open().take_back(str(folder))


def mailable(room: Newsroom, *addresses: str) -> set[str]:
    return set(room.open()._services.audience.mailable(addresses))


def test_a_hard_bounce_ends_it_at_once_with_its_reason_and_date(room: Newsroom) -> None:
    done = read(room, bounce(message_id=delivery(room, A).message_id))

    assert done == Returned(read=1, bounced=1, suppressed=1)
    assert mailable(room, A, B) == {B}
    assert (delivery(room, A).state, delivery(room, B).state) == ("bounced", "sent")
    suppression = room.open().suppression(A)
    assert suppression is not None
    assert suppression.reason == "bounced: 550 5.1.1 user unknown"
    assert suppression.since == NOW


def test_a_report_that_is_read_again_changes_nothing(room: Newsroom) -> None:
    raw = bounce(message_id=delivery(room, A).message_id)
    read(room, raw)

    assert read(room, raw, raw) == Returned(read=2)


def test_a_complaint_ends_it_at_once_also_after_a_bounce(room: Newsroom) -> None:
    name = delivery(room, A).message_id
    read(room, bounce("4.2.2", "452 4.2.2 full", message_id=name))
    assert mailable(room, A) == {A}

    assert read(room, complaint(message_id=name)) == Returned(read=1, complained=1, suppressed=1)
    assert delivery(room, A).state == "complained"
    suppression = room.open().suppression(A)
    assert suppression is not None
    assert suppression.reason == "complained: abuse, reported by Loop/1.0"


def test_a_report_about_nobody_whom_we_mailed_changes_nothing(room: Newsroom) -> None:
    forged = (
        bounce(recipient="stranger@u.example"),
        bounce(recipient="stranger@u.example", message_id="<abc@u.example>"),
        complaint(recipient="stranger@u.example"),
        bounce(recipient="stranger@u.example", to=f"bounces+{'a' * 40}@u.example"),
    )

    assert read(room, *forged) == Returned(read=4, unmatched=4)
    assert mailable(room, A, B) == {A, B}
    assert [why for _, why in room.open().listed_subscribers() if why] == []


def test_who_is_named_by_address_alone_is_not_lost_to_one_report(room: Newsroom) -> None:
    assert read(room, bounce(recipient="A@U.example")) == Returned(read=1, bounced=1)
    assert read(room, complaint(recipient=A)) == Returned(read=1, complained=1)
    assert delivery(room, A).state == "complained"
    assert mailable(room, A) == {A}


def test_an_answer_from_who_is_away_is_no_bounce(room: Newsroom) -> None:
    name = delivery(room, A).message_id.strip("<>").partition("@")[0]

    assert read(room, AWAY.format(name=name).encode()) == Returned(read=1, ignored=1)
    assert delivery(room, A).state == "sent"


def test_what_never_went_out_cannot_come_back(room: Newsroom) -> None:
    waiting = replace(delivery(room, A), state="deferred")
    room.open()._services.deliveries.mark([waiting])

    assert read(room, bounce(message_id=waiting.message_id)) == Returned(read=1, unmatched=1)
    assert delivery(room, A).state == "deferred"


def test_what_comes_back_before_its_relay_has_answered_stays_so(room: Newsroom) -> None:
    press = room.open()
    press._services.deliveries.mark([replace(delivery(room, A), state="intent")])
    read(room, bounce(message_id=delivery(room, A).message_id))
    press._services.deliveries.mark([replace(delivery(room, A), state="sent")])

    assert delivery(room, A).state == "bounced"


@pytest.mark.parametrize(("every", "lasts"), [(WEEK, True), (DAY, False), (3 * WEEK, False)])
def test_five_issues_that_come_back_softly_are_enough_within_sixty_days_but_not_within_one_week(
    tmp_path: Path, every: timedelta, *, lasts: bool
) -> None:
    room = Newsroom(tmp_path, NOW)
    room.subscribe((A, "staff"), (B, "staff"))
    for number in range(5):
        assert mailable(room, A) == {A}, number
        issue = send(room)
        name = delivery(room, A, issue).message_id
        assert read(room, bounce("4.2.2", "452 full", message_id=name)).bounced == 1
        room.now += every

    assert mailable(room, A) == (set() if lasts else {A})
    assert mailable(room, B) == {B}


def test_each_email_has_a_return_path_of_its_own_that_only_we_can_write(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, delivery="folder: sent, verp: bounces@u.example")
    room.subscribe((A, "staff"), (B, "staff"))
    send(room)
    services = room.open()._services
    path = return_path(services, delivery(room, A).message_id) or ""

    local, _, host = path.partition("@")
    assert local.startswith("bounces+")
    assert host == "u.example"
    assert len(local) <= 64
    assert A.encode().hex() not in local
    assert path != return_path(services, delivery(room, B).message_id)
    name = delivery(room, A).message_id.strip("<>").partition("@")[0]
    assert name_in(services, path.upper()) == name
    assert name_in(services, path.replace("@", "a@")) is None
    assert name_in(services, f"bounces+{name}{'a' * 8}@u.example") is None

    # the report names neither the email nor its reader
    done = read(room, bounce(recipient="someone@far.example", to=path))
    assert done == Returned(read=1, bounced=1, suppressed=1)
    assert mailable(room, A, B) == {B}


def test_emails_leave_with_their_own_return_path_or_the_newsletters(tmp_path: Path) -> None:
    for verp, starts in (("", "news@"), (", verp: bounces@u.example", "bounces+")):
        folder = tmp_path / (starts.strip("@+"))
        folder.mkdir()
        room = Newsroom(folder, NOW, delivery=f"folder: sent{verp}")
        room.subscribe((A, "staff"), (B, "staff"))
        relay = Noting()
        send(room, relay)

        assert len(relay.paths) == 2
        assert all(path.startswith(starts) for path in relay.paths)
        assert len({*relay.paths}) == (2 if verp else 1)


class Noting(Relay):
    """A relay that notes the senders of envelopes."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: list[str] = []

    def deliver(
        self, sender: str, address: str, email: bytes, intent: Callable[[], None]
    ) -> Outcome:
        self.paths.append(sender)
        return super().deliver(sender, address, email, intent)


def test_an_email_that_comes_back_while_others_go_out_is_no_email_less(room: Newsroom) -> None:
    services = room.open()._services
    services.deliveries.mark([replace(delivery(room, B), state="pending")])
    issue = room.open().issue(ISSUE)
    services.issues.save(replace(issue, status="sending"), services.issues.lock(ISSUE), was=issue)
    read(room, bounce(message_id=delivery(room, A).message_id))

    assert room.open().send(ISSUE).sent == 1


def test_one_report_may_be_of_several_readers(room: Newsroom) -> None:
    def reports(_: str | None) -> Iterator[Sequence[Report]]:
        yield [
            Report(
                kind="bounced",
                hard=True,
                detail="gone",
                message_ids=(delivery(room, a).message_id.strip("<>"),),
            )
            for a in (A, B)
        ]

    press = Publisher(replace(room.open()._services, reports=reports))
    assert press.take_back() == Returned(read=1, bounced=2, suppressed=2)


def test_a_report_that_is_read_again_suppresses_nobody_who_was_restored(room: Newsroom) -> None:
    report = bounce(message_id=delivery(room, A).message_id)
    assert read(room, report).suppressed == 1
    assert room.open().restore(A)
    assert read(room, report) == Returned(read=1)
    assert mailable(room, A, B) == {A, B}


def test_what_anybody_can_write_suppresses_nobody_however_often_it_comes(room: Newsroom) -> None:
    for _ in range(7):
        read(room, bounce(recipient=A))
        room.now += timedelta(days=2)
        send(room)
    assert mailable(room, A, B) == {A, B}


def test_with_return_paths_of_its_own_a_message_id_proves_nothing(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, delivery="folder: sent, verp: bounces@u.example")
    room.subscribe((A, "staff"), (B, "staff"))
    send(room)
    read(room, bounce(recipient="x@far.example", message_id=delivery(room, A).message_id))
    assert mailable(room, A, B) == {A, B}


def test_a_reader_whose_emails_came_back_can_still_leave(room: Newsroom) -> None:
    read(room, bounce(message_id=delivery(room, A).message_id))
    press = room.open()
    token = press._services.audience.tokens([A])[A]
    web = create_app(press, None).test_client()
    assert 'method="post"' in web.get(f"/u/{token}").text
    assert web.post(f"/u/{token}").status_code == 200
    assert not press.restore(A)
