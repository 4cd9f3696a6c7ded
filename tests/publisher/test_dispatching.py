"""Webhooks are told what became of issues: signed, at least once, and never what names a reader."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from digest.errors import ConfigError, DeliveryError, Stale, Unknown, UsageError
from digest.model import Dispatch
from digest.publisher import Publisher, dispatching
from digest.publisher.dispatching import nameless, not_taken, signature
from digest.sources.fetching.http import FetchError, FetchLimits, post
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom
from tests.helpers.receiver import Receiver, receiver

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
ISSUE = "weekly-2026-01-12"
EVERY = "[drafted, held, skipped, approved, sending, sent, discarded, failed]"


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as part:
        yield part


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    room = Newsroom(tmp_path_factory.mktemp("made"), NOW)
    room.note("anna", "EU", "Strategy-people", title="*Bold* <!channel> @all [x](y)")
    room.subscribe(("reader@u.example", "staff"))
    room.open().pull()
    return room


@pytest.fixture
def room(made: Newsroom, tmp_path: Path) -> Newsroom:
    return made.copied(tmp_path)


def hooked(room: Newsroom, *hooks: str, **environment: str) -> Publisher:
    """Return a publisher that tells these webhooks, each a line of feeds.yaml."""
    file = room.folder / "feeds.yaml"
    plain = file.read_text().partition("webhooks:")[0]
    file.write_text(plain + "webhooks:\n" + "".join(f"  {hook}\n" for hook in hooks))
    return room.open({"SECRET": SECRET, **environment})


def program(there: Receiver, more: str = f"events: {EVERY}") -> str:
    url = f"{there.origin}/program"
    return f'program: {{url: "{url}", secret: "${{SECRET}}", allow_hosts: ["127.0.0.1"], {more}}}'


def chat(there: Receiver, template: str) -> str:
    url = f"{there.origin}/{template}"
    return f'chat: {{url: "{url}", template: {template}, allow_hosts: ["127.0.0.1"]}}'


def told(there: Receiver) -> list[Any]:
    return [json.loads(each.body) for each in there.got]


def test_a_program_is_told_each_state_that_an_issue_comes_to_once(
    room: Newsroom, there: Receiver
) -> None:
    press = hooked(room, program(there))
    press.draft("weekly")
    press.draft("weekly")
    press.edit(ISSUE, [{"subject": "Another"}], by="Ben")
    press.approve(ISSUE, by="Ana")
    press.send(ISSUE)
    done = press.tell_webhooks()

    assert [each.state for each in done] == ["taken"] * 4
    assert [each["type"] for each in told(there)] == [
        "issue.drafted",
        "issue.approved",
        "issue.sending",
        "issue.sent",
    ]
    last = told(there)[-1]["data"]
    assert last["text"] == f"Issue {ISSUE} is out."
    assert last["emails"] == {"sent": 1}
    assert last["approved_by"] == "Ana"
    assert last["editions"][0]["articles"][0]["url"] == "https://u.example/anna"
    whole = b"".join(each.body for each in there.got)
    assert b"reader@" not in whole
    assert b"Strategy" not in whole
    assert press.tell_webhooks() == []


def test_it_can_prove_that_we_call_and_what_is_told_again_has_the_same_id(
    room: Newsroom, there: Receiver
) -> None:
    press = hooked(room, program(there))
    there.status, there.said = 503, b"later,\n please\x1b"
    press.draft("weekly")
    first = press.tell_webhooks()
    assert first[0].said == "it answers 503: later, please"
    assert press.tell_webhooks() == []
    there.status = 204
    room.now += timedelta(seconds=6)
    assert [each.state for each in room.open({"SECRET": SECRET}).tell_webhooks()] == ["taken"]

    one, two = there.got
    assert one.fields["webhook-id"] == two.fields["webhook-id"]
    assert one.body == two.body
    for each, at in ((one, NOW), (two, room.now)):
        stamp = each.fields["webhook-timestamp"]
        assert int(stamp) == int(at.timestamp())
        signed = f"{each.fields['webhook-id']}.{stamp}.".encode() + each.body
        mark = hmac.new(bytes(range(32)), signed, hashlib.sha256).digest()
        assert each.fields["webhook-signature"] == "v1," + base64.b64encode(mark).decode()


def test_the_signature_is_that_of_the_standards_own_example() -> None:
    # https://github.com/standard-webhooks/standard-webhooks, the specification's test vector
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    made = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("secret", ["whsec_", "password", "whsec_" + "A" * 20, "whsec_" + "A" * 96])
def test_a_secret_that_could_be_guessed_or_is_none_is_refused(secret: str) -> None:
    with pytest.raises(UsageError, match="24 to 64 bytes in base64"):
        signature(secret, "msg_1", 1, b"")


def test_it_is_given_up_after_ten_attempts_in_three_days(room: Newsroom, there: Receiver) -> None:
    there.status = 500
    hooked(room, program(there)).draft("weekly")
    began, tried = room.now, list[Dispatch]()
    while not tried or tried[-1].next_at:
        room.now = tried[-1].next_at if tried and tried[-1].next_at else room.now
        tried += room.open({"SECRET": SECRET}).tell_webhooks()
    assert len(tried) == 10
    assert timedelta(days=2) < room.now - began < timedelta(days=4)
    assert not_taken(tried[-1]).endswith("it answers 500: ok; it is given up after 10 attempts")
    assert not_taken(tried[0]).endswith("it is told again from 2026-01-12 06:00:05 UTC on")


def test_who_has_gone_for_good_is_told_no_more_and_who_wants_rest_gets_it(
    room: Newsroom, there: Receiver
) -> None:
    press = hooked(room, program(there))
    there.status, there.fields = 429, {"Retry-After": "3600"}
    press.draft("weekly")
    assert press.tell_webhooks()[0].next_at == NOW + timedelta(hours=1)
    there.status = 410
    press.approve(ISSUE, by="Ana")
    assert [each.state for each in press.tell_webhooks()] == ["given up"]


def test_what_a_crash_left_is_told_again(room: Newsroom, there: Receiver) -> None:
    press = hooked(room, program(there))
    press.draft("weekly")
    until = NOW + timedelta(minutes=1)
    claimed = press._services.dispatches.claim("program", NOW, until)  # and there it ends
    assert claimed is not None
    assert press.tell_webhooks() == []
    room.now = until
    assert [each.id for each in room.open({"SECRET": SECRET}).tell_webhooks()] == [claimed.id]


def test_what_is_told_is_kept_with_the_issue_or_not_at_all(room: Newsroom, there: Receiver) -> None:
    press = hooked(room, program(there))
    issue = press.draft("weekly").issue
    later = replace(issue, status="approved")
    with pytest.raises(Stale):
        press._services.issues.save(later, {}, was=replace(issue, number=7))
    assert press.told("program")[1] == 1


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("slack", "*Bold* &lt;!channel&gt; @all"),
        ("mattermost", "\\*Bold\\* \\<!channel\\> @\u200ball \\[x\\]\\(y\\)"),
        ("teams", "\\*Bold\\*"),
    ],
)
def test_a_chat_gets_a_message_that_a_headline_cannot_turn_into_another(
    template: str, says: str, room: Newsroom, there: Receiver
) -> None:
    press = hooked(room, chat(there, template))
    press.draft("weekly")
    assert [each.state for each in press.tell_webhooks()] == ["taken"]
    said = json.dumps(told(there)[0], ensure_ascii=False)
    assert json.dumps(says, ensure_ascii=False)[1:-1] in said
    assert f"Issue {ISSUE}".replace("-", "") in said.replace("\\", "").replace("-", "")
    assert "webhook-signature" not in there.got[0].fields
    if template == "teams":
        card = told(there)[0]["attachments"][0]
        assert card["contentType"] == "application/vnd.microsoft.card.adaptive"
        assert {each["type"] for each in card["content"]["body"]} == {"TextBlock", "FactSet"}
    else:
        assert [*told(there)[0]] == ["text"]


def test_a_template_of_ones_own_is_sent_as_what_its_name_says(
    room: Newsroom, there: Receiver
) -> None:
    folder = room.folder / "templates" / "webhooks"
    folder.mkdir(parents=True)
    (folder / "ntfy.txt").write_text("{{ data.text }}")
    press = hooked(room, chat(there, "ntfy.txt"))
    press.draft("weekly")
    press.tell_webhooks()
    assert there.got[0].body.decode() == f"Issue {ISSUE} is drafted and waits for its approval."
    assert there.got[0].fields["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{\n{{ data.nothing }}}", r"own\.json:2: there is no field 'nothing' here"),
        ("{% if %}", r"own\.json:1: Expected an expression"),
        ("{text: 1}", r"own\.json:1: what it makes is no JSON"),
        ('{{ "[" * 99999 }}', r"own\.json:1: what it makes is no JSON that can be read"),
        ('"{{ "\\ud800" }}"', r"own\.json:1: what it makes is no text: '\\ud800' is half"),
    ],
)
def test_a_wrong_template_is_told_with_file_and_line_and_stops_no_issue(
    text: str, says: str, room: Newsroom, there: Receiver
) -> None:
    folder = room.folder / "templates" / "webhooks"
    folder.mkdir(parents=True)
    (folder / "own.json").write_text(text)
    press = hooked(room, chat(there, "own.json"))
    press.draft("weekly")
    done = press.tell_webhooks()
    assert re.search(says, done[0].said), done[0].said
    assert there.got == []
    assert press.approve(ISSUE, by="Ana").status == "approved"
    (folder / "own.json").write_text("{}")
    room.now += timedelta(minutes=10)
    assert {each.state for each in room.open().tell_webhooks()} == {"taken"}


def test_check_names_a_template_that_is_not_there_or_fails(room: Newsroom, there: Receiver) -> None:
    folder = room.folder / "templates" / "webhooks"
    folder.mkdir(parents=True)
    (folder / "fails.txt").write_text(
        "{{ data.editions[0].articles[0].title }}\n{{ data.nothing }}"
    )
    (folder / "works.txt").write_text("{{ data.editions[0].articles[0].title }}")
    press = hooked(
        room,
        program(there),
        *(
            f"{name}: {{url: '{there.origin}', template: {name}.txt}}"
            for name in ("fails", "works")
        ),
        f"none: {{url: '{there.origin}', template: ../../feeds}}",
        f"chat: {{url: '{there.origin}', template: teams}}",
    )
    found = {f.where.key: f.message for f in press.check() if f.rule == "template"}
    assert [*found] == ["webhooks.fails.template", "webhooks.none.template"]
    assert "fails.txt:2: there is no field 'nothing' here" in found["webhooks.fails.template"]
    assert "there is no template" in found["webhooks.none.template"]
    assert there.got == []


def test_no_private_address_is_asked_that_nobody_named(room: Newsroom, there: Receiver) -> None:
    press = hooked(room, f'chat: {{url: "{there.origin}", template: slack}}')
    press.draft("weekly")
    assert "name it in allow_hosts" in press.tell_webhooks()[0].said
    assert there.got == []


def test_a_redirect_is_not_followed(room: Newsroom, there: Receiver) -> None:
    there.status, there.fields = 302, {"Location": f"{there.origin}/elsewhere"}
    press = hooked(room, program(there))
    press.draft("weekly")
    assert press.tell_webhooks()[0].said == "it answers 302"
    assert [each.path for each in there.got] == ["/program"]


@pytest.mark.parametrize("status", [200, 500])
def test_an_endless_answer_is_not_read_to_its_end(status: int, there: Receiver) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 65_536)

    there.write = endless
    limits = FetchLimits(total=5, size=2000)
    reply = post(f"{there.origin}/", b"{}", headers={}, allow_hosts=("127.0.0.1",), limits=limits)
    assert (reply.status, len(reply.body) <= 2000) == (status, True)


def test_a_slow_answer_is_waited_for_only_so_long(there: Receiver) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            handler.wfile.write(b"X-Slow: 1\r\n")
            time.sleep(0.05)

    there.write = drip
    began = time.monotonic()
    with pytest.raises(FetchError, match=r"did not answer in full within 0\.3 s"):
        post(
            f"{there.origin}/",
            b"{}",
            headers={},
            allow_hosts=("127.0.0.1",),
            limits=FetchLimits(total=0.3),
        )
    assert time.monotonic() - began < 3


def test_one_webhook_in_vain_keeps_no_other_from_being_told(
    room: Newsroom, there: Receiver
) -> None:
    dead = 'dead: {url: "http://127.0.0.1:9/", template: slack, allow_hosts: ["127.0.0.1"]}'
    unset = 'unset: {url: "${NOWHERE}", template: slack}'
    wrong = 'wrong: {url: "${WRONG}", template: slack}'
    press = hooked(room, dead, unset, wrong, program(there), WRONG="ftp://secret-token/")
    press.draft("weekly")
    done = {each.hook: each for each in press.tell_webhooks()}
    assert {name: each.state for name, each in done.items()} == {
        "dead": "waiting",
        "unset": "waiting",
        "wrong": "waiting",
        "program": "taken",
    }
    assert "needs the environment variable NOWHERE" in done["unset"].said
    assert done["wrong"].said == (
        "the address of the webhook wrong does not start with https:// or http://"
    )


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (
            "{origin}/services/T00/xoxb-secret?key=abcdefgh1",
            "it answers 404: <pre>Cannot POST …</pre>",
        ),
        ("https://127.0.0.1:99999/services/xoxb-secret", "… is no http or https address"),
    ],
)
def test_an_address_that_is_a_secret_is_not_told_by_what_is_answered(
    url: str, says: str, room: Newsroom, there: Receiver
) -> None:
    address = url.format(origin=there.origin)
    there.status, there.said = (
        404,
        b"<pre>Cannot POST /services/T00/xoxb-secret?key=abcdefgh1</pre>",
    )
    hook = 'chat: {url: "${CHAT}", template: slack, allow_hosts: ["127.0.0.1"]}'
    press = hooked(room, hook, CHAT=address)
    press.draft("weekly")
    assert press.tell_webhooks()[0].said == says
    there.said = b"no hook xoxb-secret, nor key=abcdefgh1"
    assert "secret" not in press.test_webhook("chat").said


def test_each_of_many_is_one_tellers_alone_however_slow_the_receiver_is(
    room: Newsroom, there: Receiver
) -> None:
    press = hooked(room, program(there))
    press.draft("weekly")
    press.approve(ISSUE, by="Ana")
    press.send(ISSUE)
    services, others = replace(press._services, clock=lambda: room.now), list[Dispatch | None]()

    def slow(handler: BaseHTTPRequestHandler) -> None:
        room.now += timedelta(seconds=50)
        if len(there.got) == 4:
            others.append(services.dispatches.claim("program", room.now, room.now))
        handler.send_response(200)
        handler.end_headers()

    there.write = slow
    assert [each.state for each in dispatching.tell(services)] == ["taken"] * 4
    assert others == [None]


def test_only_what_was_asked_for_is_told(room: Newsroom, there: Receiver) -> None:
    press = hooked(room, program(there, "events: [approved]"))
    press.draft("weekly")
    assert press.tell_webhooks() == []
    press.approve(ISSUE, by="Ana")
    assert [each.type for each in press.tell_webhooks()] == ["issue.approved"]


def test_a_failure_of_the_scheduler_is_told_once_until_it_is_over(
    room: Newsroom, there: Receiver
) -> None:
    press = hooked(room, program(there, "events: [failed]"))
    services = press._services
    failure = "the relay says no to bob@u.example"
    for failures in ([failure], [failure], [], [failure]):
        dispatching.tell_failures(services, "weekly", failures)
    press.tell_webhooks()
    said = [each["data"]["text"] for each in told(there)]
    assert said == ["the relay says no to …@u.example"] * 2
    assert {each["type"] for each in told(there)} == {"newsletter.failed"}


def test_a_tick_that_fails_tells_it(room: Newsroom, there: Receiver) -> None:
    room.configure(delivery="smtp: 'smtp://127.0.0.1:9'")
    press = hooked(room, program(there))
    press.draft("weekly")
    press.approve(ISSUE, by="Ana")
    room.now += timedelta(hours=1, minutes=1)
    press = room.open({"SECRET": SECRET})
    assert any(isinstance(each, DeliveryError) for each in press.tick())
    press.tell_webhooks()
    assert "newsletter.failed" in [each["type"] for each in told(there)]


def test_a_test_is_sent_at_once_and_nothing_of_it_is_kept(room: Newsroom, there: Receiver) -> None:
    press = hooked(room, program(there))
    assert press.test_webhook("program").state == "taken"
    assert told(there)[0]["type"] == "webhook.test"
    assert press.told("program") == ([], 0)
    with pytest.raises(Unknown, match="there is no webhook 'nobody'; known: program"):
        press.test_webhook("nobody")


def test_what_is_over_goes_after_a_month(room: Newsroom, there: Receiver) -> None:
    press = hooked(room, program(there))
    press.draft("weekly")
    press.tell_webhooks()
    room.now += timedelta(days=31)
    press = room.open({"SECRET": SECRET})
    press.discard(ISSUE, by="Ana")
    press.tell_webhooks()
    assert [each.type for each in press.told("program")[0]] == ["issue.discarded"]
    with closing(sqlite3.connect(room.folder / "digest.db")) as database:
        assert database.execute("SELECT count(*) FROM dispatches").fetchone() == (1,)


def test_what_waits_for_a_webhook_that_is_no_more_goes_too(room: Newsroom, there: Receiver) -> None:
    hooked(room, program(there)).draft("weekly")
    room.now += timedelta(days=31)
    press = hooked(room, program(there).replace("program:", "other:", 1))
    press.discard(ISSUE, by="Ana")
    assert [each.state for each in press.tell_webhooks()] == ["taken"]
    assert press.told("program") == ([], 0)


def test_text_is_in_the_publications_language(room: Newsroom, there: Receiver) -> None:
    file = room.folder / "feeds.yaml"
    text = file.read_text()
    file.write_text(
        text.replace("timezone: Europe/London", "timezone: Europe/London\n  language: de")
    )
    press = hooked(room, program(there))
    press.draft("weekly")
    press.approve(ISSUE, by="Ana")
    press.tell_webhooks()
    assert told(there)[1]["data"]["text"] == f"Die Ausgabe {ISSUE} ist freigegeben."


def test_nobody_is_asked_for_an_approval_that_comes_by_itself(
    room: Newsroom, there: Receiver
) -> None:
    room.configure("approval: automatic")
    press = hooked(room, program(there))
    press.draft("weekly")
    press.tell_webhooks()
    assert told(there)[0]["data"]["text"] == f"Issue {ISSUE} is drafted."


def test_a_sentence_names_nobody() -> None:
    said = "550 5.1.1 <bob.o-neil+x@u.example>: no such user (to: eve@v.example)"
    assert nameless(said) == "550 5.1.1 <…@u.example>: no such user (to: …@v.example)"
    assert nameless("a@b@c.example, @x, y@") == "…@…@c.example, @x, y@"
    began = time.monotonic()
    assert nameless("x" * 200_000) == "x" * 200_000
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("hook", "says"),
    [
        ("{url: 'ftp://x', template: slack}", "url: starts with https://"),
        ("{url: 'https://x.example'}", "has a secret, by which a program knows us, or a template"),
        ("{url: 'https://x.example', template: slack, newsletters: [daily]}", "no newsletter"),
        ("{url: 'https://x.example', template: slack, events: [opened]}", "drafted"),
        ("{url: 'https://x.example', template: slack, events: []}", "events"),
        ("{url: 'https://x.example', template: slack, events: held}", "events: is a list, such as"),
    ],
)
def test_a_webhook_that_could_not_work_is_refused_with_its_line(
    hook: str, says: str, tmp_path: Path
) -> None:
    room = Newsroom(tmp_path, NOW)
    with pytest.raises(ConfigError, match=r"feeds.yaml:\d+: webhooks") as caught:
        hooked(room, f"chat: {hook}")
    assert says in str(caught.value)


def test_a_webhook_that_is_no_more_in_feeds_yaml_is_told_nothing(
    room: Newsroom, there: Receiver
) -> None:
    hooked(room, program(there)).draft("weekly")
    assert hooked(room, chat(there, "slack")).tell_webhooks() == []
    assert there.got == []


def test_nothing_is_told_by_a_house_that_closes(room: Newsroom, there: Receiver) -> None:
    press = hooked(room, program(there))
    press.draft("weekly")
    press.stop()
    assert press.tell_webhooks() == []
