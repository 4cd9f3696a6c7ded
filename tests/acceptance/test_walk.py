"""The main job by the command line, on the example, as a user runs it."""

from __future__ import annotations

import email
import email.policy
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from digest.cli.main import main

ROOT = Path(__file__).parent.parent.parent
NOW = "2026-01-12T06:00:00+00:00"
ISSUE = "weekly-2026-01-12"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command; return its exit status, stdout and stderr."""

    def call(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([*arguments])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return call


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the example, pulled and drafted."""
    folder = tmp_path_factory.mktemp("northgate")
    shutil.copy(ROOT / "feeds.yaml", folder)
    shutil.copytree(ROOT / "examples", folder / "examples")
    for words in (
        ("pull",),
        ("subscribers", "import", str(ROOT / "examples/subscribers.csv")),
        ("draft", "weekly"),
    ):
        with pytest.raises(SystemExit) as ended:
            main(["--config", str(folder / "feeds.yaml"), "--now", NOW, "--quiet", *words])
        assert not ended.value.code
    return folder


def options(project: Path) -> list[str]:
    return ["--config", str(project / "feeds.yaml"), "--now", NOW]


def answer(run: Run, project: Path, *words: str) -> Any:  # noqa: ANN401
    status, out, err = run(*words, *options(project), "--json")
    assert status == 0, err
    return json.loads(out)


def lines(run: Run, project: Path, *words: str) -> list[dict[str, Any]]:
    status, out, err = run(*words, *options(project), "--json")
    assert status == 0, err
    return [json.loads(line) for line in out.splitlines()]


def test_a_second_pull_and_draft_change_nothing(run: Run, project: Path) -> None:
    pulled = answer(run, project, "pull", "--force")
    assert {s["new"] + s["updated"] for s in pulled["sources"]} == {0}
    assert pulled["articles"] == 59

    _, out, _ = run("draft", "weekly", *options(project))
    assert "Nothing changed" in out
    assert len(lines(run, project, "issues")) == 1


def test_every_segment_has_an_edition_worth_reading(run: Run, project: Path) -> None:
    issue = answer(run, project, "show", ISSUE)

    assert [e["segment"] for e in issue["editions"]] == [
        "decision-makers",
        "staff",
        "students",
        "alumni",
    ]
    for edition in issue["editions"]:
        assert 5 <= len(edition["articles"]) <= 10
        assert len(edition["articles"]) == len(set(edition["articles"]))
        assert len(edition["sections"]) >= 3
        assert 10_000 < edition["html_bytes"] < 102_400
        assert edition["subject"] != edition["preheader"]
    rules = {f["rule"] for e in issue["editions"] for f in e["findings"]}
    assert "stale-word" in rules
    assert issue["window"] == {"from": "2026-01-05T06:00:00Z", "to": "2026-01-12T06:00:00Z"}


def test_an_article_has_every_key_of_the_contract(run: Run, project: Path) -> None:
    found = lines(run, project, "articles")

    keys = (
        "id source guid url urls path title headline standfirst summary text html authors department "
        "image published date_source first_seen new_at updated tags tags_cut topics internal_tags "
        "quotes also_covered_by"
    ).split()
    assert all([*article] == keys for article in found)
    assert all(article["title"] for article in found)
    assert all(
        article["new_at"] is None
        for article in found
        if article["source"] == "archive" and not article["published"]
    )
    assert len(lines(run, project, "articles", "--source", "inbox")) == 3
    assert 0 < len(lines(run, project, "articles", "--tag", "strategy-*")) < 59
    assert len({article["id"] for article in found}) == 59


def test_planning_labels_are_in_no_byte_that_a_subscriber_gets(
    run: Run, project: Path, tmp_path: Path
) -> None:
    found = lines(run, project, "articles")
    labels = {label.lower() for article in found for label in article["internal_tags"]}
    assert len(labels) >= 5
    run("export", ISSUE, "--out", str(tmp_path / "out"), *options(project))
    copies = shutil.copytree(project, tmp_path / "sending")
    run("approve", ISSUE, "--by", "Ana", *options(copies))
    run("send", ISSUE, *options(copies))

    files = [f for f in (tmp_path / "out").rglob("*") if f.is_file() and f.name != "issue.json"]
    emails = [*(copies / "out" / "emails").glob("*.eml")]
    assert len(emails) == 22
    for file in (*files, *emails):
        data = _readable(file)
        for label in labels:
            assert label not in data, (file, label)
            assert label.replace("-", " ") not in data, (file, label)


def _readable(file: Path) -> str:
    """Return all that a file says, folded: its name, its bytes, and an email's decoded parts."""
    text = str(file.name) + file.read_bytes().decode("utf-8", "replace")
    if file.suffix == ".eml":
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        text += "".join(str(value) for value in message.values())
        for part in message.walk():
            if part.get_content_maintype() == "text":
                text += part.get_content()
    return text.lower()


