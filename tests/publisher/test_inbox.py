"""The whole inbox: the cap on emails a week is kept by sending, and what it holds back is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from digest.cli.main import main
from digest.errors import ConfigError
from digest.model import Subscriber
from digest.publisher import Publisher
from digest.web.app import create_app
from tests.helpers.newsroom import Newsroom, publisher_here

MONDAY = datetime(2026, 1, 12, 7, tzinfo=UTC)
TWO = """\
  daily:
    title: Every day
    sender: "News <news@u.example>"
    segments: [staff]
    schedule: {cron: "0 7 * * *"}
    sections: [{title: News, rest: true}]
    articles: {max: 1}
"""


class House(Newsroom):
    """A newsroom with a weekly on Monday, which has precedence, and a daily."""

    def house(self, more: str = "audience: {most_per_week: 2}", weekly: str = "mon") -> Publisher:
        file = self.folder / "feeds.yaml"
        self.configure(f'schedule: {{cron: "0 7 * * {weekly}"}}')
        text = file.read_text()
        file.write_text(text.replace("delivery:", f"{TWO}{more}\ndelivery:"))
        self.open()  # the database
        return publisher_here(file, self.now)

    def send(self, press: Publisher, name: str) -> tuple[int, int]:
        """Send an issue now; return how many got it, and from how many it was held back."""
        issue = press.draft(name).issue
        press.approve(issue.id, by="Ana")
        done = press.send(issue.id)
        return done.sent, done.held_back


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path, MONDAY)
    for day in range(10):
        house.note(f"n{day}", age=timedelta(hours=day + 1))
    house.subscribe(
        ("both@u.example", "staff"), ("also@u.example", "staff"), ("none@u.example", "")
    )
    return house


def sent_by_day(house: House, days: int, **more: str) -> list[tuple[int, int]]:
    found = []
    for _ in range(days):
        house.note(f"of-{house.now:%d}", age=timedelta(minutes=5))
        press = house.house(**more)
        press.pull(force=True)
        found.append(house.send(press, "daily"))
        house.now += timedelta(days=1)
    return found


def test_no_reader_gets_more_a_week_and_the_next_week_is_new(house: House) -> None:
    # Monday's weekly has its place, whether it is made or not
    assert sent_by_day(house, 8) == [(2, 0), (2, 0), *[(0, 2)] * 5, (2, 0)]


def test_what_stands_first_has_its_place_and_what_gives_way_is_told(house: House) -> None:
    days = sent_by_day(house, 3, weekly="thu")
    press = house.house(weekly="thu")
    press.pull()
    held = [d for i in press.issues() for d in press.deliveries(i.id) if d.state == "failed"]

    assert days == [(2, 0), (0, 2), (0, 2)]
    assert house.send(press, "weekly") == (2, 0)
    assert {d.detail for d in held} == {
        "held back: no more than 2 emails in the week of 2026-01-12"
    }
    assert press.again(held[0].issue).failed == 0


def test_a_day_that_editors_skip_holds_nothing_back(house: House) -> None:
    press = house.house("audience: {most_per_week: 1}", weekly="thu")
    press.pull()
    press.skip_day("weekly", date(2026, 1, 15), by="Ana")
    (week,) = next(g for g in press.inbox(1).groups if g.segments == ("staff",)).weeks
    assert [each.newsletter for each in week.emails] == ["daily"]
    assert house.send(press, "daily") == (2, 0)


def test_what_was_discarded_and_drafted_anew_has_its_place(house: House) -> None:
    press = house.house("audience: {most_per_week: 1}", weekly="thu")
    press.pull()
    press.discard(press.draft("weekly").issue.id, by="Ana")
    press.draft("weekly")
    assert house.send(press, "daily") == (0, 2)


def test_a_forecast_says_that_the_cap_is_not_in_it(
    house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(house.folder)
    for more, says in (("audience: {most_per_week: 2}", True), ("", False)):
        web = create_app(house.house(more), None).test_client()
        assert ("at most 2 a week" in web.get("/laboratory/weekly").text) is says
        with pytest.raises(SystemExit):
            main(["--now", house.now.isoformat(), "forecast", "weekly"])
        assert ("at most 2 a week" in " ".join(capsys.readouterr().out.split())) is says


def test_without_a_cap_everybody_gets_everything(house: House) -> None:
    assert sent_by_day(house, 4, more="") == [(2, 0)] * 4


def test_an_issue_that_was_approved_late_counts_in_the_week_in_which_it_went_out(
    house: House,
) -> None:
    press = house.house(weekly="sun")
    press.pull()
    late = press.draft("weekly").issue
    house.now += timedelta(days=7)  # its Sunday is over
    house.note("fresh", age=timedelta(minutes=5))
    press = house.house(weekly="sun")
    press.pull(force=True)
    press.approve(late.id, by="Ana")
    assert press.send(late.id).sent == 2

    # it and the next Sunday's are the week's two
    assert house.send(press, "daily") == (0, 2)


def test_a_special_issue_goes_to_everybody(house: House) -> None:
    sent_by_day(house, 3, weekly="thu")
    press = house.house(weekly="thu")
    issue = press.special("daily", [{"write": "The bridge is closed"}], by="Ana")
    press.approve(issue.id, by="Ana", overrides=_passed(issue.findings))

    assert press.send(issue.id).sent == 2


def _passed(findings: Mapping[str, object]) -> list[dict[str, str]]:
    rules = {f.rule for each in findings.values() for f in each if f.severity == "error"}  # type: ignore[attr-defined]
    return [{"rule": rule, "reason": "a test"} for rule in sorted(rules)]


def test_each_combination_of_segments_is_counted(house: House) -> None:
    people = [Subscriber(address="x@u.example", segments=("alumni", "staff"))]
    house.open()._services.audience.put(people, house.now)
    sent_by_day(house, 1, weekly="thu")
    more = 'audience: {most_per_week: 3, quiet: "06:30-07:30", holidays: [2026-01-14]}'
    press = house.house(more, weekly="thu")
    press.pull()
    house.send(press, "weekly")
    found = press.inbox(2)
    groups = {g.segments: g for g in found.groups}

    assert {k: g.readers for k, g in groups.items()} == {
        ("staff",): 2,
        ("staff", "alumni"): 1,
        (): 1,
    }
    assert groups["staff",].editions == {"weekly": "staff", "daily": "staff"}
    assert [len(w.emails) for w in groups["staff",].weeks] == [3, 3]
    # this week has a weekly more, which was sent early
    assert [len(w.held_back) for w in groups["staff",].weeks] == [6, 5]
    assert [len(w.emails) for w in groups[()].weeks] == [0, 0]
    assert [t.newsletters for t in groups["staff",].twice] == [("weekly", "daily")]
    assert {r.why for r in found.remarks} == {"quiet", "holiday"}


def test_the_inbox_is_a_command_and_a_part_of_the_audiences_page(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    press = house.house()
    where = ["--config", str(house.folder / "feeds.yaml"), "--now", house.now.isoformat()]
    for words in ([], ["--json"]):
        with pytest.raises(SystemExit) as ended:
            main([*where, "inbox", "--weeks", "3", *words])
        assert ended.value.code == 0
    out = capsys.readouterr().out
    page = create_app(press, None).test_client().get("/audience").text

    assert "at most 2 a week" in out
    assert "2 (+6)" in out
    said = json.loads(out.splitlines()[-1])
    assert (said["most_per_week"], len(said["starts"])) == (2, 3)
    assert "The whole inbox" in page
    assert "2 (+6)" in page


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("{most_per_week: 0}", "most_per_week"),
        ('{quiet: "late"}', 'are no hours; write them as "20:00-07:00"'),
        ('{quiet: "20:00-27:00"}', "is no time of day"),
        ("{holidays: [2026-13]}", "is no day, month or range"),
    ],
)
def test_rules_that_cannot_be_kept_are_told(house: House, rules: str, said: str) -> None:
    with pytest.raises(ConfigError, match="audience") as error:
        house.house(f"audience: {rules}")
    assert said in str(error.value)
