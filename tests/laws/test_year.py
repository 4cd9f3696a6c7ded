"""The laws, proved on a simulated year: read from the emails and the rules, not from the program.

No reader gets an article twice, nothing wanted is lost, nothing excluded or internal goes out, caps
and minimums hold, and the printed date is the day of the email.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from datetime import timedelta

import pytest

from tests.laws.world import (
    EXCLUDED,
    LIMITS,
    MAX_AGE,
    SEGMENTS,
    START,
    WANTED,
    Story,
    World,
)

FULL = bool(os.environ.get("DIGEST_FULL"))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return a world in which weeks have passed, or in the full run a year."""
    days = 365 if FULL else 14
    made = World(
        tmp_path_factory.mktemp("world"),
        seed=int(os.environ.get("DIGEST_SEED", "7")),
        days_by_command=days if FULL else 2,
    )
    for _ in range(days):
        made.day()
    return made


def test_there_was_something_to_prove(world: World) -> None:
    assert {each.newsletter for each in world.received} >= {"daily", "weekly"}
    assert sum(len(each.tokens) for each in world.received) > 50


def test_no_reader_gets_a_story_twice(world: World) -> None:
    times = Counter((r.newsletter, r.address, t) for r in world.received for t in r.tokens)
    assert [each for each, count in times.items() if count > 1] == []


def test_a_newsletter_that_does_not_repeat_another_tells_its_readers_nothing_again(
    world: World,
) -> None:
    weekly = {
        (r.address, t): r.at for r in world.received if r.newsletter == "weekly" for t in r.tokens
    }
    monthly = [(r, t) for r in world.received if r.newsletter == "monthly" for t in r.tokens]
    again = [(r.address, t) for r, t in monthly if weekly.get((r.address, t), r.at) < r.at]
    assert again == []


def test_nothing_excluded_or_internal_goes_out(world: World) -> None:
    for each in world.received:
        assert "sse-plan" not in each.text
        assert b"sse-plan" not in each.raw
    for newsletter, drafted, editions in world.editions:
        for segment, tokens in editions.items():
            for token in tokens:
                tags = world.stories[token].tags_at(drafted)
                assert not tags & EXCLUDED[segment], (newsletter, segment, token, tags)
                assert _wants(segment, tags), (newsletter, segment, token, tags)


def test_caps_and_minimums_hold(world: World) -> None:
    for newsletter, _, editions in world.editions:
        least, most = LIMITS[newsletter]
        for tokens in editions.values():
            assert least <= len(tokens) <= most


def test_the_printed_date_is_the_day_of_the_email(world: World) -> None:
    for each in world.received:
        assert f"{each.at.day} {each.at:%B %Y}" in each.text


def test_nothing_wanted_is_lost(world: World) -> None:
    lost = [
        (newsletter, segment, story.token)
        for newsletter in LIMITS
        for segment in SEGMENTS
        if (newsletter, segment) != ("monthly", "leaders")
        for story in world.stories.values()
        if _must_have_been(world, newsletter, segment, story)
        if not _has_a_reason(world, newsletter, segment, story)
    ]
    assert lost == []


def _wants(segment: str, tags: frozenset[str]) -> bool:
    return bool(WANTED[segment] & ({"*"} | tags)) and not tags & EXCLUDED[segment]


def _must_have_been(world: World, newsletter: str, segment: str, story: Story) -> bool:
    """Tell whether an edition was drafted after the story's day had come, with time for every delay."""
    if not story.seen or not all(_wants(segment, tags) for _, tags in story.seen):
        return False
    ready = max(story.seen[0][0], *story.dates) + timedelta(hours=2)
    issues = [
        at for name, at, editions in world.editions if name == newsletter and segment in editions
    ]
    return any(at > ready + timedelta(days=7) for at in issues)


def _has_a_reason(world: World, newsletter: str, segment: str, story: Story) -> bool:
    """Tell whether the story was in an edition, or why not: full, hidden, too old, or told elsewhere."""
    mine = [
        (at, editions[segment])
        for name, at, editions in world.editions
        if name == newsletter and segment in editions
    ]
    if any(story.token in tokens for _, tokens in mine):
        return True
    if (newsletter, story.token) in world.hidden:
        return True
    met = story.seen[0][0]
    if any(len(tokens) == LIMITS[newsletter][1] for at, tokens in mine if at >= met):
        return True  # there was no room for all
    if newsletter == "monthly" and any(
        story.token in editions.get(segment, ())
        for name, _, editions in world.editions
        if name == "weekly"
    ):
        return True
    expired = min(story.dates) + timedelta(days=MAX_AGE[newsletter])
    return not any(met < at <= expired for at, _ in mine)


@pytest.mark.slow
def test_every_issue_is_built_again_to_the_byte(world: World) -> None:
    issues = [json.loads(line)["id"] for line in world.run("issues")[1].splitlines()]
    for id_ in issues if FULL else issues[-3:]:
        status, said = world.run("rebuild", id_)
        assert status == 0, (id_, said)
    assert world.now > START
