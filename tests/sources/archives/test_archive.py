"""An archive of any kind gives its articles once, goes on where it was, and never what is private."""

from __future__ import annotations

import gzip
import io
import json
import re
import tarfile
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from digest.errors import SourceError
from digest.model import Sighting, Source
from digest.ports import Pulled, State
from digest.sources.archives.folder import read_file
from digest.sources.pull import Puller

# warcio's writer, which only makes the input here, leaves its buffers to the collector
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
NOW = datetime(2026, 1, 12, tzinfo=UTC)
PAGE = """<html><head><meta charset="utf-8"><title>{0} | N</title>{1}</head><body><article><h1>{0}</h1>
<p>The harbour board has chosen a brass clock, and it stands on the quay for all to see it.</p>
</article></body></html>"""


def pull(
    root: Path, state: State | None = None, location: str = "archive", **more: object
) -> list[Pulled]:
    source = Source(name="a", kind="archive", location=location, **more)  # type: ignore[arg-type]
    puller = Puller(root, "digest/1 (+https://e.example)", pause=0, workers=0)
    batches = list(puller.pull([source], {"a": state or {}}, NOW))
    return [json_state(b) for b in batches]


def json_state(batch: Pulled) -> Pulled:
    assert json.loads(json.dumps(batch.state)) == batch.state
    return batch


def sightings(batches: list[Pulled]) -> list[Sighting]:
    assert [b.error for b in batches] == [None] * len(batches)
    return [s for b in batches for s in b.sightings]


def write(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = root / "archive" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root / "archive"


def test_a_folder_is_read_through_and_through(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "text/a.txt": "A title here\n\n\nOne won.\n\nIt did.\n",
            "pages/2026/b.html": PAGE.format("B title", ""),
            "notes/c.md": "---\ntitle: C title\ndate: 2026-01-05\n---\nIt is.\n",
            "notes/picture.png": "no page",
            ".hidden/d.txt": "Hidden\n\nOne.\n\nTwo.\n",
        },
    )
    found = sightings(pull(tmp_path, url_base="https://e.example/"))

    assert [(s.path, s.headline, s.url) for s in found] == [
        ("notes/c.md", "C title", None),
        ("pages/2026/b.html", "B title", None),
        ("text/a.txt", "A title here", None),
    ]


def test_what_has_not_changed_is_not_read_again(tmp_path: Path) -> None:
    folder = write(
        tmp_path, {"a.txt": "A title\n\nOne.\n\nTwo.\n", "b.txt": "B title\n\nOne.\n\nTwo.\n"}
    )
    (first,) = pull(tmp_path)
    (second,) = pull(tmp_path, first.state)
    (folder / "b.txt").write_text("B title\n\nOne.\n\nThree is more.\n")
    (folder / "a.txt").unlink()
    (third,) = pull(tmp_path, second.state)

    assert (first.status, second.status) == ("ok", "unchanged")
    assert [s.path for s in third.sightings] == ["b.txt"]
    assert set(third.state["files"]) == {"b.txt"}


def test_an_import_that_broke_off_goes_on(tmp_path: Path) -> None:
    write(tmp_path, {f"{n:04}.txt": f"Title {n}\n\nOne.\n\nTwo.\n" for n in range(500)})
    source = Source(name="a", kind="archive", location="archive")
    puller = Puller(tmp_path, "digest/1", workers=0)
    first = next(iter(puller.pull([source], {}, NOW)))
    rest = sightings(pull(tmp_path, first.state))

    assert 0 < len(first.sightings) < 500
    assert len(first.sightings) + len(rest) == 500


def test_progress_is_told(tmp_path: Path) -> None:
    write(tmp_path, {f"{n:04}.txt": f"Title {n}\n\nOne.\n\nTwo.\n" for n in range(200)})
    told: list[tuple[str, int, int | None]] = []
    source = Source(name="a", kind="archive", location="archive")
    puller = Puller(tmp_path, "digest/1", workers=0)
    list(puller.pull([source], {}, NOW, progress=lambda *p: told.append(p)))

    assert told == [("a", 0, None), ("a", 192, 200), ("a", 200, 200)]


