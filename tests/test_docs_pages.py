"""The tutorial and the pages on how to do one thing: what they show is done, and ends well."""

from __future__ import annotations

import gc
import io
import re
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from digest.cli.main import cli, main
from digest.config import read_config
from digest.errors import ConfigError
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(page.name for page in (DOCS / "how-to").glob("[!i]*.md"))
BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```', re.DOTALL | re.MULTILINE)
SERVES = {"desk", "run", "doctor"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """Return the newsroom of the pages: three stories, an issue that is drafted, and a reader."""
    room = Newsroom(tmp_path_factory.mktemp("made"), NOW)
    room.note("anna", "EU")
    room.note("bert", "Events")
    room.note("cora", "Alumni")
    room.subscribe(("reader@u.example", "staff"))
    press = room.open()
    press.pull()
    press.draft("weekly")
    return room


def merged(settings: str, file: Path) -> None:
    """Put settings into the configuration, which has to take them; mappings are joined."""

    def join(old: object, new: object) -> object:
        if isinstance(old, dict) and isinstance(new, dict):
            return {k: join(old.get(k), new.get(k, old.get(k))) for k in {**old, **new}}
        return new

    said, plain = yaml.safe_load(settings), yaml.safe_load(file.read_text())
    if "smtp" in said.get("delivery", {}):
        del plain["delivery"]
    file.write_text(yaml.safe_dump(join(plain, said), sort_keys=False))
    try:
        read_config(file, {})
    except ConfigError as error:
        pytest.fail(f"{settings}\n{error}")


def do(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Do a command of a page; it has to end well."""
    words = shlex.split(line)[1:]
    if words[0] in SERVES:
        cli.make_context("digest", words)
        return
    if words[0] == "restore":
        gc.collect()  # a store is closed with the process that opened it, and this is one process
    with pytest.raises(SystemExit) as ended:
        main(["--now", NOW.isoformat(), *words])
    said = capsys.readouterr()
    assert not ended.value.code, f"{line}\n{said.out}\n{said.err}"


def follow(page: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Do what a page says, block by block; return the commands that were done."""
    done = []
    for kind, title, text in BLOCK.findall(page.read_text()):
        if title:
            (folder / title).parent.mkdir(exist_ok=True)
            (folder / title).write_text(text)
        elif kind == "yaml":
            merged(text, folder / "feeds.yaml")
        elif kind == "sh":
            for line in text.splitlines():
                if line.startswith("mkdir -p "):
                    (folder / line.removeprefix("mkdir -p ")).mkdir()
                elif line.startswith("digest ") and not line.startswith("digest init"):
                    do(line, capsys)
                    done.append(line)
        else:
            pytest.fail(f"{page.name}: what is a block of {kind}?")
    return done


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a password that is long\n" * 9))


@pytest.mark.usefixtures("typed")
@pytest.mark.parametrize("page", PAGES)
def test_a_page_on_how_to_do_a_thing_does_it(
    page: str,
    made: Newsroom,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made.copied(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert follow(DOCS / "how-to" / page, tmp_path, capsys)


def test_the_tutorial_ends_with_an_issue_that_was_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    done = follow(DOCS / "tutorial.md", tmp_path, capsys)
    assert done[-1] == "digest send weekly-2026-01-12"
    emails = [file.read_text() for file in (tmp_path / "sent").glob("*.eml")]
    assert len(emails) == 2
    assert all("Three choirs, one warehouse, on Saturday" in email for email in emails)


def test_every_page_stands_in_the_sites_contents() -> None:
    told = (ROOT / "mkdocs.yml").read_text()
    for page in DOCS.rglob("*.md"):
        assert f"{page.relative_to(DOCS).as_posix()}\n" in told, page
    for name in PAGES:
        assert f"({name})" in (DOCS / "how-to" / "index.md").read_text(), name


@pytest.mark.skipif(find_spec("mkdocs") is None, reason="mkdocs is in the extra `docs`")
def test_the_site_is_built_without_a_warning_and_loads_nothing_from_elsewhere(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(tmp_path)]
    built = subprocess.run(  # noqa: S603 - ourselves
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    loads = re.compile(
        r'<(?:script|link rel="(?!canonical)[^"]*"|img|iframe)[^>]*(?:src|href)="(?:https?:)?//'
    )
    pages = [*tmp_path.rglob("*.html")]
    assert len(pages) > len(PAGES)
    for page in pages:
        assert not loads.search(page.read_text()), page
    for style in tmp_path.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(?:https?:)?//|@import", style.read_text()), style
