from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from digest.editorial.compare import compare, read_beside
from digest.editorial.selection_findings import selection_findings
from digest.model import Article, Edition, Rule, Section, SectionRule
from tests.helpers.make import article, segment


def edition(**sections: str) -> Edition:
    return Edition(
        segment="all",
        subject="Subject",
        preheader="Before",
        sections=tuple(
            Section(title=title, articles=tuple(article(n) for n in names))
            for title, names in sections.items()
        ),
    )


def test_what_came_and_went_is_named_by_title() -> None:
    found = compare(edition(News="ab"), edition(News="bc"))

    assert (found.added, found.dropped) == (("Title c",), ("Title a",))
    assert (found.moved, found.reworded) == ((), ())


def test_only_what_moved_has_moved() -> None:
    assert compare(edition(News="abcd"), edition(News="bcda")).moved == ("Title a",)
    assert compare(edition(News="ab", More="c"), edition(News="a", More="cb")).moved == (
        "Title b: from News to More",
    )


def test_new_words_are_named_by_their_place() -> None:
    old = edition(News="a")
    (section,) = old.sections
    other = replace(section, articles=(replace(section.articles[0], title="New"),))

    found = compare(old, replace(old, subject="Other", sections=(other,)))

    assert found.reworded == ("subject", "title of New")


@given(st.permutations("abcdef"))
def test_an_edition_does_not_differ_from_itself(order: list[str]) -> None:
    same = edition(News="".join(order))

    assert not compare(same, same)


def test_a_cut_tag_list_is_remarked_where_a_rule_excludes() -> None:
    section = Section(title="News", articles=(article("a", tags_cut=True),))
    rules = (SectionRule(title="News", match=Rule(any=("*",), none=("Events",))),)

    (found,) = selection_findings(segment(any=("*",), none=("Alumni",)), rules, (section,))

    assert found.rule == "tags-cut"
    assert "Alumni, Events" in found.message
    assert [
        *selection_findings(segment(), (SectionRule(title="News", rest=True),), (section,))
    ] == []


def test_an_unknown_date_is_remarked() -> None:
    section = Section(title="News", articles=(article("a", published=None),))

    (found,) = selection_findings(segment(), (), (section,))

    assert (found.rule, found.severity) == ("date-unknown", "info")


def test_an_edition_is_read_beside_the_older_one() -> None:
    def made(*sections: tuple[str, tuple[Article, ...]], subject: str = "S") -> Edition:
        held = tuple(Section(title=title, articles=articles) for title, articles in sections)
        return Edition(segment="all", subject=subject, preheader="", sections=held)

    a, b, c, d, e = (article(id_, title=f"Story {id_} here") for id_ in "abcde")
    old = made(("One", (a, b, c)), ("Two", (e,)))
    reworded = replace(a, title="Story a there")
    new = made(("One", (reworded, c, e)), ("Two", (d,)), subject="S now")

    read = read_beside(old, new)

    assert read.words["subject"] == (("same", "S"), ("new", "now"))
    told = {title: [(s.change, s.was) for s in stories] for title, stories in read.sections}
    assert told == {
        "One": [("reworded", None), ("dropped", None), ("same", None), ("moved", "Two")],
        "Two": [("added", None)],
    }
    first = read.sections[0][1][0]
    assert first.title == (("same", "Story a"), ("old", "here"), ("new", "there"))
