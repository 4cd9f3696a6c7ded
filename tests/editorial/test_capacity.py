from __future__ import annotations

import pytest

from digest.editorial.capacity import Capacity, caps_of
from digest.editorial.why import explain
from digest.model import Limits, SectionRule
from tests.helpers.make import article, met, newsletter, past, segment, selector

REST = SectionRule(title="News", rest=True)


@pytest.mark.parametrize(
    ("section", "limits", "rule"),
    [
        (SectionRule(title="News", rest=True, per_author=1), Limits(), "sections.0.per_author"),
        (SectionRule(title="News", rest=True, per_source=1), Limits(), "sections.0.per_source"),
        (SectionRule(title="News", rest=True, per_tag=1), Limits(), "sections.0.per_tag"),
        (REST, Limits(per_author=1), "articles.per_author"),
        (REST, Limits(of_source={"news": 1}), "articles.per_source.news"),
    ],
)
def test_the_cap_that_leaves_no_room_is_named_as_the_configuration_names_it(
    section: SectionRule, limits: Limits, rule: str
) -> None:
    articles = [article(id_, "Arts", authors=("Ana",)) for id_ in ("a", "b")]
    chosen = selector(newsletter(section, limits=limits), articles, (), (segment(),))

    found = explain(chosen, "b", segment(), met(past(), articles))

    assert (found.included, found.decided_by) == (False, (rule,))


def test_a_cap_of_one_section_counts_nothing_of_another() -> None:
    capped = SectionRule(title="News", rest=True, per_author=1)
    room = Capacity(caps_of(newsletter(REST, capped)))
    by_ana = article("a", authors=("Ana",))

    assert room.take(by_ana, 0)
    assert room.cap(by_ana, 1) is None
    assert room.take(by_ana, 1)
    assert room.cap(by_ana, 0) is None
    assert getattr(room.cap(by_ana, 1), "rule", None) == "sections.1.per_author"
