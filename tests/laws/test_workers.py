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
from digest.model import Issue
from digest.publisher import Publisher, delivering
from digest.store import jobs, shards
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom
from tests.helpers.postgresql import Server
from tests.helpers.processes import Command, start
from tests.helpers.sly_relay import SlyRelay

ISSUE = "weekly-2026-01-12"
SHARD = 20
LINES = 2  # of each shard
AT_ONCE = 2  # shards of a worker
SILENT = 1.5  # seconds


def small_and_quick() -> None:
    """Let a worker be as one of a big issue is, in less time."""
    delivering._WORTH = SHARD // LINES
    worker.HEARTBEAT, worker.STALLED, worker._POLL = 0.3, SILENT, 0.3  # type: ignore[attr-defined]
    worker._FIRST_REST = timedelta(seconds=0.3)


@pytest.fixture
def relay() -> Iterator[SlyRelay]:
    made = SlyRelay()
    made.pause = 0.02
    yield made
    made.close()


@pytest.fixture
def many(is_full: bool) -> int:  # noqa: FBT001 - a fixture's
    return 20_000 if is_full else 400


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


def until(happens: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.02)


def tend(press: Publisher, happens: Callable[[], object], seconds: float = 60) -> None:
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
    deliveries = [*press.deliveries(ISSUE)]
    assert len(deliveries) == many
    assert max(relay.got.values(), default=0) <= 1
    for each in deliveries:
        if each.state == "sent":
            assert relay.got[each.address] == 1
    states = Counter(each.state for each in deliveries)
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
        tend(press, lambda mark=mark: len(relay.got) >= mark, 600)  # type: ignore[misc]
        victim = working.pop(0)
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
        working.append(workers())
    tend(press, lambda: is_out(press), 600)

    assert nobody_twice_or_lost(press, relay, many)["ambiguous"] <= kills * AT_ONCE * LINES


@pytest.mark.slow
def test_a_worker_that_stood_still_sends_nothing_more(
    press: Publisher, relay: SlyRelay, workers: Callable[[], Command], many: int
) -> None:
    first = workers()
    until(lambda: len(relay.got) > many // 10)
    os.kill(first.pid, signal.SIGSTOP)
    second = workers()
    tend(press, lambda: is_out(press), 600)
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
    tend(press, lambda: len(relay.got) > many // 3, 600)
    postgresql_server.end(signal.SIGQUIT)
    time.sleep(0.3)
    postgresql_server.start()
    tend(press, lambda: is_out(press), 600)

    assert nobody_twice_or_lost(press, relay, many)["ambiguous"] <= 2 * 2 * AT_ONCE * LINES
    for each in both:
        os.kill(each.pid, signal.SIGTERM)
        assert each.wait() == 0
        assert "Traceback" not in each.said
