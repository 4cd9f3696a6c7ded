from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from digest.errors import Busy, DigestError, Unreachable, UsageError
from digest.model import StoredResult, Subscriber, SubscriberChange, Suppression
from digest.ports import Enrolled
from digest.store import tables
from digest.store.articles import StoredArticles
from digest.store.audience import StoredAudience
from digest.store.database import exclusive, open_database, relaxed, secret_key, writer
from digest.store.deliveries import StoredDeliveries
from tests.helpers.make import DAY, NOW, WEEK, addressee, article

MIGRATIONS = Path(tables.__file__).parent / "migrations"


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    made = open_database(database)
    yield made
    made.dispose()


def filed(*ids: str) -> list[StoredResult]:
    return [
        StoredResult(article=article(i, age=DAY), keys=(f"guid:{i}", "near:1"), change="new")
        for i in ids
    ]


@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_the_migrations_give_the_tables(engine: Engine) -> None:
    def is_ours(name: str | None, *_: object) -> bool:
        # neither what an index of words or Procrastinate keeps for itself, nor an index of some rows
        theirs = ("_search", "procrastinate_", "ix_deliveries_pending")
        return not any(each in str(name) for each in theirs)

    with engine.connect() as connection:
        opts = {"include_name": is_ours}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, tables.metadata) == []


def test_the_newest_migration_is_the_one_that_the_tables_name() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == tables.HEAD


def test_a_database_is_opened_again_as_it_was(engine: Engine) -> None:
    StoredArticles(engine).file("news", filed("a"), {"etag": "x"})
    again = open_database(engine.url.render_as_string(hide_password=False))

    assert [a.id for a in StoredArticles(again).all()] == ["a"]
    assert StoredArticles(again).states() == {"news": {"etag": "x"}}
    assert secret_key(again) == secret_key(engine)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "postgresql://h:x/d",
        "mysql+nosuch:///x",
        "sqlite+aiosqlite:///x",
        "sqlite+pysqlcipher:///x",
        "sqlite://host/x",
        "sqlite:///x?timeout=abc",
        "http://[",
    ],
)
def test_a_database_that_is_none_is_a_sentence(url: str) -> None:
    with pytest.raises(UsageError, match="database"):
        open_database(url)


def test_a_server_that_is_not_there_is_a_sentence_without_its_password() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(Unreachable, match=r"postgresql://u@127\.0\.0\.1:1/d cannot") as error:
        open_database("postgresql://u:secret@127.0.0.1:1/d")

    assert "secret" not in str(error.value)


def test_a_database_that_another_process_holds_is_busy(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'digest.db'}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
    with closing(sqlite3.connect(tmp_path / "digest.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(Busy, match="the database is busy"):
            StoredAudience(engine).unsubscribe("a@u.example", "by hand", NOW)

    assert not StoredAudience(engine).unsubscribe("a@u.example", "by hand", NOW)


def test_an_error_of_the_database_states_no_value(engine: Engine) -> None:
    for each in (engine, relaxed(engine)):
        with pytest.raises(SQLAlchemyError) as error, each.connect() as connection:
            connection.execute(text("SELECT :key FROM"), {"key": "ana@u.example"})

        assert "ana@u.example" not in str(error.value)


def test_a_file_that_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("This is no database at all. " * 50)

    with pytest.raises(DigestError, match="cannot be used"):
        open_database(f"sqlite:///{tmp_path / 'x.db'}")


@pytest.mark.parametrize(
    ("version", "said"),
    [("9999", "by a newer version"), ("0003", "run `digest database upgrade`")],
)
def test_a_database_of_another_version_is_a_sentence(
    engine: Engine, version: str, said: str
) -> None:
    with writer(engine).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})

    with pytest.raises(DigestError, match=said):
        open_database(engine.url.render_as_string(hide_password=False))


