"""Files as generators keep them and browsers save them: read, left out, or told; never passed over."""

from __future__ import annotations

import plistlib
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.model import Sighting, Source
from digest.ports import Pulled, State
from digest.sources.pull import Puller

NOW = datetime(2026, 1, 12, tzinfo=UTC)
WORDS = "<p>The tide mill at the quay turns again after two years of work by its miller.</p>"
HTML = f"<html lang='en'><head><title>The mill turns</title></head><body><article><h1>The mill turns</h1>{WORDS}</article></body></html>"


def pull(root: Path, *, now: datetime = NOW, state: State | None = None, at: str = "a") -> Pulled:
    source = Source(name="a", kind="archive", location=at, url_base="https://q.example/")
    (batch,) = Puller(root, "digest/1", workers=0).pull([source], {"a": state or {}}, now)
    assert batch.error is None
    return batch


def one(root: Path, name: str, content: str | bytes) -> Sighting:
    (root / "a").mkdir(exist_ok=True)
    (root / "a" / name).write_bytes(content.encode() if isinstance(content, str) else content)
    (found,) = pull(root).sightings
    return found


@pytest.mark.parametrize(
    "text",
    [
        """+++
title = "The mill turns"
date = 2026-01-06T09:30:00+01:00
tags = ["Mill", "Tide"]
categories = ["News"]
author = "Ann Roe"
description = "It took two years."
+++
It turns.""",
        """---
title: The mill turns
date: 2026-01-06T09:30:00+01:00
tags: [Mill, Tide]
categories: News
authors: [{name: Ann Roe}]
description: It took two years.
---
It turns.""",
        """{
  "title": "The mill turns", "date": "2026-01-06T09:30:00+01:00", "tags": ["Mill", "Tide"],
  "categories": ["News"], "author": "Ann Roe", "description": "It took two years."
}

It turns.""",
        """---toml
title = "The mill turns"
date = 2026-01-06T09:30:00+01:00
[taxonomies]
tags = ["Mill", "Tide"]
categories = ["News"]
[extra]
author = "Ann Roe"
description = "It took two years."
---
It turns.""",
        """Title: The mill turns
Date: 2026-01-06T09:30:00+01:00
Tags: Mill, Tide
Category: News
Author: Ann Roe
Description: It took two years.

It turns.""",
        """title: The mill turns
date: 2026-01-06T09:30:00+01:00
tags:
- Mill
- Tide
categories: [News]
author: Ann Roe
description: It took two years.
---
It turns.""",
        """# The mill turns

Date: 2026-01-06T09:30:00+01:00
Tags: Mill, Tide
Category: News
Author: Ann Roe
Description: It took two years.

It turns.""",
    ],
    ids=[
        "toml",
        "yaml",
        "json",
        "toml in dashes, as Zola nests it",
        "Pelican's lines",
        "Hexo's end alone",
        "Notion's lines below the heading",
    ],
)
def test_front_matter_is_read_in_every_form(tmp_path: Path, text: str) -> None:
    note = one(tmp_path, "n.md", text)

    assert note.headline == "The mill turns"
    assert note.standfirst == "It took two years."
    assert note.published
    assert note.published.isoformat() == "2026-01-06T09:30:00+01:00"
    assert (note.tags, note.authors, note.text) == (
        ("Mill", "Tide", "News"),
        ("Ann Roe",),
        "It turns.",
    )


def test_a_day_of_toml_is_midnight_at_the_publisher(tmp_path: Path) -> None:
    note = one(tmp_path, "n.md", "+++\ntitle = 'T'\ndate = 2026-01-06\n+++\nIt turns.")

    assert note.published
    assert note.published.isoformat() == "2026-01-06T00:00:00+00:00"


def test_front_matter_that_is_not_quite_yaml_still_says_what_its_lines_say(tmp_path: Path) -> None:
    note = one(tmp_path, "n.md", "---\ntitle: Mill: it turns\ndate: 2026-01-06\n---\nIt turns.")

    assert (note.headline, note.text) == ("Mill: it turns", "It turns.")
    assert note.published


