from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from digest.web.tries import Tries

HERE = "192.0.2.1"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tries(clock: Clock) -> Tries:
    return Tries(clock)


def wrong(tries: Tries, times: int, address: str = HERE, device: str | None = None) -> list[str]:
    return [tries.judge(lambda: False, address=address, device=device) for _ in range(times)]


def right(tries: Tries, address: str = HERE, device: str | None = None) -> str:
    return tries.judge(lambda: True, address=address, device=device)


def addresses() -> Iterator[str]:
    return (f"198.51.{n // 250}.{n % 250}" for n in count())


def test_after_five_wrong_ones_an_address_is_not_heard_for_a_minute(
    tries: Tries, clock: Clock
) -> None:
    assert wrong(tries, 6) == ["wrong"] * 5 + ["unheard"]
    assert right(tries) == "unheard"

    clock.now = 60.0
    assert right(tries) == "right"


def test_nobody_elsewhere_has_to_wait_for_it(tries: Tries) -> None:
    wrong(tries, 9)

    assert right(tries, "192.0.2.2") == "right"
    assert right(tries, "2001:db8::1") == "right"


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("2001:db8::1", "2001:db8::ffff:1"),
        ("192.0.2.1", "::ffff:192.0.2.1"),
        ("unknown", "_hidden"),
        ("", "1.2.3.4.5"),
    ],
)
def test_addresses_that_one_person_may_have_many_of_are_one(
    tries: Tries, one: str, another: str
) -> None:
    wrong(tries, 5, one)

    assert right(tries, another) == "unheard"


def test_many_addresses_together_have_a_hundred_tries_an_hour(tries: Tries, clock: Clock) -> None:
    heard = []
    for address in (next(a) for a in [addresses()] for _ in range(500)):
        clock.now += 1
        heard += wrong(tries, 1, address)

    assert heard.count("wrong") == 100
    assert right(tries, "203.0.113.9") == "unheard"
    clock.now = 3_601.0
    assert right(tries, "203.0.113.9") == "right"


def test_a_known_browser_is_heard_whatever_others_do(tries: Tries) -> None:
    for address in (next(a) for a in [addresses()] for _ in range(200)):
        wrong(tries, 5, address)
    wrong(tries, 5)

    assert right(tries, HERE, "mine") == "right"


def test_a_known_browser_that_guesses_is_a_stranger(tries: Tries) -> None:
    assert wrong(tries, 11, device="stolen") == ["wrong"] * 10 + ["unheard"]
    assert right(tries, device="stolen") == "unheard"
    assert right(tries, device="mine") == "right"


def test_what_is_remembered_is_bounded(tries: Tries, clock: Clock) -> None:
    for number, address in zip(range(5_000), addresses(), strict=False):
        clock.now += 1
        wrong(tries, 1, address)
        wrong(tries, 1, address, f"device {number}")

    assert len(tries._strangers) == 100
    assert len(tries._known) == 1_000
