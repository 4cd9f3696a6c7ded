"""What other packages add: it is used like our own, and what fails of it is told and costs nothing else."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from digest import plugins as plugged
from digest.cli.main import main
from digest.config import read_config
from digest.errors import ConfigError, DigestError, Held
from digest.lint_rules import RULES
from digest.wiring import deliverer
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom
from tests.helpers.plugged import installed

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "plugin-table"

ROWS = """\
Headline;Page;Topics;published
Tides & <storms>;https://u.example/tides;EU; 2026-01-10
;https://u.example/empty;;
Dunes;https://u.example/dunes;EU;2026-01-09
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "plugged"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    before = {*sys.modules}
    plugged.plugins.cache_clear()
    yield folder
    plugged.plugins.cache_clear()
    for name in {*sys.modules} - before:
        if getattr(sys.modules[name], "__file__", None) and str(folder) in str(
            sys.modules[name].__file__
        ):
            del sys.modules[name]


def example(place: Path) -> None:
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))["project"]
    installed(place, project["name"], project["entry-points"])
    (place / "digest_table").symlink_to(EXAMPLE / "digest_table")


def newsroom(tmp_path: Path, source: str) -> Newsroom:
    (tmp_path / "room").mkdir(parents=True)
    room = Newsroom(tmp_path / "room", NOW)
    file = room.folder / "feeds.yaml"
    file.write_text(file.read_text().replace("sources:\n", f"sources:\n  more: {source}\n", 1))
    room.note("anna", "EU")
    return room


def problems(room: Newsroom) -> list[str]:
    with pytest.raises(ConfigError) as error:
        read_config(room.folder / "feeds.yaml", {})
    return [line.rpartition("/")[2] for line in error.value.problems]


def test_the_example_is_installed_and_pulled_from_the_command_line(
    place: Path, tmp_path: Path
) -> None:
    example(place)
    columns = "{title: Headline, url: Page, tags: Topics}"
    room = newsroom(tmp_path, f"{{table: {{at: talks.csv, columns: {columns}}}, fresh: true}}")
    (room.folder / "talks.csv").write_text(ROWS)

    def digest(*words: str) -> Any:  # noqa: ANN401 - what it answers
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "digest", "--json", "--now", NOW.isoformat(), *words],
            cwd=room.folder,
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{place}"},
            capture_output=True,
            text=True,
            check=True,
        )
        return [json.loads(line) for line in done.stdout.splitlines()]

    (report,) = digest("pull")
    told = {each["name"]: (each["status"], each["new"]) for each in report["sources"]}
    assert told["more"] == ("ok", 2)
    found = {each["title"]: each for each in digest("articles", "--source", "more")}
    assert found["Tides & <storms>"]["url"] == "https://u.example/tides"
    assert found["Dunes"]["tags"] == ["EU"]


def test_a_table_that_has_not_changed_is_not_read_again_and_one_read_otherwise_is(
    place: Path, tmp_path: Path
) -> None:
    example(place)
    room = newsroom(tmp_path, "{table: talks.csv}")
    (room.folder / "talks.csv").write_text("title,Page\nTides,https://u.example/tides\n")
    file = room.folder / "feeds.yaml"

    def status() -> str:
        return next(s.status for s in room.open().pull(force=True) if s.name == "more")

    assert [status(), status()] == ["ok", "unchanged"]
    with_pages = "{table: {at: talks.csv, columns: {url: Page}}}"
    file.write_text(file.read_text().replace("{table: talks.csv}", with_pages))
    assert status() == "ok"


