"""What editors write themselves: stories by hand, and notices with a picture, a place and a booking."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image as Pixels

from digest.errors import BadPatch, UsageError
from digest.model import Issue, Notice
from digest.publisher import Publisher
from digest.web.app import create_app
from tests.helpers.make import NOW, WEEK
from tests.helpers.newsroom import Newsroom

CAFE = {
    "notice": "Two for one on Tuesdays.",
    "headline": "The Harbour Café",
    "label": "Advertisement",
    "url": "https://cafe.example/",
    "image": "https://cafe.example/cup.png",
    "alt": "A cup of coffee",
    "place": "after 1",
    "issues": 2,
}
OWN = {"Origin": "http://localhost"}


def png(width: int = 600, height: int = 300) -> bytes:
    out = io.BytesIO()
    Pixels.new("RGB", (width, height), "teal").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW)
    room.note("anna", "EU")
    room.note("bert")
    room.subscribe(("s@u.example", "staff"))
    return room


def drafted(room: Newsroom) -> tuple[Publisher, Issue]:
    press = room.open()
    press.pull()
    return press, press.draft("weekly").issue


def edited(room: Newsroom, *changes: Mapping[str, object]) -> Issue:
    press, issue = drafted(room)
    return press.edit(issue.id, list(changes), by="Ben")


def staff(issue: Issue) -> tuple[str, str]:
    (message,) = (m for m in issue.messages if m.segment == "staff")
    return message.html, message.text


def rules(issue: Issue) -> set[str]:
    return {f.rule for f in issue.findings["staff"]}


def test_a_story_by_hand_needs_no_address_and_is_an_article_of_the_editors(room: Newsroom) -> None:
    issue = edited(
        room, {"write": "The  bridge is open", "text": "Walk over it.", "section": "More"}
    )
    (more,) = (s for s in issue.editions[0].sections if s.title == "More")
    (story,) = (a for a in more.articles if a.source == "editors")
    assert (story.title, story.summary, story.url) == ("The bridge is open", "Walk over it.", None)
    press = room.open()
    assert [a.title for a in press.articles() if a.source == "editors"] == ["The bridge is open"]
    assert [e.verb for e in press.edits(issue.id)] == ["add"]
    assert "edit.pin" in press.why(story.id, issue.id)[0].decided_by
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    assert press.rebuild(issue.id).identical
    room.now += WEEK
    room.note("carl")
    _, following = drafted(room)
    assert "bridge" not in staff(following)[1]


def test_a_picture_that_is_uploaded_travels_or_is_at_a_public_address(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, "images: attach")
    room.note("anna")
    press, issue = drafted(room)
    url = press.upload(png(2400, 1200))
    told = {"write": "A bridge", "text": "Walk.", "image": url, "alt": "A bridge at dusk"}
    issue = press.edit(issue.id, [told], by="Ben")
    assert 'src="cid:' in staff(issue)[0]
    answer = create_app(press, None).test_client().get("/pictures/" + url.rpartition("/")[2])
    assert Pixels.open(io.BytesIO(answer.data)).size == (1200, 600)
    assert create_app(press, None).test_client().get("/pictures/none.png").status_code == 404

    room.configure("images: link")
    html = staff(room.open().draft("weekly").issue)[0]
    assert f'src="{url}" alt="A bridge at dusk"' in html
    with pytest.raises(UsageError, match="no picture that emails can show"):
        press.upload(b"<svg/>")


@pytest.mark.parametrize("template", ["weekly", "brief", "letter", "front", "events"])
def test_a_notice_has_a_label_a_picture_and_a_place(tmp_path: Path, template: str) -> None:
    room = Newsroom(tmp_path, NOW, f"template: {template}")
    for name in ("anna", "cora", "dora"):
        room.note(name, *(["EU"] if name != "dora" else []))
    bottom = {"notice": "Closed on Friday.", "place": "bottom"}
    issue = edited(room, CAFE, bottom, {"notice": "Open today."})
    html, text = staff(issue)
    for page in (html.partition("<h1")[2], text):
        marks = [
            page.index(said)
            for said in ("Open today.", "The story of anna", "Advertisement", "The Harbour Café",
                         "Two for one", "The story of dora", "Closed on Friday.")
        ]  # fmt: skip
        assert marks == sorted(marks)
    assert 'alt="A cup of coffee"' in html
    assert "* Advertisement: The Harbour Café\n  Two for one on Tuesdays.\n  https://cafe" in text
    assert "notice-missing" not in rules(issue)
    assert not [f for f in issue.findings["staff"] if f.severity == "error"]


def test_a_notice_after_the_section_of_the_lead_follows_the_lead(room: Newsroom) -> None:
    html, text = staff(edited(room, CAFE))
    for page in (html.partition("<h1")[2], text):
        assert page.index("The story of anna") < page.index("Two for one")
        assert page.index("Two for one") < page.index("The story of bert")


def test_a_notice_is_in_as_many_issues_as_it_was_booked_for(room: Newsroom) -> None:
    press, issue = drafted(room)
    issue = press.edit(issue.id, [CAFE], by="Ben")
    shown, last = [], []
    for _ in range(3):
        shown.append("Two for one" in staff(issue)[1])
        last.append("notice-ends" in rules(issue))
        press.approve(issue.id, by="Ana")
        press.send(issue.id)
        room.now += WEEK
        room.note(f"week-{len(shown)}")
        press, issue = drafted(room)
    assert (shown, last) == ([True, True, False], [False, True, False])
    assert all("notices" not in c.reworded for c in press.changes(issue)["staff"].values())


def test_the_calendar_shows_how_long_a_notice_is_booked_for(room: Newsroom) -> None:
    press, issue = drafted(room)
    until = {"notice": "Closed.", "until": "2026-02-01"}
    issue = press.edit(issue.id, [CAFE, until, {"notice": "Today."}], by="Ben")

    def booked() -> list[list[str]]:
        return [[n.title or n.text for n in c.notices] for c in room.open().coming("weekly", 4)]

    cafe = "The Harbour Café"
    assert booked() == [[cafe, "Closed.", "Today."], [cafe, "Closed."], ["Closed."], []]
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    room.now += WEEK / 2
    assert booked() == [[cafe, "Closed."], ["Closed."], [], []]


def test_a_notice_that_ends_before_the_next_issue_is_told(room: Newsroom) -> None:
    issue = edited(room, {"notice": "Closed.", "until": "2026-01-14"})
    assert "notice-ends" in rules(issue)


def test_a_look_that_does_not_print_a_notice_is_found(room: Newsroom) -> None:
    folder = room.folder / "templates" / "email" / "weekly"
    folder.mkdir(parents=True)
    (folder / "body.txt").write_text(
        "{% extends '_base/layout.txt' %}{% block closing %}{% endblock %}"
    )
    issue = edited(room, {"notice": "Closed on Friday.", "place": "bottom"})
    assert "notice-missing" in rules(issue)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({**CAFE, "place": "left"}, "place is top, bottom, or after a section"),
        ({**CAFE, "issues": 0}, "issues is a number from 1"),
        ({**CAFE, "alt": ""}, "image needs alt"),
        ({**CAFE, "image": "cup.png"}, "image must|none|web address"),
        ({"write": " "}, "write is a text"),
        ({"write": "A", "text": "B", "url": "javascript:x"}, "web address"),
    ],
)
def test_what_cannot_be_printed_is_refused(
    room: Newsroom, change: dict[str, object], said: str
) -> None:
    with pytest.raises(BadPatch, match=said):
        edited(room, change)


def test_a_notice_from_before_it_could_have_a_picture_is_printed_as_it_was() -> None:
    assert Notice(text="Closed.").place == "top"


def test_the_desk_takes_a_story_with_a_picture(room: Newsroom) -> None:
    press, issue = drafted(room)
    web = create_app(press, None).test_client()
    noise = io.BytesIO()
    Pixels.effect_noise((1800, 600), 60).save(noise, "JPEG", quality=30)
    form = {
        "verb": "write", "headline": "A bridge", "text": "Walk.", "alt": "A bridge", "by": "Ben",
        "file": (io.BytesIO(noise.getvalue()), "../../IMG 1.jpg"),
    }  # fmt: skip
    page = web.post(f"/issues/{issue.id}/staff/edit", data=form, headers=OWN, follow_redirects=True)
    assert "Wrote “A bridge”" in page.text
    (story,) = (a for a in room.open().articles() if a.source == "editors")
    assert story.image is not None
    assert (story.image.width, story.image.alt) == (1200, "A bridge")
    form |= {"verb": "notice", "headline": "B", "file": (io.BytesIO(b"no picture"), "a.png")}
    page = web.post(f"/issues/{issue.id}/staff/edit", data={**form, "text": "C"}, headers=OWN)
    assert "no picture that emails can show" in page.text
    large, kind = b"x" * 600_000, "multipart/form-data; boundary=x"
    page = web.post(f"/issues/{issue.id}/staff/edit", data=large, content_type=kind, headers=OWN)
    assert (page.status_code, "at most 400 kB" in page.text) == (413, True)


def stories(press: Publisher) -> list[str]:
    return [a.title for a in press.articles() if a.source == "editors"]


def all_titles(issue: Issue) -> set[str]:
    return {a.title for e in issue.editions for a in e.articles}


def test_a_story_by_hand_is_where_its_editor_put_it_and_nowhere_else(room: Newsroom) -> None:
    room.note("cora", "Alumni")
    room.note("dora", "Alumni")
    told = {"write": "For staff alone", "text": "Read it.", "segment": "staff"}
    issue = edited(room, told)
    assert {e.segment for e in issue.editions for a in e.articles if a.title == told["write"]} == {
        "staff"
    }
    (story,) = (a for a in room.open().articles() if a.source == "editors")
    press = room.open()
    back = press.edit(issue.id, [{"add": story.id, "segment": "staff", "undo": True}], by="Ben")
    assert told["write"] not in all_titles(back)
    press.discard(issue.id, by="Ben")
    assert told["write"] not in all_titles(room.open().draft("weekly").issue)


def test_a_patch_that_is_refused_keeps_no_story(room: Newsroom) -> None:
    press, issue = drafted(room)
    with pytest.raises(UsageError, match="there is no article"):
        press.edit(issue.id, [{"write": "Too early", "text": "x"}, {"hide": "nobody"}], by="Ben")
    assert stories(press) == []
    with pytest.raises(UsageError, match="section"):
        press.special("weekly", [{"write": "Too early", "section": "Nowhere"}], by="Ben")
    assert (stories(press), len(press.issues())) == ([], 1)


def test_a_discarded_special_leaves_its_story_to_nobody(room: Newsroom) -> None:
    press, _ = drafted(room)
    special = press.special("weekly", [{"write": "A drill", "text": "No fire."}], by="Ben")
    press.discard(special.id, by="Ben")
    assert "A drill" not in all_titles(press.draft("weekly").issue)


def test_a_story_at_a_known_address_words_that_article_and_changes_it_for_nobody_else(
    room: Newsroom,
) -> None:
    anna = "https://u.example/anna"
    issue = edited(room, {"write": "Our own words", "text": "Ours.", "url": anna})
    assert "Our own words" in all_titles(issue)
    press = room.open()
    (kept,) = (a for a in press.articles() if a.url == anna)
    assert (kept.source, kept.title, kept.tags) == ("notes", "The story of anna", ("EU",))
    assert {e.verb for e in press.edits(issue.id)} == {"add", "title", "summary"}


def test_a_notice_is_taken_back_without_its_neighbours(room: Newsroom) -> None:
    closed = {"notice": "Library closed.", "until": "2026-03-01"}
    press, issue = drafted(room)
    issue = press.edit(issue.id, [CAFE, closed], by="Ben")
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    room.now += WEEK
    room.note("carl")
    press, issue = drafted(room)
    with pytest.raises(UsageError, match="no change notice"):
        press.edit(issue.id, [{"notice": "No such notice", "undo": True}], by="Ben")
    typo = {"notice": "A typo"}
    press.edit(issue.id, [typo], by="Ben")
    back = [{**typo, "undo": True}, {"notice": "Library closed.", "undo": True}]
    text = staff(press.edit(issue.id, back, by="Ben"))[1]
    assert "Two for one" in text
    assert "Library" not in text


def test_an_uploaded_picture_stays_where_emails_that_are_out_lead_to(room: Newsroom) -> None:
    press, _ = drafted(room)
    name = press.upload(png()).rpartition("/")[2]
    text = (room.folder / "feeds.yaml").read_text()
    (room.folder / "feeds.yaml").write_text(
        text.replace("  timezone:", "  public_url: https://n.example\n  timezone:", 1)
    )
    assert create_app(room.open(), None).test_client().get(f"/pictures/{name}").status_code == 200
