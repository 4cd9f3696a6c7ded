"""The tables. Nouns are kept as JSON beside the columns that are searched."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

HEAD = "0017"
"""The newest migration."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

WORD = String().with_variant(String(collation="C"), "postgresql")
"""A text in the order of its code points, whatever order a server is set up with, as in SQLite."""

settings = Table(
    "settings",
    metadata,
    Column("name", WORD, primary_key=True),
    Column("value", Text, nullable=False),
)

source_states = Table(
    "source_states",
    metadata,
    Column("source", WORD, primary_key=True),
    Column("state", Text, nullable=False),
)

articles = Table(
    "articles",
    metadata,
    Column("id", WORD, primary_key=True),
    Column("source", WORD, nullable=False),
    Column("new_at", Float, index=True),  # seconds since 1970, UTC
    Column("first_seen", Float, nullable=False),
    Column("published", Float),
    Column("filed", Integer, nullable=False, index=True),  # counts up in the order of commit
    Column("data", Text, nullable=False),
)

article_keys = Table(
    "article_keys",
    metadata,
    Column("key", WORD, primary_key=True),
    Column("article", WORD, primary_key=True),
    sqlite_with_rowid=False,  # ten rows an article: one tree instead of three
)

versions = Table(
    "versions",
    metadata,
    Column("hash", WORD, primary_key=True),
    Column("data", Text, nullable=False),
)

pictures = Table(
    "pictures",
    metadata,
    Column("url", WORD, primary_key=True),
    Column("picture", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

issues = Table(
    "issues",
    metadata,
    Column("id", WORD, primary_key=True),
    Column("newsletter", WORD, nullable=False),
    Column("position", Integer, nullable=False),  # the order of making, within the newsletter
    Column("status", WORD, nullable=False),
    Column("slot", WORD),
    Column("issue", Text, nullable=False),
    Column("paper", Text, nullable=False),  # the issue's editions and what belongs to them
    Column("lock", Text, nullable=False),
    UniqueConstraint("newsletter", "position"),
    UniqueConstraint("newsletter", "slot"),
)

messages = Table(
    "messages",
    metadata,
    Column("issue", WORD, ForeignKey("issues.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("message", Text, nullable=False),
)

variants = Table(  # messages for readers who have had some of an edition's articles
    "variants",
    metadata,
    Column("issue", WORD, ForeignKey("issues.id"), primary_key=True),
    Column("segment", WORD, primary_key=True),
    Column("variant", WORD, primary_key=True),
    Column("message", Text, nullable=False),
)

reader_editions = Table(  # what editions for readers who chose for themselves were made of
    "reader_editions",
    metadata,
    Column("issue", String, ForeignKey("issues.id"), primary_key=True),
    Column("name", String, primary_key=True),
    Column("edition", Text, nullable=False),
)

edits = Table(
    "edits",
    metadata,
    Column("issue", WORD, ForeignKey("issues.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("edit", Text, nullable=False),
)

acts = Table(  # what people did to an issue, the first first
    "acts",
    metadata,
    Column("issue", WORD, ForeignKey("issues.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("act", Text, nullable=False),
)

ledger = Table(
    "ledger",
    metadata,
    Column("newsletter", WORD, primary_key=True),
    Column("segment", WORD, primary_key=True),
    Column("article", WORD, primary_key=True),
    Column("issue", WORD, ForeignKey("issues.id"), nullable=False),
)

gathers = Table(  # since when a segment gathers for a newsletter
    "gathers",
    metadata,
    Column("newsletter", WORD, primary_key=True),
    Column("segment", WORD, primary_key=True),
    Column("since", Float, nullable=False),
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("key", WORD, primary_key=True),  # the address, case-folded
    Column("token", WORD, nullable=False, unique=True),
    Column("status", WORD, nullable=False),
    Column("subscriber", Text, nullable=False),
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("key", WORD, primary_key=True),  # the address, case-folded, or the mark of an erased one
    Column("reason", WORD, nullable=False),
    Column("since", Float),  # not known of the oldest
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", WORD, primary_key=True),  # of the token in the browser's cookie
    Column("account", WORD, nullable=False, server_default=""),
    Column("password", WORD, nullable=False),  # the mark of the one that it began with
    Column("begun", Float, nullable=False),
    Column("seen", Float, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("key", WORD, primary_key=True),  # the name, folded
    Column("account", Text, nullable=False),
)

tokens = Table(  # what programs read the API by
    "tokens",
    metadata,
    Column("key", WORD, primary_key=True),  # the name, folded
    Column("hash", WORD, nullable=False, unique=True),  # of the token that only the program has
    Column("token", Text, nullable=False),
    Column("used", Float),
)

dispatches = Table(  # what webhooks are told of issues
    "dispatches",
    metadata,
    Column("id", WORD, primary_key=True),
    Column("hook", WORD, primary_key=True),
    Column("state", WORD, nullable=False),
    Column("at", Float, nullable=False),
    Column("next_at", Float),  # when it is tried, where it waits
    Column("dispatch", Text, nullable=False),
)

log = Table(  # who did what, beside the acts on issues
    "log",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("entry", Text, nullable=False),
)

skipped_days = Table(
    "skipped_days",
    metadata,
    Column("newsletter", WORD, primary_key=True),
    Column("day", WORD, primary_key=True),  # as 2026-01-31
    Column("skipped", Text, nullable=False),
)

sign_ups = Table(
    "sign_ups",
    metadata,
    Column("hash", WORD, primary_key=True),  # of the token in the letter
    Column("until", Float, nullable=False),
    Column("sign_up", Text, nullable=False),
    Column("mailbox", WORD, nullable=False, server_default="", index=True),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("issue", WORD, ForeignKey("issues.id"), primary_key=True),
    Column("key", WORD, primary_key=True),
    Column("address", WORD, nullable=False),
    Column("segment", WORD, nullable=False),
    Column("variant", WORD, nullable=False, server_default=""),
    Column("state", WORD, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("message_id", WORD, nullable=False),
    Column("detail", Text),
    Column("next_at", Float),
    Column("provider", WORD, nullable=False, server_default="other"),
    Column("returned", Float),
    Column("put_off_since", Float),
)

clicks = Table(  # how often a story of an edition was opened; by whom and when is not kept
    "clicks",
    metadata,
    Column("issue", WORD, ForeignKey("issues.id"), primary_key=True),
    Column("segment", WORD, primary_key=True),
    Column("article", WORD, primary_key=True),
    Column("count", Integer, nullable=False),
)

delivery_counts = Table(  # what is left of deliveries whose time to be kept is over
    "delivery_counts",
    metadata,
    Column("issue", WORD, ForeignKey("issues.id"), primary_key=True),
    Column("segment", WORD, primary_key=True),
    Column("variant", WORD, primary_key=True),
    Column("state", WORD, primary_key=True),
    Column("provider", WORD, primary_key=True),
    Column("count", Integer, nullable=False),
)

Index(
    "ix_deliveries_issue_state_provider",
    deliveries.c.issue,
    deliveries.c.state,
    deliveries.c.provider,
)
MESSAGE = text("substr(message_id, 2, 8)")
"""What emails are found by: made in any order, so whole Message-IDs of a million outgrow the cache."""
Index("ix_deliveries_message", MESSAGE, _table=deliveries)
Index("ix_dispatches_hook_state", dispatches.c.hook, dispatches.c.state, dispatches.c.next_at)
Index("ix_issues_newsletter_status", issues.c.newsletter, issues.c.status)
