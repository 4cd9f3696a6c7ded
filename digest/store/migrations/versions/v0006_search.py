"""An index of all words: of articles, kept by triggers, and of what went out.

A later migration that makes the table of articles anew has to make the triggers anew, too.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_COLUMNS = ("title", "names", "tags", "words")


def _values(row: str) -> str:
    """Return what of a row of articles is searched, as SQL, in the order of the columns."""
    parts = {
        "title": f"json_extract({row}.data, '$.title')",
        "names": " || ' ' || ".join(
            f"coalesce(json_extract({row}.data, '$.{name}'), '')"
            for name in ("publication", "department", "authors")
        ),
        "tags": f"coalesce(json_extract({row}.data, '$.tags'), '')",
        "words": f"coalesce(json_extract({row}.data, '$.summary'), '') || char(10) || "
        f"coalesce(json_extract({row}.data, '$.text'), '')",
    }
    return ", ".join(f"{parts[name]} AS {name}" for name in _COLUMNS)


def upgrade() -> None:
    """Bring the tables up."""
    columns = ", ".join(_COLUMNS)
    # filed, and not SQLite's own number of a row, which VACUUM may change
    searched = f"articles.filed AS filed, {_values('articles')}"
    op.execute(f"CREATE VIEW article_words AS SELECT {searched} FROM articles")  # noqa: S608 - our own names
    op.execute(
        f"CREATE VIRTUAL TABLE article_search USING fts5({columns}, content='article_words', "
        "content_rowid='filed', tokenize='unicode61 remove_diacritics 2')"
    )
    op.execute("INSERT INTO article_search (article_search) VALUES ('rebuild')")
    put = f"INSERT INTO article_search (rowid, {columns}) SELECT new.filed, {_values('new')};"
    drop = (
        f"INSERT INTO article_search (article_search, rowid, {columns}) "
        f"SELECT 'delete', old.filed, {_values('old')};"
    )
    changed = "WHEN old.data IS NOT new.data OR old.filed IS NOT new.filed"
    for when, acts in (
        ("INSERT ON articles", put),
        ("DELETE ON articles", drop),
        (f"UPDATE ON articles {changed}", f"{drop} {put}"),
    ):
        name = f"article_search_{when.split()[0].lower()}"
        op.execute(f"CREATE TRIGGER {name} AFTER {when} BEGIN {acts} END")
    op.execute(
        "CREATE VIRTUAL TABLE issue_search USING fts5(issue UNINDEXED, segment UNINDEXED, title, words, "
        "tokenize='unicode61 remove_diacritics 2')"
    )
    op.execute(
        "INSERT INTO issue_search (issue, segment, title, words) "
        "SELECT issue, json_extract(message, '$.segment'), json_extract(message, '$.subject'), "
        "json_extract(message, '$.text') FROM messages "
        "WHERE issue IN (SELECT id FROM issues WHERE status IN ('sending', 'sent'))"
    )
