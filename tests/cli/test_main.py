"""The command line's manners, on a small newsroom."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from digest.cli.main import main
from digest.model import Subscriber
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom
from tests.helpers.returned import bounce

KNOWN = "brief, events, front, letter, weekly"
ISSUE = "weekly-2026-01-12"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    """Return a newsroom with a draft of two editions."""
    room = Newsroom(tmp_path, NOW)
    room.note("anna", "EU")
    room.note("bert", "Staff")
    room.note("cora", "Alumni")
    room.subscribe(("s@u.example", "staff"))
    press = room.open()
    press.pull()
    press.draft("weekly")
    return room


@pytest.fixture
def run(room: Newsroom, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in the newsroom; return its exit status, stdout and stderr."""

    def call(*words: str) -> tuple[int, str, str]:
        at = ("--config", str(room.folder / "feeds.yaml"), "--now", NOW.isoformat())
        with pytest.raises(SystemExit) as ended:
            main([*at, *words])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return int(ended.value.code or 0), said.out, said.err

    return call


def asked(run: Run, *words: str) -> Any:  # noqa: ANN401 - JSON values
    status, out, err = run(*words, "--json")
    assert status == 0, err
    return json.loads(out)


def ids(run: Run) -> dict[str, str]:
    """Return the articles' ids by the last word of their titles."""
    lines = run("articles", "--json")[1].splitlines()
    return {each["title"].split()[-1]: each["id"] for each in map(json.loads, lines)}


def edited(run: Run, room: Newsroom, patch: str, *words: str) -> tuple[int, str, str]:
    file = room.folder / "patch.yaml"
    file.write_text(patch)
    return run("edit", ISSUE, "--patch", str(file), "--by", "Ana", *words)


def test_a_worker_is_refused_where_there_is_nothing_to_share(run: Run) -> None:
    status, _, said = run("worker")

    assert status == 2
    assert "`digest run` does all the work; workers are for PostgreSQL" in said


def test_a_change_is_taken_back_by_a_patch(run: Run, room: Newsroom) -> None:
    before = asked(run, "show", ISSUE)["content_hash"]
    patch = '{add: "https://elsewhere.example/x", segment: staff%s}'

    assert edited(run, room, f"[{patch % ''}]")[0] == 0
    assert asked(run, "show", ISSUE)["content_hash"] != before
    assert edited(run, room, f"[{patch % ', undo: true'}]")[0] == 0
    assert asked(run, "show", ISSUE)["content_hash"] == before


@pytest.mark.parametrize("verb", ["edit", "discard", "approve"])
def test_who_acts_has_a_name(run: Run, room: Newsroom, verb: str) -> None:
    file = room.folder / "patch.yaml"
    file.write_text("[{hide: x}]")
    words = (verb, ISSUE, *(("--patch", str(file)) if verb == "edit" else ()))

    assert "say who you are" in run(*words, "--by", " ")[2]
    assert "it is no UTF-8 text" in run(*words, "--by", "\udce9")[2]
    assert run(*words, "--by", "")[0] == 2
    assert asked(run, "show", ISSUE)["status"] == "draft"


def test_only_what_a_check_found_can_be_passed_over(run: Run) -> None:
    status, _, err = run("approve", ISSUE, "--by", "Ana", "--override", "nosuch", "--reason", "x")

    assert (status, "by the rule 'nosuch'; known:" in err) == (2, True)


def test_why_takes_an_address(run: Run) -> None:
    found = asked(run, "why", "https://u.example/anna")

    assert {decision["article"] for decision in found} == {ids(run)["anna"]}


def test_what_a_patch_has_wrong_is_told_at_its_line(run: Run, room: Newsroom) -> None:
    for patch, said in (
        ("- {hide: a}\n- {add: javascript:x, why: y}\n", ":2: add is a web address"),
        ("- {hide: a}\n- [\n", ":3: is no YAML"),
        ("hide: a\n", ":1: a patch is a list of changes"),
        ("- {hide: a, hide: b}", ":1: hide: stands here twice"),
        (
            "- &a [x]\n- &b [" + ",".join(["*a"] * 900) + "]\n- [" + ",".join(["*b"] * 900) + "]",
            ":1: is no YAML: its aliases unfold",
        ),
    ):
        status, _, err = edited(run, room, patch)

        assert status == 2
        assert f"patch.yaml{said}" in err


