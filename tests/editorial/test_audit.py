from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from digest.editorial.audit import audit
from digest.findings import Finding
from digest.model import Offer, Rule, SectionRule, TagRules
from tests.helpers.make import article, newsletter, segment


def found(
    *tags: str, asked: str = "Climate", planned: Mapping[str, int] | None = None
) -> list[Finding]:
    news = newsletter(SectionRule(title="S", match=Rule(any=(asked,))))
    news = replace(news, coverage=planned or {})
    articles = [article(str(n), tag) for n, tag in enumerate(tags)]
    rules = TagRules(aliases={"EU": "European-Union"})
    return [*audit({"weekly": news}, {"all": segment()}, rules, articles)]


def test_a_rule_that_nothing_can_match_is_dead() -> None:
    (dead,) = [f for f in found("Ocean") if f.rule == "dead-rule"]

    assert "'Climate'" in dead.message
    assert str(dead.where) == "newsletters.weekly.sections.0.match"


def test_a_pattern_that_meets_an_alias_is_alive() -> None:
    assert not [f for f in found("EU", asked="European-Union") if f.rule == "dead-rule"]


def test_a_tag_that_no_rule_uses_is_an_orphan() -> None:
    (orphans,) = [f for f in found("Climate", "Ocean", "Ocean") if f.rule == "orphan-tag"]

    assert "Ocean (2)" in orphans.message
    assert "Climate" not in orphans.message


def test_a_topic_that_readers_may_choose_and_no_article_has_is_dead() -> None:
    news = newsletter(readers=Offer(topics=("Ocean", "Sports")))
    articles = [article("1", "Ocean")]
    findings = [*audit({"weekly": news}, {"all": segment()}, TagRules(), articles)]

    dead = [f for f in findings if f.rule == "dead-rule"]
    assert [(str(f.where), "'Sports'" in f.message) for f in dead] == [
        ("newsletters.weekly.readers.topics", True)
    ]
    assert not [f for f in findings if f.rule == "orphan-tag"]


def test_a_tag_that_a_newsletter_plans_by_is_no_orphan() -> None:
    assert not [f for f in found("Ocean", planned={"Ocean": 20}) if f.rule == "orphan-tag"]


def test_look_alikes_differ_in_a_hyphen_or_a_letter() -> None:
    pairs = [
        ("Life-science", "Lifescience"),
        ("Engineering", "Enginering"),
    ]
    for one, other in pairs:
        assert [f for f in found(one, other) if f.rule == "look-alike-tags"], (one, other)


def test_names_with_other_numbers_or_too_short_to_tell_are_not_alike() -> None:
    for one, other in (("Horizon-2020", "Horizon-2021"), ("Art", "Arts"), ("Ocean", "Health")):
        assert not [f for f in found(one, other) if f.rule == "look-alike-tags"]


def test_what_rules_take_for_one_tag_is_no_look_alike() -> None:
    for one, other in (
        ("Climate", "climate"),
        ("Life-science", "life Science"),
        ("A_B_C_D", "a-b-c-d"),
    ):
        assert not [f for f in found(one, other) if f.rule == "look-alike-tags"]

    (once,) = [
        f
        for f in found("Engineering", "ENGINEERING", "engineering", "Enginering")
        if f.rule == "look-alike-tags"
    ]
    assert "'Enginering' (1) and 'engineering' (3)" in once.message


def test_a_tag_that_fell_silent_may_have_been_renamed() -> None:
    news = newsletter(SectionRule(title="S", match=Rule(any=("Life-sciences",))))
    old = [article(f"o{n}", "Life-sciences", age=timedelta(days=100 + n)) for n in range(3)]
    new = [article(f"n{n}", "Life-science", age=timedelta(days=n)) for n in range(3)]

    silent = [*audit({"w": news}, {"all": segment()}, TagRules(), [*old, *new])]
    alive = [
        *audit({"w": news}, {"all": segment()}, TagRules(), [*old, article("x", "Life-sciences")])
    ]

    (found,) = [f for f in silent if f.rule == "renamed-tag"]
    assert "since 2025-10-04" in found.message
    assert "'Life-science'" in found.message
    assert not [f for f in alive if f.rule == "renamed-tag"]


def test_an_empty_store_has_nothing_to_say() -> None:
    assert found() == []
