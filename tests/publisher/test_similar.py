from __future__ import annotations

from pathlib import Path

import pytest

from digest.cli.main import main
from digest.web.app import create_app
from tests.helpers.make import NOW, WEEK
from tests.helpers.newsroom import Newsroom

MORE = {
    "bus": "A night bus",
    "law": "A new statute",
    "hall": "The hall reopens",
    "sea": "A sea wall",
}


def test_what_an_issue_told_before_stands_beside_the_story_that_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    room = Newsroom(tmp_path, NOW)
    room.subscribe(("a@u.example", "staff"))
    room.note("fair", title="Maker fair opens on the quay", summary="Robots and kites.")
    for name, title in MORE.items():
        room.note(name, title=title, summary=f"It is about {name}.")
    press = room.open()
    press.pull()
    first = press.draft("weekly").issue
    press.approve(first.id, by="Ana")
    press.send(first.id)
    room.now += WEEK
    room.note("after", title="Maker fair on the quay: robots win", summary="A kite, too.")
    press = room.open()
    press.pull(force=True)
    issue = press.draft("weekly").issue
    ((article, (told,)),) = press.similar(issue.id).items()
    assert press.similar(issue.id, article) == {article: (told,)}
    assert press.similar(issue.id, "another") == {}
    web = create_app(press, None).test_client()

    assert (told.kind, told.issue, told.title) == (
        "follows",
        first.id,
        "Maker fair opens on the quay",
    )
    page = web.get(f"/issues/{issue.id}/staff?at=a-{article}").text
    assert "Reported on 12 January as" in page
    assert "“Maker fair opens on the quay”" in page
    assert press.similar(first.id) == {}
    with pytest.raises(SystemExit) as ended:
        main(["--config", str(tmp_path / "feeds.yaml"), "similar", issue.id])
    assert ended.value.code == 0
    assert "Maker fair opens on the quay" in capsys.readouterr().out
