"""Workers that send an issue together: they are killed, stopped, cut off, migrated away, and lose nobody."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from digest import worker
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
SILENT = 1.2  # seconds


def small_and_quick() -> None:
    """Let a worker be as one of a big issue is, in less time."""
    delivering._WORTH = SHARD // LINES
    worker.HEARTBEAT, worker.STALLED, worker._POLL = 0.3, SILENT, 0.3  # type: ignore[attr-defined]
    worker._FIRST_REST = timedelta(seconds=0.3)
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


@pytest.fixture
def workers(room: Newsroom) -> Iterator[Callable[[], Command]]:
    begun: list[Command] = []

    def begin() -> Command:
        stated = ["--config", str(room.folder / "feeds.yaml"), "--now", room.now.isoformat()]
        begun.append(start([*stated, "worker", "--concurrency", str(AT_ONCE)], small_and_quick))
        return begun[-1]

    yield begin
    for each in begun:
        if each.process.is_alive():
            os.kill(each.pid, signal.SIGKILL)


def until(happens: Callable[[], object], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.02)


def tend(press: Publisher, happens: Callable[[], object], seconds: float = 40) -> None:
    """Do what `digest run` does, more often, until something happens."""

    def tended() -> object:
        assert press.jobs is not None
        press.jobs.sweep()
        press.tick()
        return happens()

    until(tended, seconds)


def is_out(press: Publisher) -> bool:
    return next(head for head in press.issues() if head.id == ISSUE).status == "sent"


def nobody_twice_or_lost(press: Publisher, relay: SlyRelay, many: int) -> Counter[str]:
    """Hold the record against what the relay took; return how many are in each state."""
    kept = [*press.deliveries(ISSUE)]
    assert len(kept) == many
    assert max(relay.got.values(), default=0) <= 1
    for each in kept:
        if each.state == "sent":
            assert relay.got[each.address] == 1
    states = Counter(each.state for each in kept)
    assert set(states) <= {"sent", "ambiguous"}
    assert sum(relay.got.values()) <= many
    return states


@pytest.mark.slow
def test_workers_that_are_killed_lose_nobody(
    press: Publisher,
    relay: SlyRelay,
    workers: Callable[[], Command],
    many: int,
    is_full: bool,  # noqa: FBT001 - a fixture
) -> None:
    kills, working = 100 if is_full else 3, [workers() for _ in range(4 if is_full else 2)]
    for n in range(kills):
        mark = many * (n + 1) // (kills + 2)
        tend(press, lambda mark=mark: len(relay.got) >= mark)  # type: ignore[misc]
        victim = working.pop(0)
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
        working.append(workers())
    tend(press, lambda: is_out(press))

    assert nobody_twice_or_lost(press, relay, many)["ambiguous"] <= kills * AT_ONCE * LINES


@pytest.mark.slow
def test_a_worker_that_stood_still_sends_nothing_more(
    press: Publisher, relay: SlyRelay, workers: Callable[[], Command], many: int
) -> None:
    first = workers()
    until(lambda: len(relay.got) > many // 10)
    os.kill(first.pid, signal.SIGSTOP)
    second = workers()
    tend(press, lambda: is_out(press))
    got = relay.got.copy()
    os.kill(first.pid, signal.SIGCONT)

    assert first.wait() == 1
    assert "this worker stood still for so long that others have its work" in first.said
    assert nobody_twice_or_lost(press, relay, many)["ambiguous"] <= AT_ONCE * LINES
    assert sum((relay.got - got).values()) <= AT_ONCE * LINES  # what was open as it stopped
    os.kill(second.pid, signal.SIGTERM)
    assert second.wait() == 0


@pytest.mark.slow
def test_a_server_that_cuts_its_connections_and_dies_loses_nobody(
    press: Publisher,
    relay: SlyRelay,
    workers: Callable[[], Command],
    many: int,
    postgresql: str,
    postgresql_server: Server,
) -> None:
    both = [workers(), workers()]
    until(lambda: len(relay.got) > many // 8)
    assert postgresql_server.cut(postgresql)
    tend(press, lambda: len(relay.got) > many // 3)
    postgresql_server.end(signal.SIGQUIT)
    time.sleep(0.3)
    postgresql_server.start()
    tend(press, lambda: is_out(press))

    assert nobody_twice_or_lost(press, relay, many)["ambiguous"] <= 2 * 2 * AT_ONCE * LINES
    for each in both:
        os.kill(each.pid, signal.SIGTERM)
        assert each.wait() == 0
        assert "Traceback" not in each.said


def test_a_worker_of_another_version_is_refused_with_a_sentence(
    press: Publisher,
    relay: SlyRelay,
    workers: Callable[[], Command],
    many: int,
    postgresql: str,
    postgresql_server: Server,
) -> None:
    old, name = workers(), postgresql_server.name_of(postgresql)
    until(lambda: len(relay.got) > many // 8)
    (version,) = postgresql_server.tell("SELECT version_num FROM alembic_version", name)[0]
    postgresql_server.tell("UPDATE alembic_version SET version_num = '9999'", name)

    assert old.wait() == 1
    assert "made by a newer version" in old.said
    postgresql_server.tell(f"UPDATE alembic_version SET version_num = '{version}'", name)
    workers()
    tend(press, lambda: is_out(press))
    assert nobody_twice_or_lost(press, relay, many)["ambiguous"] <= AT_ONCE * LINES


def test_two_schedulers_whose_clocks_differ_make_one_issue_of_a_slot(
    press: Publisher, relay: SlyRelay, workers: Callable[[], Command], room: Newsroom
) -> None:
    first = workers()
    until(lambda: is_out(press))
    os.kill(first.pid, signal.SIGTERM)
    relay.got.clear()
    room.configure("approval: automatic", f'smtp: "{relay.address}"')
    room.now += timedelta(days=7)
    room.note("berta", age=timedelta(hours=2))
    both = []
    for moved in (timedelta(minutes=-1), timedelta(hours=1)):
        stated = ["--config", str(room.folder / "feeds.yaml")]
        stated += ["--now", (room.now + moved).isoformat()]
        both.append(start([*stated, "run", "--port", "0"]))
    both += [workers(), workers()]
    until(lambda: press.issues()[-1].id != ISSUE and press.issues()[-1].status == "sent")
    for each in both:
        os.kill(each.pid, signal.SIGTERM)
        each.wait()
        assert "Traceback" not in each.said

    assert [i.id for i in press.issues()] == [ISSUE, "weekly-2026-01-19"]
    assert set(relay.got.values()) == {1}


def test_a_refusal_of_the_sender_ends_the_issue_for_all_workers_until_it_is_sent_on(
    press: Publisher, relay: SlyRelay, workers: Callable[[], Command], many: int, room: Newsroom
) -> None:
    relay.says["MAIL"] = "530 5.7.0 authentication required"
    workers()
    until(lambda: press.issue(ISSUE).stopped)
    relay.says.clear()
    tend(press, lambda: room.open().jobs.workers() == 1)  # type: ignore[union-attr]

    assert not relay.got
    assert "authentication required" in (press.issue(ISSUE).reason or "")
    until(lambda: _sent_on(room))
    assert nobody_twice_or_lost(press, relay, many) == {"sent": many}


def _sent_on(room: Newsroom) -> bool:
    """Tell whether a person could send the issue; a worker's last shard may still be open."""
    try:
        return room.open().send(ISSUE).sent > 0
    except DigestError as error:
        assert "another process is sending already" in str(error)
        return False


def test_who_is_put_off_is_tried_again_by_a_worker(
    press: Publisher,
    relay: SlyRelay,
    workers: Callable[[], Command],
    many: int,
    room: Newsroom,
    postgresql: str,
    postgresql_server: Server,
) -> None:
    relay.judge = lambda step, to: (
        "451 4.2.2 full" if (step, to) == ("RCPT", "r00007@u.example") else None
    )
    first = workers()
    until(lambda: press.counts(ISSUE).get("sent") == many - 1)
    assert press.counts(ISSUE)["deferred"] == 1
    os.kill(first.pid, signal.SIGTERM)
    assert first.wait() == 0
    relay.judge = lambda _step, _to: None
    room.now += timedelta(minutes=20)
    # five minutes are over also for Procrastinate, whose clock is the server's
    name = postgresql_server.name_of(postgresql)
    assert postgresql_server.tell("SELECT scheduled_at > now() FROM procrastinate_jobs", name) == [
        (True,)
    ]
    postgresql_server.tell("UPDATE procrastinate_jobs SET scheduled_at = now()", name)
    workers()
    until(lambda: is_out(press))
    assert set(relay.got.values()) == {1}
