"""What people do to an issue: undone, redone, met by others, sent back, and tried out."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path

import pytest

from digest.errors import Conflict, DeliveryError, Stale, UsageError, WrongState
from digest.publisher import Publisher
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

ISSUE = "weekly-2026-01-12"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    room = Newsroom(
        tmp_path_factory.mktemp("made"), NOW, newsletter="test_to: [ana@u.example, ben@u.example]"
    )
    for name in ("anna", "bert", "dora"):
        room.note(name, "Staff")
    room.note("cora", "Alumni")
    room.subscribe(("s@u.example", "staff"), ("t@u.example", "staff"), ("a@u.example", "alumni"))
    press = room.open()
    press.pull()
    press.draft("weekly")
    return room


@pytest.fixture
def room(made: Newsroom, tmp_path: Path) -> Newsroom:
    return made.copied(tmp_path)


@pytest.fixture
def press(room: Newsroom) -> Publisher:
    return room.open()


def order(press: Publisher, segment: str = "staff") -> list[str]:
    edition = next(e for e in press.issue(ISSUE).editions if e.segment == segment)
    return [a.title.removeprefix("The story of ") for a in edition.articles]


def test_acts_are_undone_and_redone_and_kept(press: Publisher) -> None:
    before = press.issue(ISSUE).content_hash
    third = press.issue(ISSUE).editions[0].articles[2].id
    was = order(press)
    press.edit(ISSUE, [{"move": third, "place": 1}], by="Ana")
    press.edit(ISSUE, [{"subject": "Ours"}], by="Ben")
    assert order(press) == [was[2], was[0], was[1]]

    press.undo(ISSUE, by="Ana")
    press.undo(ISSUE, by="Ana")
    assert (order(press), press.issue(ISSUE).content_hash) == (was, before)
    with pytest.raises(UsageError, match="nothing to undo"):
        press.undo(ISSUE, by="Ana")

    press.redo(ISSUE, by="Ana")
    assert order(press)[0] == was[2]
    press.undo(ISSUE, by="Ana")
    press.redo(ISSUE, by="Ana")
    press.redo(ISSUE, by="Ana")
    assert press.issue(ISSUE).editions[0].subject == "Ours"
    press.edit(ISSUE, [{"intro": "Hello"}], by="Ana")
    with pytest.raises(UsageError, match="nothing to redo"):
        press.redo(ISSUE, by="Ana")

    kinds = [act.kind for act in press.acts(ISSUE)]
    assert kinds == ["edit", "edit", "undo", "undo", "redo", "undo", "redo", "redo", "edit"]
    assert press.head(ISSUE)[1] == 9


def test_an_undo_of_what_others_did_meanwhile_is_refused(press: Publisher) -> None:
    press.edit(ISSUE, [{"subject": "One"}], by="Ana")
    press.edit(ISSUE, [{"intro": "Two"}], by="Ben")

    with pytest.raises(Stale):
        press.undo(ISSUE, by="Ana", seen=1)


def test_who_changes_what_another_changed_since_is_told_and_nothing_is_lost(
    press: Publisher,
) -> None:
    anna = press.issue(ISSUE).editions[0].articles[0].id
    press.edit(ISSUE, [{"title": anna, "text": "Ben’s"}], by="Ben", seen=0)

    with pytest.raises(Conflict, match="Ben changed this"):
        press.edit(ISSUE, [{"title": anna, "text": "Ana’s"}], by="Ana", seen=0)
    press.edit(ISSUE, [{"title": anna, "text": "Ben’s"}], by="Ana", seen=0)  # it says the same
    press.edit(ISSUE, [{"summary": anna, "text": "Ana’s"}], by="Ana", seen=0)
    press.edit(ISSUE, [{"title": anna, "text": "Cleo’s", "segment": "alumni"}], by="Cleo", seen=1)
    press.edit(ISSUE, [{"title": anna, "text": "Ana’s"}], by="Ana", seen=4)

    first = press.issue(ISSUE).editions[0].articles[0]
    assert (first.title, first.summary) == ("Ana’s", "Ana’s")


def test_two_places_meet_in_the_order_as_it_is_now(press: Publisher) -> None:
    first, second, third = press.issue(ISSUE).editions[0].articles
    press.edit(ISSUE, [{"move": third.id, "place": 1}], by="Ben", seen=0)
    press.edit(ISSUE, [{"move": second.id, "place": 1}], by="Ana", seen=0)

    assert [a.id for a in press.issue(ISSUE).editions[0].articles] == [
        second.id,
        third.id,
        first.id,
    ]


def test_an_undone_change_meets_who_wrote_upon_it(press: Publisher) -> None:
    press.edit(ISSUE, [{"subject": "Ben’s"}], by="Ben")
    press.undo(ISSUE, by="Cleo")

    with pytest.raises(Conflict, match="Cleo changed this"):
        press.edit(ISSUE, [{"subject": "Ana’s"}], by="Ana", seen=1)


def test_an_order_is_of_its_issue_alone(room: Newsroom) -> None:
    press = room.open()
    third = press.issue(ISSUE).editions[0].articles[2].id
    press.edit(ISSUE, [{"move": third, "place": 1, "segment": "staff"}], by="Ana")
    press.edit(ISSUE, [{"delay": third}], by="Ana")
    press.approve(ISSUE, by="Ana")
    press.send(ISSUE)
    room.now = NOW.replace(day=19)
    room.note("emil", "Staff")
    press = room.open()
    press.pull()
    made = press.draft("weekly").issue

    assert not any(e.verb == "order" for e in press.edits(made.id))
    assert third in {a.id for a in made.editions[0].articles}


def test_an_order_of_what_is_not_there_is_refused(press: Publisher) -> None:
    with pytest.raises(UsageError, match="there is no article 'zz'"):
        press.edit(ISSUE, [{"order": "More", "articles": ["zz"]}], by="Ana")
    assert press.acts(ISSUE) == ()


def test_an_issue_is_sent_back_with_a_note(press: Publisher) -> None:
    press.approve(ISSUE, by="Ana")

    back = press.send_back(ISSUE, by="Ben", note="Dora first,  please")
    assert (back.status, back.approved_by) == ("draft", None)
    assert back.reason == "sent back by Ben: Dora first, please"
    with pytest.raises(UsageError, match="say what is to be done"):
        press.send_back(ISSUE, by="Ben", note=" ")

    press.approve(ISSUE, by="Ana")
    press.send(ISSUE)
    with pytest.raises(WrongState):
        press.send_back(ISSUE, by="Ben", note="Too late")
    assert [a.kind for a in press.acts(ISSUE)] == ["approve", "send back", "approve"]


def test_a_test_goes_to_those_whom_the_newsletter_names(room: Newsroom, press: Publisher) -> None:
    with pytest.raises(UsageError, match=r"test_to names: ana@u\.example, ben@u\.example"):
        press.prove(ISSUE, ["stranger@u.example"], None, by="Ana")
    with pytest.raises(UsageError, match="there is no edition"):
        press.prove(ISSUE, ["ana@u.example"], "none", by="Ana")

    assert press.prove(ISSUE, ["ana@u.example"], "staff", by="Ana").sent == 1
    assert press.prove(ISSUE, ["ana@u.example", "ben@u.example"], None, by="Ana").sent == 4
    emails = [path.read_bytes() for path in (room.folder / "sent").rglob("*.eml")]
    assert all(b"Subject: [Test]" in email for email in emails)
    assert press.acts(ISSUE)[0].note == "staff to ana@u.example"
    assert press.counts(ISSUE) == {}


def test_who_would_get_an_issue_is_counted(press: Publisher) -> None:
    assert press.recipients(ISSUE) == {"staff": 2, "alumni": 1}
    press.unsubscribe("t@u.example")
    assert press.recipients(ISSUE) == {"staff": 1, "alumni": 1}


def test_what_is_left_out_is_told_with_its_reason_and_found_by_its_words(press: Publisher) -> None:
    hidden = press.issue(ISSUE).editions[0].articles[0]
    press.edit(ISSUE, [{"hide": hidden.id, "segment": "staff"}], by="Ana")

    left = press.left_out(ISSUE, "staff")
    reasons = {article.title: rules for article, rules in left.found}
    assert left.total == 2
    assert reasons[hidden.title] == ("edit.hide",)
    assert reasons["The story of cora"] == ("segments.staff.match",)
    assert [a.title for a, _ in press.left_out(ISSUE, "staff", "STORY Cora").found] == [
        "The story of cora"
    ]
    assert press.left_out(ISSUE, "staff", first=1, most=1).total == 2


def test_who_edits_is_mailed_the_note_with_which_an_issue_comes_back(room: Newsroom) -> None:
    room.configure("editors: [desk@u.example, ed@u.example]")
    room.open().send_back(ISSUE, by="Ben", note="Dora first,  please")

    files = (room.folder / "sent").glob("*.eml")
    emails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    assert sorted(str(email["To"]) for email in emails) == ["desk@u.example", "ed@u.example"]
    assert emails[0]["Subject"] == f"[This week] Issue {ISSUE} was sent back by Ben."
    text = emails[0].get_content()
    assert "\r\nDora first, please\r\n" in text
    assert f"https://u.example/issues/{ISSUE}" in text


def test_an_issue_is_sent_back_where_no_email_can_tell_that(room: Newsroom) -> None:
    room.configure("editors: [desk@u.example]", "smtp: 'smtp://127.0.0.1:1'")
    with pytest.raises(DeliveryError, match="is sent back, but no email could tell"):
        room.open().send_back(ISSUE, by="Ben", note="Dora first")
    assert room.open().acts(ISSUE)[-1].kind == "send back"
