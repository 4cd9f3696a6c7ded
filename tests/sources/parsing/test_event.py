"""Events as they are written: in feeds, on pages, in front matter and in iCalendar files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from digest.editorial.identity import identify
from digest.model import Event, Sighting, Source
from digest.sources.parsing.documents import Document, read_feed_document, read_pages
from digest.sources.parsing.unreadable import NotAFeed

NOW = datetime(2026, 2, 17, 6, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
LECTURE = datetime(2026, 2, 26, 18, tzinfo=LONDON)
SOURCE = Source(name="s", kind="feed", location="x", timezone="Europe/London")


def calendar(*events: str, now: datetime = NOW) -> tuple[Sighting, ...]:
    inner = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nX-WR-CALNAME:What's on\n{inner}END:VCALENDAR\n"
    data = text.replace("\n", "\r\n").encode()
    return read_feed_document(SOURCE, Document(data=data), now).sightings


def item(inner: str) -> Sighting:
    spaces = (
        'xmlns:ev="http://purl.org/rss/1.0/modules/event/" xmlns:xCal="urn:ietf:params:xml:ns:xcal"'
    )
    text = (
        f'<rss version="2.0" {spaces}><channel><item><title>T</title>{inner}</item></channel></rss>'
    )
    (found,) = read_feed_document(SOURCE, Document(data=text.encode()), NOW).sightings
    return found


def page(head: str = "", body: str = "") -> Event | None:
    words = "<p>Dr Bowen opens the tide ledgers and reads what the harbour has seen.</p>" * 2
    text = f"<html><head>{head}</head><body><article><h1>A lecture</h1>{words}{body}</article></body></html>"
    (found,) = read_pages(SOURCE, (Document(data=text.encode(), path="a.html"),), NOW).sightings
    return found.event


def json_ld(*events: str) -> str:
    return "".join(f'<script type="application/ld+json">{event}</script>' for event in events)


def test_an_icalendar_event_is_an_article() -> None:
    (found,) = calendar(
        "UID:1\nSUMMARY:A lecture\nDTSTART:20260226T180000\nDTEND:20260226T193000\nLOCATION:Aula\n"
        "DESCRIPTION:The tides.\\n\\nAnd <the> soup.\nCATEGORIES:Talks,Free\nURL:https://u.example/a"
    )
    ends = LECTURE + timedelta(minutes=90)
    assert found.event == Event(starts=LECTURE, ends=ends, place="Aula")
    assert (found.guid, found.headline, found.url) == ("1", "A lecture", "https://u.example/a")
    assert (found.tags, found.publication) == (("Talks", "Free"), "What's on")
    assert found.text == "The tides.\n\nAnd <the> soup."
    assert found.published is None


def test_a_whole_day_ends_with_the_midnight_after_it() -> None:
    (found,) = calendar("UID:1\nSUMMARY:Open day\nDTSTART;VALUE=DATE:20260301")
    assert found.event is not None
    assert found.event.all_day
    assert found.event.over == datetime(2026, 3, 2, tzinfo=LONDON)


def test_the_days_of_a_series_are_articles_and_stay_apart_when_one_is_left() -> None:
    choir = (
        "UID:2\nSUMMARY:Choir in the hall\nURL:https://u.example/choir\n"
        "DTSTART;TZID=Europe/London:20260105T190000\nRRULE:FREQ=WEEKLY;COUNT=9\n"
        "EXDATE;TZID=Europe/London:20260302T190000"
    )
    now = identify(calendar(choir), {}, now=NOW, backlog=True)
    days = [f.article.event.starts.day for f in now if f.article.event]
    assert days == [23]
    later = calendar(choir, now=datetime(2026, 2, 1, tzinfo=UTC))
    first = identify(later[:1], {}, now=NOW, backlog=False)
    known = dict.fromkeys(first[0].keys, (first[0].article,))
    again = identify(later[2:3], known, now=NOW, backlog=False)
    assert again[0].change == "new"


def test_an_event_to_come_is_new_when_it_is_first_seen() -> None:
    (found,) = identify(
        calendar("UID:1\nSUMMARY:A\nDTSTART:20260226T180000"), {}, now=NOW, backlog=True
    )
    assert found.article.new_at == NOW


def test_what_is_private_over_too_often_or_far_ahead_is_left_out() -> None:
    found = calendar(
        "UID:1\nSUMMARY:Private\nCLASS:PRIVATE\nDTSTART:20260226T180000",
        "UID:2\nSUMMARY:Over\nDTSTART:20260216T180000\nDTEND:20260216T190000",
        "UID:3\nSUMMARY:Tick\nDTSTART:20260226T180000\nRRULE:FREQ=SECONDLY",
        "UID:4\nSUMMARY:Far\nDTSTART:20280226T180000",
        "UID:5\nSUMMARY:Off\nSTATUS:CANCELLED\nDTSTART:20260226T180000",
    )
    assert [(s.headline, s.event.cancelled) for s in found if s.event] == [("Off", True)]


GOOD = "UID:good\nSUMMARY:Good\nDTSTART:20260226T180000"


@pytest.mark.parametrize(
    "bad",
    [
        "DTSTART:20260226T180000\nDTEND:99991231T235959Z",
        "DTSTART;VALUE=DATE:99991231",
        "DTSTART:00010101T000000",
        "DTSTART:20260226T180000\nDURATION:P99999999D",
        "LOCATION:nowhen",
        "DTSTART:20260226T180000\nRRULE:FREQ=DAILY;INTERVAL=0",
        "DTSTART:20260226T180000\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "DTSTART:20260226T180000\nRRULE:NONSENSE",
        "DTSTART;TZID=No/Where:20260226T180000",
        "DTSTART:20260226T180000\nRRULE:FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=1,2,3;BYSECOND=1,2,3",
    ],
)
def test_an_event_that_cannot_be_read_takes_no_other_with_it(bad: str) -> None:
    found = calendar(f"UID:bad\nSUMMARY:Bad\n{bad}", GOOD)
    assert "Good" in {s.headline for s in found}
    assert len(found) <= 2


def test_one_series_leaves_room_for_all_others_and_needs_no_uid() -> None:
    daily = "UID:d\nSUMMARY:Daily\nDTSTART:20260101T080000\nRRULE:FREQ=DAILY"
    weekly = "SUMMARY:Choir\nDTSTART:20260105T190000\nRRULE:FREQ=WEEKLY;COUNT=9"
    found = calendar(daily, weekly, "UID:l\nSUMMARY:Late\nDTSTART:20261224T180000")
    names = [s.headline for s in found]
    assert (names.count("Daily"), names.count("Choir"), names[-1]) == (60, 2, "Late")
    assert len({s.guid for s in found}) == len(found)


def test_what_is_no_calendar_is_told() -> None:
    with pytest.raises(NotAFeed, match="iCalendar"):
        read_feed_document(SOURCE, Document(data=b"BEGIN:VCALENDAR\r\nno line of it\r\n"), NOW)


@pytest.mark.parametrize(
    "inner",
    [
        "<ev:startdate>2026-02-26T18:00:00</ev:startdate><ev:location>Aula</ev:location>",
        "<xCal:dtstart>20260226T180000</xCal:dtstart><xCal:location>Aula</xCal:location>",
        "<ev:startdate>February 26, 2026 @ 6:00 pm</ev:startdate><ev:location>Aula</ev:location>",
    ],
)
def test_feeds_say_events_in_modules(inner: str) -> None:
    assert item(inner).event == Event(starts=LECTURE, place="Aula")


def test_the_events_calendar_gives_the_day_of_the_event_for_that_of_publication() -> None:
    guid = '<guid isPermaLink="false">https://u.example/?post_type=tribe_events&#038;p=12</guid>'
    found = item(f"{guid}<pubDate>Thu, 26 Feb 2026 18:00:00 +0000</pubDate>")
    assert (found.event, found.published) == (Event(starts=LECTURE), None)


def test_a_page_says_its_event_in_json_ld() -> None:
    said = page(
        json_ld(
            '{"@type": "EducationEvent", "startDate": "2026-02-26T18:00", "endDate": "2026-02-27", '
            '"location": {"@type": "Place", "name": "Aula", "address": {"addressLocality": "Bay"}}, '
            '"eventStatus": "https://schema.org/EventCancelled"}'
        )
    )
    ends = datetime(2026, 2, 28, tzinfo=LONDON)
    assert said == Event(starts=LECTURE, ends=ends, place="Aula, Bay", cancelled=True)


def test_a_page_of_several_events_is_about_none() -> None:
    each = '{"@type": "Event", "startDate": "2026-02-%s"}'
    assert page(json_ld(each % 26, each % 27)) is None


@pytest.mark.parametrize(
    "body",
    [
        (
            '<div itemscope itemtype="https://schema.org/Event"><meta itemprop="startDate" '
            'content="2026-02-26T18:00"><b itemprop="location">Aula</b></div>'
        ),
        (
            '<div class="vevent"><abbr class="dtstart" title="2026-02-26T18:00:00Z">26 February</abbr>'
            '<span class="location">Aula</span></div>'
        ),
        (
            '<div class="h-event"><time class="dt-start" datetime="2026-02-26 18:00">26 February</time>'
            '<span class="p-location">Aula</span></div>'
        ),
    ],
)
def test_a_page_says_its_event_in_its_markup(body: str) -> None:
    assert page(body=body) == Event(starts=LECTURE, place="Aula")


def test_front_matter_says_an_event() -> None:
    note = "---\ntitle: A lecture\nstart_date: 26 February 2026\nvenue: Aula\n---\nWords."
    (found,) = read_pages(SOURCE, (Document(data=note.encode(), path="a.md"),), NOW).sightings
    day = datetime(2026, 2, 26, tzinfo=LONDON)
    assert found.event == Event(starts=day, place="Aula", all_day=True)


def test_a_page_that_does_not_invite_has_no_event() -> None:
    assert page() is None
    assert item("<pubDate>Thu, 26 Feb 2026 18:00:00 +0000</pubDate>").event is None


@pytest.mark.parametrize(("stated", "place"), [("true", None), ("7", None), ('"A&#10;B"', "A B")])
def test_a_place_is_a_line_of_words_or_none(stated: str, place: str | None) -> None:
    said = page(json_ld(f'{{"@type": "Event", "startDate": "2026-02-26", "location": {stated}}}'))
    assert said is not None
    assert said.place == place
