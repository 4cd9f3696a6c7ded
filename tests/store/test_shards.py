"""An issue that is shared out: its shards, their jobs, and who may send; and what workers share besides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from digest.errors import DigestError, Overlapped, TakenForDead, TakenOver
from digest.model import StoredResult
from digest.ports import Shard
from digest.store import shards
from digest.store.articles import StoredArticles
from digest.store.database import boot, open_database, writer
from digest.store.deliveries import StoredDeliveries
from digest.store.jobs import StoredJobs
from digest.store.journal import StoredJournal
from digest.store.shards import StoredShards
from tests.helpers.make import DAY, NOW, addressee, article


@pytest.fixture
def engine(postgresql: str) -> Iterator[Engine]:
    made = open_database(postgresql)
    with writer(made).begin() as connection:
        connection.execute(
            text(
                "INSERT INTO issues (id, newsletter, position, status, issue, paper, lock) "
                "VALUES ('w-1', 'w', 1, 'sending', '{}', '{}', '{}')"
            )
        )
    yield made
    made.dispose()


@pytest.fixture
def record(engine: Engine) -> StoredDeliveries:
    return StoredDeliveries(engine, boot(engine))


@pytest.fixture
def shared(
    engine: Engine, record: StoredDeliveries, monkeypatch: pytest.MonkeyPatch
) -> StoredShards:
    monkeypatch.setattr(shards, "_SHARD", 3)
    record.expand("w-1", [addressee(f"{n}@u.example") for n in "abcdefgh"])
    made = StoredShards(engine, boot(engine))
    assert made.share_out("w-1", 0) == 3
    return made


def begun(engine: Engine, most: int = 9) -> list[Shard]:
    """Take the jobs as a worker would."""
    found = []
    with writer(engine).begin() as connection:
        for _ in range(most):
            row = connection.execute(
                text("SELECT id, args, attempts FROM procrastinate_fetch_job_v2(NULL, NULL)")
            ).one()
            if row.id is not None:
                found.append(Shard(**row.args, job=row.id, attempt=row.attempts))
    return found


def test_every_reader_is_in_one_shard(engine: Engine, shared: StoredShards) -> None:
    claimed = []
    for shard in begun(engine):
        with shared.take(shard) as mine:
            claimed.append([c.delivery.address[0] for c in mine.claim("w-1", NOW, 500)])

    assert claimed == [["a", "b", "c"], ["d", "e", "f"], ["g", "h"]]


def test_a_special_issue_goes_before_what_waits(
    engine: Engine, record: StoredDeliveries, shared: StoredShards
) -> None:
    with writer(engine).begin() as connection:
        connection.execute(
            text(
                "INSERT INTO issues (id, newsletter, position, status, issue, paper, lock) "
                "VALUES ('w-2', 'w', 2, 'sending', '{}', '{}', '{}')"
            )
        )
    record.expand("w-2", [addressee("a@u.example")])
    shared.share_out("w-2", 10)

    assert [shard.issue for shard in begun(engine)] == ["w-2", "w-1", "w-1", "w-1"]


def test_a_shard_that_was_given_to_another_is_neither_claimed_nor_marked(
    engine: Engine, shared: StoredShards
) -> None:
    (first,) = begun(engine, 1)
    with ExitStack() as stack:
        mine = stack.enter_context(shared.take(first))
        claims = mine.claim("w-1", NOW, 2)
        with writer(engine).begin() as connection:  # as the sweeper does
            retry = "SELECT procrastinate_retry_job_v2(:id, now(), NULL, NULL, NULL)"
            connection.execute(text(retry), {"id": first.job})
        (again,) = begun(engine, 1)
        with shared.take(again) as others:
            assert len(others.claim("w-1", NOW, 500)) == 3
        with pytest.raises(TakenForDead):
            mine.mark([claims[0].delivery.tried()])
        with pytest.raises(TakenForDead):
            mine.claim("w-1", NOW, 500)
        with pytest.raises(TakenForDead):
            stack.close()

    assert again.attempt == first.attempt + 1


def test_who_shares_out_anew_or_sends_alone_ends_the_shards(
    engine: Engine, record: StoredDeliveries, shared: StoredShards
) -> None:
    one, two = begun(engine, 2)
    assert shared.are_out("w-1")
    with (
        shared.take(one),
        pytest.raises(DigestError, match="sending already"),
        record.sending("w-1"),
    ):
        pass
    shared.share_out("w-1", 0)
    with pytest.raises(TakenOver), shared.take(two):
        pass
    (three,) = begun(engine, 1)
    with (
        record.sending("w-1"),
        pytest.raises(DigestError, match="sending already"),
        shared.take(three),
    ):
        pass
    assert not shared.are_out("w-1")


@pytest.mark.usefixtures("shared")
def test_an_issue_of_another_life_of_the_database_is_not_gone_on_with(engine: Engine) -> None:
    elsewhere = StoredShards(engine, "another")
    with pytest.raises(TakenOver), elsewhere.take(begun(engine, 1)[0]):
        pass


def test_a_shard_waits_for_the_first_of_those_who_were_put_off(
    engine: Engine, shared: StoredShards
) -> None:
    (shard,) = begun(engine, 1)
    with shared.take(shard) as mine:
        done = [c.delivery.after("sent", "ok") for c in mine.claim("w-1", NOW, 500)]
        mine.mark(done[:2])
        assert shared.waits(shard) is not None
        later = NOW + timedelta(minutes=5)
        mine.mark([replace(done[2], state="deferred", next_at=later)])

    assert shared.waits(shard) == later
    assert not shared.is_done("w-1")


def test_a_rate_is_shared_by_all_who_send(engine: Engine) -> None:
    one, two = (StoredShards(engine, "life") for _ in range(2))
    waits = [each.reserve("gmail", 10.0) for each in (one, two, one)]

    assert waits[0] < 1
    assert 9 < waits[1] < 10.1
    assert 19 < waits[2] < 20.1
    assert two.reserve("yahoo", 1.0) < 1


def test_what_waits_is_not_put_there_twice(engine: Engine) -> None:
    jobs = StoredJobs(engine)
    for _ in range(2):
        jobs.draft(["weekly", "daily"])
        jobs.pull([f"s{n}" for n in range(45)])
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT queue_name, jsonb_array_length(args -> 'names') FROM procrastinate_jobs")
        )
        assert sorted(map(tuple, found)) == [
            *[("draft", 1)] * 2,
            ("pull", 5),
            *[("pull", 20)] * 2,
        ]
    assert jobs.workers() == 0


def test_the_jobs_of_a_silent_worker_are_given_to_others(engine: Engine) -> None:
    jobs = StoredJobs(engine)
    jobs.draft(["weekly"])
    with writer(engine).begin() as connection:
        worker = "SELECT worker_id FROM procrastinate_register_worker_v1()"
        id_ = connection.execute(text(worker)).scalar()
        fetch = "SELECT id FROM procrastinate_fetch_job_v2(NULL, :id)"
        connection.execute(text(fetch), {"id": id_})
    assert jobs.sweep() == 0
    with writer(engine).begin() as connection:
        silent = "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'"
        connection.execute(text(silent))
    assert jobs.sweep() == 1
    with engine.connect() as connection:
        states = connection.execute(text("SELECT status FROM procrastinate_jobs")).scalars()
        assert [*states] == ["todo"]


def test_two_who_file_the_same_article_at_once_make_one(engine: Engine) -> None:
    store = StoredArticles(engine)
    filed = [StoredResult(article=article("a", age=DAY), keys=("guid:a",), change="new")]
    known = store.by_keys(["guid:a"])
    store.file("one", filed, {}, known)
    twin = [StoredResult(article=article("b", age=DAY), keys=("guid:a",), change="new")]

    with pytest.raises(Overlapped):
        store.file("two", twin, {}, known)
    assert [a.id for a in store.all()] == ["a"]
    store.file("two", twin, {}, store.by_keys(["guid:a"]))


def test_batches_that_two_count_at_once_are_counted_each(engine: Engine) -> None:
    one, two = StoredJournal(engine, None), StoredJournal(engine, None)
    for each in (one, two, one):
        each.note("w-1")
    with engine.connect() as connection:
        counted = connection.execute(text("SELECT value FROM settings WHERE name = 'journal:w-1'"))
        assert counted.scalar() == "3"


@pytest.mark.parametrize("waits", [False, True])
def test_a_newsletter_whose_worker_died_is_drafted_by_another(
    engine: Engine,
    waits: bool,  # noqa: FBT001 - a parameter
) -> None:
    jobs = StoredJobs(engine)
    jobs.draft(["weekly"])
    with writer(engine).begin() as connection:
        worker = "SELECT worker_id FROM procrastinate_register_worker_v1()"
        id_ = connection.execute(text(worker)).scalar()
        fetch = text("SELECT id FROM procrastinate_fetch_job_v2(NULL, :id)")
        assert connection.execute(fetch, {"id": id_}).scalar() is not None
        silent = "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'"
        connection.execute(text(silent))
    if waits:
        jobs.draft(["weekly"])  # the next tick comes before the silence is noticed
    jobs.sweep()
    with writer(engine).begin() as connection:
        assert connection.execute(fetch, {"id": None}).scalar() is not None


def test_who_sends_two_issues_at_once_loses_one_of_them_alone(
    engine: Engine, record: StoredDeliveries
) -> None:
    record.expand("w-1", [addressee("a@u.example")])
    with record.sending("w-1"):
        with record.sending("w-2"):
            (claim,) = record.claim("w-1", NOW, 500)
        with writer(engine).begin() as connection:  # as another, whose lock was lost
            connection.execute(text("UPDATE settings SET value = 'x' WHERE name = 'fence:w-1'"))
        with pytest.raises(TakenOver):
            record.mark([claim.delivery.after("sent", "ok")])


@pytest.mark.usefixtures("shared")
def test_a_newsletter_is_looked_at_before_the_shards_of_another(engine: Engine) -> None:
    StoredJobs(engine).draft(["breaking"])
    with writer(engine).begin() as connection:
        fetched = text("SELECT queue_name FROM procrastinate_fetch_job_v2(NULL, NULL)")
        assert [connection.execute(fetched).scalar() for _ in range(2)] == ["draft", "send"]
