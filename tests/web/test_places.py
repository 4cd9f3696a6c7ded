"""The desk's places: what each shows, and what is done there."""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from digest.model import Source
from digest.ports import Progress, Pulled, Sources, State
from digest.publisher import Publisher
from digest.web.app import create_app
from tests.helpers.loopback import HOST, Answer, server
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom
from tests.web.test_web import ISSUE, OWN, client, post, text

PLACES = ("/", "/calendar", "/archive", "/sources", "/audience")
LEADERS = """\
  leaders:
    title: For leaders
    sender: "News <news@u.example>"
    segments: [alumni]
    schedule: {cron: "0 9 * * mon", draft_before: 1h}
    sections: [{title: All, rest: true}]
"""


def sent(room: Newsroom) -> None:
    press = room.open()
    press.approve(ISSUE, by="Ana")
    room.now = NOW + timedelta(hours=2)
    room.open().send(ISSUE)


def mark(room: Newsroom, state: str, detail: str) -> None:
    with closing(sqlite3.connect(room.folder / "digest.db")) as database, database:
        database.execute("UPDATE deliveries SET state = ?, detail = ?", (state, detail))


@pytest.mark.parametrize("path", [*PLACES, f"/issues/{ISSUE}/staff", "/issues/none"])
def test_every_page_of_the_desk_has_the_five_places(room: Newsroom, path: str) -> None:
    page = client(room).get(path).text
    assert [f'href="{place}"' in page for place in PLACES] == [True] * 5
    assert page.count('aria-current="page"') >= (path != "/issues/none")


def test_a_place_is_behind_the_password(room: Newsroom) -> None:
    web = client(room, "a password")
    for path in (*PLACES, "/search.json?q=a"):
        assert web.get(path).status_code == 302
    for path in ("/sources/try", "/sources/notes/pull", "/audience/unsubscribe"):
        assert post(web, path) == 302


def test_the_week_says_what_is_next_and_who_gets_it(room: Newsroom) -> None:
    page = text(client(room), "/")
    assert "Read it, then approve it" in page
    assert "1 in 2 editions" in page
    assert "2 new of notes" in page

    room.open().edit(ISSUE, [{"intro": "For Strategy-people"}], by="Ben")
    page = text(client(room), "/")
    assert "Mend what holds it back" in page
    assert re.search(r"\d errors?</strong>", page)

    room.open().edit(ISSUE, [{"intro": "", "undo": True}], by="Ben")
    room.open().approve(ISSUE, by="Ana Reid")
    page = text(client(room), "/")
    assert "it goes out by itself" in page
    assert "by Ana Reid" in page


@pytest.mark.parametrize(
    ("state", "said"),
    [("failed", "Mend 1 address that failed"), ("ambiguous", "Say what became of 1 email")],
)
def test_the_week_says_who_did_not_get_the_last_issue_and_why(
    room: Newsroom, state: str, said: str
) -> None:
    sent(room)
    mark(room, state, "550 no such user")
    page = text(client(room), "/")
    assert said in page
    assert "s@u.example" in page
    assert "550 no such user" in page


def test_the_archive_has_what_went_out_and_finds_its_articles(room: Newsroom) -> None:
    assert "No issue has gone out yet" in text(client(room), "/archive")
    sent(room)
    web = client(room)
    assert f'href="/issues/{ISSUE}/alumni/page"' in text(web, "/archive")
    found = text(web, "/archive?q=anna")
    assert "<mark>anna</mark>" in found.lower()
    assert "Printed in" in found
    assert "Never printed" not in found
    assert "No article has that" in text(web, "/archive?q=cora&until=2020-01-01")
    assert web.get("/archive?since=soon").status_code == 409


def test_search_offers_articles_as_json(room: Newsroom) -> None:
    web = client(room)
    (found,) = web.get("/search.json?q=anna").get_json()
    assert found["title"] == "The story of anna"
    assert {"id", "source", "published", "url"} < found.keys()
    assert web.get("/search.json?q=%22(*%00").get_json() == []


def test_a_title_with_markup_stays_text(room: Newsroom) -> None:
    room.note("dora", title="<script>x</script> \u202efile", summary="<b>bus</b> & more")
    room.open().pull(force=True)
    page = client(room).get("/archive?q=dora").text
    assert "<script>" not in page


