"""Articles numbered as they were filed, what each issue has decided, a ledger for each newsletter.

An article is decided where an issue that went out after it was filed has passed it: of the old
issues, where it was first seen and new before the end of the segment's last window. What an old issue
only put off still waits: for its day, its grace period, an editor's delay, or a place that carries
over. Rules that left it out besides are asked again by the next draft.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op
from pydantic import TypeAdapter

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up."""
    connection = op.get_bind()
    with op.batch_alter_table("articles") as table:
        table.add_column(sa.Column("published", sa.Float(), nullable=True))
        table.add_column(sa.Column("filed", sa.Integer(), nullable=False, server_default="0"))
        table.create_index("ix_articles_filed", ["filed"])
    with op.batch_alter_table("deliveries") as table:
        table.add_column(sa.Column("variant", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "gathers",
        sa.Column("newsletter", sa.String(), nullable=False),
        sa.Column("segment", sa.String(), nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("newsletter", "segment", name=op.f("pk_gathers")),
    )
    op.create_table(
        "variants",
        sa.Column("issue", sa.String(), nullable=False),
        sa.Column("segment", sa.String(), nullable=False),
        sa.Column("variant", sa.String(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["issue"], ["issues.id"], name=op.f("fk_variants_issue")),
        sa.PrimaryKeyConstraint("issue", "segment", "variant", name=op.f("pk_variants")),
    )
    _number_articles(connection)
    _keep_decisions(connection)
    _part_ledger(connection)


def _number_articles(connection: sa.Connection) -> None:
    rows = connection.execute(
        sa.text("SELECT id, data FROM articles ORDER BY first_seen, id")
    ).all()
    put = sa.text("UPDATE articles SET filed = :filed, published = :published WHERE id = :id")
    for number, (id_, data) in enumerate(rows, 1):
        said = json.loads(data).get("published")
        published = _seconds(said) if said else None
        connection.execute(put, {"id": id_, "filed": number, "published": published})


def _keep_decisions(connection: sa.Connection) -> None:
    """Write into each issue that went out what it decided, and since when its segments gather."""
    issues = connection.execute(sa.text("SELECT id, newsletter, status, issue FROM issues")).all()
    since: dict[tuple[str, str], float] = {}
    for id_, newsletter, status, data in issues:
        issue = json.loads(data)
        for segment, window in issue.get("windows", {}).items():
            start = _seconds(window["start"])
            key = newsletter, segment
            since[key] = min(since.get(key, start), start)
        if status in {"sending", "sent"}:
            issue["decided"] = {
                segment: _decided(connection, id_, segment, window)
                for segment, window in issue.get("windows", {}).items()
                if segment in issue.get("printed", {})
            }
        issue["html_bytes"] = _sizes(connection, id_)
        put = sa.text("UPDATE issues SET issue = :issue WHERE id = :id")
        connection.execute(put, {"id": id_, "issue": json.dumps(issue, ensure_ascii=False)})
    put = sa.text("INSERT INTO gathers (newsletter, segment, since) VALUES (:n, :s, :since)")
    for (newsletter, segment), start in since.items():
        connection.execute(put, {"n": newsletter, "s": segment, "since": start})


def _decided(
    connection: sa.Connection, issue: str, segment: str, window: dict[str, str]
) -> dict[str, Any]:
    start, end = _seconds(window["start"]), _seconds(window["end"])
    last = connection.execute(
        sa.text("SELECT max(filed) FROM articles WHERE first_seen <= :end"), {"end": end}
    ).scalar()
    met = connection.execute(
        sa.text(
            "SELECT id, new_at, published FROM articles WHERE filed <= :last AND new_at > :start "
            "AND id NOT IN (SELECT article FROM ledger WHERE segment = :segment)"
        ),
        {"last": last or 0, "start": start, "segment": segment},
    ).all()
    found = sa.text("SELECT lock FROM issues WHERE id = :issue")
    lock = json.loads(connection.execute(found, {"issue": issue}).scalar() or "{}")
    newsletter = lock.get("newsletter", {})
    grace = TypeAdapter(timedelta).validate_python(newsletter.get("limits", {}).get("grace", 0))
    young = _seconds(lock["sent"]) - grace.total_seconds() if "sent" in lock else end
    delayed = {edit["article"] for edit in lock.get("edits", []) if edit["verb"] == "delay"}
    carries = newsletter.get("when_short") == "carry-over"
    waiting = {}
    for id_, new_at, published in met:
        if new_at > end:
            waiting[id_] = "date-ahead"
        elif id_ in delayed:
            waiting[id_] = "edit.delay"
        elif published is not None and published > young:
            waiting[id_] = "articles.grace"
        elif carries:
            waiting[id_] = "carry-over"
    return {"up_to": last or 0, "waiting": waiting}


def _sizes(connection: sa.Connection, issue: str) -> dict[str, int]:
    said = sa.text("SELECT message FROM messages WHERE issue = :issue")
    found = (json.loads(data) for data in connection.execute(said, {"issue": issue}).scalars())
    return {message["segment"]: len(message["html"].encode()) for message in found}


def _part_ledger(connection: sa.Connection) -> None:
    """Give each newsletter its own ledger: what one has said, another may say too."""
    op.rename_table("ledger", "ledger_of_all")
    op.create_table(
        "ledger",
        sa.Column("newsletter", sa.String(), nullable=False),
        sa.Column("segment", sa.String(), nullable=False),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("issue", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["issue"], ["issues.id"], name=op.f("fk_ledger_issue")),
        sa.PrimaryKeyConstraint("newsletter", "segment", "article", name=op.f("pk_ledger")),
    )
    connection.execute(
        sa.text(
            "INSERT INTO ledger (newsletter, segment, article, issue) "
            "SELECT issues.newsletter, ledger_of_all.segment, article, ledger_of_all.issue "
            "FROM ledger_of_all JOIN issues ON issues.id = ledger_of_all.issue"
        )
    )
    op.drop_table("ledger_of_all")


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
