from __future__ import annotations

import logging
from threading import Event

import pytest

from digest.web import later
from digest.web.later import Later


def test_a_failure_is_logged_and_what_comes_after_is_done(caplog: pytest.LogCaptureFixture) -> None:
    at, done = Later(), list[int]()
    with caplog.at_level(logging.ERROR):
        assert at.do(lambda: 1 // 0)
        assert at.do(lambda: done.append(1))
        at._pool.shutdown()

    assert done == [1]
    assert "ZeroDivisionError" in caplog.text


def test_where_too_many_wait_it_takes_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(later, "_WAITING", 2)
    at, go = Later(), Event()

    assert [at.do(go.wait) for _ in range(3)] == [True, True, False]
    go.set()
    at._pool.shutdown()
