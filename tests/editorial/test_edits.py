from __future__ import annotations

from datetime import timedelta

import pytest

from digest.editorial.edits import add, apply, conflicts
from digest.editorial.patch_reading import read_patch
from digest.errors import UsageError
from digest.model import Edit, Edition, Image, Section
from tests.helpers.make import DAY, NOW, SENT, article, edit

PATCH = [
    {"pin": "a", "section": "Europe", "why": "the minister comes"},
    {"title": "a", "text": "A better headline"},
    {"delay": "b", "until": "2026-02-01"},
    {"intro": "Dear all", "segment": "staff"},
    {"notice": "The library is closed", "url": "https://u.example/l", "until": "2026-01-20"},
]


def read(data: object) -> tuple[Edit, ...]:
    return read_patch(data, by="Ana", at=NOW, zone="Europe/London")


def edition(segment: str = "staff") -> Edition:
    one = article("a", image=Image(url="https://u.example/p.png"))
    return Edition(
        segment=segment,
        subject="Subject",
        preheader="Before",
        sections=(Section(title="News", articles=(one, article("b"))),),
    )


def test_a_patch_says_who_when_and_why() -> None:
    pin, *_ = read(PATCH)

    assert (pin.verb, pin.article, pin.section) == ("pin", "a", "Europe")
    assert (pin.by, pin.at, pin.why) == ("Ana", NOW, "the minister comes")


def test_a_patch_with_mistakes_names_them_all() -> None:
    wrong = [
        {"pin": "a", "hide": "b"},
        {"move": "a"},
        {"delay": "a", "until": "soon"},
        3,
        {"pni": "a"},
    ]

    with pytest.raises(UsageError) as caught:
        read(wrong)

    said = str(caught.value).splitlines()
    assert [line.split(":")[0] for line in said] == [f"change {n}" for n in range(1, 6)]
    assert "move needs section" in said[1]


def test_a_patch_is_a_list() -> None:
    with pytest.raises(UsageError, match="a list of changes"):
        read({"pin": "a"})


def test_a_later_change_takes_the_place_of_its_forerunner() -> None:
    held = add((), read([{"title": "a", "text": "One"}, {"title": "a", "text": "Two"}]))

    assert [e.value for e in held] == ["Two"]


def test_hiding_undoes_a_pin_and_pinning_undoes_a_hide() -> None:
    held = add((), read([{"pin": "a"}, {"hide": "a"}]))

    assert [e.verb for e in held] == ["hide"]
    assert [e.verb for e in add(held, read([{"pin": "a"}]))] == ["pin"]


def test_words_are_the_editors_for_the_segment_that_was_meant() -> None:
    edits = read([*PATCH, {"subject": "For all"}, {"subject": "For staff", "segment": "staff"}])

    staff, other = apply(edition(), edits, SENT), apply(edition("alumni"), edits, SENT)

    assert (staff.subject, staff.intro) == ("For staff", "Dear all")
    assert (other.subject, other.intro) == ("For all", None)
    assert staff.articles[0].title == "A better headline"
    assert staff.notices[0].text == "The library is closed"


def test_the_last_word_stands_for_the_segment_or_for_all() -> None:
    mine = read([{"intro": "Staff", "segment": "staff"}, {"intro": "All"}])
    assert apply(edition(), mine, SENT).intro == "All"

    none = add(mine, read([{"intro": "", "segment": "staff"}]))
    assert apply(edition(), none, SENT).intro is None
    assert apply(edition("alumni"), none, SENT).intro == "All"


def test_an_emptied_headline_is_the_articles_own_again() -> None:
    edits = add(
        read([{"title": "a", "text": "For all"}]),
        read([{"title": "a", "text": "", "segment": "staff"}]),
    )

    assert apply(edition(), edits, SENT).articles[0].title == edition().articles[0].title
    assert apply(edition("alumni"), edits, SENT).articles[0].title == "For all"


def test_a_notice_of_the_same_words_takes_the_place_of_the_earlier_one() -> None:
    edits = read([{"notice": "Closed", "until": "2026-02-01"}])
    over = add(edits, read([{"notice": "Closed", "until": "2026-01-11"}]))

    assert len(apply(edition(), edits, SENT).notices) == 1
    assert apply(edition(), over, SENT).notices == ()


def test_a_notice_ends() -> None:
    for over in ("2026-01-11", SENT.isoformat()):
        edits = read([{"notice": "Soon over", "until": over}])
        assert apply(edition(), edits, SENT).notices == ()


def test_a_notice_is_shown_on_its_last_day() -> None:
    edits = read([{"notice": "Today", "until": "2026-01-12"}])

    assert [n.text for n in apply(edition(), edits, SENT).notices] == ["Today"]


def test_empty_words_take_a_change_back() -> None:
    edits = add(read([{"subject": "Mine"}]), read([{"subject": ""}]))

    assert apply(edition(), edits, SENT).subject == "Subject"