def test_archives_are_backlog_unless_they_are_fresh(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": "A title\n\nOne.\n\nTwo.\n"})

    assert [b.backlog for b in pull(tmp_path)] == [True]
    assert [b.backlog for b in pull(tmp_path, fresh=True)] == [False]


def test_a_link_that_leads_outside_is_not_followed(tmp_path: Path) -> None:
    folder = write(tmp_path, {"a.txt": "A title\n\nOne.\n\nTwo.\n"})
    (tmp_path / "secret.txt").write_text("Secret\n\nOne.\n\nTwo.\n")
    (folder / "b.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "out").symlink_to(tmp_path)

    assert [s.path for s in sightings(pull(tmp_path))] == ["a.txt"]


@pytest.mark.parametrize("location", ["nowhere", "empty.bin"])
def test_what_is_not_there_is_a_clear_failure(location: str, tmp_path: Path) -> None:
    (tmp_path / "empty.bin").write_bytes(b"")
    (batch,) = pull(tmp_path, location=location)

    assert batch.status == "failed"
    assert batch.error
    assert batch.error.startswith(f"{location}: ")


def test_tags_come_from_the_path_where_configured(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "news/health/a.txt": "A title\n\nOne.\n\nTwo.\n",
            "b.html": PAGE.format(
                "B", '<link rel="canonical" href="https://e.example/news/arts%20x/b">'
            ),
        },
    )
    found = sightings(pull(tmp_path, tags_from_path=r"^/news/([^/]+)/"))

    assert {s.headline: s.tags for s in found} == {"A title": ("health",), "B": ("arts x",)}


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Café title\n\nOne.\n\nÉté.\n".encode("utf-8-sig"), "Été."),
        ("Café title\n\nOne.\n\nÉté.\n".encode("utf-16"), "Été."),
        ("Café title\n\nOne.\n\nÉté — “x” is.\n".encode("cp1252"), "Été — “x” is."),
        ("Café title\n\nOne.\n\nÉté.\n".encode(), "Été."),
        (b"Caf\xc3\xa9 title\n\nOne.\n\n\xc3\x89t\xc3\xa9 \xff is.\n", "Été \ufffd is."),
    ],
)
def test_text_is_decoded_by_what_it_is(data: bytes, text: str, tmp_path: Path) -> None:
    (write(tmp_path, {}) or tmp_path).mkdir(exist_ok=True)
    (tmp_path / "archive" / "a.txt").write_bytes(data)
    (page,) = sightings(pull(tmp_path))

    assert page.headline == "Café title"
    assert page.text == text


def pages() -> dict[str, bytes]:
    return {
        "site/a.html": PAGE.format("A title", "").encode(),
        "site/b.txt": b"B title\n\nOne.\n\nTwo.\n",
        "../up.txt": b"Up title\n\nOne.\n\nTwo.\n",
        "__MACOSX/c.txt": b"C title\n\nOne.\n\nTwo.\n",
        "site/d.png": b"x",
    }


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in pages().items():
            archive.writestr(name, data)
    return file.getvalue()


