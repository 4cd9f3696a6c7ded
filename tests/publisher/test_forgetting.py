"""Data protection: what is kept on a person is shown and erased; old emails are only counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from digest.errors import DigestError, Unknown, WrongState
from digest.model import Issue, Subscriber, SubscriberChange
from digest.ports import Erased
from digest.publisher import Publisher
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

A, B, C = "ada@r.example", "bob@r.example", "cyd@gmail.com"
DAY = timedelta(days=1)


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW)
    file = room.folder / "feeds.yaml"
    text = file.read_text().replace("title: Staff,", "title: Staff, open: true,")
    file.write_text(f"{text}keep: {{deliveries: 90d}}\n")
    room.note("anna", "EU")
    room.subscribe((A, "staff"), (B, "staff"), (C, "alumni"))
    return room


def sent(room: Newsroom) -> str:
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    return issue.id


def test_all_that_is_kept_on_a_person_is_told(room: Newsroom) -> None:
    issue, press = sent(room), room.open()
    press.put_subscribers([SubscriberChange(address=A, name="Ada", attributes={"year": "3"})])
    press.sign_up("weekly", "staff", A)
    press.unsubscribe(A, "by its link")
    found = press.person(A.upper())

    assert found.subscriber is not None
    assert (found.subscriber.name, found.subscriber.attributes) == ("Ada", {"year": "3"})
    assert [(d.issue, d.state) for d in found.deliveries] == [(issue, "sent")]
    assert [s.address for s in found.sign_ups] == [A]
    assert found.suppressed is not None
    assert found.suppressed.reason == "by its link"
    assert press.subscriber(str(found.link).split("/")[-2]) == found.subscriber
    with pytest.raises(Unknown):
        press.person("nobody@r.example")


def test_an_erased_person_is_nowhere_and_the_figures_stay(room: Newsroom) -> None:
    issue, press = sent(room), room.open()
    press.sign_up("weekly", "staff", A)
    (letter,) = (f for f in (room.folder / "sent").glob(f"{A}*") if "confirm" in f.read_text())
    before = (press.counts(issue), [(r.segment, r.count) for r in press.readers(story(press))])

    assert press.erase(A) == Erased(subscriber=True, deliveries=1, sign_ups=1)

    after = (press.counts(issue), [(r.segment, r.count) for r in press.readers(story(press))])
    assert after == before
    token = letter.read_text().partition("/confirm/")[2].split()[0]
    assert press.confirm(token) is None
    assert A not in {d.address for d in press.deliveries(issue)}
    assert {d.message_id for d in press.deliveries(issue) if "@" not in d.address} == {""}
    assert press.erase(A) == Erased(subscriber=False, deliveries=0, sign_ups=0)


def story(press: Publisher) -> str:
    return next(iter(press.articles())).id


def test_of_an_erased_person_no_byte_is_left_in_the_database(room: Newsroom) -> None:
    sent(room)
    room.open().erase(A)
    room.open().backup(str(room.folder / "copy.db"))

    assert A.encode() not in (room.folder / "copy.db").read_bytes()
    assert B.encode() in (room.folder / "copy.db").read_bytes()


def test_an_erased_address_stays_away_whoever_brings_it(room: Newsroom) -> None:
    issue, press = sent(room), room.open()
    press.erase(A)
    sent_before = {*(room.folder / "sent").iterdir()}
    done = press.put_subscribers(
        [
            SubscriberChange(address=A.upper(), segments=("staff",)),
            Subscriber(address="d@r.example"),
        ]
    )
    press.sign_up("weekly", "staff", A)
    press.unsubscribe(A)
    press.restore(A)

    assert (done.added, done.updated, done.stay) == (1, 0, 1)
    assert {p.address for p in press.subscribers()} == {B, C, "d@r.example"}
    assert str(press.person(A).suppressed).startswith("Suppression(reason='erased'")
    press.again(issue)
    press.send(issue)
    assert {*(room.folder / "sent").iterdir()} == sent_before


def test_what_has_not_gone_out_to_an_erased_person_does_not(room: Newsroom) -> None:
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    deliveries = press._services.deliveries
    states = {A: "deferred", B: "intent", C: "ambiguous"}
    deliveries.mark([replace(d, state=states[d.address]) for d in deliveries.all(issue.id)])  # type: ignore[arg-type]
    for address in states:
        press.erase(address)

    assert press.counts(issue.id) == {"failed": 1, "ambiguous": 2}
    assert press.settle(issue.id, "pending", ()) == 3
    done = press.send(issue.id)
    assert (done.sent, done.suppressed, press.counts(issue.id)) == (0, 3, {"failed": 3})


def test_nobody_is_erased_while_an_issue_goes_out(room: Newsroom) -> None:
    press = room.open()
    with press._services.deliveries.sending(), pytest.raises(DigestError, match="already"):
        press.erase(A)

    assert A in {p.address for p in press.subscribers()}


def test_old_emails_are_only_counted_and_the_figures_stay(room: Newsroom) -> None:
    issue, press = sent(room), room.open()
    press.erase(B)
    figures = press.counts(issue), press._services.deliveries.by_provider(), press.measure()
    room.now = NOW + 89 * DAY
    assert room.open().count_old() == {}
    room.now = NOW + 91 * DAY
    late = room.open()
    readers = [(r.segment, r.count) for r in late.readers(story(late))]

    assert late.count_old() == {issue: 3}
    assert [*late.deliveries(issue)] == []
    assert [(r.segment, r.count) for r in late.readers(story(late))] == readers
    assert (late.counts(issue), late._services.deliveries.by_provider()) == figures[:2]
    assert late._services.deliveries.all_counts() == {issue: late.counts(issue)}
    assert late.count_old() == {}


def test_emails_are_as_old_as_the_approval_of_an_issue_that_waited(room: Newsroom) -> None:
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    room.now += 80 * DAY
    press = room.open()
    press.approve(issue.id, by="Ana", overrides=_errors(issue))
    press.send(issue.id)
    room.now += 20 * DAY

    assert room.open().count_old() == {}
    room.now += 71 * DAY
    assert room.open().count_old() == {issue.id: 3}


def _errors(issue: Issue) -> list[dict[str, str]]:
    found = {f.rule for each in issue.findings.values() for f in each if f.severity == "error"}
    return [{"rule": rule, "reason": "a test"} for rule in found]


def test_what_is_only_counted_is_not_sent_again(room: Newsroom) -> None:
    issue = sent(room)
    room.now = NOW + 91 * DAY
    press = room.open()
    press.count_old()

    with pytest.raises(WrongState, match="only counted"):
        press.again(issue)
    assert press.issue(issue).status == "sent"


@pytest.mark.parametrize("state", ["pending", "claimed", "intent", "deferred", "ambiguous"])
def test_an_issue_that_is_open_is_not_counted(room: Newsroom, state: str) -> None:
    issue = sent(room)
    deliveries = room.open()._services.deliveries
    (one, *_) = deliveries.all(issue)
    deliveries.mark([replace(one, state=state)])  # type: ignore[arg-type]
    room.now = NOW + 91 * DAY

    assert room.open().count_old() == {}
    assert Counter(d.state for d in room.open().deliveries(issue))[state] == 1  # type: ignore[index]


def test_without_a_time_everything_is_kept(room: Newsroom) -> None:
    issue = sent(room)
    room.configure()
    room.now = NOW + 9999 * DAY

    assert room.open().count_old() == {}
    assert len([*room.open().deliveries(issue)]) == 3
