from __future__ import annotations

import pytest

from digest.editorial.address import is_mailbox
from digest.editorial.folding import folded_address
from digest.render.header import BadAddress, ascii_address


@pytest.mark.parametrize(
    ("written", "mailed"),
    [
        ("info@b\u00fcro.example", "info@xn--bro-hoa.example"),
        ("info@BU\u0308RO.Example", "info@xn--bro-hoa.example"),
        # what the standard library's codec makes of these two is another's domain
        ("info@stra\u00dfe.example", "info@xn--strae-oqa.example"),
        ("info@fa\u00df.example", "info@xn--fa-hia.example"),
        ("info@\u65e5\u672c\u3002jp", "info@xn--wgv71a.jp"),
    ],
)
def test_a_domain_of_any_script_is_mailed_as_browsers_open_it(written: str, mailed: str) -> None:
    assert is_mailbox(written)
    assert ascii_address(written) == mailed
    assert folded_address(written) == folded_address(mailed) == mailed


@pytest.mark.parametrize("text", ["m\u00fcller@u.example", "a@\u2603.example", "a@\u00fc..example"])
def test_what_few_servers_take_is_no_address(text: str) -> None:
    assert not is_mailbox(text)
    with pytest.raises(BadAddress):
        ascii_address(text)
