"""The commands for programs: tokens, webhooks, and telling what a command brought about."""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from digest.cli.main import main
from tests.helpers import processes
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom
from tests.helpers.receiver import Receiver, receiver

ISSUE = "weekly-2026-01-12"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as part:
        yield part


@pytest.fixture
def room(tmp_path: Path, there: Receiver) -> Newsroom:
    room = Newsroom(tmp_path, NOW)
    room.note("anna", "EU")
    url = f"{there.origin}/chat"
    more = f'\nwebhooks:\n  chat: {{url: "{url}", template: slack, allow_hosts: ["127.0.0.1"]}}\n'
    file = tmp_path / "feeds.yaml"
    file.write_text(file.read_text() + more)
    room.open().pull()
    return room


@pytest.fixture
def run(room: Newsroom, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*words: str) -> tuple[int, str, str]:
        at = ("--config", str(room.folder / "feeds.yaml"), "--now", NOW.isoformat())
        with pytest.raises(SystemExit) as ended:
            main([*at, *words])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return int(ended.value.code or 0), said.out, said.err

    return call


def test_a_token_is_shown_once_also_where_all_else_is_quiet(run: Run) -> None:
    status, out, err = run("tokens", "add", "site", "--newsletter", "weekly", "--quiet")
    assert (status, out[:7], err) == (
        0,
        "digest_",
        "Keep it where secrets are kept: it is not shown again.\n",
    )
    made = json.loads(run("tokens", "add", "tv", "--everything", "--expires", "30", "--json")[1])
    assert made["token"].startswith("digest_")
    assert made["expires"] == "2026-02-11T06:00:00Z"
    listed = run("tokens", "list", "--json")[1]
    assert [json.loads(line)["reads"] for line in listed.splitlines()] == ["sent", "everything"]
    assert "token" not in json.loads(listed.splitlines()[0])
    assert "site" in run("tokens", "list")[1]
    assert run("tokens", "revoke", "site")[1] == "The token site reads nothing more.\n"
    assert run("tokens", "revoke", "site")[0] == 2
    assert run("tokens", "add", "x", "--newsletter", "nope")[0] == 2


def test_a_command_tells_what_it_brought_about(run: Run, there: Receiver) -> None:
    assert run("draft", "weekly")[0] == 0
    assert f"Issue {ISSUE} is drafted" in there.got[0].body.decode()
    listed = json.loads(run("webhooks", "list", "--json")[1])
    assert (listed["name"], listed["waiting"], listed["last"][0]["state"]) == ("chat", 0, "taken")
    assert "it answers 200" in run("webhooks", "list")[1]


def test_what_is_not_taken_is_said_and_changes_no_exit_status(run: Run, there: Receiver) -> None:
    there.status = 500
    status, _, err = run("draft", "weekly")
    assert status == 0
    assert "webhook chat: issue.drafted was not taken: it answers 500: ok; it is told again" in err
    assert json.loads(run("webhooks", "list", "--json")[1])["waiting"] == 1


def test_a_command_that_fails_tells_what_it_did_all_the_same(
    room: Newsroom, run: Run, there: Receiver
) -> None:
    file = room.folder / "feeds.yaml"
    short = "    articles: {min: 3}\n    when_short: hold\n    points:"
    file.write_text(file.read_text().replace("    points:", short))
    status, _, err = run("draft", "weekly")
    assert (status, "is held" in err) == (1, True)
    assert f"Issue {ISSUE} is held back" in there.got[0].body.decode()


def test_a_test_says_what_is_answered(run: Run, there: Receiver) -> None:
    assert run("webhooks", "test", "chat")[:2] == (0, "chat took it: it answers 200\n")
    there.status = 404
    status, out, err = run("webhooks", "test", "chat", "--json")
    assert (status, json.loads(out)["taken"]) == (1, False)
    assert "webhook chat: the test was not taken: it answers 404: ok" in err
    assert run("webhooks", "test", "nobody")[0] == 2


@pytest.mark.parametrize("command", ["desk", "run"])
def test_the_server_tells_what_waits_and_answers_programs(
    command: str, room: Newsroom, there: Receiver
) -> None:
    press = room.open()
    secret = press.add_token("site", "everything", (), None, by="Ana")[1]
    press.draft("weekly")
    at = ("--config", str(room.folder / "feeds.yaml"), "--now", NOW.isoformat())
    served = processes.start([*at, command, "--port", "0"])
    try:
        while "(Ctrl-C" not in served.said:
            served.said += os.read(served.out.fileno(), 65_536).decode()
        url = f"{served.said.partition('The desk is at ')[2].split()[0]}api/v1/issues"
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(url, timeout=20)  # noqa: S310 - ours
        asked = urllib.request.Request(url, headers={"Authorization": f"Bearer {secret}"})  # noqa: S310
        with urllib.request.urlopen(asked, timeout=20) as answer:  # noqa: S310
            assert json.load(answer)["issues"][0]["id"] == ISSUE
        ends = time.monotonic() + 20
        while not there.got and time.monotonic() < ends:
            time.sleep(0.02)
        assert f"Issue {ISSUE} is drafted" in there.got[0].body.decode()
    finally:
        os.kill(served.pid, signal.SIGTERM)
        served.wait()