def test_what_is_said_is_printed_as_it_stands(run: Run, room: Newsroom) -> None:
    _, _, err = edited(run, room, "- {hide: ':100: [red]'}\n")

    assert ":100: [red]" in err


def test_a_patch_may_be_json_as_scripts_write_it(run: Run, room: Newsroom) -> None:
    assert edited(run, room, json.dumps([{"subject": "Anchors aweigh \U0001f600"}]))[0] == 0

    assert asked(run, "show", ISSUE)["editions"][0]["subject"] == "Anchors aweigh \U0001f600"
    assert "holds a character that no text has" in edited(run, room, '[{"intro": "\\ud83d"}]')[2]


def test_what_the_configuration_names_and_is_not_there(run: Run, room: Newsroom) -> None:
    file = room.folder / "feeds.yaml"
    whole = file.read_text()
    file.write_text(whole.replace("{archive: notes,", "{archive: nots,"))

    found = asked_in_vain(run, "check", "--json")
    assert {"where": f"{file}:7 sources.notes.archive", "severity": "error"}.items() <= next(
        each.items() for each in json.loads(found)["problems"] if each["rule"] == "missing-file"
    )

    file.write_text(whole.replace("{archive: notes,", "{feed: u.example/rss,"))
    assert "u.example/rss; an address starts with https://" in run("check", "--json")[1]

    file.write_text(
        whole.replace("title: This week", "title: This week\n    template: weakly").replace(
            "postal_address:", "brand: {logo: none.png}\n  postal_address:"
        )
    )
    status, _, err = run("issues")
    assert status == 2
    assert err.splitlines() == [
        f"{file}:18: newsletters.weekly.template: there is no template 'weakly'; known: {KNOWN}",
        f"{file}:5: publication.brand.logo: none.png: No such file or directory",
    ]


def asked_in_vain(run: Run, *words: str) -> str:
    status, out, _ = run(*words)
    assert status == 1
    return out


def test_quiet_shows_problems(run: Run, room: Newsroom) -> None:
    room.note("dora", "Research-news")
    room.note("eric", "Research-newz")
    room.open().pull()
    said = run("--quiet", "check")[1]
    assert "look-alike-tags" in said
    assert "preheader-short" not in said  # for information only
    (room.folder / "notes").rename(room.folder / "elsewhere")
    assert "missing-file" in asked_in_vain(run, "--quiet", "check")
    assert run("--quiet", "issues")[1] == ""


def test_what_is_alike_in_several_segments_is_said_once(run: Run) -> None:
    problems = asked(run, "check")["problems"]
    both = [p["where"] for p in problems if p["where"].startswith(f"{ISSUE}/staff,alumni")]

    assert both
    assert len({(p["rule"], p["message"], p["where"].split()[-1]) for p in problems}) == len(
        problems
    )


def test_a_draft_without_an_edition_says_why(run: Run) -> None:
    run("approve", ISSUE, "--by", "Ana")
    run("send", ISSUE)

    _, out, _ = run("draft", "weekly")

    assert "skipped, no segment has the 1 new articles that an edition needs" in out
    assert "subject" not in out


def test_a_relay_that_takes_nothing_leaves_emails_that_are_told(run: Run) -> None:
    run("approve", ISSUE, "--by", "Ana")
    status, out, err = run("send", ISSUE, "--to", "smtp://127.0.0.1:1")

    assert (status, "1 pending" in out) == (1, True)
    way_on = f"1 email of issue {ISSUE} is still to go; the next tick of `digest run` goes on, or"
    assert way_on in err
    assert way_on in run("show", ISSUE)[1]
    assert asked_in_vain(run, "send", ISSUE, "--to", "smtp://127.0.0.1:1", "--json").count(
        '"pending": 1'
    )
    assert asked(run, "send", ISSUE)["pending"] == 0