def test_a_source_says_how_it_does_and_is_pulled_by_hand(room: Newsroom) -> None:
    web = client(room)
    page = text(web, "/sources")
    assert "2 new articles in the newest run" in page
    assert "Articles of notes by week, the oldest first: 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2" in page

    room.note("dora")
    assert post(web, "/sources/notes/pull") == 302
    assert "notes was read: 1 new" in text(web, "/sources")
    assert post(web, "/sources/none/pull") == 409

    (room.folder / "notes").rename(room.folder / "gone")
    assert post(web, "/sources/notes/pull") == 302
    assert "could not be read" in text(web, "/sources")
    assert "fails" in text(web, "/sources")


FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>The Harbour</title><link>https://h.example/</link>
<description>d</description><item><title>A ferry &lt;3</title><link>https://h.example/1</link>
<description>It sails.</description></item></channel></rss>"""


def tried(web: FlaskClient, address: str) -> str:
    return web.post("/sources/try", data={"address": address}, headers=OWN).text


@pytest.mark.parametrize(
    "address", ["", "feed.xml", "/etc/passwd", "file:///etc/passwd", "https://h.example/${SECRET}"]
)
def test_only_a_public_address_is_tried_out(room: Newsroom, address: str) -> None:
    assert "Give the address of a feed" in tried(client(room), address)


def test_a_private_address_is_not_tried_out(room: Newsroom) -> None:
    assert "private address" in tried(client(room), "http://127.0.0.1:9/feed.xml")


def test_who_is_gone_and_why(room: Newsroom) -> None:
    web = client(room)
    assert "1 subscriber" in text(web, "/audience")
    assert "Nobody has this address" in text(web, "/audience?address=x@u.example")
    assert post(web, "/audience/unsubscribe", address="S@U.example", by="Ana") == 302
    page = text(web, "/audience?address=s@u.example")
    assert "by hand: Ana" in page
    assert "Readers who left by week, the oldest first: 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1" in page
    assert post(web, "/audience/restore", address="s@u.example") == 409

    room.subscribe(("t@u.example", "alumni"))
    room.open()._services.audience.unsubscribe("t@u.example", "bounced: no such user", room.now)
    assert "bounced: no such user" in text(web, "/audience")
    assert post(web, "/audience/restore", address="t@u.example") == 302
    assert room.open().reader("t@u.example").suppression is None


def test_a_reader_is_counted_in_the_first_of_their_segments(room: Newsroom) -> None:
    room.subscribe(("b@u.example", "alumni;staff"), ("c@u.example", "alumni"), ("d@u.example", "x"))
    found = room.open().audience()
    assert found.newsletters == {"weekly": {"staff": 2, "alumni": 1}}
    assert found.segments["alumni"] == 2
    assert found.total == 4


def test_the_calendar_tells_of_skipped_days_and_of_newsletters_that_meet(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, newsletter='schedule: {cron: "0 7 * * mon", skip: [2026-01-26]}')
    config = (tmp_path / "feeds.yaml").read_text()
    (tmp_path / "feeds.yaml").write_text(config.replace("delivery:", f"{LEADERS}delivery:"))
    web = client(room)
    page = text(web, "/calendar")
    assert "Meets <strong>For leaders</strong>: Alumni" in page
    assert page.count("skipped</span>") == 1

    mark_ = room.open().calendar_mark
    outside = {"Host": "news.example"}
    assert web.get("/calendar", headers=outside).status_code == 403
    assert web.get("/calendar/0123.ics", headers=outside).status_code == 404
    feed = web.get(f"/calendar/{mark_}.ics", headers=outside)
    events = Calendar.from_ical(feed.data).walk("VEVENT")
    assert len(events) == 36
    assert len({str(event["uid"]) for event in events}) == 36


def test_a_day_is_skipped_on_the_calendar_and_had_after_all_by_one_click(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW)
    web, own = client(room), {"Origin": "http://localhost"}
    assert text(web, "/calendar").count(">Skip this day<") > 10

    said = {"by": "Ana", "why": "A <b>holiday</b>"}
    page = web.post(
        "/calendar/weekly/2026-01-19", data=said, headers=own, follow_redirects=True
    ).text

    assert "This week skips 19 January 2026." in page
    assert re.search("Skipped by Ana, 12 Jan 2026, [0-9:]+: A &lt;b&gt;holiday", page)
    undo = re.search(
        r'action="(/calendar/weekly/[0-9-]+)" class="one"><input type="hidden" name="undo"', page
    )
    assert undo is not None
    page = web.post(undo[1], data={"undo": "1"}, headers=own, follow_redirects=True).text
    assert "comes on 19 January 2026 after all" in page
    assert "Skipped by" not in page
    for day in ("2026-01-20", "soon"):
        assert web.post(f"/calendar/weekly/{day}", data=said, headers=own).status_code == 409


def test_a_special_issue_is_made_from_the_calendar(tmp_path: Path) -> None:
    page = text(client(Newsroom(tmp_path, NOW)), "/calendar")
    assert "Make a special issue of This week" in page
    assert 'action="/special/weekly"' in page


class Near:
    """Sources that may be asked on this machine."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def pull(
        self,
        sources: Sequence[Source],
        states: Mapping[str, State],
        now: datetime,
        *,
        force: bool = False,
        progress: Progress | None = None,
    ) -> Iterator[Pulled]:
        near = [replace(each, allow_hosts=(HOST,)) for each in sources]
        return self._sources.pull(near, states, now, force=force, progress=progress)

    def due(self, source: Source, state: State, now: datetime) -> bool:
        return self._sources.due(source, state, now)

    def picture(self, source: Source, url: str) -> bytes:
        return self._sources.picture(source, url)


