"""Lists of feeds go out to other readers and come in from them, by the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from digest.cli.main import main
from digest.cli.opml import named
from digest.sources.parsing.opml import Outline, read_opml, write_opml

CONFIG = """
publication: {name: N & Co, url: https://n.example/, language: en, timezone: UTC, postal_address: N}
sources:
  news: {feed: "https://n.example/news.xml"}
  file: {feed: beside.xml}
  past: {archive: "https://n.example/sitemap.xml"}
segments: {all: {title: All, match: {any: ["*"]}}}
newsletters:
  w: {title: W, sender: "N <n@n.example>", segments: [all], sections: [{title: S, rest: true}]}
delivery: {folder: out}
"""

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run the command on a project; return its exit status, stdout and stderr."""
    (tmp_path / "feeds.yaml").write_text(CONFIG)

    def call(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--config", str(tmp_path / "feeds.yaml")])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return call


def saved(folder: Path, *feeds: tuple[str, str]) -> str:
    file = folder / "list.opml"
    file.write_bytes(write_opml("L", [Outline(title=t, feed=f) for t, f in feeds]))
    return str(file)


def test_the_feeds_are_exported(run: Run) -> None:
    status, out, err = run("opml", "export")

    assert status == 0
    assert read_opml(out.encode()) == (Outline(title="news", feed="https://n.example/news.xml"),)
    assert "<title>N &amp; Co</title>" in out
    assert err == "source file is left out: it is a file, not an address\n"


def test_what_is_imported_is_a_block_of_feeds_yaml(run: Run, tmp_path: Path) -> None:
    listed = saved(
        tmp_path,
        ("News", "https://o.example/1"),
        ("Ärger & Ästhetik", "https://o.example/2"),
        ("Ours", "http://www.n.example/news.xml"),
    )
    status, out, err = run("opml", "import", listed)

    assert status == 0
    assert yaml.safe_load(out) == {
        "sources": {
            "news-2": {"feed": "https://o.example/1"},
            "arger-asthetik": {"feed": "https://o.example/2"},
        }
    }
    assert err == "http://www.n.example/news.xml is left out: it is the source news already\n"


def test_the_block_makes_a_configuration_that_works(run: Run, tmp_path: Path) -> None:
    _, out, _ = run("opml", "import", saved(tmp_path, ("1: [x] # & y", "https://o.example/#a: b")))
    block = out.removeprefix("sources:\n")
    (tmp_path / "feeds.yaml").write_text(CONFIG.replace("sources:\n", "sources:\n" + block))
    status, out, _ = run("opml", "export", "--json")

    assert status == 0
    assert [json.loads(line)["title"] for line in out.splitlines()] == ["1-x-y", "news"]


def test_what_is_there_already_leaves_nothing_to_paste(run: Run, tmp_path: Path) -> None:
    listed = saved(tmp_path, ("Ours", "https://n.example/news.xml"))

    assert run("opml", "import", listed)[:2] == (0, "")


def test_what_is_no_opml_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"<html>")
    status, _, err = run("opml", "import", str(tmp_path / "x"))

    assert (status, err) == (2, "this is no OPML file: it has no <opml> element\n")


def test_names_are_made_of_titles_and_unique() -> None:
    titles = ["A b!", "a B", "…", "日本 語", "x" * 90]
    made = named([Outline(title=t, feed=t) for t in titles], ["a-b"])

    assert list(made) == ["a-b-2", "a-b-3", "feed", "日本-語", "x" * 40]
