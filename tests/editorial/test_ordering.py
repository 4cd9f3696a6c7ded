from __future__ import annotations

from dataclasses import replace

import pytest

from digest.editorial.edits import add
from digest.editorial.ordering import placed
from digest.editorial.patch_reading import read_patch
from digest.editorial.why import explain
from digest.errors import UsageError
from digest.model import Edit, Edition, Rule, Section, SectionRule
from tests.helpers.make import NOW, article, chosen, edit, met, newsletter, past, segment, selector

ARTS = SectionRule(title="Arts", match=Rule(any=("Arts",)))
NEWS = newsletter(ARTS, SectionRule(title="More", rest=True))
POOL = [article(name, "Arts" if name in "ab" else "Other") for name in "abcdef"]
RANKED = {"Arts": ["a", "b"], "More": ["c", "d", "e", "f"]}


def edition(name: str = "all") -> Edition:
    sections = tuple(
        Section(title=title, articles=tuple(article(id_) for id_ in ids))
        for title, ids in RANKED.items()
    )
    return Edition(segment=name, subject="S", preheader="P", sections=sections)


def read(*changes: dict[str, object]) -> tuple[Edit, ...]:
    return read_patch([*changes], by="Ana", at=NOW, zone="UTC")


def made(*changes: dict[str, object]) -> dict[str, list[str]]:
    return chosen(NEWS, POOL, [*placed(read(*changes), [edition()])])


def test_without_an_order_the_rank_decides() -> None:
    assert chosen(NEWS, POOL) == RANKED


@pytest.mark.parametrize(
    ("change", "arts", "more"),
    [
        ({"move": "e", "place": 2}, "ab", "cedf"),
        ({"move": "c", "place": 99}, "ab", "defc"),
        ({"move": "e", "section": "Arts", "place": 2}, "aeb", "cdf"),
        ({"pin": "f", "section": "More", "place": 3}, "ab", "cdfe"),
        ({"order": "More", "articles": ["f", "d"]}, "ab", "fdce"),
    ],
)
def test_a_story_stands_where_its_editor_puts_it(
    change: dict[str, object], arts: str, more: str
) -> None:
    assert made(change) == {"Arts": [*arts], "More": [*more]}


def test_what_is_new_stands_behind_an_order_and_a_later_pin_before_it() -> None:
    order = read({"order": "More", "articles": ["d", "c"]})
    newer = [*POOL, article("z", age=NOW - NOW)]

    assert chosen(NEWS, newer, order)["More"][:3] == ["d", "c", "z"]
    assert chosen(NEWS, newer, [*order, edit("pin", "e")])["More"][:3] == ["e", "d", "c"]
    assert chosen(NEWS, newer, [edit("pin", "e"), *order])["More"][:3] == ["d", "c", "e"]


def test_a_place_speaks_to_each_edition_by_its_own_order() -> None:
    other = replace(edition("other"), sections=edition().sections[1:][::-1])
    orders = [*placed(read({"move": "f", "place": 1}), [edition(), other])]

    assert [(e.segment, e.section) for e in orders] == [("all", "More"), ("other", "More")]
    with pytest.raises(UsageError, match="no place to move to"):
        [*placed(read({"move": "z", "place": 1}), [edition()])]


def test_a_later_order_of_a_section_takes_the_place_of_the_earlier_one() -> None:
    held = add((), read({"order": "More", "articles": ["d"]}, {"order": "Arts", "articles": ["b"]}))

    assert [e.articles for e in add(held, read({"order": "More", "articles": ["c"]}))] == [
        ("b",),
        ("c",),
    ]
    assert add(held, read({"order": "More", "articles": [], "undo": True})) == held[1:]


def test_why_says_that_an_editor_put_it_there() -> None:
    order = read({"order": "More", "articles": ["d", "c"]})
    found = selector(NEWS, POOL, order)
    had = met(past(), POOL)

    assert "edit.order" in explain(found, "d", segment(), had).decided_by
    assert explain(found, "d", segment(), had).rank == 3
    assert "edit.order" not in explain(found, "e", segment(), had).decided_by


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"move": "a"}, "move needs section, place or both"),
        ({"move": "a", "place": 0}, "place is a number"),
        ({"move": "a", "place": "two"}, "place is a number"),
        ({"pin": "a", "place": True}, "place is a number"),
        ({"order": "More"}, "order needs articles"),
        ({"order": "More", "articles": [3]}, "order needs articles"),
    ],
)
def test_what_is_no_place_is_a_sentence(change: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read(change)
