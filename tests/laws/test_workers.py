"""Workers that send an issue together: they are killed, stopped, cut off, migrated away, and lose nobody."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from digest import job_worker
from digest.errors import DigestError
from digest.model import Issue
from digest.publisher import Publisher, delivering
from digest.store import deliveries, jobs, shards
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom
from tests.helpers.postgresql import Server
from tests.helpers.processes import Command, start
from tests.helpers.sly_relay import SlyRelay

ISSUE = "weekly-2026-01-12"
SHARD = 20
LINES = 2  # of each shard
AT_ONCE = 2  # shards of a worker
SILENT = 2.0  # seconds


def small_and_quick() -> None:
    """Let a worker be as one of a big issue is, in less time."""
    delivering._WORTH = SHARD // LINES
    job_worker.HEARTBEAT, job_worker.STALLED, job_worker._POLL = 0.3, SILENT, 0.3  # type: ignore[attr-defined]
    job_worker._FIRST_REST = timedelta(seconds=0.3)
    deliveries._IDLE = 700


@pytest.fixture
def relay() -> Iterator[SlyRelay]:
    made = SlyRelay()
    made.pause = 0.015
    yield made
    made.close()


@pytest.fixture
def many(is_full: bool) -> int:  # noqa: FBT001 - a fixture's
    return 20_000 if is_full else 200


@pytest.fixture
def room(
    tmp_path: Path, postgresql: str, relay: SlyRelay, many: int, monkeypatch: pytest.MonkeyPatch
) -> Newsroom:
    monkeypatch.setattr(shards, "_SHARD", SHARD)
    monkeypatch.setattr(jobs, "STALLED", SILENT)
    made = Newsroom(tmp_path, NOW, delivery=f'smtp: "{relay.address}"', database=postgresql)
    made.note("anna")
    made.subscribe(*((f"r{n:05}@u.example", "staff") for n in range(many)))
    press = made.open()
    press.pull()
    press.approve(press.draft("weekly").issue.id, by="Ana")
    made.now += timedelta(hours=1, minutes=1)
    return made


@pytest.fixture
def press(room: Newsroom) -> Publisher:
    """Return a publisher whose scheduler has just shared the issue out."""
    made = room.open()
    assert [one.status for one in made.tick() if isinstance(one, Issue)] == ["sending"]
    return made


@dataclass(frozen=True, kw_only=True)
class Hall:
    """All that an issue goes out from, and to."""

    press: Publisher
    room: Newsroom
    relay: SlyRelay
    many: int
    url: str
    server: Server
    is_full: bool
    begun: list[Command] = field(default_factory=list)

    def begin(self) -> Command:
        """Start a worker."""
        stated = ["--config", str(self.room.folder / "feeds.yaml")]
        stated += ["--now", self.room.now.isoformat(), "worker", "--concurrency", str(AT_ONCE)]
        self.begun.append(start(stated, small_and_quick))
        return self.begun[-1]

    def tend(self, happens: Callable[[], object]) -> None:
        """Do what `digest run` and a supervisor do, more often, until something happens."""

        def tended() -> object:
            assert self.press.jobs is not None
            self.press.jobs.sweep()
            self.press.tick()
            for each in [e for e in self.begun if e.process.exitcode == 1]:
                # on a machine that has much to do, a worker may be silent for so long
                each.wait()
                assert "stood still for so long" in each.said
                self.begun.remove(each)
                self.begin()
            return happens()

        until(tended)


@pytest.fixture
def hall(request: pytest.FixtureRequest, press: Publisher, room: Newsroom) -> Iterator[Hall]:
    own = request.getfixturevalue
    made = Hall(
        press=press,
        room=room,
        relay=own("relay"),
        many=own("many"),
        url=own("postgresql"),
        server=own("postgresql_server"),
        is_full=own("is_full"),
    )
    yield made
    for each in made.begun:
        if each.process.is_alive():
            os.kill(each.pid, signal.SIGKILL)


def until(happens: Callable[[], object], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.02)


def is_out(press: Publisher) -> bool:
    return next(head for head in press.issues() if head.id == ISSUE).status == "sent"


def nobody_twice_or_lost(hall: Hall) -> Counter[str]:
    """Hold the record against what the relay took; return how hall.many are in each state."""
    kept = [*hall.press.deliveries(ISSUE)]
    assert len(kept) == hall.many
    assert max(hall.relay.got.values(), default=0) <= 1
    for each in kept:
        if each.state == "sent":
            assert hall.relay.got[each.address] == 1
    states: Counter[str] = Counter(each.state for each in kept)
    assert set(states) <= {"sent", "ambiguous"}
    assert sum(hall.relay.got.values()) <= hall.many
    return states


@pytest.mark.slow
def test_workers_that_are_killed_lose_nobody(hall: Hall) -> None:
    kills, working = (
        100 if hall.is_full else 3,
        [hall.begin() for _ in range(4 if hall.is_full else 2)],
    )
    for n in range(kills):
        mark = hall.many * (n + 1) // (kills + 2)
        hall.tend(lambda mark=mark: len(hall.relay.got) >= mark)  # type: ignore[misc]
        victim = working.pop(0)
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
        working.append(hall.begin())
    hall.tend(lambda: is_out(hall.press))

    assert nobody_twice_or_lost(hall)["ambiguous"] <= kills * AT_ONCE * LINES


@pytest.mark.slow
def test_a_worker_that_stood_still_sends_nothing_more(hall: Hall) -> None:
    first = hall.begin()
    until(lambda: len(hall.relay.got) > hall.many // 10)
    os.kill(first.pid, signal.SIGSTOP)
    second = hall.begin()
    hall.tend(lambda: is_out(hall.press))
    got = hall.relay.got.copy()
    os.kill(first.pid, signal.SIGCONT)

    assert first.wait() == 1
    assert "this worker stood still for so long that others have its work" in first.said
    assert nobody_twice_or_lost(hall)["ambiguous"] <= AT_ONCE * LINES
    assert sum((hall.relay.got - got).values()) <= AT_ONCE * LINES  # what was open as it stopped
    os.kill(second.pid, signal.SIGTERM)
    assert second.wait() == 0


@pytest.mark.slow
def test_a_server_that_cuts_its_connections_and_dies_loses_nobody(hall: Hall) -> None:
    both = [hall.begin(), hall.begin()]
    until(lambda: len(hall.relay.got) > hall.many // 8)
    assert hall.server.cut(hall.url)
    hall.tend(lambda: len(hall.relay.got) > hall.many // 3)
    hall.server.end(signal.SIGQUIT)
    time.sleep(0.3)
    hall.server.start()
    hall.tend(lambda: is_out(hall.press))

    assert nobody_twice_or_lost(hall)["ambiguous"] <= 2 * 2 * AT_ONCE * LINES
    for each in both:
        if each.process.is_alive():
            os.kill(each.pid, signal.SIGTERM)
            each.wait()
        assert "Traceback" not in each.said


def test_a_worker_of_another_version_is_refused_with_a_sentence(hall: Hall) -> None:
    old, name = hall.begin(), hall.server.name_of(hall.url)
    until(lambda: len(hall.relay.got) > hall.many // 8)
    (version,) = hall.server.tell("SELECT version_num FROM alembic_version", name)[0]
    hall.server.tell("UPDATE alembic_version SET version_num = '9999'", name)

    assert old.wait() == 1
    hall.begun.remove(old)
    assert "made by a newer version" in old.said
    hall.server.tell(f"UPDATE alembic_version SET version_num = '{version}'", name)  # noqa: S608 - ours
    hall.begin()
    hall.tend(lambda: is_out(hall.press))
    assert nobody_twice_or_lost(hall)["ambiguous"] <= AT_ONCE * LINES


def test_two_schedulers_whose_clocks_differ_make_one_issue_of_a_slot(hall: Hall) -> None:
    first = hall.begin()
    until(lambda: is_out(hall.press))
    os.kill(first.pid, signal.SIGTERM)
    hall.relay.got.clear()
    hall.room.configure("approval: automatic", f'smtp: "{hall.relay.address}"')
    hall.room.now += timedelta(days=7)
    hall.room.note("berta", age=timedelta(hours=2))
    both = []
    for moved in (timedelta(minutes=-1), timedelta(hours=1)):
        stated = ["--config", str(hall.room.folder / "feeds.yaml")]
        stated += ["--now", (hall.room.now + moved).isoformat()]
        both.append(start([*stated, "run", "--port", "0"]))
    both += [hall.begin(), hall.begin()]
    until(lambda: hall.press.issues()[-1].id != ISSUE and hall.press.issues()[-1].status == "sent")
    for each in both:
        os.kill(each.pid, signal.SIGTERM)
        each.wait()
        assert "Traceback" not in each.said

    assert [i.id for i in hall.press.issues()] == [ISSUE, "weekly-2026-01-19"]
    assert set(hall.relay.got.values()) == {1}


def test_a_refusal_of_the_sender_ends_the_issue_for_all_workers_until_it_is_sent_on(
    hall: Hall,
) -> None:
    hall.relay.says["MAIL"] = "530 5.7.0 authentication required"
    hall.begin()
    until(lambda: hall.press.issue(ISSUE).stopped)
    hall.relay.says.clear()
    hall.tend(lambda: hall.room.open().jobs.workers() == 1)  # type: ignore[union-attr]

    assert not hall.relay.got
    assert "authentication required" in (hall.press.issue(ISSUE).reason or "")
    until(lambda: _sent_on(hall.room))
    assert nobody_twice_or_lost(hall) == {"sent": hall.many}


def _sent_on(room: Newsroom) -> bool:
    """Tell whether a person could send the issue; a worker's last shard may still be open."""
    try:
        return room.open().send(ISSUE).sent > 0
    except DigestError:  # another process is sending already
        return False