@pytest.mark.parametrize(
    "front",
    [
        "---\ndraft: true\n---",
        "---\ndraft: 'yes'\n---",
        "---\nisDraft: true\n---",
        "---\npublished: false\n---",
        "---\nprivate: true\n---",
        "---\nstatus: draft\n---",
        "---\npermalink: false\n---",
        "---\neleventyExcludeFromCollections: true\n---",
        "---\nexpiryDate: 2026-01-11\n---",
        "---\nheadless: true\n---",
        "---\n_build: {list: never}\n---",
        '---js\n{\n  title: "T",\n  draft: true,\n}\n---',
        "Title: T\nStatus: draft",
        "---\ntitle: a: b\ndraft: true\n---",
        "+++\ndraft = true\n+++",
        "+++\nexpiryDate = 2026-01-11\n+++",
        '{"draft": true}',
    ],
)
def test_a_draft_stays_out_in_every_generators_words(tmp_path: Path, front: str) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "n.md").write_text(f"{front}\n\nNobody is to read this.\n")

    assert pull(tmp_path).sightings == ()


@pytest.mark.parametrize("zipped", [False, True])
def test_a_file_whose_day_has_not_come_is_read_when_it_has(tmp_path: Path, *, zipped: bool) -> None:
    text = "---\ntitle: T\npublishDate: 2026-01-20\n---\nIt turns.\n"
    if zipped:
        with zipfile.ZipFile(tmp_path / "a", "w") as file:
            file.writestr("n.md", text)
    else:
        (tmp_path / "a").mkdir()
        (tmp_path / "a" / "n.md").write_text(text)

    before = pull(tmp_path)
    after = pull(tmp_path, now=datetime(2026, 1, 21, tzinfo=UTC), state=before.state)

    assert before.sightings == ()
    assert [s.headline for s in after.sightings] == ["T"]


def test_a_page_and_a_text_may_have_front_matter_too(tmp_path: Path) -> None:
    front = "---\nlayout: post\ntitle: The mill turns\ndate: 2026-01-06\n---\n"

    page = one(tmp_path, "n.html", f"{front}<p>It <b>turns</b>.</p>")
    (tmp_path / "a" / "n.html").write_text("---\ntitle: T\npublished: false\n---\n<p>It.</p>")
    text = one(tmp_path, "n.txt", f"{front}It turns.")

    for read in (page, text):
        assert (read.headline, read.text) == ("The mill turns", "It turns.")
        assert read.published == datetime(2026, 1, 6, tzinfo=UTC)


def test_a_sections_page_of_hugo_is_no_article(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "_index.md").write_text("---\ntitle: News\n---\nAll our news.\n")

    assert pull(tmp_path).sightings == ()


def test_a_note_says_no_commands_marks_and_links_of_its_program(tmp_path: Path) -> None:
    note = one(
        tmp_path,
        "n.md",
        "# The mill\n\n![[wheel.png]]See [[Old mill|the old one]], [[Quay]] and [the tide][t].[^1] "
        '%%to do%%==It turns== at 10^3^ litres of H~2~O.\n\n{{ youtube(id="x") }}\n{: .note}\n\n'
        "::: tip\nOpen on Monday.\n:::\n\n- [x] Oil it\n\n`{{ code }}`\n\n"
        "[^1]: By a tenth.\n[t]: https://q.example/tide\n",
    )

    assert note.text.split("\n\n") == [
        "See the old one, Quay and the tide. It turns at 10³ litres of H₂O.",
        "Open on Monday.",
        "Oil it",
        "{{ code }}",
    ]
    assert 'href="https://q.example/tide"' in note.html


def test_a_note_without_front_matter_may_have_a_by_line(tmp_path: Path) -> None:
    note = one(tmp_path, "n.md", "# The mill\n\n*By Ann Roe, 6 January 2026*\n\nIt turns.\n")

    assert (note.authors, note.text) == (("Ann Roe",), "It turns.")
    assert note.published == datetime(2026, 1, 6, tzinfo=UTC)


