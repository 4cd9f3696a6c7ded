"""Who leads is explained, and that nobody may is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom


@pytest.mark.parametrize(
    ("rule", "found"),
    [("{picture: required}", {"lead-missing"}), ("{picture: preferred}", set[str]())],
)
def test_an_edition_without_a_story_that_may_lead_says_so(
    tmp_path: Path, rule: str, found: set[str]
) -> None:
    room = Newsroom(tmp_path, NOW, f"lead: {rule}")
    room.note("anna")
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    assert {f.rule for f in issue.findings["staff"]} & {"lead-missing"} == found


def test_why_says_that_a_story_leads_by_the_rule_or_by_an_editor(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW, "lead: {match: {any: [Ocean]}}")
    room.note("anna", "Ocean")
    room.note("bert", "EU")
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    anna, bert = "https://u.example/anna", "https://u.example/bert"
    assert press.why(anna, issue.id, "staff")[0].decided_by == ("segments.staff.match", "lead")
    press.edit(issue.id, [{"lead": bert}], by="Ben")
    assert press.why(bert, issue.id, "staff")[0].decided_by[-1] == "edit.lead"
    assert "lead" not in press.why(anna, issue.id, "staff")[0].decided_by
