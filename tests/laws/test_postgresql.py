"""An issue that goes out over PostgreSQL: connections are cut, the server dies, another takes over."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from digest.publisher import delivering
from digest.store.tables import HEAD
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom
from tests.helpers.postgresql import Server
from tests.helpers.processes import Command, start
from tests.helpers.sly_relay import SlyRelay

ISSUE = "weekly-2026-01-12"
MANY = 240


@pytest.fixture
def relay() -> Iterator[SlyRelay]:
    made = SlyRelay()
    made.pause = 0.01
    yield made
    made.close()


@pytest.fixture
def room(tmp_path: Path, postgresql: str) -> Newsroom:
    made = Newsroom(tmp_path, NOW, database=postgresql)
    made.note("anna")
    made.subscribe(*((f"r{n:04}@u.example", "staff") for n in range(MANY)))
    press = made.open()
    press.pull()
    press.approve(press.draft("weekly").issue.id, by="Ana")
    return made


def ten_connections() -> None:
    delivering._WORTH = MANY // 12


def send(room: Newsroom, relay: SlyRelay) -> Command:
    stated = ["--config", str(room.folder / "feeds.yaml"), "--now", room.now.isoformat()]
    return start([*stated, "send", ISSUE, "--to", relay.address], ten_connections)


def until(happens: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.005)


def nobody_twice_or_lost(room: Newsroom, relay: SlyRelay) -> Counter[str]:
    """Hold the record against what the relay took; return how many are in each state."""
    deliveries = [*room.open().deliveries(ISSUE)]
    assert len(deliveries) == MANY
    assert max(relay.got.values(), default=0) <= 1
    for each in deliveries:
        if each.state == "sent":
            assert relay.got[each.address] == 1
        elif each.state not in {"ambiguous", "intent"}:
            assert relay.got[each.address] == 0, each
    return Counter(each.state for each in deliveries)


def test_connections_that_are_cut_in_mid_issue_lose_nobody(
    room: Newsroom, relay: SlyRelay, postgresql: str, postgresql_server: Server
) -> None:
    sender, cut = send(room, relay), 0
    for part in (6, 4, 3, 2):
        until(lambda part=part: len(relay.got) > MANY // part)  # type: ignore[misc]
        cut += postgresql_server.cut(postgresql)
    assert cut

    if sender.wait():  # it ends where it was just claiming, and says so
        assert "cannot be reached" in sender.said
        assert "Traceback" not in sender.said
        send(room, relay).wait()
    states = nobody_twice_or_lost(room, relay)
    assert set(states) <= {"sent", "ambiguous"}
    assert states["ambiguous"] <= 10


def test_a_server_that_dies_and_is_started_again_loses_nobody(
    room: Newsroom, relay: SlyRelay, postgresql_server: Server
) -> None:
    sender = send(room, relay)
    until(lambda: len(relay.got) > MANY // 4)
    postgresql_server.end(signal.SIGQUIT)
    time.sleep(0.3)
    postgresql_server.start()

    if sender.wait():
        assert "cannot be reached" in sender.said
        assert "Traceback" not in sender.said
        send(room, relay).wait()
    states = nobody_twice_or_lost(room, relay)
    assert set(states) <= {"sent", "ambiguous"}
    assert states["ambiguous"] <= 10


def test_one_process_sends_and_one_that_lost_its_lock_sends_nothing_more(
    room: Newsroom, relay: SlyRelay, postgresql: str, postgresql_server: Server
) -> None:
    first = send(room, relay)
    until(lambda: len(relay.got) > MANY // 6)
    os.kill(first.pid, signal.SIGSTOP)
    try:
        second = send(room, relay)
        assert second.wait() == 1
        assert "another process is sending already; nothing was done" in second.said
        postgresql_server.cut(
            postgresql
        )  # the lock is gone, and the one that stands still does not know
        assert send(room, relay).wait() in {0, 1}  # 1 where an email was on its way
    finally:
        os.kill(first.pid, signal.SIGCONT)

    assert first.wait() == 1
    assert "another process has taken over the sending; this one sends nothing more" in first.said
    assert nobody_twice_or_lost(room, relay)["ambiguous"] <= 10


def test_a_sender_of_an_older_version_ends_where_the_database_is_migrated(
    room: Newsroom, relay: SlyRelay, postgresql: str, postgresql_server: Server
) -> None:
    sender = send(room, relay)
    until(lambda: len(relay.got) > MANY // 6)
    name = postgresql_server.name_of(postgresql)
    postgresql_server.tell("UPDATE alembic_version SET version_num = '9999'", name)

    assert sender.wait() == 1
    assert "made by a newer version" in sender.said
    assert len(relay.got) < MANY
    postgresql_server.tell(f"UPDATE alembic_version SET version_num = '{HEAD}'", name)  # noqa: S608
    send(room, relay).wait()
    assert nobody_twice_or_lost(room, relay)["ambiguous"] <= 10


def test_a_sender_that_is_killed_loses_nobody(room: Newsroom, relay: SlyRelay) -> None:
    for part in (6, 3):
        sender = send(room, relay)
        until(lambda part=part: len(relay.got) > MANY // part)  # type: ignore[misc]
        os.kill(sender.pid, signal.SIGKILL)
        sender.wait()
    until(lambda: send(room, relay).wait() in {0, 1})

    states = nobody_twice_or_lost(room, relay)
    assert set(states) <= {"sent", "ambiguous"}
    assert states["ambiguous"] <= 20
