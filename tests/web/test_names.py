from __future__ import annotations

import pytest

from digest.web.names import is_loopback, stated_host


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("d.example", "d.example"),
        ("D.Example:8025", "d.example:8025"),
        ("d.example.", "d.example."),
        ("127.0.0.1:1", "127.0.0.1:1"),
        ("[::1]:8025", "[::1]:8025"),
        ("localhost:65535", "localhost:65535"),
    ],
)
def test_a_host_is_stated_in_lower_case_with_its_port(header: str, host: str) -> None:
    assert stated_host(header) == host


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        " ",
        ":80",
        "localhost:",
        "localhost:0",
        "localhost:65536",
        "localhost:-1",
        "localhost:8025x",
        "localhost:٣",
        "localhost\n",
        "a, b",
        "localhost, localhost",
        "evil@localhost",
        "localhost/x",
        "localhost?",
        "localhost#",
        "http://localhost",
        "::1",
        "[::1",
        "[::1%25lo]",
        "[]",
        "lоcalhost",
    ],
)
def test_what_is_no_host_is_none(header: str | None) -> None:
    assert stated_host(header) is None


@pytest.mark.parametrize(
    "name",
    ["localhost.", "127.1", "0.0.0.1", "2130706433", "0x7f000001", "127.0.0.1.nip.example", ""],
)
def test_only_plain_names_of_this_machine_are_loopback(name: str) -> None:
    assert not is_loopback(name)
    assert is_loopback("127.0.0.9")
    assert is_loopback("::1")
