from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from digest.editorial.calendar import Slot
from digest.errors import BadPatch, DigestError, Held, Stale, Unknown, UsageError, WrongState
from digest.findings import Finding
from digest.jsonable import to_json
from digest.model import Issue
from tests.helpers.make import NOW, WEEK
from tests.helpers.newsroom import Newsroom


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    room = Newsroom(tmp_path_factory.mktemp("made"), NOW)
    for name, tags in (("anna", ("EU", "Strategy-people")), ("bert", ()), ("cora", ("Alumni",))):
        room.note(name, *tags)
    room.subscribe(
        ("s@u.example", "staff"), ("both@u.example", "alumni;staff"), ("a@u.example", "alumni")
    )
    room.open().pull()
    return room


@pytest.fixture
def room(made: Newsroom, tmp_path: Path) -> Newsroom:
    return made.copied(tmp_path)


def titles(issue: Issue, segment: str) -> list[str]:
    (edition,) = [e for e in issue.editions if e.segment == segment]
    return [a.title.split()[-1] for a in edition.articles]


def ids(issue: Issue, segment: str) -> dict[str, str]:
    (edition,) = [e for e in issue.editions if e.segment == segment]
    return {a.title.split()[-1]: a.id for a in edition.articles}


def test_an_issue_has_an_edition_for_each_segment(room: Newsroom) -> None:
    issue = room.open().draft("weekly").issue

    assert issue.id == "weekly-2026-01-12"
    assert (titles(issue, "staff"), titles(issue, "alumni")) == (["anna", "bert"], ["anna", "cora"])
    assert issue.editions[0].subject == "The story of anna and 1 more"


def test_drafting_again_changes_nothing_and_makes_no_second_issue(room: Newsroom) -> None:
    first = room.open().draft("weekly")
    second = room.open().draft("weekly")

    assert (first.changed, second.changed) == (True, False)
    assert second.issue == first.issue
    assert len(room.open().issues()) == 1


def test_a_new_article_comes_into_the_open_draft(room: Newsroom) -> None:
    room.open().draft("weekly")
    room.note("dora")
    room.open().pull()

    assert "dora" in titles(room.open().draft("weekly").issue, "staff")
    assert len(room.open().issues()) == 1


def test_an_edition_too_long_for_gmail_is_cut_and_says_so(room: Newsroom) -> None:
    room.configure("articles: {max: 150}")
    for number in range(110):
        room.note(f"n{number}", summary="What the tide gauges of the old harbour say. " * 5)
    room.open().pull()
    issue = room.open().draft("weekly").issue
    edition = issue.editions[0]
    said = {f.rule: f.message for f in issue.findings["staff"]}

    assert 1 < len(edition.articles) < 111
    assert said["cut-to-fit"].startswith(f"the last {112 - len(edition.articles)} articles")
    assert not {"size-clip", "unsubscribe-clipped"} & set(said)


def test_planning_labels_are_in_no_byte_that_is_kept_for_subscribers(room: Newsroom) -> None:
    issue = room.open().draft("weekly").issue
    printed = json.dumps(
        [to_json(e) for e in issue.editions] + [to_json(m) for m in issue.messages]
    )

    assert "strategy-people" not in printed.lower()
    assert any("Strategy-people" in a.internal_tags for a in room.open().articles())


def test_no_segment_gets_an_article_twice(room: Newsroom) -> None:
    press = room.open()
    issue = press.draft("weekly").issue
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    room.now += timedelta(days=1)
    room.note("dora", age=timedelta(hours=3))
    room.note("late", age=timedelta(days=3))
    later = room.open()
    later.pull()

    assert titles(later.draft("weekly").issue, "staff") == ["dora", "late"]


def test_an_approval_is_bound_to_what_was_seen(room: Newsroom) -> None:
    press = room.open()
    issue = press.draft("weekly").issue

    with pytest.raises(Stale, match="has changed since you looked at it"):
        press.approve(issue.id, by="Ana", content_hash="something else")
    assert press.approve(issue.id, by="Ana", content_hash=issue.content_hash).approved_by == "Ana"


def test_drafting_an_approved_issue_again_keeps_the_approval_only_of_the_same_content(
    room: Newsroom,
) -> None:
    press = room.open()
    press.approve(press.draft("weekly").issue.id, by="Ana")

    assert room.open().draft("weekly").issue.status == "approved"
    room.note("dora")
    room.open().pull()
    voided = room.open().draft("weekly").issue
    assert (voided.status, voided.approved_by) == ("draft", None)