def test_an_export_takes_away_what_an_earlier_one_wrote(run: Run, room: Newsroom) -> None:
    out = room.folder / "out"
    run("export", ISSUE, "--out", str(out))
    (out / "alumni" / "notes.txt").write_text("mine")
    record = json.loads((out / "issue.json").read_text())
    assert "alumni/index.html" in record["files"]
    record["files"] += ["../feeds.yaml", 3]
    (out / "issue.json").write_text(json.dumps(record))
    run("draft", "weekly", "--segment", "staff")

    assert run("export", ISSUE, "--out", str(out))[0] == 0

    left = {f.relative_to(out).as_posix() for f in out.rglob("*") if f.is_file()}
    assert {name for name in left if name.startswith("alumni")} == {"alumni/notes.txt"}
    assert left - {"alumni/notes.txt"} == {*json.loads((out / "issue.json").read_text())["files"]}
    assert (room.folder / "feeds.yaml").exists()


def test_an_import_tells_what_its_writer_may_not_have_meant(run: Run, room: Newsroom) -> None:
    file = room.folder / "people.csv"
    file.write_bytes("Address;Name;Segments\nj@u.example;José;\n".encode("latin-1"))

    status, out, err = run("subscribers", "import", str(file))

    assert (status, out) == (0, "1 added, 0 updated, 0 rejected\n")
    assert f"{file}: 1 without a segment get no newsletter until they have one" in err
    assert "is not UTF-8; it was read as Windows-1252" in err
    assert "José" in run("subscribers", "list")[1]


def test_a_list_says_why_somebody_is_not_to_be_mailed(run: Run) -> None:
    run("subscribers", "unsubscribe", "s@u.example")

    lines = [json.loads(line) for line in run("--json", "subscribers", "list")[1].splitlines()]

    said = {line["address"]: line["suppressed"] for line in lines}
    assert said == {"s@u.example": {"reason": "by hand", "since": "2026-01-12T06:00:00Z"}}


def test_unsubscribing_who_is_no_subscriber_is_noted_and_said(run: Run) -> None:
    assert (
        "s@u.example will get no more email." in run("subscribers", "unsubscribe", "s@u.example")[1]
    )

    status, out, _ = run("subscribers", "unsubscribe", "no@u.example")
    assert (status, out) == (
        0,
        "no@u.example is no subscriber; should a file bring it, it gets no email.\n",
    )
    assert asked(run, "subscribers", "unsubscribe", "no@u.example") == {
        "address": "no@u.example",
        "known": False,
    }


def test_an_import_says_who_stays_unsubscribed(run: Run, room: Newsroom) -> None:
    file = room.folder / "people.csv"
    file.write_text("email,segments\ns@u.example,STAFF\nt@u.example,staff\n")
    run("subscribers", "unsubscribe", "s@u.example")

    _, out, _ = run("subscribers", "import", str(file))

    assert out == "1 added, 1 updated, 0 rejected; 1 of them stays unsubscribed\n"
    assert asked(run, "subscribers", "import", str(file)).keys() == {"added", "updated", "rejected"}


def test_a_fault_of_many_rows_is_told_once(run: Run, room: Newsroom) -> None:
    file = room.folder / "people.csv"
    bad = "".join(f"nobody{n},staff\n" for n in range(15))
    file.write_text(f"email,segments\n{bad}a@u.example,staf\n")

    status, _, err = run("subscribers", "import", str(file))

    assert status == 1
    assert err == (
        f"{file}:2: 'nobody0' is no email address "
        "(also in lines 3 ('nobody1'), 4 ('nobody2'), 5 ('nobody3'), 6 ('nobody4'), 7 ('nobody5'), "
        "8 ('nobody6'), 9 ('nobody7'), 10 ('nobody8'), 11 ('nobody9'), 12 ('nobody10') and 4 more)\n"
        f"{file}:17: there is no segment 'staf'; did you mean staff?\n"
    )


