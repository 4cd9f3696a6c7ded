"""The plug-in passes the suite of digest: run `pytest` here, with both installed."""

from __future__ import annotations

from digest_table import TABLE

from digest.testing.source_contract import SourceKindContract


class TestTable(SourceKindContract):
    """A table with other headings than ours."""

    kind = TABLE
    said = {"at": "https://sheets.example/talks.csv", "columns": {"title": "Headline"}}  # noqa: RUF012
    document = (
        b"Headline;url;published;tags\n"
        b"Tides & <storms>;https://u.example/tides;2026-01-10;EU; Sea\n"
        b"Dunes;;9 January 2026;\n"
    )
