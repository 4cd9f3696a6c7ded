"""The tables on PostgreSQL, where they begin; on SQLite, which has them, long keys are shortened.

Words are in the order of their code points, as in SQLite, whatever order a server is set up with. The
search has an index of its own, which the store writes: each article's words with their weights, and
the words of what went out. Its indexes take no key of thousands of letters, such as some addresses are:
those are kept by their hash.
"""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE accounts (
    key WORD NOT NULL,
    account TEXT NOT NULL,
    CONSTRAINT pk_accounts PRIMARY KEY (key)
);
CREATE TABLE article_keys (
    key WORD NOT NULL,
    article WORD NOT NULL,
    CONSTRAINT pk_article_keys PRIMARY KEY (key, article)
);
CREATE TABLE articles (
    id WORD NOT NULL,
    source WORD NOT NULL,
    new_at FLOAT,
    first_seen FLOAT NOT NULL,
    published FLOAT,
    filed INTEGER NOT NULL,
    data TEXT NOT NULL,
    CONSTRAINT pk_articles PRIMARY KEY (id)
);
CREATE INDEX ix_articles_filed ON articles (filed);
CREATE INDEX ix_articles_new_at ON articles (new_at);
CREATE TABLE gathers (
    newsletter WORD NOT NULL,
    segment WORD NOT NULL,
    since FLOAT NOT NULL,
    CONSTRAINT pk_gathers PRIMARY KEY (newsletter, segment)
);
CREATE TABLE issues (
    id WORD NOT NULL,
    newsletter WORD NOT NULL,
    position INTEGER NOT NULL,
    status WORD NOT NULL,
    slot WORD,
    issue TEXT NOT NULL,
    paper TEXT NOT NULL,
    lock TEXT NOT NULL,
    CONSTRAINT pk_issues PRIMARY KEY (id),
    CONSTRAINT uq_issues_newsletter_position UNIQUE (newsletter, position),
    CONSTRAINT uq_issues_newsletter_slot UNIQUE (newsletter, slot)
);
CREATE INDEX ix_issues_newsletter_status ON issues (newsletter, status);
CREATE TABLE log (
    number SERIAL NOT NULL,
    entry TEXT NOT NULL,
    CONSTRAINT pk_log PRIMARY KEY (number)
);
CREATE TABLE pictures (
    url WORD NOT NULL,
    picture TEXT NOT NULL,
    data BYTEA NOT NULL,
    CONSTRAINT pk_pictures PRIMARY KEY (url)
);
CREATE TABLE sessions (
    hash WORD NOT NULL,
    account WORD DEFAULT '' NOT NULL,
    password WORD NOT NULL,
    begun FLOAT NOT NULL,
    seen FLOAT NOT NULL,
    CONSTRAINT pk_sessions PRIMARY KEY (hash)
);
CREATE TABLE settings (
    name WORD NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT pk_settings PRIMARY KEY (name)
);
CREATE TABLE sign_ups (
    hash WORD NOT NULL,
    until FLOAT NOT NULL,
    sign_up TEXT NOT NULL,
    mailbox WORD DEFAULT '' NOT NULL,
    CONSTRAINT pk_sign_ups PRIMARY KEY (hash)
);
CREATE INDEX ix_sign_ups_mailbox ON sign_ups (mailbox);
CREATE TABLE skipped_days (
    newsletter WORD NOT NULL,
    day WORD NOT NULL,
    skipped TEXT NOT NULL,
    CONSTRAINT pk_skipped_days PRIMARY KEY (newsletter, day)
);
CREATE TABLE source_states (
    source WORD NOT NULL,
    state TEXT NOT NULL,
    CONSTRAINT pk_source_states PRIMARY KEY (source)
);
CREATE TABLE subscribers (
    key WORD NOT NULL,
    token WORD NOT NULL,
    status WORD NOT NULL,
    subscriber TEXT NOT NULL,
    CONSTRAINT pk_subscribers PRIMARY KEY (key),
    CONSTRAINT uq_subscribers_token UNIQUE (token)
);
CREATE TABLE suppressions (
    key WORD NOT NULL,
    reason WORD NOT NULL,
    since FLOAT,
    CONSTRAINT pk_suppressions PRIMARY KEY (key)
);
CREATE TABLE versions (
    hash WORD NOT NULL,
    data TEXT NOT NULL,
    CONSTRAINT pk_versions PRIMARY KEY (hash)
);
CREATE TABLE acts (
    issue WORD NOT NULL,
    place INTEGER NOT NULL,
    act TEXT NOT NULL,
    CONSTRAINT pk_acts PRIMARY KEY (issue, place),
    CONSTRAINT fk_acts_issue FOREIGN KEY(issue) REFERENCES issues (id)
);
CREATE TABLE clicks (
    issue WORD NOT NULL,
    segment WORD NOT NULL,
    article WORD NOT NULL,
    count INTEGER NOT NULL,
    CONSTRAINT pk_clicks PRIMARY KEY (issue, segment, article),
    CONSTRAINT fk_clicks_issue FOREIGN KEY(issue) REFERENCES issues (id)
);
CREATE TABLE deliveries (
    issue WORD NOT NULL,
    key WORD NOT NULL,
    address WORD NOT NULL,
    segment WORD NOT NULL,
    variant WORD DEFAULT '' NOT NULL,
    state WORD NOT NULL,
    attempts INTEGER NOT NULL,
    message_id WORD NOT NULL,
    detail TEXT,
    next_at FLOAT,
    provider WORD DEFAULT 'other' NOT NULL,
    returned FLOAT,
    put_off_since FLOAT,
    CONSTRAINT pk_deliveries PRIMARY KEY (issue, key),
    CONSTRAINT fk_deliveries_issue FOREIGN KEY(issue) REFERENCES issues (id)
);
CREATE INDEX ix_deliveries_issue_state_provider ON deliveries (issue, state, provider);
CREATE INDEX ix_deliveries_message ON deliveries (substr(message_id, 2, 8));
CREATE INDEX ix_deliveries_pending ON deliveries (issue, key) WHERE state = 'pending';
CREATE TABLE delivery_counts (
    issue WORD NOT NULL,
    segment WORD NOT NULL,
    variant WORD NOT NULL,
    state WORD NOT NULL,
    provider WORD NOT NULL,
    count INTEGER NOT NULL,
    CONSTRAINT pk_delivery_counts PRIMARY KEY (issue, segment, variant, state, provider),
    CONSTRAINT fk_delivery_counts_issue FOREIGN KEY(issue) REFERENCES issues (id)
);
CREATE TABLE edits (
    issue WORD NOT NULL,
    place INTEGER NOT NULL,
    edit TEXT NOT NULL,
    CONSTRAINT pk_edits PRIMARY KEY (issue, place),
    CONSTRAINT fk_edits_issue FOREIGN KEY(issue) REFERENCES issues (id)
);
CREATE TABLE ledger (
    newsletter WORD NOT NULL,
    segment WORD NOT NULL,
    article WORD NOT NULL,
    issue WORD NOT NULL,
    CONSTRAINT pk_ledger PRIMARY KEY (newsletter, segment, article),
    CONSTRAINT fk_ledger_issue FOREIGN KEY(issue) REFERENCES issues (id)
);
CREATE TABLE messages (
    issue WORD NOT NULL,
    place INTEGER NOT NULL,
    message TEXT NOT NULL,
    CONSTRAINT pk_messages PRIMARY KEY (issue, place),
    CONSTRAINT fk_messages_issue FOREIGN KEY(issue) REFERENCES issues (id)
);
CREATE TABLE variants (
    issue WORD NOT NULL,
    segment WORD NOT NULL,
    variant WORD NOT NULL,
    message TEXT NOT NULL,
    CONSTRAINT pk_variants PRIMARY KEY (issue, segment, variant),
    CONSTRAINT fk_variants_issue FOREIGN KEY(issue) REFERENCES issues (id)
);
CREATE TABLE tokens (
    key WORD NOT NULL,
    hash WORD NOT NULL,
    token TEXT NOT NULL,
    used FLOAT,
    CONSTRAINT pk_tokens PRIMARY KEY (key),
    CONSTRAINT uq_tokens_hash UNIQUE (hash)
);
CREATE TABLE dispatches (
    id WORD NOT NULL,
    hook WORD NOT NULL,
    state WORD NOT NULL,
    at FLOAT NOT NULL,
    next_at FLOAT,
    dispatch TEXT NOT NULL,
    CONSTRAINT pk_dispatches PRIMARY KEY (id, hook)
);
CREATE INDEX ix_dispatches_hook_state ON dispatches (hook, state, next_at);
CREATE TABLE article_search (
    article WORD NOT NULL PRIMARY KEY,
    words TSVECTOR NOT NULL
);
CREATE INDEX ix_article_search_words ON article_search USING gin (words);
CREATE TABLE issue_search (
    issue WORD NOT NULL,
    segment WORD NOT NULL,
    words TSVECTOR NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX ix_issue_search_words ON issue_search USING gin (words);
CREATE INDEX ix_issue_search_issue ON issue_search (issue);
"""


def upgrade() -> None:
    """Bring the tables up."""
    if op.get_bind().dialect.name == "sqlite":
        _shorten(op.get_bind())
    else:
        for statement in _TABLES.replace(" WORD", ' VARCHAR COLLATE "C"').split(";\n"):
            if statement.strip():
                op.execute(statement)


def _shorten(connection: sa.Connection) -> None:
    for table, column in (("article_keys", "key"), ("pictures", "url")):
        found = sa.text(f"SELECT DISTINCT {column} FROM {table} WHERE length({column}) >= 650")  # noqa: S608 - our own names
        put = sa.text(f"UPDATE {table} SET {column} = :short WHERE {column} = :long")  # noqa: S608 - as above
        for long in connection.execute(found).scalars().all():
            short = f"{long[:80]}#{hashlib.sha256(long.encode()).hexdigest()}"
            connection.execute(put, {"short": short, "long": long})
