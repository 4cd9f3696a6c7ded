"""Whatever a source sends gives a clear message or a clean result, within its bounds."""

from __future__ import annotations

import bz2
import copy
import io
import json
import os
import re
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.editorial.identity import identify, keys_of
from digest.jsonable import dump, load
from digest.model import Article, Sighting, Source
from digest.sources.parsing.documents import Document, Reading, read_feed_document, read_pages
from digest.sources.parsing.sanitize import fragment
from digest.sources.parsing.unreadable import NotAFeed
from digest.sources.pull import Puller
from digest.sources.worker_pool import WorkerPool
from tests.sources.archives.test_archive import captured

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
WARC = captured()[0]
NOW = datetime(2026, 1, 12, tzinfo=UTC)
FEED = Source(name="s", kind="feed", location="x", url_base="https://e.example/")
FULL = bool(os.environ.get("DIGEST_FULL"))
EXAMPLES = 400 if FULL else 30
LAWS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=not FULL,
    suppress_health_check=[HealthCheck.too_slow],
)
LAUGHS = "".join(f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9))
WORDS = (
    "<p>The harbour board has chosen a brass clock for the quay and it stands there for all.</p>"
)


def rss(inner: str, head: str = "") -> bytes:
    return f'{head}<rss version="2.0"><channel><title>N</title>{inner}</channel></rss>'.encode()


def described(markup: str) -> bytes:
    return rss(f"<item><title>T</title><description>{escape(markup)}</description></item>")


HOSTILE_FEEDS = {
    "billion laughs": rss(
        "<item><title>&j;</title></item>", f'<!DOCTYPE l [<!ENTITY a "lol">{LAUGHS}]>'
    ),
    "quadratic entities": rss(
        f"<item><title>{'&a;' * 20_000}</title></item>",
        f'<!DOCTYPE l [<!ENTITY a "{"x" * 20_000}">]>',
    ),
    "external entity": rss(
        "<item><title>&x;</title></item>", '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    ),
    "nested tags": rss(
        f"<item><title>T</title><description>{'<b>' * 100_000}</description></item>"
    ),
    "nested markup": described("<div>" * 100_000),
    "nested tables": described("<table><tr><td>" * 30_000),
    "misnested markup": described("<b><i><p>" * 20_000),
    "attributes": described("<a " + "".join(f"x{i}=1 " for i in range(20_000)) + ">"),
    "nested items": rss("<item>" * 20_000),
    "null bytes": rss("<item><title>A\0B</title></item>"),
    "a title of 1 MB": rss(f"<item><title>{'word ' * 200_000}</title></item>"),
    "a title of marks": rss(f"<item><title>{'&lt;' * 250_000}</title></item>"),
    "invalid utf-8": rss("<item><title>A</title></item>").replace(b"A", b"A\xff\xfe\xe9B"),
    "a date of 1 MB": rss(f"<item><title>T</title><pubDate>{'1' * 1_000_000}</pubDate></item>"),
    "an address of 1 MB": rss(
        f"<item><title>T</title><link>https://e.example/{'a?b&amp;' * 100_000}</link></item>"
    ),
    "half characters": rb'{"items":[{"id":"\ud800\u0000i","url":"https://e.example/\udfff","title":"T",'
    rb'"image":"\ud800:a","language":"\ud800","tags":["\ud800t"],"authors":[{"name":"\ud800"}]}]}',
    "long words everywhere": json.dumps(
        {
            "items": [
                {
                    "id": "1",
                    "title": "T",
                    "tags": ["t" * 10**6],
                    "authors": [{"name": "n" * 10**6}],
                    "image": "https://e.example/" + "i" * 10**6,
                    "language": "l" * 10**6,
                }
            ]
        }
    ).encode(),
    "abbreviations": rss(f"<item><description>{'e.g. ' * 200_000}</description></item>"),
    "sentences": rss(f"<item><description>{'A. b! ' * 150_000}</description></item>"),
    "deep json": b'{"items":' + b"[" * 1_000_000,
    "a number of 1 MB": b'{"items":[{"id":' + b"9" * 1_000_000 + b"}]}",
    "blanks": b" " * 5_000_000,
    "an open comment": rss("<!--" + "-" * 1_000_000),
}
HOSTILE_PAGES = {
    "a.html": "<html><body>" + "<div>" * 100_000 + WORDS,
    "b.html": "<html><body><article>" + "<div>" * 250 + WORDS * 5,
    "c.html": "<" * 1_000_000,
    "d.html": '<script type="application/ld+json">' + "[" * 100_000 + "</script>" + WORDS * 3,
    "e.html": f"<title>{'x ' * 500_000}</title>" + WORDS * 3,
    "n.html": f"<meta name='author' content='{'A b ' * 250_000}'>" + WORDS * 3,
    "o.html": f"<meta name='author' content='By {'Ab Cd, ' * 150_000}'>" + WORDS * 3,
    "f.html": "<html><body>\0" + WORDS.replace(" ", "\0 ") * 3,
    "g.txt": "a\n\n" * 100_000,
    "h.txt": "word " * 500_000,
    "i.txt": "Title\n\n“" + "a. " * 50_000 + "Professor X Y",
    "j.md": ">" * 100_000 + "a",
    "k.md": "[" * 100_000 + "a",
    "l.md": "---\n" + "[" * 50_000 + "\n---\nx",
    "m.md": "---\na: &a [x,x,x,x,x,x,x,x]\n"
    + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
    )
    + "tags: *j\n---\nx",
}


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    """A real worker process, with a deadline and its limit of memory."""
    workers = WorkerPool(1, deadline=20)
    yield workers
    workers.close()