def test_who_is_put_off_is_tried_again_by_a_worker(hall: Hall) -> None:
    hall.relay.judge = lambda step, to: (
        "451 4.2.2 full" if (step, to) == ("RCPT", "r00007@u.example") else None
    )
    first = hall.begin()
    until(lambda: hall.press.counts(ISSUE).get("sent") == hall.many - 1)
    assert hall.press.counts(ISSUE)["deferred"] == 1
    os.kill(first.pid, signal.SIGTERM)
    assert first.wait() == 0
    hall.relay.judge = lambda _step, _to: None
    hall.room.now += timedelta(minutes=20)
    # five minutes are over also for Procrastinate, whose clock is the server's
    name = hall.server.name_of(hall.url)
    assert hall.server.tell("SELECT scheduled_at > now() FROM procrastinate_jobs", name) == [
        (True,)
    ]
    hall.server.tell("UPDATE procrastinate_jobs SET scheduled_at = now()", name)
    hall.begin()
    until(lambda: is_out(hall.press))
    assert set(hall.relay.got.values()) == {1}


def test_what_became_of_a_job_is_not_lost_where_it_cannot_be_written_down(hall: Hall) -> None:
    tell = partial(hall.server.tell, name=hall.server.name_of(hall.url))
    tell(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$"
    )
    tell(
        "CREATE TRIGGER full_disk BEFORE DELETE ON procrastinate_jobs EXECUTE FUNCTION full_disk()"
    )
    first = hall.begin()
    until(lambda: is_out(hall.press))
    tell("DROP TRIGGER full_disk ON procrastinate_jobs")
    hall.tend(lambda: not tell("SELECT id FROM procrastinate_jobs"))

    assert nobody_twice_or_lost(hall) == {"sent": hall.many}
    os.kill(first.pid, signal.SIGTERM)
    assert first.wait() == 0
    assert "Traceback" not in first.said