def test_the_plug_in_says_what_is_wrong_with_its_key_and_the_line_is_told(
    place: Path, tmp_path: Path
) -> None:
    example(place)
    room = newsroom(tmp_path, "\n    table:\n      at: talks.csv\n      columns: {headline: H}")
    (line,) = problems(room)

    number = next(
        n
        for n, text in enumerate((room.folder / "feeds.yaml").read_text().splitlines(), 1)
        if "columns" in text
    )
    assert line.startswith(
        f"feeds.yaml:{number}: sources.more.table.columns.headline: is no field; known: title,"
    )
    assert problems(newsroom(tmp_path / "2", "{table: 5}"))[0].endswith(
        "sources.more.table: is an address or a path, or a mapping with at and columns"
    )
    assert problems(newsroom(tmp_path / "3", "{table: a.csv, feed: b.xml}"))[0].endswith(
        "has one of table, feed: it is read in one way"
    )


def test_a_key_that_no_plug_in_has_is_no_key(tmp_path: Path) -> None:
    assert "sources.more.table: there is no such key" in "\n".join(
        problems(newsroom(tmp_path, "{table: a.csv}"))
    )


READS = """\
class KIND:
    check = staticmethod(lambda said: ())
    address = staticmethod(lambda said: said)
    read = staticmethod(lambda data, said: {})
"""
BROKEN = {
    "it cannot be imported": (
        "import nothing_of_that_name\n",
        "ModuleNotFoundError: No module named 'nothing_of_that_name'",
    ),
    "it is nothing of the kind": ("KIND = 5\n", "broken:KIND has no check and no address"),
    "it reads no feed": (READS.format("5"), "what it read is no Feed of entries"),
    "it falls over what it reads": (READS.format("1 / 0"), "ZeroDivisionError: division by zero"),
    "it leaves when imported": ("raise SystemExit(3)\n", "SystemExit: 3"),
    "it leaves when it reads": (READS.format("exit(0)"), "SystemExit: 0"),
    "its entries are of bytes": (
        "from digest.sources.plugged import Entry, Feed\n"
        + READS.format("Feed(entries=(Entry(title=b'Tides', tags=[5]),))"),
        "what it read is no Feed of entries",
    ),
}


@pytest.mark.parametrize(("code", "said"), [*BROKEN.values()], ids=[*BROKEN])
def test_a_source_whose_plug_in_fails_is_told_with_its_name_and_fails_alone(
    place: Path, tmp_path: Path, code: str, said: str
) -> None:
    installed(place, "broken", {"digest.sources": {"table": "broken:KIND"}}, code)
    room = newsroom(tmp_path, "{table: talks.csv}")
    (room.folder / "talks.csv").write_text("title\nTides\n")

    found = {each.name: each for each in room.open().pull()}

    assert found["more"].status == "failed"
    assert f"the plug-in table of broken 1.0 cannot be used: {said}" in str(found["more"].error)
    assert {each.status for name, each in found.items() if name != "more"} == {"ok"}


FAILS = "class KIND:\n    address = read = None\n    def check(said): {}\n"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (FAILS.format("1 / 0"), ".table: the plug-in table of broken 1.0 cannot be used: ZeroDiv"),
        (FAILS.format("exit(0)"), ".table: the plug-in table of broken 1.0 cannot be used: System"),
        (FAILS.format("return [([[]], 'is wrong')]"), "more.table.[]: is wrong"),
    ],
)
def test_a_plug_in_that_falls_over_feeds_yaml_is_told_at_its_line(
    place: Path, tmp_path: Path, code: str, said: str
) -> None:
    installed(place, "broken", {"digest.sources": {"table": "broken:KIND"}}, code)

    (line,) = problems(newsroom(tmp_path, "{table: talks.csv}"))

    assert re.match(r"feeds\.yaml:\d+: sources\.more", line)
    assert said in line


def test_a_plug_in_is_given_keys_that_are_numbers_and_days_too(place: Path, tmp_path: Path) -> None:
    code = "class KIND:\n    read = None\n    check = address = lambda said: [((), sorted(map(str, said)))]\n"
    installed(place, "broken", {"digest.sources": {"table": "broken:KIND"}}, code)

    (line,) = problems(newsroom(tmp_path, "{table: {1: a, b: c, 2026-01-12: d}}"))

    assert line.endswith("more.table: ['1', '2026-01-12', 'b']")