def test_an_edit_makes_an_approved_issue_a_draft_and_is_kept_when_drafted_again(
    room: Newsroom,
) -> None:
    press = room.open()
    issue = press.draft("weekly").issue
    press.approve(issue.id, by="Ana")
    bert = ids(issue, "staff")["bert"]

    edited = press.edit(issue.id, [{"title": bert, "text": "All about bert"}], by="Ben")
    assert edited.status == "draft"
    assert "All about bert" in edited.messages[0].html

    room.note("dora")
    room.open().pull()
    assert "All about bert" in room.open().draft("weekly").issue.messages[0].html


def test_what_changed_since_the_approval_is_told(room: Newsroom) -> None:
    press = room.open()
    issue = press.draft("weekly").issue
    press.approve(issue.id, by="Ana")
    edited = press.edit(issue.id, [{"hide": "https://u.example/bert"}], by="Ben")

    staff = press.changes(edited)["staff"]["approval"]

    assert staff.dropped == ("The story of bert",)
    assert "subject" in staff.reworded
    assert not press.changes(edited)["alumni"]["approval"]


def test_points_are_shown_as_they_decide(room: Newsroom) -> None:
    press = room.open()
    issue = press.draft("weekly").issue

    for edition in issue.editions:
        for article in edition.articles:
            (decision,) = press.why(article.id, issue.id, edition.segment)
            assert issue.points[edition.segment][article.id] == decision.points


def test_an_article_that_changed_beneath_an_edit_is_shown(room: Newsroom) -> None:
    press = room.open()
    issue = press.draft("weekly").issue
    press.edit(issue.id, [{"title": ids(issue, "staff")["bert"], "text": "Mine"}], by="Ben")
    room.note("bert", summary="Something else altogether.")
    room.open().pull()

    found = room.open().draft("weekly").issue.findings["staff"]

    assert "edit-conflict" in {f.rule for f in found}


def test_an_edit_may_name_an_article_by_its_address(room: Newsroom) -> None:
    press = room.open()
    issue = press.draft("weekly").issue

    hidden = press.edit(issue.id, [{"hide": "https://u.example/bert/"}], by="Ben")

    assert titles(hidden, "staff") == ["anna"]


def test_an_editor_adds_an_article_that_no_source_has(room: Newsroom) -> None:
    press = room.open()
    issue = press.draft("weekly").issue
    url = "https://elsewhere.example/x"
    changes = [
        {"add": url},
        {"title": url, "text": "From elsewhere"},
        {"summary": url, "text": "So."},
    ]

    added = press.edit(issue.id, changes, by="Ben")

    other = [{"summary": f"{url}/?utm_source=mail", "text": "So it is."}]
    assert "So it is." in press.edit(issue.id, other, by="Ben").messages[0].text
    assert "From elsewhere" in added.messages[0].html
    assert url in added.messages[0].text
    assert press.rebuild(issue.id).identical


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"hide": "nobody"}, "there is no article 'nobody'"),
        ({"move": "https://u.example/bert", "section": "Sport"}, "there is no section 'Sport'"),
        ({"intro": "Hello", "segment": "pupils"}, "there is no segment 'pupils'"),
    ],
)
def test_an_edit_of_what_is_not_there_says_so_and_changes_nothing(
    room: Newsroom, change: dict[str, str], said: str
) -> None:
    press = room.open()
    issue = press.draft("weekly").issue

    with pytest.raises(UsageError, match=said):
        press.edit(issue.id, [change], by="Ben")
    assert press.issue(issue.id) == issue


def test_everything_that_is_not_there_is_said_at_once_with_its_place_in_the_patch(
    room: Newsroom,
) -> None:
    press = room.open()
    issue = press.draft("weekly").issue
    changes = [
        {"hide": "https://u.example/bert"},
        {"pin": "nobody", "section": "Sport", "segment": "pupils"},
        {"order": "More", "articles": ["https://u.example/bert", "nobody"]},
    ]

    with pytest.raises(BadPatch) as refused:
        press.edit(issue.id, changes, by="Ben")

    assert [(n, said.split(";")[0]) for n, said in refused.value.problems] == [
        (2, "there is no section 'Sport'"),
        (2, "there is no segment 'pupils'"),
        (2, "there is no article 'nobody'"),
        (3, "there is no article 'nobody'"),
    ]
    assert press.issue(issue.id) == issue