def test_the_export_opens_without_a_network(run: Run, project: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    status, said, _ = run("export", ISSUE, "--out", str(out), *options(project))

    assert (status, "index.html" in said) == (0, True)
    for segment in ("decision-makers", "staff", "students", "alumni"):
        page = (out / segment / "index.html").read_text()
        assert "data:" not in page
        assert "cid:" not in page
        names = [p.name for p in (out / segment / "images").iterdir()]
        assert names
        assert all(f'src="images/{name}"' in page for name in names)
        message = email.message_from_bytes(
            (out / segment / "message.eml").read_bytes(), policy=email.policy.default
        )
        assert [p.get_content_type() for p in message.walk()][:3] == [
            "multipart/alternative",
            "text/plain",
            "multipart/related",
        ]
    locked = json.loads((out / "issue.json").read_text())
    assert locked["issue"]["id"] == ISSUE
    assert locked["inputs"]["articles"]


def test_a_draft_is_the_same_on_every_machine(run: Run, project: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    shutil.copy(ROOT / "feeds.yaml", fresh)
    shutil.copytree(ROOT / "examples", fresh / "examples")
    run("pull", *options(fresh))

    again = answer(run, fresh, "draft", "weekly")

    assert again["content_hash"] == answer(run, project, "show", ISSUE)["content_hash"]


def test_rebuild_gives_the_same_bytes(run: Run, project: Path) -> None:
    assert answer(run, project, "rebuild", ISSUE) == {"identical": True, "first_difference": None}


def test_why_answers_for_each_segment(run: Run, project: Path) -> None:
    issue = answer(run, project, "show", ISSUE)
    one = issue["editions"][1]["articles"][0]

    found = answer(run, project, "why", one)

    assert [d["segment"] for d in found] == ["decision-makers", "staff", "students", "alumni"]
    for d in found:
        assert d["included"] is any(
            one in e["articles"] for e in issue["editions"] if e["segment"] == d["segment"]
        )
        assert d["decided_by"]
        assert (d["rank"] is not None) is d["included"]


def test_a_broken_configuration_lists_every_mistake_and_does_nothing(
    run: Run, tmp_path: Path
) -> None:
    text = (ROOT / "feeds.yaml").read_text()
    for old, new in (
        ("timezone: Europe/London", "timezone: Europe/Nowhere"),
        ("max: 10", "maximum: 10"),
        ("[decision-makers, staff, students, alumni]", "[decision-maker, staff]"),
    ):
        text = text.replace(old, new)
    file = tmp_path / "feeds.yaml"
    file.write_text(text)

    status, out, err = run("pull", "--config", str(file))

    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 3
    assert all(
        line.startswith(f"{file}:") and line.split(":")[1].isdigit() for line in err.splitlines()
    )
    assert not (tmp_path / "digest.db").exists()


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("draft", "daily"), 2, "known: weekly"),
        (("show", "nothing"), 2, f"known: {ISSUE}"),
        (("pull", "nowhere"), 2, "known: news, research, archive, inbox"),
        (("send", ISSUE), 1, "is draft, so it cannot be sent"),
        (("approve",), 2, "Missing argument"),
        (("--now", "soon", "issues"), 2, "is no time"),
        (("why", "nobody"), 2, "there is no article 'nobody'"),
        (("subscribers", "unsubscribe", "nobody"), 2, "'nobody' is no email address"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    run: Run, project: Path, words: tuple[str, ...], status: int, said: str
) -> None:
    found, _, err = (
        run(*words, *options(project))
        if words[0] != "--now"
        else run(*options(project)[:2], *words)
    )

    assert found == status
    assert said in err
    assert "Traceback" not in err


def test_subscribers_come_from_a_csv_file(run: Run, project: Path, tmp_path: Path) -> None:
    found = lines(run, project, "subscribers", "list")
    assert len(found) == 24
    assert sum(s["status"] == "confirmed" for s in found) == 22
    file = tmp_path / "more.csv"
    file.write_text("address,segments\nnew@u.example,staff\nbad,staff\nother@u.example,nobody\n")
    copy = shutil.copytree(project, tmp_path / "copy")

    status, out, err = run("subscribers", "import", str(file), *options(copy), "--json")

    assert status == 1
    assert json.loads(out) == {
        "added": 1,
        "updated": 0,
        "rejected": [
            {"line": 3, "reason": "'bad' is no email address"},
            {
                "line": 4,
                "reason": "there is no segment 'nobody'; known: alumni, decision-makers, staff, students",
            },
        ],
    }
    assert f"{file}:3" in err


def test_a_new_project_works_at_once(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine"

    assert run("init", str(folder), "--templates")[0] == 0
    config = ["--config", str(folder / "feeds.yaml")]
    assert run("pull", *config)[0] == 0
    status, out, _ = run("draft", "weekly", *config, "--json")

    assert status == 0
    (edition,) = json.loads(out)["editions"]
    assert [section["title"] for section in edition["sections"]] == [
        "Top stories",
        "In the city",
        "Out and about",
    ]
    assert json.loads(run("check", *config, "--json")[1]) == {"problems": []}
    assert (folder / "templates/email/weekly/body.html").exists()
    status, _, err = run("init", str(folder))
    assert (status, "is there already" in err) == (2, True)


def test_the_schema_is_json(run: Run) -> None:
    status, out, _ = run("schema")

    assert status == 0
    assert json.loads(out)["title"] == "feeds.yaml"