_UNSAFE = re.compile(
    r"<(?:script|style|iframe|form|svg)|<[^<>]*=\s*[\"']?\s*javascript:", re.IGNORECASE
)


def check(sighting: Sighting) -> None:
    """Hold a sighting to what every article must be."""
    assert sighting.url is None or sighting.url.lower().startswith(("http://", "https://"))
    assert len(sighting.headline or "") <= 500
    assert len(sighting.text) <= 1_000_000
    assert all(len(word) <= 500 for word in (*sighting.tags, *sighting.authors))
    assert len((sighting.image and sighting.image.url) or "") <= 4000
    assert len(sighting.language or "") <= 35
    assert not _UNSAFE.search(sighting.html)
    assert "\x00" not in f"{sighting.headline}{sighting.text}{sighting.html}"
    for moment in (sighting.published, sighting.updated):
        assert moment is None or (moment.tzinfo is not None and 1990 <= moment.year <= 2027)
    assert (sighting.published is None) == (sighting.date_source is None)
    for filed in identify([sighting], {}, now=NOW, backlog=False):
        assert load(Article, dump(filed.article)) == filed.article
        assert "\x00" not in "".join(filed.keys)


@pytest.mark.parametrize("name", HOSTILE_FEEDS)
def test_a_hostile_feed_is_read_or_refused_in_time(name: str, workers: WorkerPool) -> None:
    with suppress(NotAFeed):
        document = Document(data=HOSTILE_FEEDS[name])
        for sighting in workers.run(read_feed_document, FEED, document, NOW).sightings:
            check(sighting)
            assert "root:" not in f"{sighting.headline}{sighting.text}"


@pytest.mark.parametrize("name", HOSTILE_PAGES)
def test_a_hostile_page_is_read_or_passed_over_in_time(name: str, workers: WorkerPool) -> None:
    document = Document(data=HOSTILE_PAGES[name].encode(), path=name)
    for sighting in workers.run(read_pages, FEED, (document,), NOW).sightings:
        check(sighting)


def test_a_feed_of_very_many_entries_is_read_whole(workers: WorkerPool) -> None:
    count = 50_000 if FULL else 5_000
    items = "".join(
        f"<item><title>The same title for all</title><guid>{i}</guid><link>https://e.example/{i}</link></item>"
        for i in range(count)
    )
    workers._deadline = 60
    reading: Reading = workers.run(read_feed_document, FEED, Document(data=rss(items)), NOW)
    filed = identify(reading.sightings, {}, now=NOW, backlog=True)

    assert len(filed) == count


