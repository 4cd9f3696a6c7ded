from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.cli.audience_columns import Columns
from digest.cli.subscribers_csv import (
    Rejected,
    open_audience,
    read_audience,
    write_audience,
)
from digest.editorial.address import is_mailbox
from digest.errors import UsageError
from digest.model import Choice, Rule, Segment, Subscriber, SubscriberChange
from digest.render.header import ascii_address

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


def read(data: bytes) -> list[Subscriber]:
    people, rejected = rows(data)
    assert rejected == []
    return people


def rows(data: bytes) -> tuple[list[Subscriber], list[Rejected]]:
    found = said(data)
    people = [each.onto(None) for each in found if isinstance(each, SubscriberChange)]
    return people, [each for each in found if isinstance(each, Rejected)]


def said(
    data: bytes, segments: Mapping[str, Segment] = SEGMENTS
) -> list[SubscriberChange | Rejected]:
    with open_audience(io.BytesIO(data)) as file:
        return [*read_audience(file, segments)]


def columns_in(data: bytes) -> Columns:
    with open_audience(io.BytesIO(data)) as file:
        return file.columns


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
        b"sep=;\r\nEmail Address;Full name;segments\r\nj@u.example;Jos\xe9;staff;\r\n;;\r\n".replace(
            b"staff", b'"staff;alumni"'
        ),
        '\n"E-mail\naddress",First name,Last name,segments,,\n'
        "j@u.example,,José,staff;alumni,,\n,,,,,\n\n".encode(),
        "Vorname\tNachname\tE-Mail-Adresse\tsegments\nJosé\t\tj@u.example\tstaff;alumni".encode(),
        'address,name,segments\n"j@u.example\n","José\n","staff;\nalumni"\n'.encode(),
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
        "sep-and-empty-rows",
        "empty-rows-and-columns",
        "first-and-last-name",
        "breaks-in-cells",
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


def test_what_the_file_has_no_column_for_is_not_said() -> None:
    (bare,) = said(b"address\na@u.example\n")
    assert bare == SubscriberChange(address="a@u.example")

    data = b"address,segments,name,status,room\na@u.example,,,,\n"
    (empty,) = said(data)
    assert empty == SubscriberChange(
        address="a@u.example", name="", segments=(), status="confirmed", attributes={"room": ""}
    )


def test_a_title_that_two_segments_have_names_neither() -> None:
    segments = {
        name: Segment(name=name, title="Everyone", match=Rule()) for name in ("here", "there")
    }

    found = said(b"email,segments\na@u.example,everyone\n", segments)

    assert found == [Rejected(line=2, fault="there is no segment 'everyone'; known: here, there")]


def test_where_there_is_an_address_an_email_is_an_attribute() -> None:
    (person,) = read(b"email,address\nb@u.example,a@u.example\n")

    assert (person.address, person.attributes) == ("a@u.example", {"email": "b@u.example"})


@pytest.mark.parametrize(
    "cell",
    [
        "<a@u.example>",
        "Nora Nord <a@u.example>",
        '"""Nord, Nora"" <a@u.example>"',
        "mailto:a@u.example",
        "'a@u.example",
        "‹a@u.example›",
    ],
)
def test_an_address_is_read_as_programs_copy_it(cell: str) -> None:
    (person,) = read(f"address,segments\n{cell},staff\n".encode())

    assert person.address == "a@u.example"


def test_a_row_without_an_address_says_so() -> None:
    _, (rejected,) = rows(b"address,segments\n,staff\n")

    assert rejected.reason == "the row has no email address"