def test_what_was_delayed_comes_in_the_next_issue(room: Newsroom) -> None:
    press = room.open()
    issue = press.draft("weekly").issue
    delayed = press.edit(issue.id, [{"delay": "https://u.example/bert"}], by="Ben")
    press.approve(delayed.id, by="Ana")
    press.send(delayed.id)
    room.now += WEEK

    assert titles(room.open().draft("weekly").issue, "staff") == ["bert"]


def test_errors_hold_an_approval_back_unless_overridden_by_name(room: Newsroom) -> None:
    press = room.open()
    issue = press.draft("weekly").issue
    bad = Finding(rule="alt-missing", severity="error", message="the picture has no description")
    broken = replace(issue, findings={"staff": (bad,)})
    press._services.issues.save(broken, press._services.issues.lock(issue.id), was=issue)

    with pytest.raises(Held, match="alt-missing"):
        press.approve(issue.id, by="Ana")
    passed = press.approve(
        issue.id, by="Ana", overrides=[{"rule": "alt-missing", "reason": "it is decoration"}]
    )
    assert passed.overrides == ({"rule": "alt-missing", "reason": "it is decoration", "by": "Ana"},)


def test_too_few_articles_skip_the_issue_with_a_reason_and_no_email(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, "articles: {min: 3}")
    room.note("anna")
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue

    assert (issue.status, issue.messages) == ("skipped", ())
    assert issue.reason == "no segment has the 3 new articles that an edition needs"
    with pytest.raises(WrongState):
        press.send(issue.id)


def test_a_short_edition_is_absent_and_the_others_stay(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, "articles: {min: 2}")
    room.note("anna")
    room.note("bert", "EU")
    press = room.open()
    press.pull()

    assert [e.segment for e in press.draft("weekly").issue.editions] == ["staff"]


def test_a_required_section_holds_the_issue_and_says_what_is_missing(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW)
    text = (tmp_path / "feeds.yaml").read_text().replace("max: 2}", "max: 2, required: true}")
    (tmp_path / "feeds.yaml").write_text(text)
    room.note("anna")
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue

    assert issue.status == "held"
    assert "staff: Europe has 0 of 1 articles" in (issue.reason or "")
    with pytest.raises(WrongState):
        press.approve(issue.id, by="Ana")


def test_an_issue_is_built_again_to_the_byte_after_its_articles_changed(room: Newsroom) -> None:
    press = room.open()
    issue = press.draft("weekly").issue
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    room.note("bert", title="Something else", summary="Another thing.")
    room.open().pull()

    assert room.open().rebuild(issue.id).identical


def test_a_changed_template_is_the_first_difference(room: Newsroom, tmp_path: Path) -> None:
    issue = room.open().draft("weekly").issue
    own = tmp_path / "templates" / "email" / "weekly"
    own.mkdir(parents=True)
    (own / "subject.txt").write_text("Other: {{ edition.subject if edition else '' }}")

    found = room.open().rebuild(issue.id)

    assert not found.identical
    assert found.first_difference == "template weekly/subject.txt"


def test_why_tells_for_each_segment(room: Newsroom) -> None:
    press = room.open()
    issue = press.draft("weekly").issue
    cora = ids(issue, "alumni")["cora"]

    staff, alumni = press.why(cora)

    assert (staff.included, alumni.included) == (False, True)
    assert staff.decided_by == ("segments.staff.match",)
    assert press.why(cora, segment="alumni") == [alumni]
    with pytest.raises(Unknown, match="there is no segment 'x'"):
        press.why(cora, segment="x")
    with pytest.raises(UsageError, match="there is no article"):
        press.why("nobody")


def test_a_newsletter_that_is_not_there_names_those_that_are(room: Newsroom) -> None:
    with pytest.raises(Unknown, match="there is no newsletter 'daily'; known: weekly"):
        room.open().draft("daily")