def test_a_zip_bomb_ends_at_its_limit(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.html", b"<p>" * 10_000_000)
        archive.writestr("good.txt", "A title\n\nOne.\n\nTwo.\n")
    source = Source(name="a", kind="archive", location="a.zip")
    (batch,) = Puller(tmp_path, "digest/1", workers=0).pull([source], {}, NOW)

    assert [s.path for s in batch.sightings] == ["good.txt"]
    assert batch.warnings == ("bomb.html: it is larger than 20 MB",)


def test_a_zip_whose_members_overlap_is_refused(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"0" * 19_000_000)
        # the same data under many names, as in "A better zip bomb" (Fifield 2019)
        archive.filelist += [copied(archive.filelist[0], f"{n}.txt") for n in range(100)]
        archive._didModify = True  # type: ignore[attr-defined] # so that its directory is written again
    (tmp_path / "a.zip").write_bytes(packed.getvalue())
    source = Source(name="a", kind="archive", location="a.zip")
    (batch,) = Puller(tmp_path, "digest/1", workers=0).pull([source], {}, NOW)

    assert batch.error == "a.zip: the zip file unpacks to more than any honest one does"


def test_a_tar_that_promises_too_much_is_not_unpacked(tmp_path: Path) -> None:
    member = tarfile.TarInfo("a.txt")
    member.size = 10**12
    (tmp_path / "a.tar.bz2").write_bytes(bz2.compress(member.tobuf() + bytes(10_000)))
    source = Source(name="a", kind="archive", location="a.tar.bz2")
    (batch,) = Puller(tmp_path, "digest/1", workers=0).pull([source], {}, NOW)

    assert batch.error == "a.tar.bz2: the tar file unpacks to more than any honest one does"


def copied(info: zipfile.ZipInfo, name: str) -> zipfile.ZipInfo:
    other = copy.copy(info)
    other.filename = name
    return other


def test_a_file_whose_name_is_no_utf8_is_read_once(tmp_path: Path) -> None:
    name = os.path.join(os.fsencode(tmp_path), b"caf\xe9.txt")  # noqa: PTH118 - bytes
    with open(name, "wb") as file:  # noqa: PTH123 - as above
        file.write(b"A title\n\nOne.\n\nTwo.\n")
    with tarfile.open(tmp_path / "b.tar", "w") as tar:
        tar.add(name.decode("utf-8", "surrogateescape"), "caf\udce9.txt")
    for location in (".", "b.tar"):
        source = Source(name="a", kind="archive", location=location)
        puller = Puller(tmp_path, "digest/1", workers=0)
        (first,) = puller.pull([source], {}, NOW)
        state = json.loads(json.dumps(first.state, ensure_ascii=False).encode())
        (second,) = puller.pull([source], {"a": state}, NOW)

        assert [s.path for s in first.sightings] == ["caf\\xe9.txt"]
        check(first.sightings[0])
        assert second.status == "unchanged"


TEXT = st.text(st.characters(codec="utf-8"), max_size=200)
MARKUP = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<b>", "<a href='", "javascript:x", "'>", "<img src=", "<script>", "&lt;", "&amp;", "&#0;",
         "<![CDATA[", "]]>", "<!--", "-->", "<svg>", "<", ">", '"', "http://", "\x00", "\ufffe", "é", "word ", "\n\n"]
    ),
    max_size=40,
).map("".join)  # fmt: skip
DATES = st.one_of(
    TEXT,
    st.datetimes().map(str),
    st.sampled_from(["Mon, 99 Foo 2026", "0000-00-00 00:00:00", "20081-01-01", "9999-12-31"]),
)
PARTS = st.fixed_dictionaries(
    {
        "title": st.one_of(TEXT, MARKUP),
        "link": st.one_of(
            TEXT, MARKUP, st.sampled_from(["//e", "http://[", "https://e.example/%ff", "?x"])
        ),
        "guid": TEXT,
        "pubDate": DATES,
        "description": MARKUP,
        "category": TEXT,
        "author": TEXT,
    }
)