def test_a_feed_is_tried_out_and_nothing_of_it_is_kept(room: Newsroom) -> None:
    services = room.open()._services
    press = Publisher(replace(services, sources=Near(services.sources)))
    before = press.article_count()
    with server() as web:
        address = web.says("/feed.xml", Answer(body=FEED, headers={"Content-Type": "text/xml"}))
        page = unescape(tried(create_app(press, None).test_client(), address))
    assert "A ferry <3" in page
    assert "It sails." in page
    assert f'sources:\n  the-harbour:\n    feed: "{address}"' in page
    assert press.article_count() == before
    assert set(services.articles.states()) == {"notes"}


def _zipped(**pages: str) -> bytes:
    data = BytesIO()
    with ZipFile(data, "w") as packed:
        for name, page in pages.items():
            packed.writestr(f"{name}.html", page)
    return data.getvalue()


PAGE = "<html><head><title>{0}</title></head><body><article><h1>{0}</h1><p>{1}</p></article></body></html>"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("../harbour.xml", FEED),
        ("old pages.zip", _zipped(a=PAGE.format("A ferry <3", "It sails. " * 20))),
    ],
)
def test_a_file_is_tried_out_and_nothing_of_it_is_kept(
    room: Newsroom, name: str, data: bytes
) -> None:
    press = room.open()
    before, web = press.article_count(), create_app(press, None).test_client()
    form = {"file": (BytesIO(data), name)}
    page = unescape(web.post("/sources/try", data=form, headers=OWN).text)

    kept_as = {"../harbour.xml": "harbour.xml", "old pages.zip": "old_pages.zip"}[name]
    assert "1 article" in page
    assert "It sails." in page
    assert f'archive: "{kept_as}"' in page
    assert press.article_count() == before
    assert set(press._services.articles.states()) == {"notes"}


def test_a_file_that_cannot_be_read_is_told_without_where_it_lay(room: Newsroom) -> None:
    web = create_app(room.open(), None).test_client()
    form = {"file": (BytesIO(b"\x00\x01\x02 no feed"), "odd.bin")}
    page = unescape(web.post("/sources/try", data=form, headers=OWN).text)
    assert "It cannot be read:" in page
    assert tempfile.gettempdir() not in page


def test_a_source_that_fails_stands_first_with_why(room: Newsroom) -> None:
    file = room.folder / "feeds.yaml"
    file.write_text(file.read_text().replace("tags:", "  gone: {feed: gone.xml}\ntags:", 1))
    room.open().pull()
    web = client(room)

    listed = re.findall(r'id="s-(\w+)"', text(web, "/sources"))
    assert listed == ["gone", "notes"]
    assert "failed: gone.xml: No such file" in re.sub("<[^>]+>", "", text(web, "/"))