def test_a_discarded_issue_is_out_of_the_way(room: Newsroom) -> None:
    press = room.open()
    first = press.draft("weekly").issue
    press.discard(first.id, by="Ana")
    second = press.draft("weekly").issue

    assert second.id == "weekly-2026-01-12-2"
    assert second.number == first.number == 1
    with pytest.raises(WrongState, match="is discarded, so it cannot be edited"):
        press.edit(first.id, [{"intro": "x"}], by="Ana")


def test_a_broken_source_is_told_and_the_others_go_on(room: Newsroom, tmp_path: Path) -> None:
    text = (tmp_path / "feeds.yaml").read_text()
    (tmp_path / "feeds.yaml").write_text(
        text.replace("sources:\n", "sources:\n  gone: {feed: gone.xml}\n")
    )
    room.note("dora")

    gone, notes = room.open().pull()

    assert (gone.status, notes.status, notes.new) == ("failed", "ok", 1)
    assert "gone.xml" in (gone.error or "")


def test_two_drafts_at_once_make_one_issue(room: Newsroom) -> None:
    one, other = room.open(), room.open()
    first = one.draft("weekly").issue
    lock = one._services.issues.lock(first.id)

    with pytest.raises(DigestError):
        other._services.issues.save(first, lock, was=None)
    with pytest.raises(Stale):
        other._services.issues.save(first, lock, was=replace(first, number=7))


def test_a_logo_that_changes_after_the_approval_changes_no_email(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW)
    text = (tmp_path / "feeds.yaml").read_text()
    (tmp_path / "feeds.yaml").write_text(
        text.replace("postal_address", "brand: {logo: logo.png}\n  postal_address")
    )
    Image.new("RGB", (40, 20), "blue").save(tmp_path / "logo.png")
    room.note("anna")
    room.subscribe(("s@u.example", "staff"))
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    press.approve(issue.id, by="Ana")
    Image.new("RGB", (80, 60), "red").save(tmp_path / "logo.png")

    done = room.open().send(issue.id)

    assert done.sent == 1
    assert room.open().rebuild(issue.id).identical


def test_passing_an_error_over_needs_a_reason(room: Newsroom) -> None:
    press = room.open()
    issue = press.draft("weekly").issue

    with pytest.raises(UsageError, match="needs a reason"):
        press.approve(issue.id, by="Ana", overrides=[{"rule": "contrast", "reason": " "}])


def test_a_broken_template_is_found_before_anything_is_drafted(
    room: Newsroom, tmp_path: Path
) -> None:
    own = tmp_path / "templates" / "email" / "weekly"
    own.mkdir(parents=True)
    (own / "subject.txt").write_text("{{ no.such.thing }}")

    (found,) = [f for f in room.open().check() if f.severity == "error"]

    assert found.rule == "template"
    assert "subject.txt:1" in found.message


def test_an_edit_that_changes_no_edition_yet_is_kept(room: Newsroom) -> None:
    press = room.open()
    issue = press.draft("weekly").issue
    room.note("dora")
    room.open().pull()
    (dora,) = [a.id for a in room.open().articles() if a.title.endswith("dora")]

    press.edit(issue.id, [{"delay": dora}], by="Ben")

    assert [e.article for e in room.open()._services.issues.edits(issue.id)] == [dora]
    assert "dora" not in titles(room.open().draft("weekly").issue, "staff")


def test_a_test_to_what_is_no_address_is_a_sentence(room: Newsroom) -> None:
    press = room.open()
    issue = press.draft("weekly").issue

    for address in ("me@u.example\r\nRCPT TO:<x@u.example>", "nobody", "", "a@b@c", "é@u.example"):
        with pytest.raises(DigestError):
            press.send(issue.id, f"folder:{room.folder}/test", [address])
    assert not [*(room.folder / "test").glob("*.eml")]


def test_nobody_approves_without_a_name(room: Newsroom) -> None:
    press = room.open()
    issue = press.draft("weekly").issue

    with pytest.raises(UsageError, match="needs the name"):
        press.approve(issue.id, by=" ")
    assert press.issue(issue.id).status == "draft"


def test_an_approval_is_bound_to_the_sender_too(room: Newsroom) -> None:
    press = room.open()
    press.approve(press.draft("weekly").issue.id, by="Ana")
    file = room.folder / "feeds.yaml"
    file.write_text(file.read_text().replace("News <news@u.example>", "Other <other@u.example>"))

    again = room.open().draft("weekly")

    assert (again.changed, again.issue.status, again.issue.approved_by) == (True, "draft", None)


