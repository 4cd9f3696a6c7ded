from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from digest.deliver.hooks import read_hook
from digest.errors import DigestError, Forged, UsageError
from digest.ports import Call, Hook, Report
from tests.helpers import hooks
from tests.helpers.make import NOW

ID = "<abc@u.example>"


def nothing(url: str) -> bytes:
    raise AssertionError(url)


def mailgun() -> Hook:
    return read_hook("mailgun", hooks.KEY, nothing)


def postmark() -> Hook:
    return read_hook("postmark", hooks.LOGIN, nothing)


@pytest.fixture
def sns() -> hooks.Sns:
    return hooks.Sns()


def ses(sns: hooks.Sns) -> Hook:
    return read_hook("ses", hooks.ARN, sns.fetch)


def read(hook: Hook, call: Call, late: timedelta = timedelta()) -> list[Report]:
    return [*hook.read(call, NOW + late)]


def test_mailgun_reports_what_failed_for_good() -> None:
    assert read(mailgun(), hooks.mailgun(hooks.failed(ID))) == [
        Report(
            kind="bounced",
            detail="no such user",
            hard=True,
            address="a@u.example",
            message_ids=("abc@u.example",),
            signed=True,
        )
    ]
    (soft,) = read(mailgun(), hooks.mailgun(hooks.failed(ID, "5.2.2", "mailbox full")))
    assert not soft.hard
    (complaint,) = read(mailgun(), hooks.mailgun({**hooks.failed(ID), "event": "complained"}))
    assert complaint.kind == "complained"


@pytest.mark.parametrize(
    "event",
    [
        {**hooks.failed(ID), "severity": "temporary"},
        {**hooks.failed(ID), "event": "delivered"},
        {"event": ["failed"], "severity": {}},
        {},
    ],
)
def test_mailgun_reports_nothing_by_what_is_no_end(event: dict[str, Any]) -> None:
    assert read(mailgun(), hooks.mailgun(event)) == []


def test_a_mailgun_token_counts_once_but_again_where_it_was_not_heard_to_its_end() -> None:
    hook, call = mailgun(), hooks.mailgun(hooks.failed(ID))
    broken = iter(hook.read(call, NOW))
    next(broken)
    del broken  # the store was busy

    assert len(read(hook, call)) == 1
    assert read(hook, call) == []


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (hooks.mailgun(hooks.failed(ID), key="another"), "signature"),
        (hooks.mailgun(hooks.failed(ID), at=NOW - timedelta(hours=13)), "another time"),
        (hooks.mailgun(hooks.failed(ID), at=NOW + timedelta(hours=1)), "another time"),
        (hooks.mailgun(hooks.failed(ID), mark=""), "signature"),
        (Call(fields={}, body=b'{"signature": [], "event-data": 1}'), "signature"),
        (Call(fields={}, body=b"[" * 100_000), "signature"),
        (Call(fields={}, body=b"\xff\x00"), "signature"),
    ],
)
def test_what_mailgun_did_not_sign_now_is_not_its_own(call: Call, said: str) -> None:
    with pytest.raises(Forged, match=said):
        read(mailgun(), call)


def test_postmark_reports_by_the_mark_that_it_gives_back() -> None:
    bounce = {
        "RecordType": "Bounce",
        "Type": "HardBounce",
        "Details": "550 no such user",
        "Email": "a@u.example",
        "Metadata": {"delivery": "abc"},
    }
    (hard,) = read(postmark(), hooks.postmark(bounce))
    (soft,) = read(postmark(), hooks.postmark({**bounce, "Type": "SoftBounce"}))
    (complaint,) = read(postmark(), hooks.postmark({**bounce, "RecordType": "SpamComplaint"}))

    assert (hard.kind, hard.hard, hard.message_ids) == ("bounced", True, ("abc",))
    assert (soft.kind, soft.hard) == ("bounced", False)
    assert complaint.kind == "complained"
    assert hard.signed
    for kind in ("Transient", "AutoResponder", ["HardBounce"]):
        assert read(postmark(), hooks.postmark({**bounce, "Type": kind})) == []


@pytest.mark.parametrize("login", ["digest:guess", "", "digest:hunter2é"])
def test_who_logs_in_as_another_is_not_postmark(login: str) -> None:
    with pytest.raises(Forged, match="logs in"):
        read(postmark(), hooks.postmark({"RecordType": "Bounce"}, login=login))


@pytest.mark.parametrize("version", ["1", "2"])
def test_ses_reports_by_a_topic_that_signs(sns: hooks.Sns, version: str) -> None:
    hook = ses(sns)
    call = sns.call(version, Message=hooks.bounced(ID))

    (report,) = read(hook, call)

    assert (report.kind, report.hard, report.signed) == ("bounced", True, True)
    assert report.detail == "550 5.1.1 it said no"
    assert report.message_ids == ("abc@u.example",)
    assert len(read(hook, call)) == 1
    assert sns.fetched == [hooks.PEM]  # once


