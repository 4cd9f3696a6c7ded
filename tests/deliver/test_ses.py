from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from digest.deliver.api import Answer
from digest.deliver.ses import Key, Ses, authorization, read

# the key, the date and the service of AWS's own test suite for Signature Version 4
SUITE = Key("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "us-east-1", "service")
AT = "20150830T123600Z"


@pytest.mark.parametrize(
    ("fields", "body", "signature"),
    [
        (  # post-vanilla
            {"host": "example.amazonaws.com", "x-amz-date": AT},
            b"",
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        ),
        (  # post-x-www-form-urlencoded
            {
                "content-type": "application/x-www-form-urlencoded",
                "host": "example.amazonaws.com",
                "x-amz-date": AT,
            },
            b"Param1=value1",
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        ),
    ],
)
def test_a_signature_is_that_of_the_documented_examples(
    fields: dict[str, str], body: bytes, signature: str
) -> None:
    assert authorization(SUITE, "/", fields, body) == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        f"SignedHeaders={';'.join(fields)}, Signature={signature}"
    )


def service() -> Ses:
    at = datetime(2026, 1, 12, 6, 0, 5, 999, tzinfo=UTC)
    return replace(read("AKID", "secret", "eu-west-1", ""), clock=lambda: at)


def test_what_is_signed_is_what_is_sent() -> None:
    request = service().request("b@u.example", "a@u.example", b"From: x\r\n\r\nHi\r\n")

    signed = {
        "content-type": request.fields["content-type"],
        "host": "email.eu-west-1.amazonaws.com",
        "x-amz-date": "20260112T060005Z",
    }
    assert request.fields["x-amz-date"] == signed["x-amz-date"]
    key = Key("AKID", "secret", "eu-west-1", "ses")
    expected = authorization(key, request.path, signed, request.body)
    assert request.fields["authorization"] == expected
    assert sha256(b"secret").hexdigest() not in expected
    assert json.loads(request.body)["FeedbackForwardingEmailAddress"] == "b@u.example"


def test_all_but_a_bad_request_is_about_the_account() -> None:
    def refused(kind: str) -> tuple[str, bool]:
        return service().refusal(Answer(status=400, fields={"x-amzn-errortype": kind}))

    assert refused("BadRequestException:http://x") == ("doubtful", False)
    for kind in ("MessageRejected", "SendingPausedException", "AccountSuspendedException", ""):
        assert refused(kind) == ("sender", False)
