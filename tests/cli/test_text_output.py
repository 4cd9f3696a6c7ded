"""What people read of the commands: each answer in words, on a newsroom that has sent an issue."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from digest.cli.main import main
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

ISSUE = "weekly-2026-01-12"
DAY = timedelta(days=1)
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """Return a newsroom that sent an issue, and heard a day later that a story of it was wrong."""
    room = Newsroom(tmp_path_factory.mktemp("project"), NOW)
    room.subscribe(("a@u.example", "staff"), ("b@u.example", "staff"), ("c@u.example", "alumni"))
    room.note("bus", "European-Union", summary="It runs from May. It is free.")
    room.note("hall", "Campus")
    press = room.open()
    press.pull()
    press.approve(press.draft("weekly").issue.id, by="Ana")
    press.send(ISSUE)
    room.now += DAY
    room.note("bus", "European-Union", age=2 * DAY, summary="It runs from June. It is free.")
    room.note("tram", "European-Union")
    press = room.open()
    press.pull(force=True)
    return room


@pytest.fixture
def room(made: Newsroom, tmp_path: Path) -> Newsroom:
    return made.copied(tmp_path)


@pytest.fixture
def run(room: Newsroom, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in the newsroom; return its exit status, and both texts with single blanks."""

    def call(*words: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        at = ("--config", str(room.folder / "feeds.yaml"), "--now", room.now.isoformat())
        with pytest.raises(SystemExit) as ended:
            main([*at, *words])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return int(ended.value.code or 0), " ".join(said.out.split()), " ".join(said.err.split())

    return call


def told(run: Run, *words: str, stdin: str = "") -> str:
    status, out, err = run(*words, stdin=stdin)
    assert status == 0, err
    return out


def test_articles_and_issues_are_listed(run: Run) -> None:
    found = told(run, "articles", "--search", "tram")
    assert "The story of tram" in found
    assert "The story of hall" not in found
    assert f"{ISSUE} sent 2026-01-12T06:00+00:00 staff, alumni Ana" in told(run, "issues")
    assert "weekly Mon 2026-01-19 07:00" in told(run, "calendar")


def test_an_issue_shows_its_articles_and_what_changed(run: Run) -> None:
    told(run, "draft", "weekly")
    shown = told(run, "show", "weekly-2026-01-13")
    assert "Issue weekly-2026-01-13, number 2: draft" in shown
    assert "The story of tram" in shown


def test_a_decision_is_explained_with_what_would_change_it(run: Run) -> None:
    told(run, "draft", "weekly")
    said = told(run, "why", "https://u.example/tram", "--issue", "weekly-2026-01-13")
    assert "staff: in Europe, rank 1" in said
    assert "decided by" in said
    had = told(run, "why", "https://u.example/hall", "--issue", "weekly-2026-01-13")
    assert "staff: not in it" in had
    assert "would change it" in had


def test_who_got_an_article_is_counted_and_named(run: Run) -> None:
    said = told(run, "why", "https://u.example/bus", "--readers", "--addresses")
    assert f"{ISSUE} staff 2 0" in said
    assert said.endswith("a@u.example b@u.example c@u.example")
    assert told(run, "why", "https://u.example/tram", "--readers") == "Nobody has had it."


def test_a_correction_is_shown_with_both_words_and_put_or_dismissed(
    run: Run, room: Newsroom
) -> None:
    said = told(run, "corrections")
    assert f"{ISSUE}, sent 2026-01-12, to 3: staff 2, alumni 1" in said
    assert "[-May" in said
    assert "{+June" in said
    (article,) = (each.article for each in room.open().corrections())

    status, _, err = run("corrections", "--put", article)
    assert (status, "--by with your name" in err) == (2, True)
    status, _, err = run("corrections", "--dismiss", "nothing", "--by", "Ana")
    assert (status, "nothing of nothing is to be corrected" in err) == (2, True)
    told(run, "draft", "weekly")
    put = told(run, "corrections", "--put", article, "--by", "Ana")
    assert put.startswith("The notice is in issue weekly-2026-01-13")
    assert "Correction to “The story of bus”" in room.open().issue("weekly-2026-01-13").messages[
        0
    ].text.replace("\n", " ")


def test_a_correction_that_is_not_needed_is_dismissed(run: Run, room: Newsroom) -> None:
    (article,) = (each.article for each in room.open().corrections())
    assert told(run, "corrections", "--dismiss", article, "--by", "Ana") == (
        "“The story of bus” is dismissed."
    )
    assert told(run, "corrections") == "No story changed after it was sent."


def test_deliveries_and_subscribers_are_listed(run: Run, room: Newsroom) -> None:
    assert "a@u.example staff sent 1" in told(run, "deliveries", ISSUE)
    room.open().unsubscribe("b@u.example", "one click")
    listed = told(run, "subscribers", "list")
    assert "a@u.example staff confirmed" in listed
    assert "b@u.example staff unsubscribed" in listed


def test_who_failed_is_sent_to_again(run: Run) -> None:
    said = told(run, "send", ISSUE, "--again")
    assert said.startswith("0 had failed, 0 joined since. ")
    assert "3 already sent" in said


def test_who_sends_by_hand_before_the_day_hears_that_it_still_gets_an_issue(
    run: Run, room: Newsroom
) -> None:
    room.now += DAY
    room.note("ferry", "European-Union")
    told(run, "pull", "--force")
    issue = room.open().draft("weekly").issue.id
    told(run, "approve", issue, "--by", "Ana")
    said = told(run, "send", issue)
    assert "`digest run` drafts another issue for 2026-01-19" in said
    assert "`digest skip weekly 2026-01-19` has none" in said
    assert "`digest run`" not in told(run, "send", issue)


def test_the_whole_inbox_is_shown_by_week(run: Run) -> None:
    said = told(run, "inbox")
    assert said.startswith("Emails a week from all newsletters, no cap")
    assert "staff 2 1 1 1" in said


def test_a_copy_of_the_store_is_made_and_the_journal_agrees(run: Run, tmp_path: Path) -> None:
    copy = str(tmp_path / "copy.db")
    assert told(run, "backup", copy).startswith("The store is copied to")
    status, out, _ = run("reconcile")
    assert (status, out) == (0, "The database knows all that the journal does.")


def test_accounts_are_made_listed_changed_and_removed(run: Run) -> None:
    password = "a long enough password\n"
    first = told(run, "users", "add", "Ana", stdin=password)
    assert first.startswith("Ana may sign in at the desk now:")
    assert "administer" in first
    told(
        run,
        "users",
        "add",
        "Ben",
        "--rights",
        "read,edit",
        "--newsletter",
        "weekly",
        stdin=password,
    )
    assert "Ben" in told(run, "users", "list")
    changed = told(run, "users", "rights", "Ben", "--rights", "read")
    assert changed.startswith("Ben has other rights now:")
    assert told(run, "users", "password", "Ben", stdin="another long password\n") == (
        "The password is changed; all sessions of it have ended."
    )
    status, _, err = run("users", "rights", "Ben", "--rights", "fly")
    assert (status, "there is no right 'fly'; known: read" in err) == (2, True)
    assert told(run, "users", "remove", "Ben") == "Ben may not sign in any more."
    log = told(run, "users", "log")
    assert "command line" in log
    assert "Ben" in log
    assert told(run, "users", "log", "--csv").splitlines()[0].startswith("at,by,kind")