def test_a_newsletter_has_one_open_issue_however_many_draft_it(room: Newsroom) -> None:
    press = room.open()
    first = press.draft("weekly").issue
    other = replace(first, id="weekly-2026-01-12-2")

    with pytest.raises(Stale, match="another process made one"):
        press._services.issues.save(other, press._services.issues.lock(first.id), was=None)


def test_what_was_added_by_hand_is_not_sent_again_when_a_source_brings_it(room: Newsroom) -> None:
    press = room.open()
    issue = press.draft("weekly").issue
    url = "https://u.example/zora"
    changes = [{"add": url, "segment": "staff"}, {"title": url, "text": "Zora"}]
    press.edit(issue.id, changes, by="Ben")
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    room.now += WEEK
    room.note("zora")
    room.note("yves")
    room.open().pull()

    assert titles(room.open().draft("weekly").issue, "staff") == ["yves"]


def _sent_with(room: Newsroom, change: dict[str, str]) -> None:
    press = room.open()
    issue = press.draft("weekly").issue
    press.edit(issue.id, [change], by="Ben")
    press.approve(issue.id, by="Ana")
    press.send(issue.id)


def test_a_delay_until_a_day_waits_for_it(room: Newsroom) -> None:
    _sent_with(room, {"delay": "https://u.example/bert", "until": "2026-01-25"})
    room.now += WEEK
    room.note("dora")
    room.open().pull()
    assert titles(room.open().draft("weekly").issue, "staff") == ["dora"]
    room.now += WEEK

    assert "bert" in titles(room.open().draft("weekly").issue, "staff")


def test_what_was_hidden_stays_hidden_when_articles_are_carried_over(room: Newsroom) -> None:
    room.configure("when_short: carry-over")
    _sent_with(room, {"hide": "https://u.example/bert"})
    room.now += WEEK
    room.note("dora")
    room.open().pull()

    assert titles(room.open().draft("weekly").issue, "staff") == ["dora"]


def test_an_approval_does_not_survive_a_new_error(room: Newsroom) -> None:
    room.note("bert", title="Our Strategic-growth year")
    press = room.open()
    press.pull()
    press.approve(press.draft("weekly").issue.id, by="Ana")
    file = room.folder / "feeds.yaml"
    file.write_text(file.read_text().replace('"Strategy-*"]', '"Strategy-*", "Strategic-growth"]'))

    again = room.open().draft("weekly").issue

    assert (again.status, again.approved_by) == ("draft", None)
    assert "planning-label" in {f.rule for f in again.findings["staff"]}


def _send(room: Newsroom) -> None:
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    press.approve(issue.id, by="Ana")
    press.send(issue.id)


def test_a_notice_stands_in_every_issue_until_its_end(room: Newsroom) -> None:
    _sent_with(room, {"notice": "The library is closed", "until": "2026-01-23"})
    seen: list[bool] = []
    for name in ("dora", "eric"):
        room.now += WEEK
        room.note(name)
        room.open().pull()
        issue = room.open().draft("weekly").issue
        seen.append("The library is closed" in issue.messages[0].text)
        assert room.open().rebuild(issue.id).identical
        _send(room)

    assert seen == [True, False]


def test_a_notice_may_be_ended_early_for_good(room: Newsroom) -> None:
    _sent_with(room, {"notice": "Closed", "until": "2026-03-01"})
    room.now += WEEK
    room.note("dora")
    room.open().pull()
    press = room.open()
    issue = press.draft("weekly").issue
    press.edit(issue.id, [{"notice": "Closed", "until": "2026-01-15"}], by="Ben")
    _send(room)
    room.now += WEEK
    room.note("eric")
    room.open().pull()

    assert "Closed" not in room.open().draft("weekly").issue.messages[0].text


def test_what_was_delayed_waits_through_an_issue_without_that_edition(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, "articles: {min: 2}")
    for name, tags in (("anna", ("EU",)), ("bert", ("EU",)), ("cora", ("Alumni",))):
        room.note(name, *tags)
    room.subscribe(("s@u.example", "staff"), ("a@u.example", "alumni"))
    room.open().pull()
    _sent_with(room, {"delay": "https://u.example/cora", "segment": "alumni"})
    room.now += WEEK
    room.note("dora")
    room.note("erin")
    _send(room)
    assert room.open().issues()[-1].printed.keys() == {"staff"}
    room.now += WEEK
    room.note("fred", "Alumni")
    room.open().pull()

    assert titles(room.open().draft("weekly").issue, "alumni") == ["fred", "cora"]


