"""A WordPress export gives its published posts, and never what is not public."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.model import Image, Source
from digest.ports import Pulled, State
from digest.sources.pull import Puller

NOW = datetime(2026, 1, 12, tzinfo=UTC)


def pull(root: Path, state: State | None = None) -> Pulled:
    source = Source(name="a", kind="archive", location="a.xml", url_base="https://e.example/")
    (batch,) = Puller(root, "digest/1", workers=0).pull([source], {"a": state or {}}, NOW)
    return batch


WXR = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>N</title>
<wp:author><wp:author_login>sp</wp:author_login><wp:author_display_name>Sam Pole</wp:author_display_name></wp:author>
{}
<item><title>clock</title><wp:post_id>9</wp:post_id><wp:post_type>attachment</wp:post_type>
<wp:attachment_url>https://e.example/clock.jpg</wp:attachment_url><wp:postmeta>
<wp:meta_key>_wp_attachment_image_alt</wp:meta_key><wp:meta_value>A clock</wp:meta_value></wp:postmeta></item>
</channel></rss>"""
POST = """<item><title>{title}</title><link>https://e.example/{n}</link><dc:creator>sp</dc:creator>
<guid>https://e.example/?p={n}</guid><content:encoded><![CDATA[One &amp; all.

[caption id="x"]<img src="/i.jpg" alt="I">[/caption]

Two.]]></content:encoded><excerpt:encoded><![CDATA[Short.]]></excerpt:encoded>
<wp:post_id>{n}</wp:post_id><wp:post_date>2026-01-05 10:00:00</wp:post_date>
<wp:post_date_gmt>{date}</wp:post_date_gmt><wp:status>{status}</wp:status>
<wp:post_type>{type}</wp:post_type><wp:post_password>{password}</wp:post_password>
<category domain="category" nicename="sea">Sea</category><category domain="post_tag">Strategy-x</category>
<category domain="post_format">aside</category>
<wp:postmeta><wp:meta_key>_edit_last</wp:meta_key><wp:meta_value>1</wp:meta_value></wp:postmeta>
<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>9</wp:meta_value></wp:postmeta>
<wp:postmeta><wp:meta_key>other</wp:meta_key><wp:meta_value>2</wp:meta_value></wp:postmeta></item>"""


def post(n: int, **changes: str) -> str:
    facts = {
        "title": f"Post {n}",
        "status": "publish",
        "type": "post",
        "password": "",
        "date": "2026-01-05 09:00:00",
    }
    return POST.format(n=n, **{**facts, **changes})


def test_a_wordpress_export_gives_its_posts(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(WXR.format(post(1) + post(2)))
    batch = pull(tmp_path)
    one = batch.sightings[0]

    assert len(batch.sightings) == 2
    assert (one.guid, one.url, one.headline) == (
        "https://e.example/?p=1",
        "https://e.example/1",
        "Post 1",
    )
    assert (one.summary, one.text, one.authors) == ("Short.", "One & all.\n\nTwo.", ("Sam Pole",))
    assert one.tags == ("Sea", "Strategy-x")
    assert one.image == Image(url="https://e.example/clock.jpg", alt="A clock")
    assert one.published == datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert pull(tmp_path, batch.state).status == "unchanged"


def test_an_export_whose_reading_broke_off_goes_on_behind_its_last_record(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(WXR.format("".join(map(post, (1, 2, 3)))))
    state = {**pull(tmp_path).state, "records": 2}
    del state["whole"]
    rest = pull(tmp_path, state)

    assert [s.headline for s in rest.sightings] == ["Post 3"]
    assert rest.state["records"] == 3


def test_an_export_without_a_published_post_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(WXR.format(post(1, status="draft")))
    batch = pull(tmp_path)

    assert (batch.status, batch.warnings) == ("unchanged", ("it holds no published post",))


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "draft", "date": "0000-00-00 00:00:00"},
        {"status": "private"},
        {"status": "pending"},
        {"status": "future", "date": "2030-01-01 00:00:00"},
        {"status": "trash"},
        {"status": "inherit"},
        {"password": "x"},
        {"type": "page"},
        {"type": "nav_menu_item"},
        {"date": "2030-01-01 00:00:00"},
    ],
)
def test_what_is_not_public_is_never_read(changes: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(WXR.format(post(1) + post(2, title="Secret", **changes)))
    found = pull(tmp_path).sightings

    assert [s.headline for s in found] == ["Post 1"]


def test_a_stray_byte_in_an_export_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(WXR.format(post(1) + post(2, title="A\x0b b")).encode())

    assert len(pull(tmp_path).sightings) == 2
