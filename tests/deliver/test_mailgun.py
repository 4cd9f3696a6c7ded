from __future__ import annotations

import pytest

from digest.deliver.api import Answer
from digest.deliver.mailgun import read

SERVICE = read("api", "key", "us", "mg.u.example")


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("to parameter is not a valid address. please check documentation", "reader"),
        ("'from' parameter is not a valid address", "doubtful"),
        ("Sandbox subdomains are for test purposes only", "doubtful"),
    ],
)
def test_a_refusal_is_the_readers_where_it_names_them(said: str, fault: str) -> None:
    answer = Answer(status=400, said={"message": said})

    assert SERVICE.refusal(answer) == (fault, False)
    assert SERVICE.words(answer) == said


def test_no_line_of_an_email_can_end_its_part() -> None:
    email = b"Subject: x\r\n\r\n--mark\r\n"
    body = SERVICE.request("n@u.example", "a@u.example", email).body

    mark = body.partition(b"\r\n")[0]
    assert email in body
    assert mark not in email
    assert body.count(mark) == 4
