from __future__ import annotations

import csv
import io
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.cli.subscribers_csv import read_audience, write_audience
from digest.errors import UsageError
from digest.model import Rule, Segment, Subscriber

SEGMENTS = {
    name: Segment(name=name, title=title, match=Rule())
    for name, title in (("staff", "All, who work here"), ("alumni", "Former students"))
}


def test_columns_are_the_subscribers_and_every_other_is_an_attribute() -> None:
    data = (
        "\ufeffname,address,segments,status,faculty\nAna,a@u.example,staff; alumni,pending,Arts\n"
    )

    assert read(data.encode()) == [
        Subscriber(
            address="a@u.example",
            name="Ana",
            segments=("staff", "alumni"),
            status="pending",
            attributes={"faculty": "Arts"},
        )
    ]


def read(data: bytes, *known: Subscriber) -> list[Subscriber]:
    found = read_audience(data, SEGMENTS, known)
    assert found.rejected == ()
    return [*found.people]


@pytest.mark.parametrize(
    "data",
    [
        " Address , Name,Segments ,STATUS\nj@u.example,José,staff;alumni,Confirmed\n".encode(),
        '\ufeffaddress;name;segments;status\r\nj@u.example;José;"staff;alumni";\r\n'.encode(),
        'address;name;segments\nj@u.example;José;"staff;alumni"\n'.encode("latin-1"),
        "name\taddress\tsegments\nJosé\tj@u.example\tstaff; alumni\n".encode(),
        '"Address","Name","Segments"\n"j@u.example","José","staff;alumni"\n'.encode(),
        "E-Mail,Name,Segments\nj@u.example,José,STAFF;former Students\n".encode(),
        'email address,Name,Segments\nj@u.example,José,"staff, Alumni"\n'.encode(),
        'Mail,Name,Segments\nj@u.example,José,"All, who work here; alumni; Alumni"\n'.encode(),
        "Email\tName\tSegments\r\nj@u.example\tJosé\tstaff;alumni\r\n".encode("utf-16"),
        b"\xfe\xff"
        + "address\tname\tsegments\nj@u.example\tJosé\tstaff;alumni".encode("utf-16-be"),
    ],
    ids=[
        "capitals",
        "excel-in-europe",
        "latin-1",
        "tabs",
        "quotes",
        "titles",
        "commas",
        "a-comma-in-a-title",
        "utf-16",
        "utf-16-be",
    ],
)
def test_a_file_is_read_as_offices_write_it(data: bytes) -> None:
    (person,) = read(data)

    assert (person.name, person.segments, person.status) == (
        "José",
        ("staff", "alumni"),
        "confirmed",
    )


def test_what_the_file_has_no_column_for_stays_as_it_is() -> None:
    ana = Subscriber(
        address="A@u.example",
        name="Ana",
        segments=("staff",),
        status="pending",
        attributes={"faculty": "Arts", "room": "1"},
    )

    assert read(b"address\na@u.example\n", ana) == [replace(ana, address="a@u.example")]
    assert read(b"address,segments,name,status,room\nA@u.example,,,,\n", ana) == [
        Subscriber(address="A@u.example", attributes={"faculty": "Arts"})
    ]


def test_a_title_that_two_segments_have_names_neither() -> None:
    segments = {
        name: Segment(name=name, title="Everyone", match=Rule()) for name in ("here", "there")
    }

    found = read_audience(b"email,segments\na@u.example,everyone\n", segments)

    assert [each.reason for each in found.rejected] == [
        "there is no segment 'everyone'; known: here, there"
    ]


def test_where_there_is_an_address_an_email_is_an_attribute() -> None:
    (person,) = read(b"email,address\nb@u.example,a@u.example\n")

    assert (person.address, person.attributes) == ("a@u.example", {"email": "b@u.example"})


def test_a_workbook_is_told_from_a_file() -> None:
    with pytest.raises(UsageError, match="save it as CSV"):
        read_audience(b"PK\x03\x04", SEGMENTS)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nobody,", "is no email address"),
        ("a@b,", "is no email address"),
        ('"a@u.example\nBcc: x@u.example",', "is no email address"),
        ("a@u.example>\x0b,", "is no email address"),
        ("a@u.example,sport", "there is no segment 'sport'; known: alumni, staff"),
        ('a@u.example,"staff, sport"', "'staff, sport'; several are separated by ;"),
        ("Z@U.EXAMPLE,", "stands in the file twice"),
        ("b@u.example,staff,more", "more values than the header"),
        ("é@u.example,", "is no email address"),
    ],
)
def test_a_bad_line_is_left_out_with_its_reason(line: str, said: str) -> None:
    found = read_audience(f"address,segments\nz@u.example,\n{line}\n".encode(), SEGMENTS)

    assert [person.address for person in found.people] == ["z@u.example"]
    assert [said in each.reason for each in found.rejected] == [True]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "one of them is `address`"),
        (b"Name;Phone\nAna;1\n", "one of them is `address`; found: Name"),
        (b"\xff\xfea", "save it as CSV UTF-8"),
        (b"address,address\n", "stands twice"),
        (b"address\n\x81\xff", "is no UTF-8, UTF-16 or Windows-1252"),
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


@given(st.text(max_size=30), st.text(max_size=30))
def test_what_was_written_is_read_again_as_it_was(name: str, faculty: str) -> None:
    words = ["".join(c for c in t if c.isprintable()).strip() for t in (name, faculty)]
    ana = Subscriber(
        address="+ana@u.example",
        name=words[0] or None,
        segments=("staff",),
        attributes={"faculty": words[1]} if words[1] else {},
    )

    assert read(write_audience([ana]).encode()) == [ana]


@pytest.mark.parametrize("name", ["=1+1", "'=1", "''-x", "'quoted'", "@", "+"])
def test_a_mark_for_spreadsheets_comes_and_goes(name: str) -> None:
    (again,) = read(write_audience([Subscriber(address="a@u.example", name=name)]).encode())

    assert again.name == name


@given(st.binary(max_size=300))
def test_no_bytes_end_in_a_traceback(data: bytes) -> None:
    with suppress(UsageError):
        read_audience(data, SEGMENTS)


@given(st.text(max_size=200))
def test_no_text_ends_in_a_traceback(text: str) -> None:
    with suppress(UsageError):
        read_audience(f"address,segments,status\n{text}".encode("utf-8", "replace"), SEGMENTS)
