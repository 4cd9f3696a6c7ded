"""A feed at an address is asked as a good guest asks, and what it answers is remembered."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest

from digest.model import Source
from digest.ports import Pulled, State
from digest.sources.pull import Puller
from tests.helpers.loopback import HOST, Answer, Script, faults, server

START = datetime(2026, 1, 12, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
USER_AGENT = "digest/0.1 (+https://e.example/contact)"
FEED = b"""<rss version="2.0"><channel><title>T</title>%s
<item><guid>1</guid><title>One thing happened</title><link>https://e.example/1</link>
<pubDate>Mon, 05 Jan 2026 10:00:00 GMT</pubDate><description>It did.</description></item>
</channel></rss>"""
PLAIN = FEED % b""
VALID = {"ETag": 'W/"a-1"', "Last-Modified": "Mon, 05 Jan 2026 10:00:00 GMT"}


@pytest.fixture
def script() -> Iterator[Script]:
    with server() as script:
        yield script


class Reader:
    """Somebody who pulls one source again and again, with a clock of their own."""

    def __init__(self, script: Script, url: str) -> None:
        self.source = Source(name="s", kind="feed", location=url, allow_hosts=(HOST,))
        self.state: State = {}
        self.now = START
        self._script = script

    def pull(self, after: timedelta = timedelta(0), *, force: bool = False) -> Pulled:
        self.now += after
        self._script.now = self.now
        # a new puller each time: what is not in the state is forgotten, as at a restart
        puller = Puller(Path("/nowhere"), USER_AGENT, pause=0, workers=0)
        (pulled,) = puller.pull([self.source], {"s": self.state}, self.now, force=force)
        self.state = json.loads(json.dumps(pulled.state))
        return pulled


def test_a_good_guest_has_a_clean_score(script: Script) -> None:
    """Polled every ten minutes for four days, across restarts."""
    answers = [
        Answer(200, VALID, PLAIN),
        Answer(304),
        Answer(304, {"ETag": '"b"'}),
        Answer(200, {"ETag": '"c"'}, PLAIN),
        Answer(200, {}, PLAIN),
        Answer(200, {"ETag": '"d"'}, PLAIN),
        Answer(304),
    ]
    reader = Reader(script, script.says("/feed", *answers))
    for _ in range(6 * 24 * 4):
        reader.pull(timedelta(minutes=10))
    sent = [*answers, *[Answer(304)] * len(script.requests)][: len(script.requests)]

    assert len(script.requests) > 24
    assert faults(script.requests, sent, "/feed") == []


def test_validators_are_echoed_byte_for_byte(script: Script) -> None:
    odd = {"ETag": 'W/"a--gzip;q=\\"1"', "Last-Modified": "mon, 5 jan 2026 10:00:00 gmt"}
    reader = Reader(script, script.says("/feed", Answer(200, odd, PLAIN), Answer(304)))
    reader.pull()
    assert reader.pull(HOUR).status == "unchanged"

    assert script.requests[1].headers["If-None-Match"] == odd["ETag"]
    assert script.requests[1].headers["If-Modified-Since"] == odd["Last-Modified"]


def test_a_200_replaces_both_validators_even_when_the_body_is_the_same(script: Script) -> None:
    later = {"ETag": '"new"'}
    reader = Reader(
        script,
        script.says("/feed", Answer(200, VALID, PLAIN), Answer(200, later, PLAIN), Answer(304)),
    )
    reader.pull()
    assert reader.pull(HOUR).status == "unchanged"
    reader.pull(HOUR)

    assert script.requests[2].headers["If-None-Match"] == '"new"'
    assert "If-Modified-Since" not in script.requests[2].headers


def test_a_304_may_change_a_validator(script: Script) -> None:
    reader = Reader(
        script,
        script.says("/feed", Answer(200, VALID, PLAIN), Answer(304, {"ETag": '"n"'}), Answer(304)),
    )
    for _ in range(3):
        reader.pull(HOUR)

    assert script.requests[2].headers["If-None-Match"] == '"n"'
    assert script.requests[2].headers["If-Modified-Since"] == VALID["Last-Modified"]


def test_validators_are_dropped_after_eight_days(script: Script) -> None:
    reader = Reader(script, script.says("/feed", Answer(200, VALID, PLAIN), Answer(304)))
    for _ in range(9):
        reader.pull(timedelta(days=1))
    assert "If-None-Match" in script.requests[-1].headers
    reader.pull(timedelta(days=1))

    assert "If-None-Match" not in script.requests[-1].headers


def test_validators_are_dropped_when_parsing_failed(script: Script) -> None:
    reader = Reader(
        script,
        script.says(
            "/feed",
            Answer(200, VALID, PLAIN),
            Answer(200, {"ETag": '"x"'}, b"<html>login"),
            Answer(304),
        ),
    )
    reader.pull()
    assert reader.pull(HOUR).status == "failed"
    reader.pull(HOUR)

    assert "If-None-Match" not in script.requests[2].headers


@pytest.mark.parametrize(
    ("headers", "channel", "wait"),
    [
        (VALID, b"", HOUR),
        ({}, b"", 24 * HOUR),
        ({**VALID, "Cache-Control": "public, max-age=43200"}, b"", 12 * HOUR),
        ({**VALID, "Cache-Control": "max-age=43200", "Age": "3600"}, b"", 11 * HOUR),
        ({**VALID, "Cache-Control": "max-age=60"}, b"", HOUR),
        (
            {**VALID, "Expires": format_datetime(START + 5 * HOUR), "Date": format_datetime(START)},
            b"",
            5 * HOUR,
        ),
        ({**VALID, "Expires": "0"}, b"", HOUR),
        ({**VALID, "Cache-Control": "max-age=999999999"}, b"", 24 * HOUR),
        (VALID, b"<ttl>180</ttl>", 3 * HOUR),
        ({**VALID, "Retry-After": "7200"}, b"", 2 * HOUR),
    ],
)
def test_a_feed_says_when_to_come_again(
    headers: Mapping[str, str], channel: bytes, wait: timedelta, script: Script
) -> None:
    # the server's own Date would be today's
    reader = Reader(script, script.says("/feed", Answer(200, headers, FEED % channel)))
    reader.pull()

    assert reader.pull(wait - timedelta(seconds=1)).status == "waiting"
    assert reader.pull(timedelta(seconds=1)).status == "unchanged"


def test_a_person_may_ask_at_once_and_validators_are_still_used(script: Script) -> None:
    reader = Reader(script, script.says("/feed", Answer(200, VALID, PLAIN), Answer(304)))
    reader.pull()

    assert reader.pull(force=True).status == "unchanged"
    assert script.requests[1].headers["If-None-Match"] == VALID["ETag"]


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured(status: int, script: Script) -> None:
    later = format_datetime(START + 48 * HOUR)
    reader = Reader(
        script,
        script.says("/feed", Answer(status, {"Retry-After": later}), Answer(200, VALID, PLAIN)),
    )
    assert reader.pull().status == "failed"

    assert reader.pull(47 * HOUR).status == "waiting"
    assert reader.pull(HOUR).status == "ok"


def test_failures_back_off_to_a_day_and_never_stop(script: Script) -> None:
    reader = Reader(script, script.says("/feed", Answer(500)))
    for _ in range(24 * 30):
        reader.pull(HOUR)
    asked = [r.at for r in script.requests if r.at]
    gaps = [(b - a) / HOUR for a, b in pairwise(asked)]

    assert gaps[:5] == [1, 2, 4, 8, 16]
    assert set(gaps[5:]) == {24}


def test_a_success_forgets_the_failures(script: Script) -> None:
    reader = Reader(
        script, script.says("/feed", Answer(500), Answer(200, VALID, PLAIN), Answer(500))
    )
    reader.pull()
    reader.pull(HOUR)
    reader.pull(HOUR)

    assert reader.pull(HOUR).status == "failed"


def test_gone_is_asked_no_more_and_still_told(script: Script) -> None:
    reader = Reader(script, script.says("/feed", Answer(410)))
    reader.pull()
    again = reader.pull(timedelta(days=30))

    assert len(script.requests) == 1
    assert again.status == "failed"
    assert again.error
    assert "410 Gone" in again.error
    assert "remove it from feeds.yaml" in again.error


def test_a_permanent_redirect_is_reported_after_it_was_agreed_three_times(script: Script) -> None:
    script.says("/new", Answer(200, VALID, PLAIN), Answer(304))
    reader = Reader(script, script.says("/feed", Answer(301, {"Location": "/new"})))
    told = [reader.pull(HOUR).warnings for _ in range(3)]

    assert told == [
        (),
        (),
        (f"it has moved for good to {script.origin}/new; write that address into feeds.yaml",),
    ]
    assert script.requests[-2].path == "/feed"


def test_a_redirect_that_changes_its_mind_is_not_reported(script: Script) -> None:
    script.says("/new", Answer(200, VALID, PLAIN), Answer(304))
    moved = Answer(301, {"Location": "/new"})
    reader = Reader(
        script, script.says("/feed", moved, moved, Answer(200, VALID, PLAIN), moved, moved)
    )

    assert [reader.pull(HOUR).warnings for _ in range(5)] == [()] * 5


def test_failures_while_everything_fails_count_against_nobody(script: Script) -> None:
    urls = [script.says(f"/{n}", Answer(503)) for n in "ab"]
    sources = [Source(name=u[-1], kind="feed", location=u, allow_hosts=(HOST,)) for u in urls]
    puller = Puller(Path("/nowhere"), USER_AGENT, pause=0, workers=0)
    all_failed = list(puller.pull(sources, {}, START))
    script.says("/b", Answer(200, VALID, PLAIN))
    one_failed = list(puller.pull(sources, {}, START))

    assert [p.status for p in all_failed] == ["failed", "failed"]
    assert ["failures" in p.state for p in all_failed] == [False, False]
    assert {p.source: p.state.get("failures") for p in one_failed} == {"a": 1, "b": None}


def test_archives_at_addresses_are_spared_as_feeds_are(script: Script) -> None:
    urls = [script.says(f"/{n}", Answer(503)) for n in "abc"]
    sources = [
        Source(name=u[-1], kind="archive" if u[-1] != "c" else "feed", location=u,
               allow_hosts=(HOST,)) for u in urls
    ]  # fmt: skip
    puller = Puller(Path("/nowhere"), USER_AGENT, pause=0, workers=0)
    all_failed = list(puller.pull(sources, {}, START))
    script.says("/b", Answer(200, VALID, PLAIN))
    one_answered = list(puller.pull(sources, {}, START))

    assert {p.source: p.state.get("failures") for p in all_failed} == dict.fromkeys("abc")
    assert {p.source: p.state.get("failures") for p in one_answered} == {"a": 1, "b": None, "c": 1}


def test_a_source_whose_configuration_was_put_right_is_asked_at_once(script: Script) -> None:
    reader = Reader(script, script.says("/feed", Answer(200, VALID, PLAIN)))
    right = reader.source
    reader.source = replace(right, allow_hosts=())
    refused, waiting = reader.pull(), reader.pull()
    reader.source = right

    assert "name it in allow_hosts" in str(refused.error)
    assert waiting.status == "waiting"
    assert (reader.pull().status, reader.pull().status) == ("ok", "waiting")


@pytest.mark.parametrize(
    "change",
    [{"url_base": "https://e.example/news/"}, {"tags": ("Ocean",)}, {"timezone": "Asia/Tokyo"}],
)
def test_what_is_to_be_read_otherwise_is_read_once_more(
    script: Script, change: Mapping[str, object]
) -> None:
    reader = Reader(script, script.says("/feed", Answer(200, VALID, PLAIN)))
    reader.pull()
    reader.source = replace(reader.source, **change)  # type: ignore[arg-type] # fields of a source
    again = reader.pull()

    assert (again.status, len(again.sightings), again.backlog) == ("ok", 1, False)
    assert "If-None-Match" not in script.requests[1].headers
    assert reader.pull().status == "waiting"


def test_an_archive_in_place_of_a_feed_is_read_from_its_beginning(script: Script) -> None:
    reader = Reader(script, script.says("/feed", Answer(200, VALID, PLAIN)))
    reader.pull()
    reader.source = replace(reader.source, kind="archive")

    assert len(reader.pull().sightings) == 1


def test_the_first_pull_is_backlog_and_the_next_is_news(script: Script) -> None:
    more = PLAIN.replace(b"<guid>1<", b"<guid>2<")
    reader = Reader(
        script, script.says("/feed", Answer(200, VALID, PLAIN), Answer(200, VALID, more))
    )

    assert [reader.pull(HOUR).backlog, reader.pull(HOUR).backlog] == [True, False]


def test_a_fresh_source_has_no_backlog(script: Script) -> None:
    reader = Reader(script, script.says("/feed", Answer(200, VALID, PLAIN)))
    reader.source = replace(reader.source, fresh=True)

    assert not reader.pull().backlog


def test_another_address_under_the_same_name_is_asked_afresh(script: Script) -> None:
    reader = Reader(script, script.says("/feed", Answer(200, VALID, PLAIN)))
    reader.pull()
    reader.source = replace(
        reader.source, location=script.says("/other", Answer(200, VALID, PLAIN))
    )

    assert reader.pull().status == "ok"
    assert "If-None-Match" not in script.requests[1].headers


def test_a_page_leads_to_the_feed_it_names(script: Script) -> None:
    page = (
        b'<html><head><link rel="alternate" type="application/rss+xml" href="/comments/feed">'
        b'<link rel="alternate" type="application/rss+xml" title="News" href="/feed"></head></html>'
    )
    script.says("/feed", Answer(200, VALID, PLAIN), Answer(304))
    reader = Reader(script, script.says("/", Answer(200, {}, page)))
    first = reader.pull()
    second = reader.pull(HOUR)

    assert (first.status, len(first.sightings), first.backlog) == ("ok", 1, True)
    assert first.warnings == (
        f"{script.origin}/ is a page, its feed is {script.origin}/feed; write that into feeds.yaml",
    )
    assert second.warnings == ()
    assert second.status == "unchanged"
    assert [r.path for r in script.requests] == ["/", "/feed", "/feed"]


def test_a_login_page_is_not_a_feed(script: Script) -> None:
    page = b"<!doctype html><html><title>Log in</title><form>password</form></html>"
    pulled = Reader(script, script.says("/feed", Answer(200, VALID, page))).pull()

    assert pulled.status == "failed"
    assert pulled.error
    assert pulled.error.endswith("not a feed, but a bot check or login page")


def test_a_bot_check_is_named(script: Script) -> None:
    wall = Answer(403, {"cf-mitigated": "challenge"}, b"<html>")
    pulled = Reader(script, script.says("/feed", wall)).pull()

    assert pulled.error
    assert "bot check" in pulled.error


def test_ids_that_are_new_at_every_pull_are_noticed(script: Script) -> None:
    again = PLAIN.replace(b"<guid>1<", b"<guid>8472<")
    reader = Reader(
        script, script.says("/feed", Answer(200, VALID, PLAIN), Answer(200, VALID, again))
    )
    reader.pull()

    assert reader.pull(HOUR).warnings == (
        "its ids are new at every pull; addresses are gone by instead",
    )


def test_a_source_that_waits_after_failures_says_since_when_it_fails(script: Script) -> None:
    url = script.says("/feed", Answer(500), Answer(404), Answer(200, VALID, PLAIN))
    reader = Reader(script, url)
    reader.pull()
    reader.pull(24 * HOUR)

    waiting = reader.pull()
    assert (waiting.status, waiting.error) == (
        "waiting",
        f"{url}: failing since 2026-01-12: there is nothing at this address (404)",
    )
    assert reader.pull(24 * HOUR).status == "ok"
    assert (reader.pull().status, reader.pull().error) == ("waiting", None)


def _feed_of(*numbers: int, head: str = "") -> bytes:
    shown = "".join(
        f"<item><title>Story {n} of the port</title><link>https://e.example/{n}</link><guid>{n}</guid>"
        f"<pubDate>{format_datetime(START - (100 - n) * HOUR)}</pubDate></item>"
        for n in numbers
    )
    return f'<rss version="2.0"><channel><title>T</title>{head}{shown}</channel></rss>'.encode()


def test_a_feed_that_publishes_often_is_asked_before_its_entries_fall_off(script: Script) -> None:
    quick = Reader(script, script.says("/quick", Answer(200, VALID, _feed_of(97, 98, 99))))
    quick.pull()
    assert quick.pull(29 * HOUR / 60).status == "waiting"
    assert quick.pull(HOUR / 60).status == "unchanged"


def test_an_operators_rhythm_stands_before_the_feeds_own(script: Script) -> None:
    told = {**VALID, "Cache-Control": "max-age=43200"}
    reader = Reader(script, script.says("/feed", Answer(200, told, PLAIN)))
    reader.source = replace(reader.source, every=timedelta(minutes=30))
    reader.pull()

    assert reader.pull(timedelta(minutes=29)).status == "waiting"
    assert reader.pull(timedelta(minutes=1)).status == "unchanged"


def test_a_gap_is_told_where_a_feed_has_no_older_pages(script: Script) -> None:
    answers = [Answer(200, VALID, _feed_of(*some)) for some in ((1, 2, 3), (3, 4, 5), (8, 9))]
    reader = Reader(script, script.says("/feed", *answers))
    reader.pull()
    reader.pull(force=True)
    assert "gap" not in reader.state
    reader.pull(2 * HOUR, force=True)
    assert reader.state["gap"]["seen"] == (START + 2 * HOUR).isoformat()


def test_a_site_that_moves_to_another_host_has_no_gap(script: Script) -> None:
    stories = _feed_of(1, 2, 3)
    moved = stories.replace(b"https://e.example/", b"https://new.example/").replace(
        b"<guid>", b"<guid>n"
    )
    reader = Reader(
        script, script.says("/feed", Answer(200, VALID, stories), Answer(200, VALID, moved))
    )
    reader.pull()

    assert reader.pull(2 * HOUR, force=True).status == "ok"
    assert "gap" not in reader.state


def test_a_gap_is_walked_through_a_feeds_older_pages(script: Script) -> None:
    link = '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="next" href="{}"/>'
    older = script.says("/older", Answer(200, VALID, _feed_of(3, 4, 5)))
    page = _feed_of(
        8,
        9,
        head=link.format(
            script.says("/feed2", Answer(200, VALID, _feed_of(6, 7, head=link.format(older))))
        ),
    )
    reader = Reader(
        script,
        script.says("/feed", Answer(200, VALID, _feed_of(1, 2, 3)), Answer(200, VALID, page)),
    )
    reader.pull()
    found = reader.pull(2 * HOUR, force=True)

    assert sorted(int(s.guid or 0) for s in found.sightings) == [3, 4, 5, 6, 7, 8, 9]
    assert "gap" not in reader.state


def test_each_source_is_due_at_its_own_time_spread_over_some_minutes() -> None:
    puller = Puller(Path("/nowhere"), USER_AGENT, workers=0)
    state = {"next": START.isoformat()}

    def due(name: str, at: datetime) -> bool:
        source = Source(name=name, kind="feed", location="https://e.example/feed")
        return puller.due(source, state, at)

    names = [f"feed-{n}" for n in range(40)]
    assert not any(due(name, START - HOUR / 60) for name in names)
    assert 0 < sum(due(name, START + 3 * HOUR / 60) for name in names) < 40
    assert all(due(name, START + 6 * HOUR / 60) for name in names)
    assert puller.due(Source(name="x", kind="feed", location="x.xml"), {}, START)