def test_a_sentence_with_a_colon_is_no_front_matter(tmp_path: Path) -> None:
    note = one(tmp_path, "n.md", "Note: the mill turns.\nDate: Monday at ten.\n\nIt turns.\n")

    assert note.text.startswith("Note: the mill turns.")


def test_a_date_in_a_files_name_is_one(tmp_path: Path) -> None:
    note = one(
        tmp_path, "2026-01-08-mill.md", "---\nlayout: post\ntitle: T\ntags: mill tide\n---\nIt."
    )

    assert note.published == datetime(2026, 1, 8, tzinfo=UTC)
    assert (note.date_source, note.tags) == ("file", ("mill", "tide"))


def test_a_tag_of_two_words_stays_one_elsewhere(tmp_path: Path) -> None:
    assert one(tmp_path, "n.md", "---\ntitle: T\ntags: tide mill\n---\nIt.").tags == ("tide mill",)


MHTML = f"""From: <Saved by Blink>
Snapshot-Content-Location: https://q.example/mill
Subject: The mill turns
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="B"

--B
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 8bit
Content-Location: https://q.example/mill

{HTML}
--B
Content-Type: image/png
Content-Transfer-Encoding: base64
Content-Location: https://q.example/mill.png

AAAA
--B--
"""
SAFARI = plistlib.dumps(
    {
        "WebMainResource": {
            "WebResourceData": HTML.encode("utf-16"),
            "WebResourceURL": "https://q.example/mill",
            "WebResourceTextEncodingName": "utf-16",
        }
    },
    fmt=plistlib.FMT_BINARY,
)
NOTED = "<!--\n Page saved with SingleFile \n url: https://q.example/mill \n saved date: Mon Jan 05 2026\n-->"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("mill.mht", MHTML),
        ("mill.mhtml", MHTML.replace("\n", "\r\n")),
        ("mill.webarchive", SAFARI),
        ("mill.html", HTML.replace("<html", f"{NOTED}<html", 1)),
        ("mill.htm", "<!-- saved from url=(0022)https://q.example/mill -->" + HTML),
        (
            "mill.html",
            HTML.replace("<body", "<!-- Mirrored from q.example/mill by HTTrack --><body", 1),
        ),
    ],
    ids=["mht", "mhtml", "webarchive", "SingleFile", "saved from", "HTTrack"],
)
def test_a_page_that_was_saved_in_one_file_is_read_with_its_address(
    tmp_path: Path, name: str, content: str | bytes
) -> None:
    page = one(tmp_path, name, content)

    assert page.headline == "The mill turns"
    assert page.url == "https://q.example/mill"
    assert (
        page.text == "The tide mill at the quay turns again after two years of work by its miller."
    )
    assert page.published is None


def test_pictures_written_into_a_page_are_no_address(tmp_path: Path) -> None:
    inline = f"<img src='data:image/png;base64,{'A' * 5000}'>"

    page = one(tmp_path, "mill.html", HTML.replace(WORDS, inline + WORDS))

    assert page.image is None
    assert "data:" not in page.html


@pytest.mark.parametrize("zipped", [False, True])
def test_texts_of_kinds_that_are_not_read_are_told(tmp_path: Path, *, zipped: bool) -> None:
    files = {
        "a.pdf": "x",
        "b/c.docx": "x",
        "b/d.PDF": "x",
        "e.png": "x",
        "f.txt": "T\n\nIt is. So.\n",
    }
    if zipped:
        with zipfile.ZipFile(tmp_path / "a", "w") as file:
            for name, text in files.items():
                file.writestr(name, text)
    else:
        for name, text in files.items():
            (tmp_path / "a" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "a" / name).write_text(text)

    assert pull(tmp_path).warnings == ("not read, as their kind is not known: 2 .pdf, 1 .docx",)


def test_a_file_in_which_no_article_is_found_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "empty.txt").write_text("")
    (tmp_path / "a" / "broken.mht").write_text("nothing")

    assert pull(tmp_path).warnings == ("no article is found in broken.mht, empty.txt",)
