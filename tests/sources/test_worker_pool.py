"""What strangers wrote is read in processes that can be cut off."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from digest.sources.parsing.feed import read_feed
from digest.sources.parsing.unreadable import NotAFeed
from digest.sources.worker_pool import TookTooLong, WorkerPool


@pytest.fixture(scope="module")
def workshop() -> Iterator[WorkerPool]:
    workshop = WorkerPool(1, deadline=5)
    yield workshop
    workshop.close()


def test_a_task_gives_its_result(workshop: WorkerPool) -> None:
    assert workshop.run(divmod, 7, 2) == (3, 1)


def test_a_task_raises_what_it_raises(workshop: WorkerPool) -> None:
    with pytest.raises(NotAFeed, match="empty"):
        workshop.run(read_feed, b"")


def test_a_task_that_takes_too_long_is_cut_off_and_the_next_one_runs() -> None:
    workshop = WorkerPool(1, deadline=0.5)
    with pytest.raises(TookTooLong, match=r"more than 0\.5 s"):
        workshop.run(time.sleep, 60)
    workshop._deadline = 10

    assert workshop.run(divmod, 7, 2) == (3, 1)
    workshop.close()


def test_a_task_that_eats_all_memory_costs_only_itself(workshop: WorkerPool) -> None:
    with pytest.raises(TookTooLong, match="ran out of memory"):
        workshop.run(bytes, 10**11)

    assert workshop.run(divmod, 7, 2) == (3, 1)


def test_secrets_of_the_environment_stay_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_SMTP_URL", "smtp://secret")
    fresh = WorkerPool(1, deadline=10)

    assert fresh.run(eval, "__import__('os').environ.get('DIGEST_SMTP_URL')") is None
    fresh.close()


def test_without_workers_tasks_run_here() -> None:
    assert WorkerPool(0).run(divmod, 7, 2) == (3, 1)
