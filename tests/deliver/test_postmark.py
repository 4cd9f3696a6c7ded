from __future__ import annotations

import json
from typing import Any

import pytest

from digest.deliver.api import Answer
from digest.deliver.postmark import read
from digest.testing.takers import EMAIL

SERVICE = read("server", "token", "broadcast", "")


def told(email: bytes) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(SERVICE.request("x@u.example", "a@u.example", email).body)
    return said


def test_an_email_is_told_in_full() -> None:
    said = told(EMAIL)

    assert said["From"] == '"Northgäte, News" <news@u.example>'
    assert (said["Subject"], said["TextBody"]) == ("The wêek", "Café")
    assert said["HtmlBody"].splitlines() == ["<p>Café</p>", '<img src="cid:logo">']
    assert said["Attachments"] == [
        {
            "Name": "logo.png",
            "ContentType": "image/png",
            "Content": "iVBORw0KGgo=",
            "ContentID": "cid:logo",
        }
    ]
    fields = {each["Name"]: each["Value"] for each in said["Headers"]}
    assert fields == {
        "Message-ID": "<abc@u.example>",
        "List-Unsubscribe": "<https://u.example/u/abcdefghijklmnop>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "X-PM-KeepID": "true",
    }


def test_no_word_can_end_its_line() -> None:
    email = EMAIL.replace(b"The_w=C3=AAek", b"x=0d=0aBcc:=20evil@x.example")

    assert told(email)["Subject"] == "x Bcc: evil@x.example"


@pytest.mark.parametrize(
    ("code", "found"),
    [(406, ("reader", True)), (300, ("doubtful", False)), (405, ("sender", False))],
)
def test_whose_fault_a_refusal_is(code: int, found: tuple[str, bool]) -> None:
    assert SERVICE.refusal(Answer(status=422, said={"ErrorCode": code})) == found


def test_the_readers_calendar_file_is_an_attachment() -> None:
    email = EMAIL.replace(
        b"--rel--", b"--rel\r\nContent-Type: text/plain; name=e.txt\r\n\r\nx\r\n--rel--"
    )

    assert [each["Name"] for each in told(email)["Attachments"]] == ["logo.png", "e.txt"]
