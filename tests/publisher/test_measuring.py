"""What is measured: counts by provider, what waits, what is late, and how the sources do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from digest.model import Delivery, DeliveryState, Source
from digest.ports import Pulled, State
from digest.publisher import Publisher
from digest.publisher.measuring import Fetch
from tests.helpers.make import NOW, addressee
from tests.helpers.newsroom import Newsroom

ISSUE = "weekly-2026-01-12"
HOUR = timedelta(hours=1)


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom(tmp_path, NOW)
    room.note("anna")
    return room


def delivered(room: Newsroom, states: Iterable[tuple[str, DeliveryState]]) -> None:
    store = room.open()._services.deliveries
    found = [Delivery(issue=ISSUE, address=address, segment="staff") for address, _ in states]
    store.expand(ISSUE, (addressee(address) for address, _ in states))
    store.mark([replace(d, state=state) for d, (_, state) in zip(found, states, strict=True)])


def test_deliveries_are_counted_by_state_and_provider(room: Newsroom) -> None:
    press = room.open()
    press.pull()
    press.draft("weekly")
    delivered(
        room,
        [
            ("a@gmail.com", "sent"),
            ("b@gmail.com", "sent"),
            ("c@hotmail.com", "ambiguous"),
            ("d@u.example", "sent"),
        ],
    )

    assert press.measure().deliveries == {
        ("sent", "gmail"): 2,
        ("sent", "other"): 1,
        ("ambiguous", "outlook"): 1,
    }


@pytest.mark.parametrize(
    ("state", "waits"),
    [("pending", True), ("deferred", True), ("sent", False), ("failed", False)],
)
def test_the_oldest_that_waits_is_as_old_as_its_issues_time(
    room: Newsroom, state: DeliveryState, *, waits: bool
) -> None:
    press = room.open()
    press.pull()
    sent = press.draft("weekly").issue.send_at
    assert sent is not None
    delivered(room, [("a@gmail.com", state), ("b@u.example", "sent")])
    room.now = sent + HOUR

    assert room.open().measure().oldest_pending == (HOUR if waits else timedelta())


def test_a_slot_lags_until_its_issue_begins_to_go_out(room: Newsroom) -> None:
    room.configure('schedule: {cron: "0 7 * * mon", draft_before: 24h}')
    room.subscribe(("s@u.example", "staff"))
    room.open().tick()
    issue = room.open().issues()[-1]
    assert issue.send_at is not None
    assert room.open().measure().slot_lag == {"weekly": timedelta()}

    room.now = issue.send_at + HOUR
    assert room.open().measure().slot_lag == {"weekly": HOUR}

    room.open().approve(issue.id, by="Ana")
    room.open().tick()
    assert room.open().issue(issue.id).status == "sent"
    assert room.open().measure().slot_lag == {"weekly": timedelta()}


def test_a_slot_that_nobody_was_there_for_lags(room: Newsroom) -> None:
    room.open()._services.issues.start("weekly", NOW)
    room.now = NOW.replace(hour=12)

    assert room.open().measure().slot_lag == {"weekly": 5 * HOUR}


def test_measuring_starts_no_schedule(room: Newsroom) -> None:
    room.open().measure()

    assert room.open()._services.issues.started("weekly") is None


def test_a_source_is_measured_by_its_last_fetch(room: Newsroom) -> None:
    assert room.open().measure().fetches == {"notes": Fetch()}

    room.open().pull()
    room.now += HOUR
    assert room.open().measure().fetches == {"notes": Fetch(result="ok", age=HOUR)}

    room.open().pull(force=True)
    assert room.open().measure().fetches == {"notes": Fetch(result="unchanged", age=timedelta())}

    (room.folder / "notes").rename(room.folder / "gone")
    room.now += HOUR
    room.open().pull(force=True)
    assert room.open().measure().fetches == {"notes": Fetch(result="failed", age=timedelta())}


class Early:
    """Sources whose time has not come."""

    def pull(
        self, sources: Sequence[Source], states: Mapping[str, State], *_: object, **__: object
    ) -> Iterator[Pulled]:
        for source in sources:
            yield Pulled(source=source.name, status="waiting", state=states[source.name])


def test_a_source_whose_time_has_not_come_keeps_its_last_fetch(room: Newsroom) -> None:
    room.open().pull()
    room.now += HOUR

    Publisher(replace(room.open()._services, sources=Early())).pull()  # type: ignore[arg-type]

    assert room.open().measure().fetches == {"notes": Fetch(result="ok", age=HOUR)}
