"""A new project begins with what somebody has."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from digest.cli.main import main
from digest.config import Config, json_schema, read_config

Run = Callable[..., tuple[int, str, str]]
ITEM = (
    "<item><title>{title}</title><link>https://n.example/{name}{n}</link>{tags}"
    "<pubDate>Fri, 09 Jan 2026 10:00:00 +0000</pubDate></item>"
)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["--now", "2026-01-12T06:00:00+00:00", *words])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return call


def feed(file: Path, title: str, *tags: str, count: int = 3) -> Path:
    labels = "".join(f"<category>{tag}</category>" for tag in tags)
    items = "".join(
        ITEM.format(title=f"{file.stem[:4]} {n}", name=file.stem[:4], n=n, tags=labels)
        for n in range(count)
    )
    file.write_text(
        f"<?xml version='1.0'?><rss version='2.0'><channel><title>{title}</title>{items}</channel></rss>"
    )
    return file


def read(folder: Path) -> Config:
    return read_config(folder / "feeds.yaml", {})


def test_a_feed_gives_its_name_and_sections_and_drafts_at_once(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    news = feed(tmp_path / "news.xml", "A &quot;B&quot;: {c} # d", "Comms-x", "City", count=2)
    more = feed(tmp_path / "more.rss", "Other", "Culture", count=3)

    status, out, err = run("init", str(folder), "--source", str(news), "--source", str(more))
    config = read(folder)

    assert (status, err) == (0, "")
    assert "section Culture: 3 articles" in out
    assert [*config.sources] == ["news", "more"]
    assert [s.title for s in config.newsletters["weekly"].sections] == [
        "Culture",
        "City",
        "More news",
    ]
    assert config.tags.internal == ("Comms-*",)
    assert config.publication.url == "https://n.example/"
    at = ("--config", str(folder / "feeds.yaml"))
    assert run("pull", *at)[0] == 0
    assert json.loads(run("draft", "weekly", *at, "--json")[1])["status"] == "draft"


def test_a_name_of_any_letters_makes_a_file_that_is_read(run: Run, tmp_path: Path) -> None:
    news = feed(tmp_path / "a b: {c}.xml", "Müller, &quot;Söhne&quot;: &amp; Co. #1 &lt;x@y&gt;")

    assert run("init", str(tmp_path / "mine"), "--source", str(news))[0] == 0
    config = read(tmp_path / "mine")

    assert config.publication.name.startswith('Müller, "Söhne": & Co. #1')
    assert config.newsletters["weekly"].sender.endswith("<news@n.example>")


def test_a_folder_without_dates_is_new_when_it_is_first_seen(run: Run, tmp_path: Path) -> None:
    for name, date in (("old", ""), ("new", "date: 2026-01-10\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.md").write_text(f"---\ntitle: A\n{date}---\n\nWords of {name}.\n")

    run("init", str(tmp_path / "mine"), *(f"--source={tmp_path / n}" for n in ("old", "new")))

    assert {n: s.fresh for n, s in read(tmp_path / "mine").sources.items()} == {
        "old": True,
        "new": False,
    }


def test_a_list_of_feeds_and_a_bare_host_become_sources(run: Run, tmp_path: Path) -> None:
    (tmp_path / "list.opml").write_text(
        "<opml><body><outline text='One' xmlUrl='http://one.invalid/f'/></body></opml>"
    )

    status, _, err = run(
        "init", str(tmp_path / "mine"), f"--source={tmp_path}/list.opml", "--source=www.two.invalid"
    )
    sources = read(tmp_path / "mine").sources

    assert status == 0
    assert "source one: " in err
    assert {n: s.location for n, s in sources.items()} == {
        "one": "http://one.invalid/f",
        "two-invalid": "https://www.two.invalid",
    }


def test_what_is_not_there_is_said_and_nothing_is_made(run: Run, tmp_path: Path) -> None:
    status, _, err = run("init", str(tmp_path / "mine"), "--source", "feed.xml")

    assert (status, "there is no feed.xml; give an address" in err) == (2, True)
    assert not (tmp_path / "mine").exists()


def test_an_editor_finds_the_schema_beside_the_file(run: Run, tmp_path: Path) -> None:
    run("init", str(tmp_path))

    first = (tmp_path / "feeds.yaml").read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=feeds.schema.json"
    assert json.loads((tmp_path / "feeds.schema.json").read_text()) == json_schema()


def test_a_person_is_asked(tmp_path: Path) -> None:
    news = feed(tmp_path / "news.xml", "N", "City")
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "digest", "init", "mine"]
    asking = subprocess.Popen(words, cwd=tmp_path, stdin=theirs, stdout=theirs, stderr=theirs)  # noqa: S603
    os.write(ours, f"nothere.xml\n{news}\n\n".encode())

    assert asking.wait(30) == 0
    os.close(theirs)
    said = os.read(ours, 100_000).decode(errors="replace")
    assert "What do you have?" in said
    assert "there is no nothere.xml; give" in said
    assert [*read(tmp_path / "mine").sources] == ["news"]