def test_why_and_the_next_window_know_what_was_cut_to_fit(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, "articles: {max: 120}\nwhen_short: carry-over")
    for n in range(120):
        room.note(
            f"story{n:03}",
            summary=f"story{n:03} " + "wörd " * 40 + ".",
            title="Größe " * 20 + f"{n:03}",
            age=timedelta(hours=n + 1),
        )
    room.subscribe(("s@u.example", "staff"))
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    (held,) = issue.editions
    out = sorted({a.id for a in press.articles()} - {a.id for a in held.articles})

    assert len(issue.messages[0].html.encode()) <= 100_000
    assert out
    assert "cut-to-fit" in {f.rule for f in issue.findings["staff"]}
    assert {d.decided_by for d in press.why(out[0], issue.id, "staff")} == {("cut-to-fit",)}
    assert {*issue.points["staff"]} == {a.id for a in held.articles}
    assert room.open().rebuild(issue.id).identical
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    room.now += WEEK
    carried = room.open().draft("weekly").issue.editions[0].articles
    assert {a.id for a in carried} <= {*out}


def test_an_edit_drafts_the_segments_of_its_issue_only(room: Newsroom) -> None:
    press = room.open()
    issue = press.draft("weekly", ["alumni"]).issue

    edited = press.edit(issue.id, [{"intro": "Hello"}], by="Ben")

    assert [e.segment for e in edited.editions] == ["alumni"]


def test_why_takes_an_address(room: Newsroom) -> None:
    press = room.open()
    bert = ids(press.draft("weekly").issue, "staff")["bert"]

    assert press.why("https://u.example/bert") == press.why(bert)


def test_a_source_address_is_in_no_lock(room: Newsroom) -> None:
    press = room.open()
    lock = press._services.issues.lock(press.draft("weekly").issue.id)

    assert lock["priorities"] == {"notes": 0}
    assert "location" not in json.dumps(lock)


def test_the_difference_is_to_the_last_issue_that_the_segment_had(room: Newsroom) -> None:
    _send(room)
    for name in ("dora", "eric"):
        room.now += WEEK
        room.note(name, *(["EU"] if name == "eric" else []))
        room.open().pull()
        if name == "dora":
            _send(room)
    press = room.open()
    staff = press.changes(press.draft("weekly").issue)["staff"]["last_issue"]

    assert staff.added == ("The story of eric",)
    assert staff.dropped == ("The story of dora",)


def test_edits_of_a_skipped_issue_go_on_to_the_next(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, "articles: {min: 2}")
    for name in ("anna", "bert"):
        room.note(name)
    room.open().pull()
    press = room.open()
    issue = press.draft("weekly").issue
    changes = [
        {"hide": "https://u.example/anna"},
        {"delay": "https://u.example/bert", "until": "2026-02-20"},
        {"notice": "Closed", "until": "2026-02-01"},
        {"intro": "Dear all"},
    ]
    assert press.edit(issue.id, changes, by="Ben").status == "skipped"
    room.now += WEEK
    for name in ("cora", "dora", "eric"):
        room.note(name)
    press = room.open()
    press.pull()
    next_ = press.draft("weekly", slot=Slot(key="x", sent=room.now, drafted=room.now)).issue

    assert next_.id != issue.id
    assert sorted(titles(next_, "staff")) == ["cora", "dora", "eric"]
    assert "Closed" in next_.messages[0].text
    assert "Dear all" not in next_.messages[0].text
    room.now += 5 * WEEK
    third = room.open().draft("weekly", slot=Slot(key="y", sent=room.now, drafted=room.now)).issue
    assert "bert" in titles(third, "staff")
    assert "anna" not in titles(third, "staff")