def test_a_dry_run_tells_how_a_file_is_read(run: Run, room: Newsroom) -> None:
    file = room.folder / "people.csv"
    file.write_text("E-Mail,Full name,Segment,Room\nt@u.example,Tom,staff,1\n")

    status, out, err = run("subscribers", "import", str(file), "--dry-run")

    assert status == 0
    assert out.splitlines() == [
        "a dry run, nothing was written: 1 added, 0 updated, 0 rejected",
        "E-Mail is read as address",
        "Full name is read as name",
        "kept as attributes: Segment, Room",
    ]
    assert (
        f"{file}:1: columns kept as attributes: Segment, Room; did you mean segments by Segment? "
        "If so, call the column that" in err
    )
    assert "t@u.example" not in run("subscribers", "list")[1]
    assert asked(run, "subscribers", "import", str(file), "--dry-run")["columns"] == {
        "called": {"E-Mail": "address", "Full name": "name"},
        "asked": {"Segment": "segments"},
    }


def test_a_file_that_is_no_audience_is_named(run: Run, room: Newsroom) -> None:
    file = room.folder / "people.csv"
    file.write_text("Name;Phone\nAna;1\n")

    _, _, err = run("subscribers", "import", str(file))

    assert err.startswith(f"{file}: the first line names the columns")


def test_a_draft_takes_a_segment_as_people_call_it(run: Run) -> None:
    found = asked(run, "draft", "weekly", "--segment", "ALUMNI")

    assert [edition["segment"] for edition in found["editions"]] == ["alumni"]


def test_an_approval_says_when_the_issue_goes_out_and_sending_where_it_went(
    run: Run, room: Newsroom
) -> None:
    assert run("approve", ISSUE, "--by", "Ana")[1] == (
        f"Issue {ISSUE} is approved. With `digest run` it goes out on Monday 12 January 2026, "
        f"07:00 GMT; `digest send {ISSUE}` sends it now.\n"
    )
    elsewhere = room.folder / "elsewhere"

    assert f"emails are in {room.folder / 'sent'};" in run("send", ISSUE)[1]
    assert "emails are in" not in run("send", ISSUE)[1]
    to = f"folder:{elsewhere}"
    assert (
        f"emails are in {elsewhere};" in run("send", ISSUE, "--test", "a@u.example", "--to", to)[1]
    )


def test_what_has_no_schedule_is_sent_by_hand(run: Run, room: Newsroom) -> None:
    file = room.folder / "feeds.yaml"
    file.write_text(file.read_text().replace('    schedule: {cron: "0 7 * * mon"}\n', ""))
    run("draft", "weekly")

    assert run("approve", ISSUE, "--by", "Ana")[1] == (
        f"Issue {ISSUE} is approved; `digest send {ISSUE}` sends it now.\n"
    )


def test_who_got_a_story_is_told_by_issue_and_segment(run: Run, room: Newsroom) -> None:
    room.subscribe(("a@u.example", "alumni"), ("t@u.example", "staff"))
    assert run("approve", ISSUE, "--by", "Ben")[0] == 0
    assert run("send", ISSUE)[0] == 0

    got = asked(run, "why", "https://u.example/anna", "--readers")
    assert got == [
        {"issue": ISSUE, "segment": "alumni", "readers": 1, "unsure": 0},
        {"issue": ISSUE, "segment": "staff", "readers": 2, "unsure": 0},
    ]
    (alumni,) = asked(run, "why", "https://u.example/cora", "--readers", "--addresses")
    assert (alumni["segment"], alumni["addresses"]) == ("alumni", ["a@u.example"])
    assert "a@u.example" in run("why", "https://u.example/cora", "--addresses")[1]
    assert run("why", "https://u.example/nobody", "--readers")[0] == 2