@st.composite
def feeds(draw: st.DrawFn) -> bytes:
    """Draw feeds: some whole, some torn, some with bytes changed."""
    items = draw(st.lists(PARTS, max_size=4))
    raw = draw(st.booleans())
    inner = "".join(
        "<item>"
        + "".join(f"<{k}>{v if raw else escape(v)}</{k}>" for k, v in item.items())
        + "</item>"
        for item in items
    )
    data = bytearray(rss(inner))
    for place, byte in draw(
        st.lists(st.tuples(st.integers(0, len(data) - 1), st.integers(0, 255)), max_size=5)
    ):
        data[place] = byte
    return bytes(data[: draw(st.integers(len(data) // 2, len(data)))])


@LAWS
@given(st.one_of(feeds(), st.binary(max_size=500), MARKUP.map(str.encode)))
def test_no_bytes_make_a_feed_fail_in_another_way(data: bytes) -> None:
    try:
        reading = read_feed_document(FEED, Document(data=data), NOW)
    except NotAFeed:
        return
    for sighting in reading.sightings:
        check(sighting)


@LAWS
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | TEXT,
        lambda s: st.lists(s) | st.dictionaries(TEXT, s),
    ),
    st.data(),
)
def test_no_json_makes_a_feed_fail_in_another_way(value: object, data: st.DataObject) -> None:
    keys = [
        "id",
        "title",
        "url",
        "content_html",
        "tags",
        "authors",
        "author",
        "image",
        "attachments",
        "date_published",
    ]
    item = dict.fromkeys(data.draw(st.lists(st.sampled_from(keys))), value)
    document = json.dumps({"items": [item, value], "authors": value, "next_url": value}).encode()
    for sighting in read_feed_document(FEED, Document(data=document), NOW).sightings:
        check(sighting)


@LAWS
@given(
    st.one_of(MARKUP, TEXT, st.lists(MARKUP).map("\n\n".join)),
    st.sampled_from([".html", ".txt", ".md"]),
)
def test_no_text_makes_a_page_fail(text: str, suffix: str) -> None:
    for data in (text.encode(), text.encode("utf-16"), b"---\n" + text.encode() + b"\n---\nx"):
        document = Document(data=data, path=f"a{suffix}")
        for sighting in read_pages(FEED, (document,), NOW).sightings:
            check(sighting)


@LAWS
@given(MARKUP)
def test_a_fragment_is_safe_and_cleaning_it_again_changes_nothing(markup: str) -> None:
    once = fragment(markup, "https://e.example/")

    assert fragment(once.html, "https://e.example/").html == once.html


@LAWS
@given(st.data())
def test_no_damage_makes_an_archive_fail_in_another_way(data: st.DataObject) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.txt"), "A title\n\nOne.\n\nTwo.\n")
    name, whole = data.draw(st.sampled_from([("a.zip", packed.getvalue()), ("a.warc.gz", WARC)]))
    damaged = bytearray(whole)
    for place in data.draw(st.lists(st.integers(0, len(damaged) - 1), max_size=20)):
        damaged[place] ^= 0x5A
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(damaged)
        source = Source(name="a", kind="archive", location=name)
        batches = list(Puller(Path(folder), "digest/1", workers=0).pull([source], {}, NOW))

    assert {b.status for b in batches} <= {"ok", "unchanged", "failed"}
    assert [b.error for b in batches if "it cannot be read" in (b.error or "")] == []


SIGHTINGS = st.builds(
    Sighting,
    source=st.sampled_from(["a", "b"]),
    guid=st.none() | st.sampled_from(["1", "2", "3"]),
    url=st.none() | st.sampled_from(["https://e.example/1", "http://www.e.example/1/", "https://e.example/2", "https://e.example/"]),
    path=st.none() | st.sampled_from(["a.txt", "b.txt"]),
    headline=st.none() | st.sampled_from(["The clock has won it", "The coral has grown old", "Column of the week"]),
    text=st.sampled_from(["", "Short.", " ".join(f"one{i}" for i in range(80)), " ".join(f"two{i}" for i in range(80))]),
    published=st.none() | st.sampled_from([NOW, NOW.replace(day=2)]),
    tags=st.sampled_from([(), ("A",), ("B", "a")]),
).filter(lambda s: bool(s.headline or s.text))  # fmt: skip


@settings(max_examples=EXAMPLES * 4, deadline=None, derandomize=not FULL)
@given(st.lists(SIGHTINGS, max_size=6, unique_by=lambda s: (s.source, s.guid or object())))
def test_identity_settles(sightings: list[Sighting]) -> None:
    """Every sighting belongs to one article; seeing the same again makes no further one."""
    kept: dict[str, Article] = {}
    ids: dict[str, set[str]] = {}
    counts = []
    for _ in range(3):
        known = {
            k: tuple(kept[i] for i in sorted(ids[k]))
            for s in sightings
            for k in keys_of(s)
            if k in ids
        }
        filed = identify(sightings, known, now=NOW, backlog=False)
        for one in filed:
            kept[one.article.id] = one.article
            for key in one.keys:
                ids.setdefault(key, set()).add(one.article.id)
        counts.append(len(kept))
        assert len({f.article.id for f in filed}) == len(filed) <= max(len(sightings), len(kept))
        assert all(f.article.title for f in filed)
        addresses = {u for a in kept.values() for u in a.urls}
        assert {s.url for s in sightings if s.url} <= addresses

    assert counts[0] == counts[1] == counts[2]