def test_a_picture_is_replaced_described_or_taken_away() -> None:
    def pictured(change: dict[str, str]) -> Image | None:
        return apply(edition(), read([{"picture": "a", **change}]), SENT).articles[0].image

    assert pictured({"alt": "A boat"}) == Image(url="https://u.example/p.png", alt="A boat")
    assert pictured({"url": "https://u.example/q.png"}) == Image(url="https://u.example/q.png")
    assert pictured({}) is None


def test_one_change_is_taken_back_and_no_other() -> None:
    held = add(
        (),
        read(
            [
                {"hide": "a"},
                {"hide": "a", "segment": "staff"},
                {"title": "a", "text": "Mine"},
                {"picture": "a"},
                {"notice": "One"},
                {"notice": "Two"},
            ]
        ),
    )

    left = add(
        held,
        read(
            [
                {"hide": "a", "segment": "staff", "undo": True},
                {"title": "a", "undo": True},
                {"notice": "One", "undo": True},
            ]
        ),
    )

    assert [e for e in held if e not in left] == [held[1], held[2], held[4]]
    with pytest.raises(UsageError, match="there is no change pin a to undo"):
        add(held, read([{"pin": "a", "undo": True}]))


def test_a_change_for_all_editions_takes_the_place_of_those_for_one() -> None:
    held = add((), read([{"subject": "Staff", "segment": "staff"}, {"hide": "a", "segment": "b"}]))

    assert add(held, read([{"subject": "All"}, {"pin": "a"}])) == (
        *read([{"subject": "All"}, {"pin": "a"}]),
    )


def test_empty_words_leave_nothing_behind() -> None:
    held = add((), read([{"title": "a", "text": "Mine"}, {"intro": "Dear all"}]))

    assert add(held, read([{"title": "a", "text": " "}, {"intro": ""}])) == ()


def test_empty_words_for_one_edition_give_it_back_what_was_changed_for_all() -> None:
    changed = read([{"title": "a", "text": "Mine"}, {"subject": "Mine"}])
    edits = add(
        add((), changed),
        read([{"title": "a", "text": "", "segment": "staff"}, {"subject": "", "segment": "staff"}]),
    )

    staff, alumni = apply(edition(), edits, SENT), apply(edition("alumni"), edits, SENT)

    assert (staff.subject, staff.articles[0].title) == ("Subject", "Title a")
    assert (alumni.subject, alumni.articles[0].title) == ("Mine", "Mine")


def test_what_is_printed_in_one_line_is_one_line() -> None:
    edits = read([{"subject": "One\r\n two "}, {"title": "a", "text": "A\nB"}, {"intro": "A\r\nB"}])

    assert [e.value for e in edits] == ["One two", "A B", "A\nB"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"add": "notanaddress"}, "add is a web address"),
        ({"add": "javascript:alert(1)"}, "add is a web address"),
        ({"add": "https://["}, "add is a web address"),
        ({"add": "https://"}, "add is a web address"),
        ({"hide": "https://["}, "hide is a web address"),
        ({"picture": "a", "url": "http://[::1"}, "url is a web address"),
        ({"picture": "a", "url": "data:image/png;base64,xx"}, "url is a web address"),
        ({"notice": "N", "url": "javascript:x"}, "url is a web address"),
        ({"notice": ""}, "notice is a text"),
        ({"notice": "N", "from": "2026-02-02", "until": "2026-02-01"}, "comes before from"),
        ({"delay": "a", "until": "2026-01-11"}, "until 2026-01-11 is over"),
        ({"title": "a", "text": "half \ud800"}, "text holds a character that no text has"),
        ({"hide": "a", "why": 3}, "why is a text"),
        ({"hide": "a", "undo": "yes"}, "undo is true, or left out"),
        ({"hide": " "}, "hide names an article"),
    ],
)
def test_what_no_editor_means_is_a_sentence(change: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read([change])


@pytest.mark.parametrize("name", ["", "  ", "\ud800"])
def test_a_change_has_a_name(name: str) -> None:
    with pytest.raises(UsageError, match="needs the name"):
        read_patch([{"hide": "a"}], by=name, at=NOW, zone="UTC")


def test_an_article_that_changed_beneath_an_edit_is_a_conflict() -> None:
    mine = [edit("title", "a", value="Mine", base="then"), edit("hide", "b", base="then")]

    (found,) = conflicts(mine, {"a": "now", "b": "now"})

    assert (found.rule, str(found.where)) == ("edit-conflict", "article a")
    assert [*conflicts(mine, {"a": "then"})] == []


def test_a_delay_holds_its_day_in_the_publications_zone() -> None:
    (delay,) = read([{"delay": "a", "until": "2026-07-01"}])

    assert delay.start is not None
    assert delay.start.utcoffset() == timedelta(hours=1)
    assert delay.start - NOW > 100 * DAY
