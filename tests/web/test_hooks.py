from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from digest.deliver.hooks import read_hook
from digest.ports import Call
from digest.publisher import Publisher
from digest.web.app import create_app
from tests.helpers import hooks
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

A = "a@u.example"
ISSUE = "weekly-2026-01-12"
HOOKS = "hooks: {mailgun: '${HOOK_KEY}', ses: '" + hooks.ARN + "'}"
SECRETS = {"HOOK_KEY": hooks.KEY}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    delivery = f"folder: sent, verp: bounces@u.example, {HOOKS}"
    room = Newsroom(tmp_path_factory.mktemp("made"), NOW, delivery=delivery)
    room.subscribe((A, "staff"), ("b@u.example", "staff"))
    room.note("story")
    press = room.open()
    press.pull()
    press.draft("weekly")
    press.approve(ISSUE, by="Ana")
    press.send(ISSUE)
    return room


@pytest.fixture
def room(made: Newsroom, tmp_path: Path) -> Newsroom:
    return made.copied(tmp_path)


@pytest.fixture
def web(room: Newsroom) -> FlaskClient:
    return create_app(room.open(SECRETS), "a password").test_client()


def state(room: Newsroom) -> str:
    return next(d.state for d in room.open().deliveries(ISSUE) if d.address == A)


def message_id(room: Newsroom) -> str:
    return next(d.message_id for d in room.open().deliveries(ISSUE) if d.address == A)


def post(web: FlaskClient, service: str, call: Call) -> int:
    return web.post(f"/hooks/{service}", data=call.body, headers=dict(call.fields)).status_code


def test_a_bounce_that_a_service_reports_ends_it_at_once(room: Newsroom, web: FlaskClient) -> None:
    event = hooks.failed(message_id(room))

    assert post(web, "mailgun", hooks.mailgun(event)) == 204
    assert state(room) == "bounced"
    gone = room.open().suppression(A)
    assert gone is not None
    assert gone.reason == "bounced: no such user"
    room.open().restore(A)
    # neither the same call nor another of the same email takes that back
    assert post(web, "mailgun", hooks.mailgun(event)) == 204
    assert post(web, "mailgun", hooks.mailgun(event, mark="t1")) == 204
    assert room.open().suppression(A) is None


def test_a_topic_reports_by_the_message_id_also_where_there_are_return_paths(
    room: Newsroom,
) -> None:
    sns = hooks.Sns()
    press = room.open()
    hook = read_hook("ses", hooks.ARN, sns.fetch)
    press = Publisher(replace(press._services, hook=lambda _: hook))
    web = create_app(press, "a password").test_client()

    assert post(web, "ses", sns.call(Message=hooks.bounced(message_id(room)))) == 204
    assert room.open().suppression(A)


def test_a_forged_report_changes_nothing_and_learns_nothing(
    room: Newsroom, web: FlaskClient
) -> None:
    forged = hooks.mailgun(hooks.failed(message_id(room)), key="another")
    answer = web.post("/hooks/mailgun", data=forged.body)

    assert (answer.status_code, answer.text) == (403, "")
    assert state(room) == "sent"


def test_what_a_signed_report_says_of_an_address_alone_suppresses_nobody(
    room: Newsroom, web: FlaskClient
) -> None:
    assert post(web, "mailgun", hooks.mailgun(hooks.failed("<other@x.example>"))) == 204
    assert room.open().suppression(A) is None


def test_there_is_no_hook_that_was_not_configured(web: FlaskClient) -> None:
    for service in ("postmark", "nobody"):
        assert post(web, service, hooks.postmark({})) == 404
    assert web.get("/hooks/mailgun").status_code == 405
    assert web.post("/hooks/mailgun", data=b"x" * 600_000).status_code == 413


def test_a_secret_that_is_not_set_lets_the_service_call_again(room: Newsroom) -> None:
    web = create_app(room.open(), "a password").test_client()

    assert post(web, "mailgun", hooks.mailgun(hooks.failed("<x@y>"))) == 503
