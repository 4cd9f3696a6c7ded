from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import cast

import pytest

from digest.errors import Busy
from digest.model import Delivery
from digest.ports import Claim, Deliveries, Journal
from digest.publisher.claims import Claims
from digest.publisher.services import Services
from digest.testing.handing import run
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

Sent = list[tuple[float, str]]


class Store:
    """Gives the addresses away in their order, as a ledger does."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self.left = [*addresses]
        self.noted = self.busy = 0

    def _wait(self) -> None:
        self.busy -= 1
        if self.busy >= 0:
            raise Busy

    def claim(self, issue: str, _now: datetime, most: int) -> Sequence[Claim]:
        self._wait()
        given, self.left = self.left[:most], self.left[most:]
        return [
            Claim(
                delivery=Delivery(issue=issue, address=a, segment="staff", message_id=f"<{n}@x>"),
                token="t",
                name=None,
                is_mailable=True,
            )
            for n, a in enumerate(given)
        ]

    def note(self, _issue: str) -> None:
        self._wait()
        self.noted += 1


@pytest.fixture
def services(tmp_path_factory: pytest.TempPathFactory) -> Services:
    return Newsroom(tmp_path_factory.mktemp("room"), NOW).open()._services


@pytest.fixture
def sent(services: Services, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Sent]:
    def send(
        rates: dict[str, float],
        *addresses: str,
        after: Callable[[str], float] = lambda _: 0.0,
        connections: int = 2,
    ) -> Sent:
        """Hand emails over on a few connections; time passes in waiting and after an email only."""
        clock, taken = [100.0], list[tuple[float, str]]()
        store = Store(addresses)
        over = replace(
            services, deliveries=cast("Deliveries", store), journal=cast("Journal", store)
        )

        async def sleep(seconds: float) -> None:
            clock[0] += seconds

        monkeypatch.setattr(asyncio, "sleep", sleep)

        async def all_() -> None:
            claims = Claims(over, "x", rates, bar=lambda _: None, now=lambda: clock[0])

            async def connection() -> None:
                while claim := await claims.next():
                    taken.append((clock[0], claim.delivery.address))
                    clock[0] += after(claim.delivery.address)

            await asyncio.gather(*(connection() for _ in range(connections)))

        run(all_())
        return taken

    return send


def test_all_connections_together_keep_the_rate(sent: Callable[..., Sent]) -> None:
    times = [at for at, _ in sent({"*": 20.0}, *["a@u.example"] * 40)]

    assert times[0] == 100.0
    assert {round(b - a, 6) for a, b in pairwise(times)} == {0.05}


def test_a_slow_provider_holds_up_nobody_elses_readers(sent: Callable[..., Sent]) -> None:
    found = sent({"gmail": 2.0}, *["a@gmail.com", "b@u.example"] * 10)
    gmail = [at for at, address in found if address == "a@gmail.com"]

    assert len(found) == 20
    assert {round(b - a, 6) for a, b in pairwise(gmail)} == {0.5}
    assert {at for at, address in found if address == "b@u.example"} == {100.0}


def test_a_provider_has_a_rate_of_its_own_within_that_of_all(sent: Callable[..., Sent]) -> None:
    found = sent({"*": 10.0, "gmail": 2.0}, *["a@gmail.com", "b@u.example"] * 10)
    gmail = [at for at, address in found if address == "a@gmail.com"]

    assert all(b - a >= 0.5 - 1e-9 for a, b in pairwise(gmail))
    assert all(b - a >= 0.1 - 1e-9 for a, b in pairwise(at for at, _ in found))
    assert gmail[-1] == pytest.approx(104.5, abs=0.2)


def test_more_are_claimed_where_all_in_hand_wait_for_their_provider(
    sent: Callable[..., Sent],
) -> None:
    found = sent({"gmail": 100.0}, *["a@gmail.com"] * 600, "b@u.example")

    assert ("b@u.example", 100.0) in {(address, at) for at, address in found}


@pytest.mark.parametrize(("busy", "taken"), [(9, 2), (30, 0)])
def test_a_store_that_another_writes_to_is_asked_again_and_not_for_ever(
    services: Services, busy: int, taken: int
) -> None:
    store = Store(["a@u.example", "b@u.example"])
    store.busy = busy
    over = replace(services, deliveries=cast("Deliveries", store), journal=cast("Journal", store))
    found: list[Claim] = []

    async def all_() -> None:
        claims = Claims(over, "x", {}, bar=lambda _: None)
        while claim := await claims.next():
            found.append(claim)

    with nullcontext() if taken else pytest.raises(Busy):
        run(all_())
    assert len(found) == taken


def test_more_are_claimed_before_the_last_in_hand_is_taken(services: Services) -> None:
    store = Store([f"{n}@u.example" for n in range(600)])
    over = replace(services, deliveries=cast("Deliveries", store), journal=cast("Journal", store))

    async def some() -> None:
        claims = Claims(over, "x", {}, bar=lambda _: None)
        for _ in range(300):
            await claims.next()
        await claims.settled()
        assert len(claims.in_hand) == 300

    run(some())


def test_an_hour_of_rest_is_not_made_up_for(sent: Callable[..., Sent]) -> None:
    first = iter([3600.0])
    times = [
        at
        for at, _ in sent(
            {"*": 1.0}, *["a@u.example"] * 4, after=lambda _: next(first, 0.0), connections=1
        )
    ]

    assert times == pytest.approx([100, 3700, 3701, 3702], abs=0.5)
