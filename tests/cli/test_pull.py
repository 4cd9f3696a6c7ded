"""What a feed says anew is known again, from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from digest.cli.main import main

CONFIG = """\
publication: {name: U, url: "https://u.example/", postal_address: "1 Dock Street"}
sources: {news: {feed: news.xml, fresh: true}}
tags: {internal: ["Comms-*", "Présse-*"]}
segments: {all: {title: All, match: {any: ["*"]}}}
newsletters:
  weekly:
    {title: W, sender: "Müller, Söhne & Co. <n@t.example>", segments: [all],
     sections: [{title: News, rest: true}], articles: {min: 1}}
delivery: {folder: out}
"""
ITEM = (
    "<item><title>{title}</title><link>{url}</link><guid isPermaLink='false'>{url}</guid>"
    "<pubDate>Fri, 09 Jan 2026 10:00:00 +0000</pubDate><description>{said}</description>{tags}</item>"
)


def _feed(host: str, *tags: str) -> str:
    labels = "".join(f"<category>{tag}</category>" for tag in tags)
    items = (
        ITEM.format(title=title, said=said, tags=labels, url=f"https://{host}/{n}")
        for n, (title, said) in enumerate(
            (("Tides are late this year", "The moon is told."), ("A pier of glass", "It is blue."))
        )
    )
    channel = f"<title>News</title>{''.join(items)}"
    return f"<?xml version='1.0'?><rss version='2.0'><channel>{channel}</channel></rss>"


def test_short_stories_that_move_host_without_their_labels_are_known_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(day: int, *words: str) -> list[dict[str, Any]]:
        at = ("--config", str(tmp_path / "feeds.yaml"), "--now", f"2026-01-{day}T06:00:00+00:00")
        with pytest.raises(SystemExit) as ended:
            main([*at, *words, "--json"])
        said = capsys.readouterr()
        assert not ended.value.code, said.err
        return [json.loads(line) for line in said.out.splitlines()]

    (tmp_path / "feeds.yaml").write_text(CONFIG, encoding="utf-8")
    feed = tmp_path / "news.xml"
    feed.write_text(_feed("a.example", "Harbour", "Comms strategy x", "PRE\u0301SSE_lead"), "utf-8")
    run(12, "pull")
    (issue,) = run(12, "draft", "weekly")
    before = run(12, "articles")
    run(12, "export", issue["id"], "--out", str(tmp_path / "out"))

    assert [a["topics"] for a in before] == [["Harbour"]] * 2
    printed = [file.read_text("utf-8") for file in (tmp_path / "out" / "all").iterdir()]
    assert printed
    assert not [text for text in printed if "strategy" in text.lower() or "SSE" in text]

    feed.write_text(_feed("b.example", "Harbour"), "utf-8")
    run(13, "pull")
    after = run(13, "articles")

    assert [a["id"] for a in after] == [a["id"] for a in before]
    assert [a["tags"] for a in after] == [["Harbour"]] * 2
    assert [len(a["urls"]) for a in after] == [2, 2]
    assert run(13, "rebuild", issue["id"])[0]["identical"]
