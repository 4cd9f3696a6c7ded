from __future__ import annotations

import pytest

from digest.editorial.provider import PROVIDERS, provider


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