CHARITY = """\
from digest.render.checks.plugged import Where, rule

CHARITY = rule("House", "charity-number", "an edition without our charity number", "error")


class CHECK:
    rules = (CHARITY,)

    @staticmethod
    def check(proof):
        if "SC000000" not in proof.message.text:
            yield {}
"""


FINDING = "__import__('digest.findings').findings.Finding(rule='charity-number', message='m'"
SPEECHLESS = """\
5
        class Speechless(Exception):
            def __str__(self): return 1 / 0
        raise Speechless"""


def linted(room: Newsroom) -> dict[str, str]:
    """Return what is found in the edition for staff, by rule."""
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    return {f.rule: f"{f.severity}: {f.message}" for f in issue.findings["staff"]}


def test_a_rule_of_a_plug_in_reads_editions_stops_approval_and_is_listed(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = 'CHARITY.found("say SC000000 in body.txt", Where(part="text"))'
    installed(place, "ours", {"digest.lint": {"ours": "ours:CHECK"}}, CHARITY.format(found))
    room = newsroom(tmp_path, "{feed: more.xml, enabled: false}")

    assert linted(room)["charity-number"] == "error: say SC000000 in body.txt"
    with pytest.raises(Held, match="charity-number"):
        room.open().approve(room.open().issues()[0].id, by="Ann")
    with pytest.raises(SystemExit):
        main(["--json", "lint", "--rules"])
    rules = {each["rule"]: each for each in json.loads(capsys.readouterr().out)["rules"]}
    assert rules["charity-number"]["about"] == "House"
    assert {*RULES} < {*rules}


def test_what_a_rule_of_a_plug_in_finds_is_one_line_that_can_be_shown(
    place: Path, tmp_path: Path
) -> None:
    found = "CHARITY.found('say\\n\\x1b[31mSC000000')"
    installed(place, "ours", {"digest.lint": {"ours": "ours:CHECK"}}, CHARITY.format(found))
    room = newsroom(tmp_path, "{feed: more.xml, enabled: false}")

    assert linted(room)["charity-number"] == "error: say [31mSC000000"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import nothing_of_that_name\n", "ModuleNotFoundError"),
        (CHARITY.format("1 / 0"), "ZeroDivisionError: division by zero"),
        (CHARITY.format("'a text'"), "it found something by no rule of its own"),
        (
            CHARITY.replace("charity-number", "alt-missing").format('CHARITY.found("x")'),
            "it found something by no rule of its own",
        ),
        (CHARITY.format("exit(0)"), "SystemExit: 0"),
        (CHARITY.format(SPEECHLESS), "cannot be used: Speechless"),
        (CHARITY.format(f"{FINDING}, severity='fatal')"), "by no rule of its own"),
        (CHARITY.format(f"{FINDING}, severity='error', where='line 5')"), "by no rule of its own"),
        (CHARITY.format("CHARITY.found('a\\ud800b')"), "by no rule of its own"),
        (CHARITY.format("CHARITY.found(None)"), "by no rule of its own"),
        (CHARITY.replace("(CHARITY,)", "property(lambda self: 1 / 0)"), "TypeError"),
        (CHARITY.replace('"error"', '"fatal"'), "it has a rule that is none"),
    ],
)
def test_a_rule_that_fails_is_a_finding_and_the_others_are_found_all_the_same(
    place: Path, tmp_path: Path, code: str, said: str
) -> None:
    installed(place, "ours", {"digest.lint": {"ours": "ours:CHECK"}}, code)
    room = newsroom(tmp_path, "{feed: more.xml, enabled: false}")
    (room.folder / "notes" / "anna.md").write_text(
        (room.folder / "notes" / "anna.md").read_text().replace("What anna", "Tomorrow anna")
    )

    found = linted(room)

    assert found["plugin-failed"].startswith("warning: the plug-in ours of ours 1.0 cannot be used")
    assert said in found["plugin-failed"]
    assert "stale-word" in found