def test_articles_are_found_by_any_of_their_keys(engine: Engine) -> None:
    store = StoredArticles(relaxed(engine))
    store.file("news", filed("a", "b"), {})

    found = store.by_keys({"guid:a", "near:1", "guid:nobody"})

    assert {key: [a.id for a in articles] for key, articles in found.items()} == {
        "guid:a": ["a"],
        "near:1": ["a", "b"],
    }


def test_a_stock_holds_what_was_filed_after_a_number_and_what_is_asked_for(engine: Engine) -> None:
    store = StoredArticles(engine)
    old = StoredResult(article=article("old", age=9 * WEEK), keys=("k",), change="new")
    store.file("news", [*filed("a", "b"), old], {})
    store.file("news", filed("c"), {})

    found = store.stock(NOW - WEEK, 1, NOW - 60 * DAY, ["old", "none"])
    assert [a.id for a in found.articles.values()] == ["b", "c", "old"]
    assert (found.filed, found.last) == ({"b": 2, "c": 4, "old": 3}, 4)


def test_an_article_keeps_its_number_until_it_becomes_new(engine: Engine) -> None:
    store = StoredArticles(engine)
    undated = replace(article("a"), new_at=None, published=None)
    store.file("news", [StoredResult(article=undated, keys=(), change="new"), *filed("b")], {})
    retitled = replace(article("b"), title="Other")
    dated = [
        StoredResult(article=each, keys=(), change="updated") for each in (retitled, article("a"))
    ]
    store.file("news", dated, {})

    assert store.stock(NOW, 9, NOW, ["a", "b"]).filed == {"a": 4, "b": 2}


def test_a_version_stays_when_its_article_changes(engine: Engine) -> None:
    store = StoredArticles(engine)
    store.file("news", filed("a"), {})
    then = store.named(["a"])
    store.keep_versions(then)
    changed = replace(article("a", age=DAY), title="Other")
    store.file("news", [StoredResult(article=changed, keys=(), change="updated")], {})

    (kept,) = store.versions([*then]).values()
    assert kept.title == "Title a"
    assert [*store.named(["a"])] != [*then]


def test_a_version_is_kept_though_its_article_changed_since_it_was_read(engine: Engine) -> None:
    store = StoredArticles(engine)
    store.file("news", filed("a"), {})
    read = store.named(["a"])
    changed = replace(article("a", age=DAY), title="Other")
    store.file("news", [StoredResult(article=changed, keys=(), change="updated")], {})

    store.keep_versions(read)

    assert store.versions([*read]) == read


def test_a_lock_is_one_processs_and_is_freed(engine: Engine) -> None:
    with (
        exclusive(engine, "sending"),
        pytest.raises(DigestError, match="another process is sending"),
        exclusive(engine, "sending"),
    ):
        pass
    with exclusive(engine, "sending"):
        pass


def test_readers_wait_for_no_writer(engine: Engine) -> None:
    StoredArticles(engine).file("news", filed("a"), {})
    seen: list[int] = []
    with writer(engine).begin():
        thread = threading.Thread(target=lambda: seen.append(StoredArticles(engine).count()))
        thread.start()
        thread.join(timeout=10)

    assert seen == [1]


def test_who_unsubscribed_stays_so_whatever_a_file_says(engine: Engine) -> None:
    audience = StoredAudience(engine)
    ana = Subscriber(address="A@u.example", segments=("x",))
    assert audience.put([ana], NOW) == Enrolled(added=1)
    token = audience.tokens(["a@U.example"])["a@U.example"]
    assert audience.unsubscribe("a@u.example", "by hand", NOW)
    again = audience.put([Subscriber(address="a@u.example", name="Ana")], NOW)
    assert again == Enrolled(updated=1, stay=1)

    (person,) = audience.all()
    assert (person.status, person.name) == ("unsubscribed", "Ana")
    assert not audience.mailable(["a@u.example"])
    assert audience.by_token(token) == person