def tarred() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, data in pages().items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("site/link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return file.getvalue()


@pytest.mark.parametrize(("name", "make"), [("a.zip", zipped), ("a.tar.gz", tarred)])
def test_a_packed_archive_is_read_and_not_unpacked(name: str, make: object, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(make())  # type: ignore[operator]
    (first,) = pull(tmp_path, location=name)
    (second,) = pull(tmp_path, first.state, location=name)

    assert {(s.path, s.headline) for s in first.sightings} >= {
        ("site/a.html", "A title"),
        ("site/b.txt", "B title"),
    }
    assert "C title" not in [s.headline for s in first.sightings]
    assert second.status == "unchanged"
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_a_zip_that_has_grown_gives_what_is_new(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped())
    (first,) = pull(tmp_path, location="a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip", "a") as archive:
        archive.writestr("site/new.txt", "New title\n\nOne.\n\nTwo.\n")
    (second,) = pull(tmp_path, first.state, location="a.zip")

    assert [s.path for s in second.sightings] == ["site/new.txt"]


def test_a_damaged_zip_is_a_clear_failure(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped()[:200])
    (batch,) = pull(tmp_path, location="a.zip")

    assert batch.error
    assert "the zip file is damaged" in batch.error


class Writer(WARCWriter):  # type: ignore[misc]  # warcio has no types
    """warcio's writer, without the temporary files that it leaves open."""

    _create_temp_file = staticmethod(io.BytesIO)


def captured(count: int = 3) -> tuple[bytes, list[int]]:
    file, offsets = io.BytesIO(), []
    writer = Writer(file, gzip=True)
    for n in range(count):
        offsets.append(file.tell())
        body = PAGE.format(f"Page {n}", "").encode()
        http = StatusAndHeaders(
            "200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1"
        )
        record = writer.create_warc_record(
            f"https://e.example/{n}", "response", payload=io.BytesIO(body), http_headers=http,
            warc_headers_dict={"WARC-Date": "2020-01-01T00:00:00Z", "WARC-Record-ID": f"<urn:uuid:{n}>"},
        )  # fmt: skip
        writer.write_record(record)
    missing = StatusAndHeaders(
        "404 Not Found", [("Content-Type", "text/html")], protocol="HTTP/1.1"
    )
    writer.write_record(
        writer.create_warc_record(
            "https://e.example/x",
            "response",
            payload=io.BytesIO(b"<p>no"),
            http_headers=missing,
            warc_headers_dict={
                "WARC-Date": "2020-01-01T00:00:00Z",
                "WARC-Record-ID": "<urn:uuid:x>",
            },
        )
    )
    return file.getvalue(), offsets


def test_a_warc_gives_its_pages_and_no_capture_dates(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(captured()[0])
    (batch,) = pull(tmp_path, location="a.warc.gz")

    assert [(s.url, s.headline, s.published) for s in batch.sightings] == [
        (f"https://e.example/{n}", f"Page {n}", None) for n in range(3)
    ]
    assert [b.status for b in pull(tmp_path, batch.state, location="a.warc.gz")] == ["unchanged"]


def test_a_warc_whose_reading_broke_off_goes_on_behind_its_last_record(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(captured()[0])
    (whole,) = pull(tmp_path, location="a.warc.gz")
    state = {**whole.state, "records": 2}
    del state["whole"]
    (rest,) = pull(tmp_path, state, location="a.warc.gz")

    assert rest.sightings == whole.sightings[2:]
    assert rest.state["records"] == whole.state["records"]


def test_good_records_of_a_damaged_warc_are_kept(tmp_path: Path) -> None:
    data, offsets = captured()
    broken = bytearray(data)
    broken[offsets[1] + 30 : offsets[1] + 60] = b"\x00" * 30
    (tmp_path / "a.warc.gz").write_bytes(broken)
    (batch,) = pull(tmp_path, location="a.warc.gz")

    assert [s.headline for s in batch.sightings] == ["Page 0", "Page 2"]
    assert any("damaged" in w for w in batch.warnings)


@pytest.mark.parametrize("length", [b"x", b"99", b"700", b"99999"])
def test_a_record_of_a_wrong_length_hides_no_other(tmp_path: Path, length: bytes) -> None:
    whole = gzip.decompress(captured()[0])
    parts = whole.split(b"WARC/1.0\r\n")
    parts[2] = re.sub(rb"Content-Length: \d+", b"Content-Length: " + length, parts[2], count=1)
    (tmp_path / "a.warc").write_bytes(b"WARC/1.0\r\n".join(parts))
    (batch,) = pull(tmp_path, location="a.warc")

    assert {s.headline for s in batch.sightings} >= {"Page 0", "Page 2"}
    assert any("damaged" in w for w in batch.warnings)


def test_no_damage_to_a_packed_record_ends_the_reading_in_silence(tmp_path: Path) -> None:
    data, offsets = captured()
    for place in range(offsets[1], offsets[2], 7):
        broken = bytearray(data)
        broken[place] ^= 0x5A
        (tmp_path / "a.warc.gz").write_bytes(broken)
        (batch,) = pull(tmp_path, location="a.warc.gz")
        found = {s.url for s in batch.sightings}

        assert found >= {"https://e.example/0", "https://e.example/2"}
        assert "https://e.example/1" in found or batch.warnings


@pytest.mark.parametrize("end", [-9, -3])
def test_a_warc_in_one_piece_whose_end_is_damaged_says_so(tmp_path: Path, end: int) -> None:
    broken = bytearray(gzip.compress(gzip.decompress(captured(60)[0]), 0))
    broken[end] ^= 0x5A
    (tmp_path / "a.warc.gz").write_bytes(broken)
    (batch,) = pull(tmp_path, location="a.warc.gz")

    assert "Page 0" in {s.headline for s in batch.sightings}
    assert any("damaged" in w for w in batch.warnings)


def test_a_warc_that_is_cut_off_gives_what_it_has(tmp_path: Path) -> None:
    data, offsets = captured()
    (tmp_path / "a.warc").write_bytes(gzip.decompress(data[: offsets[2]]) + b"WARC/1.0\r\nWARC-Ty")
    (batch,) = pull(tmp_path, location="a.warc")

    assert [s.headline for s in batch.sightings] == ["Page 0", "Page 1"]


def test_a_warc_that_was_packed_in_one_piece_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(gzip.decompress(captured()[0])))
    (batch,) = pull(tmp_path, location="a.warc.gz")

    assert {s.headline for s in batch.sightings} == {"Page 0", "Page 1", "Page 2"}


def test_a_picture_is_found_beside_its_source_and_nowhere_else(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": "x"})
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "i.png").write_bytes(b"\x89PNG\r\n\x1a\n....")
    (tmp_path / "feeds.yaml").write_text("secret: x")
    (tmp_path.parent / "outside.png").write_bytes(b"\x89PNG\r\n\x1a\n....")
    puller = Puller(tmp_path, "digest/1", workers=0)
    base = "https://e.example/news/"
    source = Source(name="a", kind="archive", location="archive", url_base=base)

    for url in (f"{base}images/i.png", "images/i.png", f"{base}2026/images/i.png"):
        assert puller.picture(source, url).startswith(b"\x89PNG")
    for url in (f"{base}feeds.yaml", "../../outside.png", "/etc/passwd", "images/none.png"):
        with pytest.raises(SourceError):
            puller.picture(source, url)


def test_a_file_too_large_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")

    with pytest.raises(OSError, match="is larger than"):
        read_file(tmp_path / "a", 4)