SHELF = """\
from pathlib import Path

from digest.deliver.plugged import DeliveryError, Outcome, UsageError


class Shelf:
    connections = 1

    def __init__(self, folder):
        self.folder = Path(folder)

    def open(self):
        return self

    def deliver(self, sender, address, email, intent):
        {}
        intent()
        {}
        (self.folder / f"{{address}}.eml").write_bytes(email)
        return Outcome(state="sent", detail="on the shelf")

    def close(self):
        1 / 0


class KIND:
    @staticmethod
    def read(address):
        if address.endswith("nowhere"):
            raise UsageError("write shelf://FOLDER")
        if address.endswith("hunter2"):
            raise KeyError(address)
        return Shelf(address.removeprefix("shelf://"))
"""


def shelved(place: Path, tmp_path: Path, before: str, after: str) -> tuple[Newsroom, str]:
    """Return a newsroom with an approved issue, whose emails go to a shelf of a plug-in."""
    installed(
        place, "shelf", {"digest.deliverers": {"shelf": "shelf:KIND"}}, SHELF.format(before, after)
    )
    room = newsroom(tmp_path, "{feed: more.xml, enabled: false}")
    (room.folder / "shelf").mkdir()
    file = room.folder / "feeds.yaml"
    file.write_text(file.read_text().replace("folder: sent", f'api: "shelf://{room.folder}/shelf"'))
    room.subscribe(("s@u.example", "staff"))
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    press.approve(issue.id, by="Ann")
    return room, issue.id


def test_a_deliverer_of_a_plug_in_hands_emails_over_by_its_address(
    place: Path, tmp_path: Path
) -> None:
    room, issue = shelved(place, tmp_path, "pass", "pass")

    assert room.open().send(issue).sent == 1
    assert [file.name for file in (room.folder / "shelf").iterdir()] == ["s@u.example.eml"]


@pytest.mark.parametrize(
    ("before", "after", "state"),
    [
        ("1 / 0", "pass", "deferred"),
        ("pass", "1 / 0", "ambiguous"),
        ("return 5", "pass", "deferred"),
        ("pass", "return 5", "ambiguous"),
        ("intent = lambda: None", "pass", "ambiguous"),
        ("raise DeliveryError('nobody is there')", "pass", "pending"),
        ("pass", "raise DeliveryError('it went away')", "ambiguous"),
    ],
)
def test_a_deliverer_that_fails_loses_no_email_and_sends_none_twice(
    place: Path, tmp_path: Path, before: str, after: str, state: str
) -> None:
    room, issue = shelved(place, tmp_path, before, after)

    room.open().send(issue)

    (delivery,) = room.open().deliveries(issue)
    assert delivery.state == state
    if "DeliveryError" not in before:
        assert "the plug-in shelf of shelf 1.0 cannot be used" in (delivery.detail or "")


def test_an_address_that_a_plug_in_does_not_take_is_said_without_its_secret(
    place: Path, tmp_path: Path
) -> None:
    code = SHELF.format("pass", "pass")
    installed(
        place, "shelf", {"digest.deliverers": {"shelf": "shelf:KIND", "lost": "none:KIND"}}, code
    )
    config = read_config(newsroom(tmp_path, "{feed: a.xml}").folder / "feeds.yaml", {})

    with pytest.raises(DigestError, match="write shelf://FOLDER"):
        deliverer(config, "shelf://nowhere")
    with pytest.raises(DigestError, match=r"the plug-in shelf of shelf 1\.0 .*: KeyError") as error:
        deliverer(config, "shelf://hunter2")
    assert "hunter2" not in str(error.value)
    with pytest.raises(DigestError, match=r"the plug-in lost of shelf 1\.0 .*ModuleNotFoundError"):
        deliverer(config, "lost://x")