@pytest.mark.parametrize("when", ["skip", "carry-over", "back-fill"])
def test_a_delay_until_a_day_holds_whatever_becomes_of_short_editions(
    room: Newsroom, when: str
) -> None:
    room.configure(f"when_short: {when}\narticles: {{min: 1, max: 3}}")
    _sent_with(room, {"delay": "https://u.example/bert", "until": "2026-03-01"})
    for name in ("dora", "eric"):
        room.now += WEEK
        room.note(name)
        room.open().pull()
        assert "bert" not in titles(room.open().draft("weekly").issue, "staff")
        _send(room)
    room.now = NOW + 7 * WEEK
    room.note("fred")
    room.open().pull()

    assert "bert" in titles(room.open().draft("weekly").issue, "staff")


def test_what_was_added_by_hand_is_one_article_with_what_a_source_brings(room: Newsroom) -> None:
    press = room.open()
    issue = press.draft("weekly").issue
    url = "https://u.example/late"
    changes = [
        {"add": url},
        {"add": f"{url}/?utm_source=mail"},
        {"title": url, "text": "Hand-written"},
    ]
    press.edit(issue.id, changes, by="Ben")
    room.note("late")
    room.open().pull()
    again = room.open().draft("weekly").issue

    assert again.messages[0].text.count("u.example/late") == 1
    assert "Hand-written" in again.messages[0].text
    hidden = room.open().edit(again.id, [{"hide": url}], by="Ben")
    assert "u.example/late" not in hidden.messages[0].text


def test_what_was_added_by_hand_and_delayed_comes_as_it_was_worded(room: Newsroom) -> None:
    press = room.open()
    issue = press.draft("weekly").issue
    url = "https://elsewhere.example/x"
    press.edit(issue.id, [{"add": url}, {"title": url, "text": "From elsewhere"}], by="Ben")
    press.edit(issue.id, [{"delay": url}], by="Ben")
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    room.now += WEEK
    room.note("dora")
    room.open().pull()
    issue = room.open().draft("weekly").issue

    assert "From elsewhere" in issue.messages[0].text
    assert room.open().rebuild(issue.id).identical


def test_why_tells_what_came_after_the_draft_and_what_a_segment_has_had(room: Newsroom) -> None:
    press = room.open()
    issue = press.draft("weekly").issue
    anna, bert = ids(issue, "staff")["anna"], ids(issue, "staff")["bert"]
    press.edit(issue.id, [{"hide": bert}], by="Ben")
    room.note("late")
    room.open().pull()
    (late,) = room.open().why("https://u.example/late", issue.id, "staff")
    assert (late.included, late.decided_by) == (False, ("pulled after the issue was drafted",))
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    room.now += WEEK
    room.note("dora")
    room.open().pull()
    second = room.open().draft("weekly").issue.id

    (had,) = room.open().why(anna, second, "staff")
    assert "ledger" in had.decided_by
    assert f"nothing: issue {issue.id} had it" in had.would_change
    (hidden,) = room.open().why(bert, second, "staff")
    assert "edit.hide" in hidden.decided_by
    assert room.open().why(anna, issue.id, "staff")[0].included


def test_a_segment_that_has_had_nothing_gathers_until_it_has_enough(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, "articles: {min: 3}")
    for name in ("anna", "bert", "cora"):
        room.note(name)
        press = room.open()
        press.pull()
        issue = press.draft("weekly", slot=Slot(key=name, sent=room.now, drafted=room.now)).issue
        room.now += WEEK

    assert (issue.status, titles(issue, "staff")) == ("draft", ["cora", "bert", "anna"])


def test_an_open_draft_keeps_where_its_window_starts(room: Newsroom) -> None:
    first = room.open().draft("weekly").issue
    room.now += timedelta(days=6, hours=23)

    assert room.open().draft("weekly").issue.editions == first.editions


def test_a_conflict_is_shown_where_the_article_had_changed_before_the_edit(room: Newsroom) -> None:
    press = room.open()
    issue = press.draft("weekly").issue
    room.note("bert", summary="RETRACTED")
    room.open().pull()

    bert = {"title": "https://u.example/bert", "text": "Mine"}
    edited = room.open().edit(issue.id, [bert], by="Ben")

    assert "edit-conflict" in {f.rule for f in edited.findings["staff"]}


