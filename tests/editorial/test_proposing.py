from __future__ import annotations

from digest.editorial.proposing import ProposedSection, propose
from tests.helpers.make import article


def test_a_section_is_the_topic_that_most_of_the_rest_have() -> None:
    articles = [
        *(article(f"a{n}", "City", "Roads") for n in range(4)),
        *(article(f"b{n}", "Culture") for n in range(3)),
        article("c1", "City"),
        article("c2", "Sport"),
    ]

    assert propose(articles).sections == (
        ProposedSection(topic="City", articles=5),
        ProposedSection(topic="Culture", articles=3),
    )


def test_what_stands_on_nearly_everything_is_no_section() -> None:
    articles = [article(f"a{n}", "News", "City" if n < 2 else "Other") for n in range(5)]

    assert [each.topic for each in propose(articles).sections] == ["Other", "City"]


def test_labels_that_read_like_planning_are_proposed_and_are_no_section() -> None:
    articles = [article(f"a{n}", "Comms-strategy-2", "Strategy-people", "City") for n in range(3)]
    articles += [article("b", "Internal medicine"), article("c", "comms-x"), article("d")]

    proposal = propose(articles)

    assert {each.casefold() for each in proposal.internal} == {"comms-*", "strategy-*"}
    assert [each.topic for each in proposal.sections] == ["City"]


def test_a_publication_is_what_most_articles_say() -> None:
    articles = [
        article("a", publication="Northgate", language="de", url="https://n.example/1"),
        article("b", publication="Northgate", language="de", url="https://n.example/2"),
        article("c", publication="Other", language="en", url="https://o.example/"),
    ]

    proposal = propose(articles)

    assert (proposal.name, proposal.language) == ("Northgate", "de")
    assert proposal.url == "https://n.example/"
    assert propose([]).name is None