def test_what_nobody_had_is_said(run: Run) -> None:
    assert "Nobody has had it." in run("why", "https://u.example/anna", "--readers")[1]


def test_issues_are_found_by_newsletter_time_and_words(run: Run) -> None:
    def ids(*words: str) -> list[str]:
        return [json.loads(line)["id"] for line in run("--json", "issues", *words)[1].splitlines()]

    assert ids("--newsletter", "weekly", "--text", "STORY of anna", "--since", "2026-01-01") == [
        ISSUE
    ]
    assert ids("--text", "zebra") == []
    assert ids("--since", "2027-01-01") == []
    assert run("issues", "--newsletter", "daily")[0] == 2


def test_templates_can_be_copied_later_and_nothing_is_overwritten(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    assert run("init", str(folder))[0] == 0
    assert not (folder / "templates").exists()
    assert run("init", str(folder), "--templates")[0] == 0
    assert (folder / "templates/email/weekly/body.html").is_file()
    assert run("init", str(folder), "--templates")[0] == 2


def test_a_folder_of_bounces_is_read_and_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "back").mkdir()
    (tmp_path / "back" / "1.eml").write_bytes(bounce(recipient="stranger@u.example"))

    assert asked(run, "bounces", str(tmp_path / "back")) == {
        "read": 1,
        "bounced": 0,
        "complained": 0,
        "suppressed": 0,
        "unmatched": 1,
        "ignored": 0,
    }
    assert "1 email read" in run("bounces", str(tmp_path / "back"))[1]
    status, _, err = run("bounces")
    assert (status, "name a file, a folder or - for stdin" in err) == (2, True)
    assert run("bounces", str(tmp_path / "nowhere"))[0] == 2


def test_a_list_says_who_belongs_by_rule_and_who_paused(run: Run, room: Newsroom) -> None:
    file = room.folder / "feeds.yaml"
    rule = "title: Alumni, members: {year: 1990},"
    file.write_text(file.read_text().replace("title: Alumni,", rule))
    until = date(2026, 2, 1)
    facts = {"year": "1990"}
    both = Subscriber(address="p@u.example", attributes=facts, paused_until=until)
    room.open().put_subscribers([both])

    lines = [json.loads(line) for line in run("--json", "subscribers", "list")[1].splitlines()]
    own = ("by_rule", "paused_until")
    assert {e["address"]: [e.get(k) for k in own] for e in lines} == {
        "p@u.example": [["alumni"], "2026-02-01"],
        "s@u.example": [None, None],
    }
    table = " ".join(run("subscribers", "list")[1].split())
    assert "alumni (by rule)" in table
    assert "paused until 2026-02-01" in table


def test_one_person_is_exported_and_erased(run: Run, room: Newsroom) -> None:
    room.open().put_subscribers([Subscriber(address="é@u.example", name="Zoë")])
    status, out, _ = run("subscribers", "export", "S@u.example")
    found = json.loads(out)

    assert status == 0
    assert found["subscriber"]["segments"] == ["staff"]
    assert found.keys() == {
        "address",
        "link",
        "suppressed",
        "sign_ups",
        "subscriber",
        "deliveries",
    }
    assert run("subscribers", "erase", "s@u.example")[0] == 1  # nobody says yes
    assert asked(run, "subscribers", "erase", "s@u.example", "--yes") == {
        "address": "s@u.example",
        "subscriber": True,
        "deliveries": 0,
        "sign_ups": 0,
    }
    assert (
        json.loads(run("subscribers", "export", "s@u.example")[1])["suppressed"]["reason"]
        == "erased"
    )
    assert "s@u.example" not in run("subscribers", "list")[1]
    status, _, err = run("subscribers", "export", "nobody@u.example")
    assert (status, "nobody@u.example" in err) == (2, True)
    assert run("subscribers", "erase", "nobody", "--yes")[0] == 2
    assert "is erased: no subscriber, 0 emails on record" in " ".join(
        run("subscribers", "erase", "x@u.example", "--yes")[1].split()
    )