def test_an_address_is_suppressed_before_anyone_has_it(engine: Engine) -> None:
    audience = StoredAudience(engine)

    assert not audience.unsubscribe("new@u.example", "complaint", NOW)
    audience.put([Subscriber(address="New@u.example")], NOW + DAY)
    assert [p.status for p in audience.all()] == ["unsubscribed"]


def test_a_change_says_what_it_says_and_leaves_the_rest(engine: Engine) -> None:
    audience = StoredAudience(engine)
    ana = Subscriber(
        address="a@u.example",
        name="Ana",
        segments=("x",),
        status="pending",
        attributes={"faculty": "Arts", "room": "1"},
    )
    audience.put([ana], NOW)

    audience.put([SubscriberChange(address="A@u.example")], NOW)
    assert [*audience.all()] == [replace(ana, address="A@u.example")]

    said = SubscriberChange(
        address="a@u.example", name="", segments=(), status="confirmed", attributes={"room": ""}
    )
    done = audience.put([said], NOW)
    assert done == Enrolled(updated=1, without_segment=1)
    assert [*audience.all()] == [
        Subscriber(address="a@u.example", attributes={"faculty": "Arts"}),
    ]


def test_who_leaves_in_a_later_row_has_left(engine: Engine) -> None:
    audience = StoredAudience(engine)
    rows = [Subscriber(address=f"{n}@u.example", segments=("x",)) for n in range(6000)]

    audience.put(
        [*rows, *(SubscriberChange(address=p.address, status="unsubscribed") for p in rows)], NOW
    )
    audience.put(rows, NOW)

    assert {p.status for p in audience.all()} == {"unsubscribed"}
    assert not audience.mailable([p.address for p in rows])
    assert {p.segments for p in audience.all()} == {("x",)}


def test_a_dry_run_tells_and_writes_nothing(engine: Engine) -> None:
    audience = StoredAudience(engine)
    audience.put([Subscriber(address="a@u.example", segments=("x",))], NOW)
    audience.unsubscribe("gone@u.example", "by hand", NOW)
    changes = [SubscriberChange(address=f"{n}@u.example", name="N") for n in ("a", "b", "gone")]

    done = audience.put(changes, NOW, dry_run=True)

    assert done == Enrolled(added=2, updated=1, stay=1, without_segment=1)
    assert [*audience.all()] == [Subscriber(address="a@u.example", segments=("x",))]


def test_an_address_that_came_back_is_restored_and_who_left_is_not(engine: Engine) -> None:
    audience = StoredAudience(engine)
    audience.put([Subscriber(address=f"{n}@u.example") for n in ("back", "left", "both")], NOW)
    for address, reason in (
        ("back", "bounced: 550 5.1.1 no such user"),
        ("left", "by its link"),
        ("both", "bounced: 550 5.1.1 no such user"),
        ("both", "by its link"),
    ):
        audience.unsubscribe(f"{address}@u.example", reason, NOW)

    done = {n: audience.restore(f"{n}@U.example") for n in ("back", "left", "both", "nobody")}

    assert done == {"back": True, "left": False, "both": False, "nobody": False}
    assert {*audience.mailable([p.address for p in audience.all()])} == {"back@u.example"}


def test_a_word_in_a_file_goes_before_a_bounce_and_a_bounce_is_no_word(engine: Engine) -> None:
    audience = StoredAudience(engine)
    people = [Subscriber(address=f"{n}@u.example") for n in ("left", "back")]
    audience.put(people, NOW)
    for person in people:
        audience.unsubscribe(person.address, "bounced: 550 5.1.1 no such user", NOW)
    audience.put([SubscriberChange(address="left@u.example", status="unsubscribed")], NOW)
    audience.put([SubscriberChange(address="back@u.example", name="Back")], NOW)

    assert [audience.has_left(p.address) for p in people] == [True, False]
    assert [audience.restore(p.address) for p in people] == [False, True]
    assert {*audience.mailable([p.address for p in people])} == {"back@u.example"}


