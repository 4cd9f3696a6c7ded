from __future__ import annotations

from digest.web.quota import Quota


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_each_may_ask_so_often_and_again_when_that_is_past() -> None:
    clock = Clock()
    quota = Quota(clock, each=2, all_=9, seconds=60)

    assert [quota.take("a") for _ in range(3)] == [True, True, False]
    assert quota.take("b")
    clock.now = 59.9
    assert not quota.take("a")
    clock.now = 60
    assert [quota.take("a") for _ in range(3)] == [True, True, False]


def test_it_remembers_no_more_than_all_may_ask() -> None:
    clock = Clock()
    quota = Quota(clock, each=1, all_=100, seconds=60)

    assert sum(quota.take(str(n)) for n in range(10_000)) == 100
    assert (len(quota._log), len(quota._counts)) == (100, 100)
    clock.now = 60
    assert quota.take("new")
    assert (len(quota._log), len(quota._counts)) == (1, 1)
