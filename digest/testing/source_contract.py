"""One suite for whatever reads a kind of source: what it says of feeds.yaml, and of any bytes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from digest.model import Sighting
from digest.sources.parsing.dates import zone_of
from digest.sources.parsing.entry import sighting_of
from digest.sources.parsing.unreadable import NotAFeed
from digest.sources.plugged import Entry, Feed, SourceKind

NOW = datetime(2026, 1, 12, 6, tzinfo=UTC)
ODD: Sequence[Any] = (
    *(None, "", " ", 0, -1.5, True, [], {}, ["a"], [[]], {"": None}, {"at": 5}, {"at": {}}, "\0"),
    *({"a": {"b": [{"c": None}]}}, "x" * 100_000, {"x" * 1000: "y"}, {1: 2}, "https://"),
)
"""What people may write below a key, by mistake."""
HOSTILE: Sequence[bytes] = (
    *(b"", b"\0", b"\xff\xfe\0", b"\xef\xbb\xbf", b"<", b"<html><body>Log in</body></html>"),
    *(b"{", b"[]", b"null", b'{"items": 5}', b"[" * 10_000, b"a,b\n" * 1000, b'"\n"\n"'),
    *(b"\xf0\x9f", b"%PDF-1.7", b"BEGIN:VCALENDAR", "\u202e\ud7ff".encode(), b"x" * 1_000_000),
)
"""What servers may answer."""


class SourceKindContract:
    """What holds of every kind of source; its test says what is asked, and gives a document of two entries at least."""

    kind: SourceKind
    said: Any
    document: bytes

    def feed(self) -> Feed:
        """Return what the document says."""
        return self.kind.read(self.document, self.said)

    def sightings(self) -> list[Sighting]:
        """Return what the entries are when they are cleaned."""
        return [
            sighting_of(
                entry, "news", base="https://u.example/", zone=zone_of("Europe/London"), now=NOW
            )
            for entry in self.feed().entries
        ]

    def test_what_is_right_is_not_refused_and_leads_somewhere(self) -> None:
        assert [*self.kind.check(self.said)] == []
        assert self.kind.address(self.said)
        # what it is asked with later has been JSON in between
        again = json.loads(json.dumps(self.said))
        assert self.kind.address(again) == self.kind.address(self.said)

    @pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:20])
    def test_whatever_is_written_is_right_or_refused_in_sentences(self, odd: Any) -> None:  # noqa: ANN401 - anything
        for path, sentence in self.kind.check(odd):
            assert all(isinstance(key, str | int) for key in path)
            assert sentence == sentence.strip()
            assert "\n" not in sentence
        if not [*self.kind.check(odd)]:
            assert isinstance(self.kind.address(odd), str)

    def test_a_document_gives_entries_that_are_the_same_each_time(self) -> None:
        entries = self.feed().entries

        assert len(entries) > 1
        assert all(isinstance(entry, Entry) for entry in entries)
        assert self.feed() == self.feed()

    def test_each_entry_is_known_by_an_id_or_an_address_of_its_own(self) -> None:
        keys = [entry.guid or entry.link for entry in self.feed().entries]

        assert None not in keys
        assert len({*keys}) == len(keys)

    def test_each_entry_says_something_that_can_be_printed(self) -> None:
        assert all(each.headline or each.text for each in self.sightings())

    def test_what_it_says_of_days_can_be_read(self) -> None:
        for entry, read in zip(self.feed().entries, self.sightings(), strict=True):
            assert (entry.published is None) or read.published is not None, entry.published

    @pytest.mark.parametrize("data", HOSTILE, ids=lambda data: repr(data[:20]))
    def test_whatever_a_server_answers_is_a_feed_or_none(self, data: bytes) -> None:
        try:
            assert isinstance(self.kind.read(data, self.said), Feed)
        except NotAFeed as refused:
            assert str(refused)  # noqa: PT017 - either is right

    def test_a_document_that_was_cut_off_is_a_feed_or_none(self) -> None:
        for end in range(0, len(self.document), max(1, len(self.document) // 50)):
            self.test_whatever_a_server_answers_is_a_feed_or_none(self.document[:end])
