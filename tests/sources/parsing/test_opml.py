"""Lists of feeds come from other readers, and go to them."""

from __future__ import annotations

import pytest

from digest.errors import UsageError
from digest.sources.parsing.opml import Outline, read_opml, write_opml

OUTLINES = (
    Outline(
        title="A & B",
        feed="https://e.example/a",
        page="https://e.example/",
        folders=("News", "City"),
    ),
    Outline(title="C", feed="https://e.example/c"),
)


def test_opml_comes_back_as_it_went() -> None:
    assert read_opml(write_opml("Mine", OUTLINES)) == OUTLINES


def test_opml_of_other_readers_is_read() -> None:
    document = (
        b"<opml version='1.0'><head/><body><outline text='News'><outline title='City'>"
        b"<outline text='A &amp; B' xmlUrl='feed:https://e.example/a' HTMLURL='https://e.example/'/></outline>"
        b"</outline><outline text='C' xmlURL='https://e.example/c'/><outline text='again' "
        b"xmlUrl='https://e.example/c'/><outline text='bad' xmlUrl='javascript:x'/></body></opml>"
    )

    assert read_opml(document) == OUTLINES


def test_what_is_no_opml_is_told() -> None:
    with pytest.raises(UsageError, match="no <opml> element"):
        read_opml(b"<html/>")
