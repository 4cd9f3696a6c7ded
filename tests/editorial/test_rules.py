from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial.rules import Pool, article_set, members
from digest.editorial.tags import TagBook, matches
from digest.model import Article, Rule, TagRules
from tests.helpers.make import NOW, article

TAGS = ("Alumni", "Staff", "Strategy-people", "EU", "European-Union", "4IR")
BOOK = TagBook(TagRules(aliases={"EU": "European-Union"}, names={"4IR": "Fourth Revolution"}))
PATTERNS = (*TAGS, "*", "Strategy-*", "*union", "fourth revolution", "nothing", "eu*")


def met(rule: Rule, one: Article) -> bool:
    """Tell by hand whether an article meets a rule."""

    def has(text: str) -> bool:
        return text == "*" or any(matches(text, f) for t in one.tags for f in BOOK.forms(t))

    conditions = [
        (rule.any, any(map(has, rule.any))),
        (rule.all, all(map(has, rule.all))),
        (rule.none, not any(map(has, rule.none))),
        (rule.source, one.source in rule.source),
    ]
    asked = [answer for stated, answer in conditions if stated]
    return bool(asked) and all(asked)


some = st.lists(st.sampled_from(PATTERNS), max_size=3).map(tuple)
rules = st.builds(
    Rule, any=some, all=some, none=some, source=st.sampled_from([(), ("news",), ("blog", "x")])
)
tag_lists = st.lists(st.sampled_from(TAGS), max_size=4)


@given(st.lists(tag_lists, max_size=70), rules)
def test_a_rule_answers_as_each_article_would_by_hand(tags: list[list[str]], rule: Rule) -> None:
    articles = tuple(
        article(str(i), *t, source="blog" if i % 3 else "news") for i, t in enumerate(tags)
    )
    pool = Pool(articles, BOOK, NOW)

    found = {articles[i].id for i in members(pool.matching(rule))}

    assert found == {a.id for a in articles if met(rule, a)}


@given(st.sets(st.integers(0, 500)))
def test_a_set_gives_back_its_members_in_order(places: set[int]) -> None:
    assert [*members(article_set(places))] == sorted(places)


def test_any_star_matches_an_article_without_tags() -> None:
    pool = Pool((article("a"),), BOOK, NOW)

    assert pool.matching(Rule(any=("*",))) == 1


def test_an_empty_rule_matches_nothing() -> None:
    assert Pool((article("a", "Staff"),), BOOK, NOW).matching(Rule()) == 0


@pytest.mark.parametrize(("age", "found"), [(1, 1), (8, 0)])
def test_newer_than_counts_from_the_publication(age: int, found: int) -> None:
    pool = Pool((article("a", age=timedelta(days=age)),), BOOK, NOW)

    assert pool.matching(Rule(newer_than=timedelta(days=7))) == found


def test_a_title_pattern_is_anchored() -> None:
    pool = Pool((article("a", title="Climate week"), article("b", title="The climate")), BOOK, NOW)

    assert pool.matching(Rule(title="climate*")) == 1
    assert pool.matching(Rule(title="*climate*")) == 3
