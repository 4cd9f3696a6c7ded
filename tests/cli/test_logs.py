from __future__ import annotations

import logging
import sys

import pytest

from digest.cli.logs import Discreet


def logged(said: str, *values: object, exc_info: object = None) -> str:
    record = logging.LogRecord("digest", logging.ERROR, "", 0, said, values, exc_info)  # type: ignore[arg-type]
    return Discreet("%(message)s").format(record)


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (
            "550 5.1.1 <ana@u.example>: Recipient address rejected",
            "550 5.1.1 <(address)>: Recipient address rejected",
        ),
        ("to o'brien+x@mail.u.example, too", "to (address), too"),
        ('to "ana b"@u.example', "to (address)"),
        ("ANA@ü.example", "(address)"),
        ("/search?q=ana%40u.example", "/(address)"),
        ("https://user:secret@u.example/feed", "https://user:(address)/feed"),
        ("Exception on /u/Ab-c_1 [POST]", "Exception on /u/… [POST]"),
        ("Exception on /confirm/Ab-c_1 [GET]", "Exception on /confirm/… [GET]"),
        ("issue weekly-1 is out: 3 sent", "issue weekly-1 is out: 3 sent"),
    ],
)
def test_a_line_has_no_address_and_no_token(said: str, line: str) -> None:
    assert logged("%s", said) == line


def test_a_traceback_has_no_address() -> None:
    try:
        int("ana@u.example")
    except ValueError:
        line = logged("it failed", exc_info=sys.exc_info())

    assert "ValueError: invalid literal" in line
    assert "ana@" not in line
