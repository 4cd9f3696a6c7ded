from __future__ import annotations

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience import read_audience, write_audience
from digest.errors import UsageError
from digest.model import Subscriber

SEGMENTS = ("staff", "alumni")


def test_columns_are_the_subscribers_and_every_other_is_an_attribute() -> None:
    data = (
        "\ufeffname,address,segments,status,faculty\nAna,a@u.example,staff; alumni,pending,Arts\n"
    )

    assert read_audience(data.encode(), SEGMENTS) == (
        [
            Subscriber(
                address="a@u.example",
                name="Ana",
                segments=("staff", "alumni"),
                status="pending",
                attributes={"faculty": "Arts"},
            )
        ],
        [],
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nobody,", "is no email address"),
        ("a@b,", "is no email address"),
        ('"a@u.example\nBcc: x@u.example",', "is no email address"),
        ("a@u.example>\x0b,", "is no email address"),
        ("a@u.example,sport", "there is no segment 'sport'"),
        ("Z@U.EXAMPLE,", "stands in the file twice"),
        ("b@u.example,staff,more", "more values than the header"),
        ("é@u.example,", "is no email address"),
    ],
)
def test_a_bad_line_is_left_out_with_its_reason(line: str, said: str) -> None:
    found, rejected = read_audience(f"address,segments\nz@u.example,\n{line}\n".encode(), SEGMENTS)

    assert [person.address for person in found] == ["z@u.example"]
    assert [said in each.reason for each in rejected] == [True]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "one of them is `address`"),
        (b"name\nAna\n", "one of them is `address`"),
        (b"address,address\n", "stands twice"),
        (b"address\n\xff\xfe", "is not UTF-8"),
        (b'address\n"never closed', "is no CSV"),
    ],
)
def test_what_is_no_audience_is_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_audience(data, SEGMENTS)


def test_a_value_that_a_spreadsheet_would_compute_is_written_as_text() -> None:
    text = write_audience([Subscriber(address="a@u.example", name="=1+1", attributes={"x": "@y"})])
    (row,) = csv.DictReader(io.StringIO(text))

    assert (row["name"], row["x"]) == ("'=1+1", "'@y")


@given(st.binary(max_size=300))
def test_no_bytes_end_in_a_traceback(data: bytes) -> None:
    with suppress(UsageError):
        read_audience(data, SEGMENTS)


@given(st.text(max_size=200))
def test_no_text_ends_in_a_traceback(text: str) -> None:
    with suppress(UsageError):
        read_audience(f"address,segments,status\n{text}".encode("utf-8", "replace"), SEGMENTS)
