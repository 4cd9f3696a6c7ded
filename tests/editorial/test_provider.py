from __future__ import annotations

import pytest

from digest.editorial.provider import PROVIDERS, mailbox, provider


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("a@gmail.com", "gmail"),
        ("A@GoogleMail.com", "gmail"),
        ("a@outlook.com", "outlook"),
        ("a@hotmail.co.uk", "outlook"),
        ("a@live.nl", "outlook"),
        ("a@msn.com", "outlook"),
        ("a@yahoo.com.br", "yahoo"),
        ("a@ymail.com", "yahoo"),
        ("a@aol.com", "yahoo"),
        ("a@u.example", "other"),
        ("a@gmail.com.u.example", "other"),
        ("a@notgmail.com", "other"),
        ("a@live.u.example", "other"),
        ("a@yahoo.university.edu", "other"),
        ("gmail.com", "gmail"),
        ("", "other"),
    ],
)
def test_a_mailbox_is_its_providers(address: str, name: str) -> None:
    assert provider(address) == name
    assert name in PROVIDERS


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a.b+x@gmail.com", "AB@googlemail.com", True),
        ("a.b@r.example", "ab@r.example", False),
        ("ab+x@r.example", "ab@r.example", True),
        ("a_b.c@pm.me", "abc@proton.me", True),
        ("ab@mac.com", "ab@icloud.com", True),
        ("a.b@icloud.com", "ab@icloud.com", False),
        ("ab@gmail.com", "ab@r.example", False),
    ],
)
def test_two_spellings_of_one_mailbox(one: str, other: str, *, same: bool) -> None:
    assert (mailbox(one) == mailbox(other)) is same
