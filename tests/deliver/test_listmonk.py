from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from digest.deliver.listmonk import Listmonk, read_listmonk
from digest.errors import DigestError, UsageError
from digest.ports import Campaign, Outcome
from digest.render.tokens import UNSUBSCRIBE
from tests.helpers.listmonk import Monk, listmonk

CAMPAIGN = Campaign(
    name="abc weekly-2026-01-12 staff",
    segment="staff",
    sender="News <news@u.example>",
    subject="The week",
    html=f'<a href="{UNSUBSCRIBE}">Leave</a>',
    text=f"Leave: {UNSUBSCRIBE}",
)
START = "PUT /api/campaigns/1/status"


@pytest.fixture
def monk() -> Iterator[Monk]:
    with listmonk() as monk:
        yield monk


def at(monk: Monk) -> Listmonk:
    return read_listmonk(monk.address, {"staff": 3})


def deliver(monk: Monk, campaign: Campaign = CAMPAIGN, intents: list[str] | None = None) -> Outcome:
    """Deliver a campaign; `intents` gets what had been asked at the moment of the intent."""
    seen = intents if intents is not None else []
    return at(monk).deliver(campaign, lambda: seen.append(monk.asked[-1]))


def test_an_edition_is_a_campaign_to_its_list_that_is_started_once(monk: Monk) -> None:
    intents: list[str] = []
    outcome = deliver(monk, intents=intents)

    assert (outcome.state, outcome.detail) == ("sent", "campaign 1 is running")
    assert intents == ["POST /api/campaigns"]
    (made,) = monk.starts()
    assert (made["lists"], made["template_id"], made["from_email"]) == (
        [3],
        7,
        "News <news@u.example>",
    )
    assert made["body"] == '<a href="{{ UnsubscribeURL }}">Leave</a>'
    assert made["altbody"] == "Leave: {{ UnsubscribeURL }}"
    assert (deliver(monk).state, len(monk.campaigns)) == ("sent", 1)


def test_nothing_in_an_edition_is_a_template_to_listmonk(monk: Monk) -> None:
    html = '{{ env "DB" }}<!--[if mso]>"x"\n<![endif]--><a href="https://u.example/@TrackLink">'
    deliver(monk, replace(CAMPAIGN, html=html, text="{{{ x }}", subject="{{ a }}"))

    (made,) = monk.campaigns
    assert made["body"] == (
        '{{ "{{" }} env "DB" }}{{ Safe "<!--[if mso]>\\"x\\"\\n<![endif]-->" }}'
        '<a href="https://u.example/&#64;TrackLink">'
    )
    assert made["altbody"] == '{{ "{{" }}{ x }}'
    assert made["subject"] == '{{ "{{" }} a }}'


def test_a_draft_whose_answer_was_lost_is_found_and_not_made_twice(monk: Monk) -> None:
    monk.faults["POST /api/campaigns"] = ["cut"]
    intents: list[str] = []

    assert deliver(monk, intents=intents).state == "deferred"
    assert intents == []
    assert deliver(monk, replace(CAMPAIGN, subject="Another")).state == "sent"
    (made,) = monk.campaigns
    assert made["subject"] == "Another"


def test_a_start_whose_answer_was_lost_is_asked_for(monk: Monk) -> None:
    monk.faults[START] = ["cut"]

    assert deliver(monk).state == "sent"
    assert monk.asked.count(START) == 1


def test_a_start_that_never_came_is_waited_for(monk: Monk) -> None:
    monk.faults[START] = ["drop"]

    outcome = deliver(monk)
    assert (outcome.state, outcome.fault) == ("deferred", "passing")
    assert deliver(monk).state == "sent"


def test_where_nobody_answers_after_the_start_it_is_ambiguous_and_settled_by_asking(
    monk: Monk,
) -> None:
    monk.faults = {START: ["cut"], "GET /api/campaigns": ["", "drop"]}

    assert deliver(monk).state == "ambiguous"
    assert deliver(monk).state == "sent"
    assert (len(monk.campaigns), monk.asked.count(START)) == (1, 1)


@pytest.mark.parametrize("fault", ["503", "429", "portal", "drop"])
def test_what_says_to_come_again_starts_nothing(monk: Monk, fault: str) -> None:
    for what in ("GET /api/campaigns", "POST /api/campaigns"):
        monk.faults = {what: [fault]}
        outcome = deliver(monk)
        assert (outcome.state, outcome.fault) == ("deferred", "passing")
    assert monk.campaigns == []


def test_a_token_that_does_not_fit_is_the_senders(monk: Monk) -> None:
    wrong = replace(at(monk), token="guess")
    outcome = wrong.deliver(CAMPAIGN, lambda: None)

    assert (outcome.state, outcome.fault) == ("failed", "sender")
    assert outcome.detail == "403 invalid session"


def test_a_campaign_that_somebody_ended_there_is_not_started_again(monk: Monk) -> None:
    deliver(monk)
    monk.campaigns[0]["status"] = "cancelled"

    assert deliver(monk).state == "failed"
    assert monk.starts() == []


@pytest.mark.parametrize("knows_tags", [True, False])
def test_a_campaign_is_found_among_many(monk: Monk, *, knows_tags: bool) -> None:
    deliver(monk)
    other = {"status": "finished", "tags": ["other"]}
    monk.campaigns[:0] = [{**other, "id": 100 + n, "name": f"other {n}"} for n in range(120)]
    monk.knows_tags = knows_tags

    assert deliver(monk).detail == "campaign 1 is running"


@pytest.mark.parametrize(
    "address", ["listmonk://u:t@lists.u.example", "https://u:t@h/1", "listmonk://lists.u.example/1"]
)
def test_an_address_that_is_none_is_told_without_its_token(address: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_listmonk(address, {})
    assert "u:t" not in str(caught.value)


def test_a_segment_without_a_list_is_told(monk: Monk) -> None:
    assert at(monk).place("staff") == "list-3@127.0.0.1"
    with pytest.raises(DigestError, match="no list for alumni"):
        at(monk).place("alumni")
