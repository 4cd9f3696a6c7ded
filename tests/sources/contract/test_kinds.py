"""What reads our own feeds passes the suite that plug-ins' tests take; so does the example, as its own test says."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from digest.sources.parsing.entry import Feed
from digest.sources.parsing.feed import read_feed
from digest.sources.parsing.jsonfeed import read_json_feed
from digest.testing.source_contract import SourceKindContract

ROOT = Path(__file__).parents[3]


class _Own:
    """One of our own formats, as a plug-in would read it."""

    def check(self, said: Any) -> Iterable[tuple[Sequence[str | int], str]]:  # noqa: ANN401 - anything
        if not isinstance(said, str):
            yield (), "is an address"

    def address(self, said: Any) -> str:  # noqa: ANN401 - anything
        return str(said)


class _Json(_Own):
    def read(self, data: bytes, _said: Any) -> Feed:  # noqa: ANN401 - anything
        return read_json_feed(data)


class _Rss(_Own):
    def read(self, data: bytes, _said: Any) -> Feed:  # noqa: ANN401 - anything
        return read_feed(data, "application/xml")


class TestJsonFeed(SourceKindContract):
    kind = _Json()
    said = "https://u.example/feed.json"
    document = b"""{"items": [
        {"id": "1", "url": "/tides", "title": "Tides", "date_published": "2026-01-10T08:00:00Z"},
        {"id": "2", "content_text": "Dunes move.", "date_published": "2026-01-09"}]}"""


class TestRss(SourceKindContract):
    kind = _Rss()
    said = "https://u.example/rss.xml"
    document = b"""<rss version="2.0"><channel><title>News</title>
        <item><guid>1</guid><title>Tides</title><pubDate>Sat, 10 Jan 2026 08:00:00 GMT</pubDate></item>
        <item><link>https://u.example/dunes</link><title>Dunes</title></item></channel></rss>"""


def test_the_example_passes_its_own_tests() -> None:
    folder = ROOT / "examples" / "plugin-table"
    done = subprocess.run(  # noqa: S603 - our own example
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, "."],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(folder)))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout
