"""The laboratory's commands, as people and scripts call them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from digest.cli.main import main
from tests.helpers.make import NOW, WEEK
from tests.helpers.newsroom import Newsroom
from tests.publisher.test_backtesting import weeks

PLAN = 'articles: {min: 1, max: 3}\ncoverage: {"Strategy-people": 50, "European-Union": 25}'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    room = Newsroom(folder, NOW, PLAN)
    weeks(room, 3)
    room.note("next", "EU")
    room.open().pull()
    text = (folder / "feeds.yaml").read_text()
    (folder / "other.yaml").write_text(text.replace("max: 3", "max: 2"))
    return folder


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["--now", (NOW + 3 * WEEK).isoformat(), *words])
    return int(str(ended.value.code))


@pytest.fixture(autouse=True)
def _here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


def test_backtest_answers_a_row_for_each_set_of_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("backtest", "weekly", "--weeks", "3", "--config", "other.yaml", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert [row["rules"] for row in said["rows"]] == ["sent", "present", "other"]
    assert said["config"] == "other.yaml"
    sent, present, other = said["rows"]
    assert {key: sent[key] for key in sent if key not in {"rules", "made", "sections"}} == {
        key: present[key] for key in present if key not in {"rules", "made", "sections"}
    }
    assert other["mean_articles"] == 2
    assert [row["repeats"] for row in said["rows"]] == [0, 0, 0]
    assert len(other["nobody"]) == other["reach_nobody"] > 0
    assert other["made"][0]["editions"][0]["articles"]
    assert said["differences"][0]["lost"][0].keys() == {"article", "title", "segments"}


def test_a_config_before_the_command_is_the_present_one(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    present, other = str(folder / "feeds.yaml"), str(folder / "other.yaml")
    for words in (
        ("--config", present, "backtest", "weekly"),
        ("backtest", "weekly", "--config", present),
    ):
        assert run(*words, "--weeks", "4", "--json") == 0
        assert json.loads(capsys.readouterr().out)["config"] is None
    assert run("--config", present, "backtest", "weekly", "--config", other, "--json") == 0
    assert json.loads(capsys.readouterr().out)["config"] == other


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("backtest", "weekly", "--weeks", "4", "--config", "other.yaml"),
            "articles that reach nobody",
        ),
        (("forecast", "weekly"), "goes out"),
        (("coverage", "weekly", "--by", "segment"), "staff"),
    ],
)
def test_a_person_is_shown_a_table(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert run(*words) == 0
    assert said in capsys.readouterr().out


def test_forecast_and_coverage_answer_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("forecast", "weekly", "--issues", "2", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert [issue["collisions"] for issue in said["issues"]] == [[], []]
    assert said["waiting"][0]["fates"][0]["outcome"] == "in"
    assert run("coverage", "weekly", "--issues", "2", "--by", "internal", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert len(said["issues"]) == 2
    assert said["themes"][0].keys() >= {"theme", "articles", "at_least", "share", "planned", "owed"}
    assert {each["theme"] for each in said["themes"] if each["planned"]} == {
        "Strategy-people",
        "European-Union",
    }


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("backtest", "weekly", "--weeks", "0"), "--weeks is 0"),
        (("backtest", "daily"), "daily"),
        (("backtest", "weekly", "--config", "none.yaml"), "none.yaml: there is no such file"),
        (("forecast", "weekly", "--issues", "-3"), "--issues is -3"),
        (("coverage", "weekly", "--by", "colour"), "colour"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert run(*words) == 2
    assert said in capsys.readouterr().err