def test_ses_calls_soft_what_does_not_last_or_is_no_lost_address(sns: hooks.Sns) -> None:
    hook = ses(sns)
    for message in (
        hooks.bounced(ID, kind="Transient"),
        hooks.bounced(ID, status="5.7.1"),
    ):
        (report,) = read(hook, sns.call(Message=message))
        assert not report.hard


def test_ses_reports_complaints(sns: hooks.Sns) -> None:
    said = {
        "eventType": "Complaint",
        "complaint": {
            "complainedRecipients": [{"emailAddress": "a@u.example"}],
            "complaintFeedbackType": "abuse",
            "userAgent": "Loop/1.0",
        },
        "mail": {"commonHeaders": {"messageId": ID}, "source": "bounces+t@u.example"},
    }
    (report,) = read(ses(sns), sns.call(Message=json.dumps(said)))

    assert (report.kind, report.detail) == ("complained", "abuse, reported by Loop/1.0")
    assert report.return_paths == ("bounces+t@u.example",)


SUBSCRIBE = f"{hooks.HOST}/?Action=ConfirmSubscription&TopicArn={hooks.ARN}&Token=t"


def test_a_subscription_to_our_topic_is_confirmed(sns: hooks.Sns) -> None:
    call = sns.call(Type="SubscriptionConfirmation", Message="…", Token="t", SubscribeURL=SUBSCRIBE)

    assert read(ses(sns), call) == []
    assert sns.fetched == [hooks.PEM, SUBSCRIBE]


FORGERIES: dict[str, Callable[[hooks.Sns], Call]] = {
    "another topic": lambda sns: sns.call(TopicArn=hooks.ARN + "2", Message="{}"),
    "another message": lambda sns: Call(
        fields={}, body=sns.call(Message="{}").body.replace(b'"{}"', b'"{ }"')
    ),
    "another kind": lambda sns: sns.call(Type="UnsubscribeConfirmation", Message="{}"),
    "no kind": lambda sns: sns.call(Type=["Notification"], Message="{}"),
    "another version": lambda sns: sns.call("3", Message="{}"),
    "a list for a version": lambda sns: sns.call(
        SignatureVersion=["2"], Signature="AAAA", Message="{}"
    ),
    "no text": lambda sns: sns.call(Message={"a": 1}),
    "half a letter": lambda sns: sns.call(Message="\ud800", Signature="AAAA"),
    "no signature": lambda sns: sns.call(Message="{}", Signature="é"),
    **{
        url: lambda sns, url=url: sns.call(Message="{}", SigningCertURL=url)  # type: ignore[misc]
        for url in (
            "http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0.pem",
            "https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-0.pem",
            "https://sns.eu-west-1.amazonaws.com@evil.example/SimpleNotificationService-0.pem",
            "https://sns.eu-west-1.amazonaws.com:444/SimpleNotificationService-0.pem",
            "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem",
            "https://bucket.s3.amazonaws.com/SimpleNotificationService-0.pem",
            "https://sns.eu-west-1.amazonaws.com/other.pem",
            "https://[sns/SimpleNotificationService-0.pem",
        )
    },
    "a confirmation elsewhere": lambda sns: sns.call(
        Type="SubscriptionConfirmation",
        Message="…",
        Token="t",
        SubscribeURL="https://evil.example/",
    ),
}


@pytest.mark.parametrize("forged", [*FORGERIES.values()], ids=[*FORGERIES])
def test_what_the_topic_did_not_sign_is_not_its_own(
    sns: hooks.Sns, forged: Callable[[hooks.Sns], Call]
) -> None:
    with pytest.raises(Forged):
        read(ses(sns), forged(sns))
    assert set(sns.fetched) <= {hooks.PEM}


def test_a_certificate_that_is_over_proves_nothing(sns: hooks.Sns) -> None:
    with pytest.raises(Forged, match="not valid now"):
        read(ses(sns), sns.call(Message="{}"), timedelta(days=31))


def test_a_certificate_that_is_not_there_is_not_asked_for_at_every_call(sns: hooks.Sns) -> None:
    hook = ses(sns)
    bad = sns.call(Message="{}", SigningCertURL=f"{hooks.HOST}/SimpleNotificationService-ffff.pem")
    for _ in range(3):
        with pytest.raises(DigestError):
            read(hook, bad)
    assert len(sns.fetched) == 1
    later = timedelta(minutes=2)
    assert read(hook, sns.call(Message=hooks.bounced(ID)), later)


@pytest.mark.parametrize(
    ("name", "proof"),
    [("ses", "arn:aws:sqs:eu-west-1:1:x"), ("postmark", "nobody"), ("mailgun", " ")],
)
def test_what_can_prove_nobody_is_refused(name: str, proof: str) -> None:
    with pytest.raises(UsageError):
        read_hook(name, proof, nothing)
