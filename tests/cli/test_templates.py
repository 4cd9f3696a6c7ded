"""A look of one's own is made from one there is, and seen with sample content."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from digest.cli.main import main
from digest.config.files import look_files, stamps
from digest.web.looks import Live, create_app
from digest.wiring import shipped_folder
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

Run = Callable[..., tuple[int, str, str]]
SHIPPED = shipped_folder("templates") / "email"


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path, NOW)


@pytest.fixture
def run(room: Newsroom, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["--config", str(room.folder / "feeds.yaml"), *words])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return call


def own(room: Newsroom, look: str) -> Path:
    return room.folder / "templates" / "email" / look


@pytest.mark.parametrize("base", ["weekly", "brief", "letter", "front", "events"])
def test_a_look_made_from_another_prints_its_own_parts(run: Run, room: Newsroom, base: str) -> None:
    status, out, err = run("templates", "new", "garden", "--from", base)

    assert (status, err) == (0, "")
    assert "template: garden" in out
    texts = {file.name: file.read_text() for file in own(room, "garden").iterdir()}
    assert {*texts} == {file.name for file in (SHIPPED / base).iterdir()}
    assert '"garden/parts.html"' in texts["body.html"]
    assert not any(f'"{base}/' in text for text in texts.values())


def test_ones_own_changes_to_the_base_come_along(run: Run, room: Newsroom) -> None:
    own(room, "weekly").mkdir(parents=True)
    changed = '{% extends "shipped/weekly/body.html" %}\n'
    (own(room, "weekly") / "body.html").write_text(changed)

    assert run("templates", "new", "garden")[0] == 0

    assert (own(room, "garden") / "body.html").read_text() == changed
    assert (own(room, "garden") / "subject.txt").is_file()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("brief",), "there is a look 'brief' already"),
        (("there",), "there is a look 'there' already"),
        (("../up",), "'../up' is no name for a look"),
        (("_base2",), "'_base2' is no name for a look"),
        (("garden", "--from", "moon"), "there is no look 'moon'; known: brief, events"),
    ],
)
def test_a_name_that_is_taken_or_none_is_refused(
    run: Run, room: Newsroom, words: tuple[str, ...], said: str
) -> None:
    own(room, "there").mkdir(parents=True)

    status, _, err = run("templates", "new", *words)

    assert (status, said in err) == (2, True)
    assert [file.name for file in own(room, "there").parent.iterdir()] == ["there"]


def test_the_looks_are_written_in_each_mode_in_the_publications_name(
    run: Run, room: Newsroom, tmp_path: Path
) -> None:
    run("templates", "new", "garden")
    text = (room.folder / "feeds.yaml").read_text()
    german = text.replace("  name: Northgate\n", "  name: Nordtor\n  language: de\n")
    (room.folder / "feeds.yaml").write_text(german)

    status, _, err = run("templates", "preview", "--look", "garden", "--out", str(tmp_path / "o"))

    assert (status, err) == (0, "")
    pages = {file.name: file.read_text() for file in (tmp_path / "o").glob("*.html")}
    modes = ("light", "dark", "no-images", "text")
    assert {*pages} == {"index.html", *(f"garden-{mode}.html" for mode in modes)}
    assert "<script" not in pages["index.html"]
    assert "In templates/email/garden" in pages["index.html"]
    for mode in modes:
        assert "Nordtor" in pages[f"garden-{mode}.html"]
        assert "abbestellen" in pages[f"garden-{mode}.html"].lower()
        assert "See where it is made" in pages[f"garden-{mode}.html"]
    assert 'lang="en"' in pages["garden-light.html"]
    assert 'src="pictures/harbour.png"' in pages["garden-light.html"]
    assert "pictures/" not in pages["garden-no-images.html"]
    assert (tmp_path / "o" / "pictures" / "harbour.png").read_bytes().startswith(b"\x89PNG")


def test_a_mistake_in_a_template_stands_on_the_page_with_file_and_line(
    run: Run, room: Newsroom, tmp_path: Path
) -> None:
    run("templates", "new", "garden")
    body = own(room, "garden") / "body.html"
    body.write_text(body.read_text().replace("edition.rest", "edition.rests"))
    line = next(n for n, said in enumerate(body.read_text().split("\n"), 1) if "rests" in said)

    assert run("templates", "preview", "--out", str(tmp_path / "o"))[0] == 0

    page = (tmp_path / "o" / "index.html").read_text()
    assert f"templates/email/garden/body.html:{line}<" in page
    assert "There is no field &#39;rests&#39; here" in page
    assert "{% for part in edition.rests %}" in page
    assert (tmp_path / "o" / "weekly-light.html").is_file()
    assert not (tmp_path / "o" / "garden-light.html").exists()


def test_a_look_that_is_not_there_is_refused(run: Run) -> None:
    status, _, err = run("templates", "preview", "--look", "moon")

    assert (status, "there is no look 'moon'; known: brief" in err) == (2, True)


def test_what_is_served_is_made_again_when_a_file_was_saved(room: Newsroom) -> None:
    config = room.open().config
    shutil.copytree(SHIPPED / "brief", own(room, "brief"))
    made: list[int] = []

    def make(version: int) -> dict[str, bytes]:
        made.append(version)
        return {"index.html": (own(room, "brief") / "subject.txt").read_bytes()}

    web = create_app(Live(make, lambda: stamps(look_files(config)))).test_client()
    first = web.get("/version").text
    assert web.get("/version").text == first
    assert made == [1]
    (own(room, "brief") / "subject.txt").write_text("Something else")

    assert web.get("/version").text != first
    assert web.get("/").text == "Something else"
    assert made == [1, 2]
    (room.folder / "feeds.yaml").write_text("publication: {name: Other}\n")
    web.get("/version")
    assert made == [1, 2, 3]


def test_the_page_is_for_this_machine_alone() -> None:
    web = create_app(Live(lambda _: {"index.html": b"all"}, lambda: 1)).test_client()

    assert web.get("/", headers={"Host": "evil.example"}).status_code == 403
    assert web.get("/", headers={"Host": "127.0.0.1:8026"}).text == "all"
    assert web.get("/", headers={"Host": "localhost:8026"}).status_code == 200
    assert web.get("/nothing.html").status_code == 404
