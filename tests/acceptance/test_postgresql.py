"""The main job on PostgreSQL, by the command line and at the desk."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from digest.cli.main import main
from digest.config import read_config
from digest.web.app import create_app
from digest.wiring import publisher

ROOT = Path(__file__).parent.parent.parent
NOW = "2026-01-12T06:00:00+00:00"
ISSUE = "weekly-2026-01-12"


def test_an_issue_is_made_read_and_sent(
    tmp_path: Path, postgresql: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(ROOT / "feeds.yaml", tmp_path)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    file = tmp_path / "feeds.yaml"

    def run(*words: str) -> tuple[int, Any]:
        with pytest.raises(SystemExit) as ended:
            main([*words, "--config", str(file), "--now", NOW, "--db", postgresql, "--json"])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.err or [*map(json.loads, said.out.splitlines())]

    pulled = run("pull")[1][0]
    assert pulled["articles"] == 59
    run("subscribers", "import", str(ROOT / "examples/subscribers.csv"))
    assert run("draft", "weekly")[0] == 0
    assert run("pull", "--force")[0] == 0
    assert run("approve", ISSUE, "--by", "Ana")[0] == 0
    sent = run("send", ISSUE)[1][0]
    assert sent["sent"] > 0
    assert len([*(tmp_path / "out" / "emails").rglob("*.eml")]) == sent["sent"]
    assert run("send", ISSUE)[1][0]["sent"] == 0
    assert run("rebuild", ISSUE)[0] == 0
    status, why = run("backup", str(tmp_path / "copy.db"))
    assert status == 1
    assert "pg_dump" in why
    status, why = run("restore", str(tmp_path / "copy.db"))
    assert status == 1
    assert "pg_restore" in why
    checked = {
        c["check"]: c["state"] for c in run("doctor")[1][0]["checks"] if c["check"] == "database"
    }
    assert checked == {"database": "ok"}

    press = publisher(read_config(file, {}), postgresql, datetime.fromisoformat(NOW))
    desk = create_app(press, None).test_client()
    for page in (
        "/",
        f"/issues/{ISSUE}",
        "/sources",
        "/audience",
        "/?words=research",
        "/readyz",
    ):
        assert desk.get(page, follow_redirects=True).status_code == 200, page