def test_a_vanished_edition_and_another_sender_are_shown_as_changes(room: Newsroom) -> None:
    press = room.open()
    issue = press.draft("weekly").issue
    press.approve(issue.id, by="Ana")
    file = room.folder / "feeds.yaml"
    file.write_text(file.read_text().replace("News <news@u.example>", "Other <other@u.example>"))
    again = room.open().draft("weekly").issue
    assert room.open().changes(again)["staff"]["approval"].reworded == (
        "sender, title, brand or template",
    )

    gone = [{"hide": ids(issue, "alumni")[name], "segment": "alumni"} for name in ("anna", "cora")]
    edited = room.open().edit(issue.id, gone, by="Ben")
    assert [e.segment for e in edited.editions] == ["staff"]
    assert len(room.open().changes(edited)["alumni"]["approval"].dropped) == 2


def test_renamed_segments_are_drafted_for_those_there_are(room: Newsroom) -> None:
    issue = room.open().draft("weekly").issue
    file = room.folder / "feeds.yaml"
    text = file.read_text().replace("staff:", "people:").replace("alumni:", "friends:")
    file.write_text(text.replace("[staff, alumni]", "[people, friends]"))

    edited = room.open().edit(issue.id, [{"intro": "Hello"}], by="Ben")

    assert [e.segment for e in edited.editions] == ["people", "friends"]


def test_a_skipped_issue_may_be_given_up(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW)
    press = room.open()
    issue = press.draft("weekly").issue

    assert (issue.status, press.discard(issue.id, by="Ana").status) == ("skipped", "discarded")


def test_an_article_that_is_filed_after_the_issue_of_its_date_is_in_the_next_one(
    room: Newsroom,
) -> None:
    _send(room)
    room.now += WEEK
    room.note("dora", age=timedelta(days=8))
    room.note("eric")
    room.open().pull()

    assert titles(room.open().draft("weekly").issue, "staff") == ["eric", "dora"]


def test_what_waits_for_one_segment_is_not_pinned_for_another(room: Newsroom) -> None:
    press = room.open()
    issue = press.draft("weekly").issue
    url = "https://elsewhere.example/x"
    changes = [
        {"add": url},
        {"hide": url, "segment": "staff"},
        {"delay": url, "segment": "alumni"},
    ]
    press.edit(issue.id, changes, by="Ben")
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    room.now += WEEK
    room.note("dora", "EU")
    room.open().pull()
    staff, alumni = room.open().draft("weekly").issue.messages

    assert url not in staff.text
    assert url in alumni.text


def test_what_was_added_without_a_headline_holds_the_approval(room: Newsroom) -> None:
    press = room.open()
    issue = press.draft("weekly").issue
    url = "https://elsewhere.example/x"
    press.edit(issue.id, [{"add": url, "segment": "staff"}], by="Ben")

    with pytest.raises(Held, match="headline-missing"):
        press.approve(issue.id, by="Ana")
    press.edit(issue.id, [{"title": url, "text": "From elsewhere"}], by="Ben")
    assert press.approve(issue.id, by="Ana").status == "approved"


def test_a_picture_that_cannot_be_fetched_is_told(room: Newsroom) -> None:
    room.configure("images: attach")
    press = room.open()
    issue = press.draft("weekly").issue
    bert = ids(issue, "staff")["bert"]
    assert "picture-lost" not in {f.rule for f in issue.findings["staff"]}

    picture = {"picture": bert, "url": "https://u.example/none.png", "alt": "A boat"}
    edited = press.edit(issue.id, [picture], by="Ben")

    (lost,) = [f for f in edited.findings["staff"] if f.rule == "picture-lost"]
    assert (lost.severity, str(lost.where)) == ("error", f"article {bert}")


def test_a_draft_older_than_its_newsletter_or_its_look_is_told(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW)
    room.note("anna", "EU")
    press = room.open()
    press.pull()
    press.draft("weekly")
    assert [f for f in press.check() if f.rule == "draft-old"] == []

    file = tmp_path / "feeds.yaml"
    file.write_text(file.read_text().replace("title: This week", "title: The week"))
    (told,) = [f for f in room.open().check() if f.rule == "draft-old"]
    assert "before feeds.yaml changed" in told.message
    look = tmp_path / "templates" / "email" / "weekly"
    look.mkdir(parents=True)
    (look / "subject.txt").write_text("{{ edition.subject }}!")
    (told,) = [f for f in room.open().check() if f.rule == "draft-old"]
    assert "before its look and feeds.yaml changed" in told.message
    room.open().draft("weekly")
    assert [f for f in room.open().check() if f.rule == "draft-old"] == []
