from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from digest.deliver.pace import PacedDeliverer
from digest.ports import Connection, Outcome


class Clock:
    """A relay with a clock of its own, on which sleeping takes no time."""

    connections = 4

    def __init__(self) -> None:
        self.time = 100.0
        self.sent: list[tuple[float, str]] = []

    def sleep(self, seconds: float) -> None:
        self.time += seconds

    def open(self) -> Connection:
        return self

    def deliver(
        self, _sender: str, address: str, _email: bytes, _intent: Callable[[], None]
    ) -> Outcome:
        self.sent.append((self.time, address))
        return Outcome(state="sent", detail="ok")

    def close(self) -> None:
        pass


def sent(rates: dict[str, float], *addresses: str) -> list[tuple[float, str]]:
    """Deliver to the addresses, by turns on two connections."""
    clock = Clock()
    paced = PacedDeliverer(clock, rates, now=lambda: clock.time, sleep=clock.sleep)
    assert paced.connections == 4
    lines = [paced.open(), paced.open()]
    for number, address in enumerate(addresses):
        lines[number % 2].deliver("n@u.example", address, b"", lambda: None)
    return clock.sent


def test_all_connections_together_keep_the_rate() -> None:
    times = [at for at, _ in sent({"*": 20.0}, *["a@u.example"] * 40)]

    assert times[0] == 100.0
    assert {round(b - a, 6) for a, b in pairwise(times)} == {0.05}


def test_a_provider_has_a_rate_of_its_own_within_that_of_all() -> None:
    found = sent({"*": 10.0, "gmail": 2.0}, *["a@gmail.com", "b@u.example"] * 10)
    gmail = [at for at, address in found if address == "a@gmail.com"]

    assert all(b - a >= 0.5 - 1e-9 for a, b in pairwise(gmail))
    assert all(b - a >= 0 for a, b in pairwise(at for at, _ in found))
    assert gmail[-1] == pytest.approx(104.5)


def test_who_has_no_rate_waits_for_nothing() -> None:
    assert {at for at, _ in sent({"gmail": 1.0}, *["b@u.example"] * 9)} == {100.0}


def test_an_hour_of_rest_is_not_made_up_for() -> None:
    clock = Clock()
    paced = PacedDeliverer(clock, {"*": 1.0}, now=lambda: clock.time, sleep=clock.sleep)
    paced.wait("a@u.example")
    clock.time += 3600
    for _ in range(3):
        paced.wait("a@u.example")

    assert clock.time == 100.0 + 3600 + 2
