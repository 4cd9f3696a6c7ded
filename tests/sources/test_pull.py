"""A pull goes through all of its sources, in their order; one that fails stops no other."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from digest.model import Source
from digest.sources.pull import Puller

NOW = datetime(2026, 1, 12, tzinfo=UTC)
FEED = (
    '<rss version="2.0"><channel><title>N</title><item><title>Entry {0}</title><guid>{0}</guid>'
    "<link>https://e.example/{0}</link></item></channel></rss>"
)


def sources(root: Path) -> list[Source]:
    for n in range(20):
        (root / f"{n}.xml").write_text(FEED.format(n))
    (root / "bad.xml").write_text("<html>")
    names = [*map(str, range(10)), "bad", "none", *map(str, range(10, 20))]
    return [Source(name=n, kind="feed", location=f"{n}.xml") for n in names]


def test_sources_come_in_their_order_and_failures_stop_nothing(tmp_path: Path) -> None:
    asked = sources(tmp_path)
    batches = list(Puller(tmp_path, "digest/1", workers=0).pull(asked, {}, NOW))

    assert [b.source for b in batches] == [s.name for s in asked]
    assert {b.source: b.error for b in batches if b.status == "failed"} == {
        "bad": "bad.xml: not a feed, but a web page",
        "none": "none.xml: No such file or directory",
    }
    assert sum(len(b.sightings) for b in batches) == 20


def test_worker_processes_give_the_same_as_this_one(tmp_path: Path) -> None:
    asked = sources(tmp_path)
    here = list(Puller(tmp_path, "digest/1", workers=0).pull(asked, {}, NOW))
    there = list(Puller(tmp_path, "digest/1", workers=2).pull(asked, {}, NOW))

    assert here == there


def test_a_feed_file_that_has_not_changed_is_not_read(tmp_path: Path) -> None:
    asked = sources(tmp_path)[:1]
    puller = Puller(tmp_path, "digest/1", workers=0)
    (first,) = puller.pull(asked, {}, NOW)
    (second,) = puller.pull(asked, {"0": first.state}, NOW)
    (tmp_path / "0.xml").write_text(FEED.format("new"))
    (third,) = puller.pull(asked, {"0": second.state}, NOW)

    assert [b.status for b in (first, second, third)] == ["ok", "unchanged", "ok"]
    assert [b.backlog for b in (first, third)] == [True, False]


def test_a_pull_that_nobody_waits_for_ends_cleanly(tmp_path: Path) -> None:
    batches = Puller(tmp_path, "digest/1", workers=1).pull(sources(tmp_path), {}, NOW)
    next(batches)
    batches.close()  # type: ignore[attr-defined] # it is a generator