def test_a_suppression_keeps_its_first_reason_and_date(engine: Engine) -> None:
    audience = StoredAudience(engine)
    gone = Subscriber(address="B@u.example", status="unsubscribed")
    audience.put([Subscriber(address="A@u.example"), gone], NOW)
    audience.unsubscribe("a@U.example", "by its link", NOW + DAY)
    audience.unsubscribe("a@u.example", "by hand", NOW + WEEK)
    audience.put([Subscriber(address="a@u.example"), gone], NOW + WEEK)

    assert {person.address: why for person, why in audience.listed()} == {
        "a@u.example": Suppression(reason="by its link", since=NOW + DAY),
        "B@u.example": Suppression(reason="file", since=NOW),
    }


def test_a_delivery_is_written_down_once_and_claimed_once(tmp_path: Path) -> None:
    from tests.helpers.newsroom import Newsroom  # noqa: PLC0415

    room = Newsroom(tmp_path, NOW)
    room.note("anna")
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue.id
    store = StoredDeliveries(open_database(f"sqlite:///{tmp_path / 'digest.db'}"), "boot 1")
    store.expand(issue, [addressee("A@u.example"), addressee("a@u.example")])

    (claim,) = store.claim(issue, NOW, 10)
    claimed = claim.delivery
    assert (claimed.address, claimed.state) == ("A@u.example", "claimed")
    assert store.claim(issue, NOW, 10) == []
    store.mark([replace(claimed, state="deferred", next_at=NOW + timedelta(minutes=5))])
    assert store.claim(issue, NOW, 10) == []
    late = NOW + timedelta(minutes=5)
    store.expand(issue, [addressee("z@u.example")])
    # who was not tried yet comes before who was deferred
    assert [c.delivery.address for c in store.claim(issue, late, 1)] == ["z@u.example"]
    assert [c.delivery.address for c in store.claim(issue, late, 10)] == ["A@u.example"]
    store.recover(issue)
    assert store.counts(issue) == {"pending": 2}
    # they stand behind or before the last that was claimed: both are found
    assert {c.delivery.address for c in store.claim(issue, late, 2)} == {
        "A@u.example",
        "z@u.example",
    }
    store.mark([replace(claimed, state="pending")])
    assert [c.delivery.address for c in store.claim(issue, late, 1)] == ["A@u.example"]


@pytest.mark.parametrize(
    ("before", "after", "left"),
    [
        ("boot 1", "boot 1", {"pending": 2, "ambiguous": 1}),
        ("boot 1", "boot 2", {"ambiguous": 3}),
        (None, None, {"pending": 2, "ambiguous": 1}),
    ],
)
def test_what_was_claimed_before_the_machine_was_started_again_may_have_gone_out(
    tmp_path: Path, before: str | None, after: str | None, left: dict[str, int]
) -> None:
    from tests.helpers.newsroom import Newsroom  # noqa: PLC0415

    room = Newsroom(tmp_path, NOW)
    room.note("anna")
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue.id
    engine = open_database(f"sqlite:///{tmp_path / 'digest.db'}")
    store = StoredDeliveries(engine, before)
    store.expand(issue, (addressee(f"{n}@u.example") for n in "abc"))
    claim, *_ = store.claim(issue, NOW, 3)
    store.mark([replace(claim.delivery, state="intent")])

    StoredDeliveries(engine, after).recover(issue)
    assert store.counts(issue) == left


def test_what_is_committed_is_on_the_disk(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'x.db'}")

    def pragma(of: Engine, name: str) -> object:
        with of.connect() as connection:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

    full, normal = 2, 1
    assert (pragma(engine, "synchronous"), pragma(relaxed(engine), "synchronous")) == (full, normal)
    assert pragma(engine, "journal_mode") == "wal"
