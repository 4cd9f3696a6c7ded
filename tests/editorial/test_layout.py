from __future__ import annotations

from dataclasses import replace

from digest.model import (
    Article,
    EditionRule,
    Image,
    LeadRule,
    Limits,
    PointsTable,
    Rule,
    SectionRule,
)
from tests.helpers.make import article, chosen, edit, newsletter, segment, selected

NEWS = SectionRule(title="News", rest=True, max=2)
ALUMNI = SectionRule(title="Alumni", match=Rule(any=("Alumni",)), only=("alumni",))
JOBS = SectionRule(title="Jobs", match=Rule(any=("Job",)), never=("alumni",))
SECTIONS = (JOBS, ALUMNI, NEWS)
STORIES = [article("reunion", "Alumni"), article("post", "Job"), article("bus")]
PICTURE = Image(url="https://u.example/p.jpg", alt="A bus")


def test_a_section_stands_only_in_the_editions_that_it_is_for() -> None:
    found = chosen(newsletter(*SECTIONS), STORIES, to=segment("alumni"))
    others = chosen(newsletter(*SECTIONS), STORIES, to=segment("staff"))

    assert found == {"Alumni": ["reunion"], "News": ["bus", "post"]}
    assert others == {"Jobs": ["post"], "News": ["bus", "reunion"]}


def test_a_segment_may_have_its_own_order_and_no_other_sections() -> None:
    own = {"staff": EditionRule(sections=("News", "Jobs"))}
    found = selected(newsletter(*SECTIONS, editions=own), STORIES, to=segment("staff"))

    assert [s.title for s in found.sections] == ["News"]
    assert [a.id for a in found.sections[0].articles] == ["bus", "post"]


def test_what_no_section_of_an_edition_wants_is_left_out_of_it() -> None:
    news = newsletter(ALUMNI, JOBS)

    assert chosen(news, STORIES, to=segment("staff")) == {"Jobs": ["post"]}


def test_a_pin_into_a_section_that_an_edition_lacks_goes_where_the_edition_has_a_place() -> None:
    pin = edit("pin", "post", section="Jobs")

    assert chosen(newsletter(*SECTIONS), STORIES, [pin], to=segment("alumni")) == {
        "Alumni": ["reunion"],
        "News": ["post", "bus"],
    }


def test_a_caps_of_a_section_lets_what_is_too_much_go_on() -> None:
    top = SectionRule(title="Top", match=Rule(any=("*",)), per_source=1)
    stories = [article("a"), article("b"), article("c", source="blog")]

    assert chosen(newsletter(top, NEWS), stories) == {"Top": ["a", "c"], "News": ["b"]}


def test_a_single_source_may_have_a_cap_of_its_own() -> None:
    stories = [article("a"), article("b"), *(article(n, source="blog") for n in "cde")]
    found = chosen(newsletter(limits=Limits(of_source={"blog": 1})), stories)

    assert found == {"News": ["a", "b", "c"]}


WEIGHTS = PointsTable(
    priority=0,
    recency=0,
    urgency=0,
    carry_over=0,
    picture=0,
    standfirst=0,
    tags={"Heavy": 9, "Light": 1},
)
TWO = (SectionRule(title="Notes", match=Rule(any=("Note",))), NEWS)
NOTE = article("note", "Note", "Heavy")
PLAIN = article("plain", "Light")
SHOWN = article("shown", image=PICTURE)


def leads(rule: LeadRule | None, *stories: Article, pins: tuple[str, ...] = ()) -> str | None:
    news = newsletter(*TWO, lead=rule, points=WEIGHTS)
    return selected(news, stories, [edit("pin", id_) for id_ in pins]).lead


def test_without_a_rule_the_first_story_of_the_first_section_leads() -> None:
    assert leads(None, NOTE, PLAIN, SHOWN) is None


def test_the_weightiest_story_that_fits_leads_wherever_its_section_stands() -> None:
    assert leads(LeadRule(match=Rule(none=("Note",))), NOTE, PLAIN, SHOWN) == "plain"
    assert leads(LeadRule(picture="required"), NOTE, PLAIN, SHOWN) == "shown"
    assert leads(LeadRule(picture="preferred"), NOTE, PLAIN, SHOWN) == "shown"


def test_without_a_picture_one_that_is_preferred_is_done_without_and_one_that_is_required_not() -> (
    None
):
    assert leads(LeadRule(picture="preferred"), NOTE, PLAIN) == "note"
    assert leads(LeadRule(picture="required"), NOTE, PLAIN) is None


def test_the_editors_word_goes_before_the_rule() -> None:
    news = newsletter(*TWO, lead=LeadRule(picture="required"), points=WEIGHTS)
    found = selected(news, [NOTE, PLAIN, SHOWN], [edit("lead", "plain")])

    assert found.lead == "plain"
    assert [*found.ranks] == ["plain", "note", "shown"]


def test_an_editor_may_let_a_story_lead_that_the_rules_would_leave_out() -> None:
    news = newsletter(*TWO, limits=Limits(max=1), points=WEIGHTS)

    assert [*selected(news, [NOTE, PLAIN], [edit("lead", "plain")]).ranks] == ["plain"]


def test_the_last_word_on_who_leads_stands() -> None:
    words = [edit("lead", "plain"), edit("lead", "shown")]

    assert selected(newsletter(*TWO), [NOTE, PLAIN, SHOWN], words).lead == "shown"
    taken_back = [*words, edit("hide", "shown")]
    assert selected(newsletter(*TWO), [NOTE, PLAIN, SHOWN], taken_back).lead == "plain"


def test_an_edition_is_read_from_its_lead_on() -> None:
    found = selected(newsletter(*TWO, lead=LeadRule(picture="required")), [NOTE, SHOWN])
    first = replace(found, sections=found.sections)

    assert first.ranks == {"shown": 1, "note": 2}