def test_a_workbook_is_told_from_a_file() -> None:
    with pytest.raises(UsageError, match="save it as CSV"):
        columns_in(b"PK\x03\x04")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("nobody,", "is no email address"),
        ("a@b,", "is no email address"),
        ('"a@u.example\nBcc: x@u.example",', "is no email address"),
        ("a@u.example>\x0b,", "is no email address"),
        ("a@u.example,staf", "there is no segment 'staf'; did you mean staff?"),
        ("a@u.example,former student", "no segment 'former student'; did you mean alumni?"),
        ("a@u.example,sport", "there is no segment 'sport'; known: alumni, staff"),
        ('a@u.example,"staff, sport"', "'staff, sport'; several are separated by ;"),
        ("Z@U.EXAMPLE,", "stands in the file twice"),
        ("b@u.example,staff,more", "more values than the header"),
        ("é@u.example,", "is no email address"),
        ("a@-u.example,", "is no email address"),
        ("a..b@u.example,", "is no email address"),
        (f"{'a' * 65}@u.example,", "is no email address"),
    ],
)
def test_a_bad_line_is_left_out_with_its_reason(line: str, why: str) -> None:
    people, rejected = rows(f"address,segments\nz@u.example,\n{line}\n".encode())

    assert [person.address for person in people] == ["z@u.example"]
    assert [(each.line, why in each.reason) for each in rejected] == [(3, True)]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "one of them is `address`"),
        (b"Name;Phone\nAna;1\n", "one of them is `address`; found: Name"),
        (b"\xff\xfea", "save it as CSV UTF-8"),
        (b"Adresses;Name\n", "found: Adresses, Name; did you mean it by Adresses?"),
        (b"address,address\n", "stands twice"),
        (b"a,address,a\n", "'a' stands twice"),
        (b"Mail,Email address\n", "Mail and Email address may each be the address"),
        (b"address\n\x81\xff", "is no UTF-8, UTF-16 or Windows-1252"),
        (b'address\n"never closed', "is no CSV"),
        ("address\n".encode("utf-16-le"), "UTF-16 without its mark; save it as CSV UTF-8"),
        ("address\n".encode("utf-16-be"), "UTF-16 without its mark"),
        ("address\n".encode("utf-32"), "is UTF-32"),
    ],
)
def test_what_is_no_audience_is_a_sentence(data: bytes, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        columns_in(data)


def written(person: Subscriber) -> str:
    out = io.StringIO(newline="")
    write_audience([person], sorted(person.attributes), out)
    return out.getvalue()


def test_a_columns_name_that_a_spreadsheet_would_compute_is_text_and_read_again() -> None:
    ana = Subscriber(address="a@u.example", segments=("staff",), attributes={"=cmd()": "x"})

    assert written(ana).startswith("address,name,segments,status,'=cmd()\n")
    assert read(written(ana).encode()) == [ana]


def test_a_value_that_a_spreadsheet_would_compute_is_written_as_text() -> None:
    text = written(Subscriber(address="a@u.example", name="=1+1", attributes={"x": "@y"}))
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

    assert read(written(ana).encode()) == [ana]


@pytest.mark.parametrize("name", ["=1+1", "'=1", "''-x", "'quoted'", "@", "+"])
def test_a_mark_for_spreadsheets_comes_and_goes(name: str) -> None:
    (again,) = read(written(Subscriber(address="a@u.example", name=name)).encode())

    assert again.name == name


@given(st.binary(max_size=300))
def test_no_bytes_end_in_a_traceback(data: bytes) -> None:
    with suppress(UsageError):
        rows(data)


@given(st.text(max_size=200))
def test_no_text_ends_in_a_traceback(text: str) -> None:
    with suppress(UsageError):
        rows(f"address,segments,status\n{text}".encode("utf-8", "replace"))


def test_the_line_of_a_row_is_the_one_that_it_begins_in() -> None:
    _, rejected = rows(b'address,note\na@u.example,"one\n\ntwo"\nb,"three\nfour"\n')

    assert [each.line for each in rejected] == [5]


@pytest.mark.parametrize(
    ("header", "cells", "status"),
    [
        ("Status", "Subscribed", "confirmed"),
        ("status", "enabled", "confirmed"),
        ("status", "", "confirmed"),
        ("Status", "Non-Subscribed", "pending"),
        ("status", "Unconfirmed", "pending"),
        ("status", "disabled", "pending"),
        ("Status", "Cleaned", "unsubscribed"),
        ("status", "blocklisted", "unsubscribed"),
        ("Subscription status", "Bounced", "unsubscribed"),
        ("status,subscription_status", "enabled,unsubscribed", "unsubscribed"),
        ("UNSUB_TIME", "2024-05-01 10:00:00", "unsubscribed"),
        ("CLEAN_TIME", "2024-05-01 10:00:00", "unsubscribed"),
        ("email_disabled,active_subscription", "true,true", "unsubscribed"),
        ("email_disabled,active_subscription", "false,false", "confirmed"),
        ("Status,Opted out", "Active,yes", "unsubscribed"),
        ("Abgemeldet", "WAHR", "unsubscribed"),
        ("Abgemeldet", "FALSCH", "confirmed"),
        ("désabonné", "FAUX", "confirmed"),
        ("Opted out", "N/A", "confirmed"),
        ("Opted out", "01.05.2024", "unsubscribed"),
    ],
)
def test_the_words_of_other_programs_say_who_is_mailed(
    header: str, cells: str, status: str
) -> None:
    (person,) = read(f"Email,{header}\na@u.example,{cells}\n".encode())

    assert person.status == status


def test_a_status_that_nobody_knows_is_no_subscription() -> None:
    people, rejected = rows(b"Email,Status\na@u.example,Moribund\n")

    assert people == []
    assert "there is no status 'moribund'; known: confirmed" in rejected[0].reason
    people, rejected = rows(b"Email,Opted out\na@u.example,not opted out\n")
    assert (people, len(rejected)) == ([], 1)


@pytest.mark.parametrize(
    "lines",
    [
        "a@u.example,Active,staff\nA@u.example,Cleaned,staff\n",
        "a@u.example,Unsubscribed,staff\na@u.example,Active,staff\n",
        "a@u.example,Unsubscribed,nowhere\na@u.example,Active,staff\n",
    ],
)
def test_who_has_left_in_any_row_has_left(lines: str) -> None:
    people, rejected = rows(f"Email,Status,segments\n{lines}".encode())

    assert people[-1].status == "unsubscribed"
    assert rejected


def test_a_column_that_may_be_meant_is_asked_after_and_kept() -> None:
    header = (
        b"Email,Segment,Full name,First name,Tags,Faculty,State\na@u.example,x,Ana Li,Ana,y,z,q\n"
    )
    columns = columns_in(header)
    (person,) = read(header)

    assert columns.asked == {"Segment": "segments", "Tags": "segments", "State": "status"}
    assert columns.called == {"Email": "address", "Full name": "name"}
    assert (person.name, person.segments) == ("Ana Li", ())
    assert person.attributes["Segment"] == "x"


def test_a_name_in_parts_stays_in_parts_too() -> None:
    (person,) = read(b"email,First name,Last name\na@u.example,Maria del Mar,Li\n")

    assert person.name == "Maria del Mar Li"
    assert person.attributes == {"First name": "Maria del Mar", "Last name": "Li"}


def test_our_own_columns_go_before_other_names_for_them() -> None:
    header = "address,E-mail,name,Full name,First name,Last name,segments,Group,status"
    columns = columns_in(f"{header}\n".encode())

    assert columns.called == {}
    assert columns.asked == {}
    assert [name for _, name in columns.attributes] == [
        "E-mail",
        "Full name",
        "First name",
        "Last name",
        "Group",
    ]


def test_a_pipe_is_read_as_a_file() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    with open_audience(Pipe(b"email\na@u.example\n")) as file:
        assert len([*read_audience(file, SEGMENTS)]) == 1


@given(st.from_regex(r"[a-c.+-]{1,4}@[a-c.-]{1,6}\.[a-c]{1,3}", fullmatch=True))
def test_an_address_is_one_that_a_header_takes(text: str) -> None:
    if is_mailbox(text):
        assert ascii_address(text) == text


def test_a_column_of_a_newsletter_whose_readers_choose_is_a_part_of_their_choice() -> None:
    data = "address,weekly.topics,weekly.most,other.topics\na@u.example,Ocean; Arts,5,x\nb@u.example,,5,\n"
    known = Subscriber(address="a@u.example", choices={"weekly": Choice(hour=7, topics=("x",))})
    with open_audience(io.BytesIO(data.encode()), ["weekly"]) as file:
        ana, bert = (c for c in read_audience(file, SEGMENTS) if isinstance(c, SubscriberChange))
    assert ana.onto(known).choices == {"weekly": Choice(topics=("Ocean", "Arts"), hour=7, most=5)}
    assert ana.onto(known).attributes == {"other.topics": "x"}
    assert bert.onto(None).choices == {}

    out = io.StringIO()
    write_audience([ana.onto(known)], (), out, ["weekly"])
    assert out.getvalue().splitlines()[1].endswith(",Ocean;Arts,,,7,,5")
    with open_audience(io.BytesIO(out.getvalue().encode()), ["weekly"]) as file:
        again = next(read_audience(file, SEGMENTS))
    assert isinstance(again, SubscriberChange)
    assert again.onto(None).choices == ana.onto(known).choices


def test_a_choice_that_is_none_is_told_with_its_line() -> None:
    data = b"address,weekly.topics\na@u.example,Ocean\n"
    with open_audience(io.BytesIO(data), ["weekly"]) as file:
        found = next(read_audience(file, SEGMENTS, lambda name, said: f"{name}: {said['topics']}"))
    assert found == Rejected(line=2, fault="weekly: ('Ocean',)")
