"""An issue that workers share: what is ambiguous is settled by who has it, and nobody is left behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from digest.model import Issue
from digest.ports import Shard
from digest.publisher import Publisher, sending, sharing
from digest.store import shards
from digest.store.database import connect, writer
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

ISSUE = "weekly-2026-01-12"


@pytest.fixture
def room(tmp_path: Path, postgresql: str, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    """Return a newsroom whose issue is shared out in two shards of two readers."""
    monkeypatch.setattr(shards, "_SHARD", 2)
    made = Newsroom(tmp_path, NOW, delivery="folder: sent, ambiguous: resend", database=postgresql)
    made.note("anna")
    made.subscribe(*((f"r{n}@u.example", "staff") for n in range(4)))
    press = made.open()
    press.pull()
    press.approve(press.draft("weekly").issue.id, by="Ana")
    made.now += timedelta(hours=1, minutes=1)
    assert [one.status for one in made.open().tick() if isinstance(one, Issue)] == ["sending"]
    return made


def taken(url: str) -> Shard | None:
    """Take a job as a worker would."""
    engine = connect(url)
    fetch = text("SELECT id, args, attempts FROM procrastinate_fetch_job_v2(ARRAY['send'], NULL)")
    with writer(engine).begin() as connection:
        row = connection.execute(fetch).one()
    engine.dispose()
    return None if row.id is None else Shard(**row.args, job=row.id, attempt=row.attempts)


def test_ambiguous_emails_are_made_pending_by_who_has_their_shard_alone(
    room: Newsroom, postgresql: str
) -> None:
    press = room.open()
    lost = [each for each in press.deliveries(ISSUE) if each.address[1] in "02"]
    press._services.deliveries.mark(
        [replace(each, state="ambiguous", attempts=1, detail="no answer") for each in lost]
    )
    first = taken(postgresql)
    assert first is not None

    assert isinstance(press.send_shard(first), timedelta)
    states = {each.address[:2]: each.state for each in press.deliveries(ISSUE)}
    assert states == {"r0": "pending", "r1": "sent", "r2": "ambiguous", "r3": "pending"}
    assert press.send_shard(first) is None
    states = {each.address[:2]: each.state for each in press.deliveries(ISSUE)}
    assert states == {"r0": "sent", "r1": "sent", "r2": "ambiguous", "r3": "pending"}


def test_who_is_settled_as_an_issue_ends_is_not_left_behind(
    room: Newsroom, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    press: Publisher = room.open()
    last = next(each for each in press.deliveries(ISSUE) if each.address[1] == "3")
    press._services.deliveries.mark([last.after("failed", "550 no")])
    for shard in (taken(postgresql), taken(postgresql)):
        assert shard is not None
        done = press.send_shard

        def settled_meanwhile(*arguments: object, end: object = sending.finish) -> object:
            with pytest.raises(Exception, match="sending already"):
                room.open().settle(ISSUE, "pending", [])
            return end(*arguments)  # type: ignore[operator]

        with monkeypatch.context() as patch:
            patch.setattr(sharing, "finish", settled_meanwhile)
            done(shard)

    assert press.issue(ISSUE).status == "sent"
    assert press.settle(ISSUE, "pending", []) == 1
    assert press.issue(ISSUE).status == "sending"


def test_an_issue_that_is_stopped_meanwhile_is_not_shared_out_again(
    room: Newsroom, postgresql: str
) -> None:
    press = room.open()
    services = press._services
    assert services.shards is not None
    services.shards.withdraw(ISSUE)
    was = press.issue(ISSUE)
    services.issues.save(
        replace(was, stopped=True, reason="530 no"), services.issues.lock(ISSUE), was=was
    )

    assert sharing.share_out(services, services.shards, ISSUE).stopped
    assert taken(postgresql) is None
