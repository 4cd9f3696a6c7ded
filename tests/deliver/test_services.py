from __future__ import annotations

import pytest

from digest.deliver.api_services import is_service, read_service
from digest.deliver.mailgun import Mailgun
from digest.deliver.postmark import Postmark
from digest.deliver.ses import Key, Ses
from digest.errors import UsageError


def test_a_service_is_read_from_its_address() -> None:
    ses = read_service("ses://AKID:a/b+c=@eu-west-1")
    assert isinstance(ses, Ses)
    assert ses.key == Key("AKID", "a/b+c=", "eu-west-1", "ses")
    assert ses.origin == "https://email.eu-west-1.amazonaws.com"
    assert read_service("mailgun://api:key-1@eu/mg.u.example") == Mailgun(
        user="api", secret="key-1", domain="mg.u.example", origin="https://api.eu.mailgun.net"
    )
    assert read_service("postmark://server:t-1@broadcast") == Postmark(
        token="t-1", stream="broadcast"
    )


def test_what_is_a_service_is_told_by_its_name() -> None:
    assert is_service("ses://whatever")
    assert not is_service("smtp://u.example")
    assert not is_service("")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("hunter2", "the service's address is none; write mailgun://"),
        ("sendgrid://a:hunter2@b", "no service 'sendgrid'; known: mailgun, postmark, ses"),
        ("ses://AKID@eu-west-1", r"write ses://KEY_ID:\$\{SECRET_KEY\}@REGION"),
        ("ses://AKID:hunter2@europe", "'europe' is no region of Amazon SES"),
        ("mailgun://api:hunter2@eu", "with us or eu as the region"),
        ("mailgun://api:hunter2@mars/mg.u.example", "with us or eu as the region"),
        ("mailgun://api:hunter2@eu/no domain", "the service's address is none"),
        ("postmark://me:hunter2@broadcast", "Postmark's address is postmark://server:"),
    ],
)
def test_what_is_no_service_is_said_without_its_secret(address: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as error:
        read_service(address)
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize(
    "address",
    [
        "ses://AKID:hunter2@eu-west-1",
        "mailgun://api:hunter2@us/mg.u.example",
        "postmark://server:hunter2@broadcast",
    ],
)
def test_a_secret_is_in_no_text(address: str) -> None:
    service = read_service(address)
    request = service.request("n@u.example", "a@u.example", b"From: n@u.example\r\n\r\nHello\r\n")

    assert "hunter2" not in repr(service)
    assert "hunter2" not in repr(request)
