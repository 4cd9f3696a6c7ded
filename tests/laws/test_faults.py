"""Whatever happens while an issue goes out: nobody is lost, nobody is mailed twice, and it is said."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from digest.deliver import smtp
from digest.model import Delivery
from digest.ports import Addressee
from digest.publisher import Publisher, delivering
from digest.publisher.claims import Claims
from digest.publisher.ledger import Ledger
from digest.store import database, deliveries, sqlite
from digest.store.deliveries import StoredDeliveries
from digest.store.issues import StoredIssues
from digest.store.journal import StoredJournal
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom
from tests.helpers.processes import Command, start
from tests.helpers.sly_relay import SlyRelay

ISSUE = "weekly-2026-01-12"
FEW, MANY = 4, 1200 if os.environ.get("DIGEST_FULL") else 240  # one connection; ten


@pytest.fixture
def relay() -> Iterator[SlyRelay]:
    relay = SlyRelay()
    yield relay
    relay.close()


@dataclass
class Folders:
    """Newsrooms with an approved issue, each a copy of one."""

    kept: Path

    def room(self, folder: Path, readers: int = MANY) -> Newsroom:
        kept = self.kept / str(readers)
        if not kept.exists():
            kept.mkdir()
            room = Newsroom(kept, NOW)
            room.note("anna")
            room.subscribe(*((f"r{n:04}@u.example", "staff") for n in range(readers)))
            press = room.open()
            press.pull()
            press.approve(press.draft("weekly").issue.id, by="Ana")
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        return Newsroom(folder, NOW)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    return Folders(tmp_path_factory.mktemp("kept"))


def ten_connections() -> None:
    delivering._WORTH = MANY // 12


def send(room: Newsroom, relay: SlyRelay, *before: Callable[[], object]) -> Command:
    return start([*at(room), "send", ISSUE, "--to", relay.address], ten_connections, *before)


def at(room: Newsroom) -> list[str]:
    return ["--config", str(room.folder / "feeds.yaml"), "--now", room.now.isoformat()]


def found(room: Newsroom) -> Counter[str]:
    return Counter(d.state for d in room.open().deliveries(ISSUE))


def until(happens: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.005)


def nobody_twice_or_lost(room: Newsroom, relay: SlyRelay, readers: int = MANY) -> Counter[str]:
    """Hold the record against what the relay took; return how many are in each state."""
    states = found(room)
    assert states.total() == readers
    assert max(relay.got.values(), default=0) <= 1
    assert not relay.strays
    for each in room.open().deliveries(ISSUE):
        if each.state == "sent":
            assert relay.got[each.address] == 1
        elif each.state not in {"ambiguous", "intent"}:
            assert relay.got[each.address] == 0, each
    return states


# --- killed at a named step


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_in_expansion() -> None:
    expand = StoredDeliveries.expand

    def half(self: StoredDeliveries, issue: str, wanted: Iterable[Addressee]) -> None:
        def some() -> Iterator[Addressee]:
            for n, each in enumerate(wanted):
                if n == MANY // 2:
                    die()
                yield each

        expand(self, issue, some())

    StoredDeliveries.expand = half  # type: ignore[method-assign]


def _die_before_the_ledger_of_articles() -> None:
    StoredIssues.enter = die  # type: ignore[method-assign, assignment]


def _die_between_claim_and_journal() -> None:
    StoredJournal.note = die  # type: ignore[method-assign, assignment]


def _die_between_claim_and_first_email() -> None:
    Claims._taken = die  # type: ignore[method-assign, assignment]


def _die_after_the_reply_before_its_mark() -> None:
    note, left = Ledger.note, MANY // 8

    def dies(self: Ledger, delivery: Delivery) -> None:
        nonlocal left
        left -= delivery.state == "sent"
        if not left:
            die()
        note(self, delivery)

    Ledger.note = dies  # type: ignore[method-assign]


def _die_while_marks_are_written() -> None:
    mark, left = StoredDeliveries.mark, 5

    def dies(self: StoredDeliveries, marked: list[Delivery]) -> None:
        nonlocal left
        left -= 1
        if not left:
            with self._marker.begin() as connection:
                connection.exec_driver_sql("UPDATE deliveries SET state = 'sent'")
                die()
        mark(self, marked)

    StoredDeliveries.mark = dies  # type: ignore[method-assign, assignment]


INSIDE = (
    _die_in_expansion,
    _die_before_the_ledger_of_articles,
    _die_between_claim_and_journal,
    _die_between_claim_and_first_email,
    _die_after_the_reply_before_its_mark,
    _die_while_marks_are_written,
)
OUTSIDE = ("banner", "MAIL", "RCPT", "DATA", "text", "dot")


def kill_at(step: str | None, count: int, relay: SlyRelay, victim: list[int]) -> None:
    """Let a relay kill whoever it talks to, the so many-th time that it comes to a step, or to any."""

    def meet(now: str) -> None:
        nonlocal count
        count -= step in {now, None}
        if count <= 0 and victim:
            os.kill(victim.pop(), signal.SIGKILL)

    relay.meet = meet


@pytest.mark.slow
def test_killed_at_any_step_nobody_is_mailed_twice_or_lost(
    tmp_path: Path,
    folders: Folders,
    relay: SlyRelay,
    is_full: bool,  # noqa: FBT001 - a fixture
) -> None:
    chance = random.Random(5)  # noqa: S311 - the same moments every time
    kills = 0
    for n in range(20 if is_full else 1):
        room = folders.room(tmp_path / str(n))
        relay.got.clear()
        relay.pipelines = not n % 2
        relay.pause = 0.005  # or the others are done before one has begun
        for dies in INSIDE:
            assert send(room, relay, dies).wait() == -signal.SIGKILL, dies
            kills += 1
        for step in OUTSIDE:
            victim: list[int] = []
            often = 2 if step == "banner" else chance.randint(MANY // 60, MANY // 24)
            kill_at(step, often, relay, victim)
            command = send(room, relay)
            victim.append(command.pid)
            assert command.wait() == -signal.SIGKILL, step
            kills += 1
        relay.meet, relay.pause = lambda _step: None, 0
        assert send(room, relay).wait() == 1  # at once, and some are ambiguous

        states = nobody_twice_or_lost(room, relay)
        assert set(states) == {"sent", "ambiguous"}
        assert states["ambiguous"] <= 10 * (len(INSIDE) + len(OUTSIDE))  # one a connection
        assert room.open().issue(ISSUE).status == "sent"
    assert kills


@pytest.mark.slow
def test_killed_at_any_moment_nobody_is_mailed_twice_or_lost(
    tmp_path: Path,
    folders: Folders,
    relay: SlyRelay,
    is_full: bool,  # noqa: FBT001 - a fixture
) -> None:
    chance = random.Random(3)  # noqa: S311 - the same moments every time
    kills = 0
    for n in range(50 if is_full else 1):
        room = folders.room(tmp_path / str(n))
        relay.got.clear()
        relay.pipelines = not n % 2
        before = kills
        for _ in range(4):
            victim: list[int] = []
            kill_at(None, chance.randint(1, 5 * MANY // 2), relay, victim)
            command = send(room, relay)
            victim.append(command.pid)
            kills += command.wait() == -signal.SIGKILL
        relay.meet = lambda _step: None
        send(room, relay).wait()

        states = nobody_twice_or_lost(room, relay)
        assert set(states) <= {"sent", "ambiguous"}
        assert states["ambiguous"] <= 10 * (kills - before)  # one a connection
    assert kills


# --- stopped, interrupted, two of them


def test_a_sender_that_stands_still_keeps_others_away_and_goes_on(
    tmp_path: Path, folders: Folders, relay: SlyRelay
) -> None:
    room = folders.room(tmp_path)
    relay.pause = 0.01
    first = send(room, relay)
    until(lambda: len(relay.got) > MANY // 6)
    os.kill(first.pid, signal.SIGSTOP)
    # by whatever way the second one comes to the database
    other = tmp_path / "other"
    other.mkdir()
    (other / "digest.db").symlink_to(tmp_path / "digest.db")
    for words in ([], ["--db", f"sqlite:///{other / 'digest.db'}"]):
        second = start([*at(room), *words, "send", ISSUE, "--to", relay.address])
        assert second.wait() == 1
        assert "another process is sending already; nothing was done" in second.said
    os.kill(first.pid, signal.SIGCONT)

    assert first.wait() == 0
    assert nobody_twice_or_lost(room, relay) == {"sent": MANY}


def _stand_still_in_a_transaction() -> None:
    left = 20

    @contextmanager
    def stands(connection: sqlite3.Connection) -> Iterator[None]:
        nonlocal left
        with sqlite.transaction(connection):
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGSTOP)
            yield

    deliveries.transaction = stands  # type: ignore[attr-defined]


def test_a_sender_that_stands_still_in_the_midst_of_writing_keeps_no_reader_waiting(
    tmp_path: Path, folders: Folders, relay: SlyRelay
) -> None:
    room = folders.room(tmp_path)
    first = send(room, relay, _stand_still_in_a_transaction)
    until(lambda: Path(f"/proc/{first.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T")
    try:
        for words, said in (
            (["send", ISSUE, "--to", relay.address], "another process is sending already"),
            (["deliveries", ISSUE], "r0000@u.example"),
        ):
            second = start([*at(room), *words])
            second.wait(25)  # a writer would be waited for longer
            assert said in second.said
    finally:
        os.kill(first.pid, signal.SIGCONT)

    assert first.wait() == 0
    assert nobody_twice_or_lost(room, relay) == {"sent": MANY}


def test_a_sender_that_comes_back_when_its_claims_are_anothers_sends_none_of_them(
    tmp_path: Path, folders: Folders, relay: SlyRelay
) -> None:
    room = folders.room(tmp_path)
    relay.pause = 0.01
    first = send(room, relay)
    until(lambda: len(relay.got) > MANY // 6)
    os.kill(first.pid, signal.SIGSTOP)
    (tmp_path / "digest.db.sending").unlink()  # the lock is gone, and nobody could tell
    relay.pause = 0
    assert send(room, relay).wait() in {0, 1}  # 1 where an email was on its way
    os.kill(first.pid, signal.SIGCONT)

    assert first.wait() == 1
    assert "another process has taken over the sending; this one sends nothing more" in first.said
    assert "Traceback" not in first.said
    assert nobody_twice_or_lost(room, relay)["ambiguous"] <= 10


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_sender_finishes_what_is_open(
    tmp_path: Path, folders: Folders, relay: SlyRelay, sign: int
) -> None:
    room = folders.room(tmp_path)
    relay.pause = 0.05
    command = send(room, relay)
    until(lambda: len(relay.got) > 50)
    began = time.monotonic()
    os.kill(command.pid, sign)

    assert command.wait() == 130
    assert time.monotonic() - began < 5
    states = nobody_twice_or_lost(room, relay)
    assert set(states) == {"sent", "pending"}
    relay.pause = 0
    assert send(room, relay).wait() == 0
    assert nobody_twice_or_lost(room, relay) == {"sent": MANY}


def _short_grace() -> None:
    delivering._GRACE = 0.5


def test_an_interrupted_sender_does_not_wait_long_for_a_relay_that_is_silent(
    tmp_path: Path, folders: Folders, relay: SlyRelay
) -> None:
    room = folders.room(tmp_path)
    relay.judge = lambda step, _: "hang" if step == "dot" and len(relay.got) >= MANY // 6 else None
    command = send(room, relay, _short_grace)
    until(lambda: len(relay.got) >= MANY // 6)
    time.sleep(0.2)
    for _ in range(2):  # somebody who is in a hurry lets nobody else send meanwhile
        os.kill(command.pid, signal.SIGINT)
        time.sleep(0.05)

    assert command.wait(10) == 130
    relay.judge = lambda *_: None
    assert send(room, relay).wait() == 1
    states = nobody_twice_or_lost(room, relay)
    assert set(states) == {"sent", "ambiguous"}
    assert states["ambiguous"] <= 10


def test_a_scheduler_that_is_ended_in_the_midst_of_an_issue_goes_on_when_it_is_started_again(
    tmp_path: Path, folders: Folders, relay: SlyRelay
) -> None:
    room = folders.room(tmp_path)
    room.configure(delivery=f'smtp: "{relay.address}"')
    room.now = NOW + timedelta(hours=1, minutes=5)
    relay.pause = 0.05
    for is_first in (True, False):
        command = start([*at(room), "run", "--port", "0"], ten_connections)
        if is_first:
            until(lambda: len(relay.got) > 50)
        else:
            relay.pause = 0
            until(lambda: len(relay.got) == MANY)
            until(lambda: found(room) == {"sent": MANY})
        began = time.monotonic()
        os.kill(command.pid, signal.SIGTERM)
        command.wait()
        assert time.monotonic() - began < 5
        assert set(nobody_twice_or_lost(room, relay)) <= {"sent", "pending"}
    assert room.open().issue(ISSUE).status == "sent"


# --- the disk, and the database


@pytest.mark.parametrize("size", [0, 300_000])
def test_a_disk_that_takes_no_more_ends_a_run_with_a_sentence(
    tmp_path: Path, folders: Folders, relay: SlyRelay, size: int
) -> None:
    room = folders.room(tmp_path)
    relay.pause = 0.01
    command = send(room, relay)
    until(lambda: len(relay.got) > 50)
    resource.prlimit(command.pid, resource.RLIMIT_FSIZE, (size, size))

    assert command.wait(10) == 1
    assert "what was written stands" in command.said or "no email went out" in command.said
    assert "Traceback" not in command.said
    relay.pause = 0
    send(room, relay).wait()
    states = nobody_twice_or_lost(room, relay)
    assert set(states) <= {"sent", "ambiguous"}
    assert states["ambiguous"] <= 10


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("DIGEST_FULL"), reason="needs a mount of its own")
def test_a_full_file_system_ends_a_run_with_a_sentence(
    tmp_path: Path, folders: Folders, relay: SlyRelay
) -> None:
    room = folders.room(tmp_path)
    shell = (
        'mount -t tmpfs -o size=16m none "$0" && cp "$1"* "$0" && '
        '(head -c 16m /dev/zero > "$0/rest"; truncate -s -40k "$0/rest"; shift; "$@"; '
        'echo "exit $?"; rm "$0/rest"; "$@"; echo "exit $?"; rm "$OUT"/digest.db*; cp "$0"/digest.db* "$OUT")'
    )
    (small := tmp_path / "small").mkdir()
    command = [sys.executable, "-m", "digest", *at(room), "--db", f"sqlite:///{small}/digest.db"]
    command += ["send", ISSUE, "--to", relay.address]
    within = ["unshare", "-rm", "sh", "-c", shell, str(small), str(tmp_path / "digest.db")]
    done = subprocess.run(  # noqa: S603 - our own program
        [*within, *command],
        env={**os.environ, "OUT": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    if "exit" not in done.stdout:
        pytest.skip(done.stderr)
    assert "exit 1" in done.stdout
    assert "what was written stands" in done.stderr or "no email went out" in done.stderr
    states = nobody_twice_or_lost(room, relay)
    assert set(states) <= {"sent", "ambiguous"}


def _impatient() -> None:
    sqlite.BUSY = 0.05  # type: ignore[assignment]


@pytest.mark.parametrize(("before", "seconds"), [(int, 0.5), (_impatient, 0.3), (_impatient, 1.5)])
def test_a_database_that_another_writes_to_is_waited_for_and_then_told(
    tmp_path: Path, folders: Folders, relay: SlyRelay, before: Callable[[], object], seconds: float
) -> None:
    room = folders.room(tmp_path)
    relay.pause = 0.01
    command = send(room, relay, before)
    until(lambda: len(relay.got) > 50)
    with closing(sqlite3.connect(tmp_path / "digest.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        other.execute("ROLLBACK")

    status = command.wait()
    if status:
        assert "the database is busy; try again in a moment" in command.said
        send(room, relay).wait()
    states = nobody_twice_or_lost(room, relay)
    assert set(states) <= {"sent", "ambiguous"}
    assert states["ambiguous"] <= 10


# --- a relay with faults


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "_REST", 0.01)
    monkeypatch.setattr(delivering, "_WORTH", MANY // 12)


WAITS = "4 pending, sending"  # and the relay's words on the issue
HELD = "4 pending, held"
PUT_OFF = "1 deferred, 3 pending, sending"
ALL_PUT_OFF = "4 deferred, sending"
TRIED = "4 deferred with a try, sending"
FAILED = "4 failed with a try, sent"
DOUBT = "2 ambiguous with a try, 2 pending, held"
TABLE = [
    *(("banner", said, WAITS) for said in ("421 no", "450 no", "drop", "hang")),
    *(("banner", said, HELD) for said in ("554 not you", "flood")),  # a line that has no end
    *(("EHLO", said, WAITS) for said in ("421 no", "450 no", "454 no", "drop", "hang")),
    *(("EHLO", said, HELD) for said in ("550 not you", "flood")),
    *(("AUTH", said, WAITS) for said in ("421 no", "450 no", "454 4.7.0 later", "drop", "hang")),
    ("AUTH", "535 5.7.8 wrong", HELD),
    *(
        (step, said, PUT_OFF)
        for step in ("MAIL", "DATA")
        for said in ("421 no", "450 no", "451 no", "452 no", "454 no", "drop", "hang", "flood")
    ),
    ("MAIL", "550 not from you", HELD),
    ("DATA", "554 no", HELD),
    *(("RCPT", said, PUT_OFF) for said in ("421 no", "454 no", "451 4.3.0 no", "452 4.5.3 no")),
    *(("RCPT", said, PUT_OFF) for said in ("drop", "hang", "flood")),
    *(("RCPT", said, ALL_PUT_OFF) for said in ("450 no", "451 4.7.1 no", "452 no")),
    ("RCPT", "452 4.2.2 full", TRIED),
    ("RCPT", "550 5.1.1 nobody", FAILED),
    *(("RCPT", said, HELD) for said in ("554 no", "550 5.7.1 no", "550 5.4.5 daily limit")),
    *(("dot", said, PUT_OFF) for said in ("421 no", "454 no", "452 4.3.1 no")),
    *(("dot", said, ALL_PUT_OFF) for said in ("450 no", "451 no", "452 no")),
    *(("dot", said, HELD) for said in ("554 no", "550 5.7.1 no", "552 5.3.4 too big")),
    ("dot", "552 5.2.3 too big for it", FAILED),
    *(("dot", said, DOUBT) for said in ("drop", "hang", "flood", "what?", "354 go on")),
]


@contextmanager
def impatient(monkeypatch: pytest.MonkeyPatch, *, sure: bool) -> Iterator[None]:
    """Wait a moment only for a relay that will not answer; any other is waited for, busy as we are."""
    with monkeypatch.context() as patch:
        for name in ("_CONNECT", "_REPLY", "_FINAL") if sure else ():
            patch.setattr(smtp, name, 0.4)
        yield


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("pipelines", [True, False])
@pytest.mark.parametrize(("step", "answer", "expected"), TABLE)
def test_the_record_says_what_a_relay_that_answers_so_makes_of_it(  # noqa: PLR0917 - a table
    tmp_path: Path,
    folders: Folders,
    relay: SlyRelay,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    answer: str,
    expected: str,
    *,
    pipelines: bool,
    is_full: bool,
) -> None:
    if not is_full and pipelines == bool(len(f"{step}{answer}") % 2):
        pytest.skip("in the full run")
    room = folders.room(tmp_path, FEW)
    relay.pipelines, relay.says = pipelines, {step: answer}
    to = relay.address.replace("//", "//me:secret@") if step == "AUTH" else relay.address

    with impatient(monkeypatch, sure=answer in {"hang", "flood"}):
        done = room.open().send(ISSUE, to)

    record = [*room.open().deliveries(ISSUE)]
    issue = room.open().issue(ISSUE)
    said = ", ".join(
        f"{count} {state}{' with a try' if tries else ''}"
        for (state, tries), count in sorted(Counter((d.state, d.attempts) for d in record).items())
    )
    assert f"{said}, {issue.shown_status}" == expected
    # why it is not out is told at once, by the command and on the issue
    waits = issue.shown_status != "sent"
    assert bool(done.error) == bool(issue.reason) == (waits and expected != TRIED)
    if answer[:1] in "45" and done.error:
        assert answer in done.error
    assert not relay.got or expected == DOUBT
    assert not relay.strays

    relay.says, room.now = {}, NOW + timedelta(hours=2)
    room.open().send(ISSUE, to)
    settled = Counter(d.state for d in room.open().deliveries(ISSUE))
    gave_up = {
        state: n
        for state, n in Counter(d.state for d in record).items()
        if n and state in ("failed", "ambiguous")
    }
    assert settled == Counter(sent=FEW - sum(gave_up.values())) + Counter(gave_up)
    assert max(relay.got.values(), default=1) == 1
    assert room.open().issue(ISSUE).shown_status == "sent"


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("pipelines", [True, False])
def test_an_email_broken_off_in_its_midst_waits_unless_its_end_was_on_its_way(
    tmp_path: Path, folders: Folders, relay: SlyRelay, *, pipelines: bool
) -> None:
    room = folders.room(tmp_path, FEW)
    relay.pipelines, relay.says = pipelines, {"text": "drop"}
    room.open().send(ISSUE, relay.address)
    states = Counter(d.state for d in room.open().deliveries(ISSUE))
    # whether the end had its intent in time, the disk decides
    assert states["ambiguous"] <= 2
    assert set(states) <= {"ambiguous", "deferred", "pending"}

    relay.says, room.now = {}, NOW + timedelta(hours=2)
    room.open().send(ISSUE, relay.address)
    after = Counter(d.state for d in room.open().deliveries(ISSUE))
    assert (
        after == Counter(sent=FEW - states["ambiguous"], ambiguous=states["ambiguous"]) + Counter()
    )
    assert max(relay.got.values()) == 1


@pytest.mark.usefixtures("soon")
def test_a_relay_that_is_dead_is_told_and_a_wrong_password_is_said_once(
    tmp_path: Path, folders: Folders, relay: SlyRelay
) -> None:
    room = folders.room(tmp_path)
    relay.says = {"AUTH": "535 5.7.8 wrong password"}
    done = room.open().send(ISSUE, relay.address.replace("//", "//me:secret@"))
    assert done.error is not None
    assert "535 5.7.8 wrong password" in done.error
    assert relay.dialled == 1  # and not by ten connections

    relay.close()
    command = send(room, relay)
    assert command.wait() == 1
    assert "takes no email" in command.said
    assert f"{MANY} pending" in command.said.replace(",", "")
    assert "takes no email" in (room.open().issue(ISSUE).reason or "")


@pytest.mark.usefixtures("soon")
def test_a_relay_that_takes_half_of_the_connections_gets_them_all(
    tmp_path: Path, folders: Folders, relay: SlyRelay
) -> None:
    room, relay.most, relay.pause = folders.room(tmp_path), 5, 0.002

    done = room.open().send(ISSUE, relay.address)

    assert (done.sent, done.error) == (MANY, None)
    assert 6 <= relay.dialled <= 11  # a busy machine needs a second round
    assert nobody_twice_or_lost(room, relay) == {"sent": MANY}


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("pipelines", [True, False])
def test_a_mix_of_faults_loses_nobody(
    tmp_path: Path, folders: Folders, relay: SlyRelay, *, pipelines: bool
) -> None:
    chance = random.Random(7)  # noqa: S311 - the same faults every time
    room = folders.room(tmp_path)
    relay.pipelines, relay.closes_after = pipelines, 40
    faults = [("MAIL", "421 4.7.0 slow down"), ("RCPT", "450 4.2.1 busy"), ("RCPT", "drop")]
    faults += [("RCPT", "451 4.7.1 grey"), ("DATA", "452 4.3.1 full"), ("dot", "drop")]
    faults += [("dot", "451 what"), ("RCPT", "454 4.7.0 later"), ("RCPT", "550 5.1.1 nobody")]

    met = Counter[str]()

    def judge(step: str, _to: str) -> str | None:
        now, said = chance.choice(faults)
        if step != now or chance.random() > 0.1:
            return None
        met[said] += 1
        return said

    relay.judge = judge
    for _ in range(40):
        done = room.open().send(ISSUE, relay.address)
        if not done.error and not done.deferred:
            break
        room.now += timedelta(minutes=30)
    states = nobody_twice_or_lost(room, relay)

    assert len(met) > 3
    assert set(states) <= {"sent", "failed", "ambiguous"}
    assert states["failed"] <= met["550 5.1.1 nobody"]
    assert states["ambiguous"] <= met["drop"]
    assert room.open().issue(ISSUE).status == "sent"


@pytest.mark.usefixtures("soon")
def test_a_refusal_of_one_whose_relay_then_hangs_up_is_heard(
    tmp_path: Path, folders: Folders, relay: SlyRelay
) -> None:
    room = folders.room(tmp_path, FEW)

    def judge(step: str, to: str) -> str | None:
        if to.startswith("r0001"):
            return {"RCPT": "550 5.1.1 nobody", "DATA": "drop"}.get(step)
        return None

    relay.judge = judge
    done = room.open().send(ISSUE, relay.address)

    assert (done.sent, done.failed, done.error) == (3, 1, None)


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(
    ("step", "answer", "said"),
    [
        ("MAIL", "421 4.7.0 enough for today", {"sent": 4}),  # another connection takes the rest
        ("MAIL", "drop", {"sent": 4}),
        ("MAIL", "451 4.3.0 later", {"sent": 3, "deferred": 1}),
        ("MAIL", "550 5.7.1 not from you", {"sent": 1, "pending": 3}),
        ("RCPT", "550 5.1.1 nobody", {"sent": 3, "failed": 1}),
        ("RCPT", "drop", {"sent": 4}),
        ("DATA", "drop", {"sent": 4}),
        ("DATA", "452 4.3.1 full", {"sent": 3, "deferred": 1}),
        ("dot", "552 5.2.3 too big for it", {"sent": 3, "failed": 1}),
        ("dot", "550 5.7.1 a day's worth", {"sent": 1, "pending": 3}),
        ("dot", "drop", {"sent": 3, "ambiguous": 1}),
    ],
)
def test_what_is_asked_for_behind_an_email_is_refused_as_if_it_were_asked_for_after_it(  # noqa: PLR0917 - a table
    tmp_path: Path,
    folders: Folders,
    relay: SlyRelay,
    step: str,
    answer: str,
    said: dict[str, int],
) -> None:
    room, met = folders.room(tmp_path, FEW), Counter[str]()

    def judge(now: str, _to: str) -> str | None:
        met[now] += 1
        return answer if now == step and met[now] == 2 else None

    relay.judge = judge
    room.open().send(ISSUE, relay.address)
    assert nobody_twice_or_lost(room, relay, FEW) == said

    room.now += timedelta(hours=2)
    room.open().send(ISSUE, relay.address)
    settled = Counter(said) & Counter(failed=1, ambiguous=1)
    assert nobody_twice_or_lost(room, relay, FEW) == settled + Counter(sent=FEW - settled.total())


# --- time, another boot, a backup


@pytest.mark.usefixtures("soon")
def test_who_is_always_put_off_for_the_relays_sake_has_failed_after_five_days(
    tmp_path: Path, folders: Folders, relay: SlyRelay
) -> None:
    room = folders.room(tmp_path, FEW)
    busy = "451 4.3.0 the system is busy"
    relay.judge = lambda step, to: busy if step == "RCPT" and to.startswith("r0001") else None
    tries = 0
    while room.now - NOW < timedelta(days=6):
        room.open().send(ISSUE, relay.address)
        tries += 1
        (each,) = [d for d in room.open().deliveries(ISSUE) if d.address.startswith("r0001")]
        if each.state == "failed":
            break
        assert (each.state, each.attempts, each.put_off_since) == ("deferred", 0, NOW)
        assert each.next_at is not None
        assert timedelta(seconds=50) < each.next_at - room.now < timedelta(minutes=70)
        # the first hour is seen in full, the days that follow by their hours
        wait = each.next_at - room.now
        room.now += wait if tries < 10 else max(wait, timedelta(hours=8))

    assert each.state == "failed"
    assert room.now - NOW >= timedelta(days=5)
    assert each.detail is not None
    assert each.detail.startswith("put off since 2026-01-12")
    assert each.detail.endswith(busy)
    issue = room.open().issue(ISSUE)
    assert issue.status == "sent"

    relay.judge = lambda *_: None
    assert room.open().again(ISSUE).failed == 1
    assert room.open().send(ISSUE, relay.address).sent == 1
    assert {d.put_off_since for d in room.open().deliveries(ISSUE)} == {None}


def booted(room: Newsroom, boot: str) -> Publisher:
    press = room.open()._services
    engine = database.open_database(f"sqlite:///{room.folder / 'digest.db'}")
    return Publisher(replace(press, deliveries=StoredDeliveries(engine, boot)))


def test_what_a_machine_had_claimed_that_was_started_again_is_ambiguous(
    tmp_path: Path, folders: Folders, relay: SlyRelay
) -> None:
    room = folders.room(tmp_path)
    victim: list[int] = []
    kill_at("dot", MANY // 6, relay, victim)
    command = send(room, relay)
    victim.append(command.pid)
    command.wait()
    relay.meet = lambda _step: None
    before = found(room)
    assert before["claimed"]

    booted(room, "another").send(ISSUE, relay.address)

    states = nobody_twice_or_lost(room, relay)
    assert states["ambiguous"] == before["claimed"] + before["intent"]
    assert states["sent"] == before["sent"] + before["pending"]


def test_a_backup_put_back_in_the_midst_of_an_issue_sends_nothing_again(
    tmp_path: Path, folders: Folders, relay: SlyRelay
) -> None:
    room, copy = folders.room(tmp_path), tmp_path / "copy.db"
    relay.pause = 0.005
    first = send(room, relay)
    until(lambda: len(relay.got) > 30)
    relay.pause = 0.3  # there is to be something left when the copy is made
    assert start([*at(room), "backup", str(copy)]).wait() == 0
    relay.pause = 0.02
    until(lambda: len(relay.got) > MANY // 2)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    for rest in tmp_path.glob("digest.db-*"):
        rest.unlink()
    copy.replace(tmp_path / "digest.db")

    again = send(room, relay)
    assert again.wait() == 1
    if MANY > 500:  # a batch has begun since, and the journal knows it
        assert "see `digest reconcile`" in again.said
        assert start([*at(room), "reconcile"]).wait() == 1
        send(room, relay).wait()

    states = nobody_twice_or_lost(room, relay)
    assert set(states) == {"sent", "ambiguous"}
    assert states["sent"] >= 30
