from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from digest.cli.main import main
from digest.model import Delivery
from digest.publisher import Publisher
from digest.publisher.settling import RESTORED, settle_by_policy
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom
from tests.publisher.test_sending import ISSUE, Relay, through

WHO = ("a@u.example", "b@u.example", "c@u.example")


def made(tmp_path: Path, delivery: str = "folder: sent") -> Newsroom:
    room = Newsroom(tmp_path, NOW, delivery=delivery)
    room.note("anna")
    room.subscribe(*((each, "staff") for each in WHO))
    press = room.open()
    press.pull()
    press.approve(press.draft("weekly").issue.id, by="Ana")
    return room


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """A newsroom whose relay gave no answer to any email."""
    room = made(tmp_path_factory.mktemp("made"))
    for _ in range(2):  # two without an answer stop a run
        through(room, Relay(lambda _: "ambiguous")).send(ISSUE)
    return room


@pytest.fixture
def room(ready: Newsroom, tmp_path: Path) -> Newsroom:
    return ready.copied(tmp_path)


def deliveries(room: Newsroom) -> dict[str, Delivery]:
    return {d.address[:1]: d for d in room.open().deliveries(ISSUE)}


def states(room: Newsroom) -> str:
    return " ".join(d.state for _, d in sorted(deliveries(room).items()))


def log(room: Newsroom, text: str) -> str:
    file = room.folder / "mail.log"
    file.write_text(text)
    return str(file)


def test_a_log_settles_what_it_names_and_guesses_nothing_of_the_rest(room: Newsroom) -> None:
    a, b = (deliveries(room)[name].message_id for name in "ab")
    at = "2026-01-12T06:00:0"
    said = log(
        room,
        f"""\
{at}0+00:00 mx postfix/cleanup[1]: AAAAAAAAAA: message-id={a}
{at}1+00:00 mx postfix/smtp[1]: AAAAAAAAAA: to=<a@u.example>, dsn=2.0.0, status=sent (250 ok)
{at}2+00:00 mx postfix/cleanup[1]: BBBBBBBBBB: message-id={b}
{at}3+00:00 mx postfix/smtp[1]: BBBBBBBBBB: to=<b@u.example>, dsn=5.1.1, status=bounced (550 no)
2026-01-12T09:00:00+00:00 mx postfix/qmgr[1]: statistics
""",
    )

    done = room.open().settle_by_log(ISSUE, said)

    assert (done.sent, done.failed, done.ambiguous) == (1, 1, 1)
    assert states(room) == "sent failed ambiguous"
    assert done.said is not None
    assert "covers the time" in done.said
    assert deliveries(room)["c"].detail == done.said
    assert room.open().settle_by_log(ISSUE, said).ambiguous == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<x@u.example>\n", "has no times"),
        ("Dear all,\n", "none of Postfix's"),
        (
            "2026-01-10T06:00:00Z mx postfix/smtpd[1]: ABCDEF: x\n",
            "does not cover 2026-01-12 06:00",
        ),
    ],
)
def test_a_log_says_why_it_settles_nothing(room: Newsroom, text: str, said: str) -> None:
    done = room.open().settle_by_log(ISSUE, log(room, text))

    assert states(room) == "ambiguous ambiguous ambiguous"
    assert said in str(done.said)


def test_the_command_settles_by_hand_or_by_a_log(
    room: Newsroom, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = "\n".join(d.message_id for d in deliveries(room).values())
    config = ["--config", str(room.folder / "feeds.yaml"), "--now", NOW.isoformat()]
    for wrong in (["settle", ISSUE], ["settle", ISSUE, "--as", "sent", "--log", "x"]):
        with pytest.raises(SystemExit) as caught:
            main([*config, *wrong])
        assert caught.value.code == 2
    capsys.readouterr()

    with pytest.raises(SystemExit) as caught:
        main([*config, "--json", "settle", ISSUE, "--log", log(room, ids)])

    assert caught.value.code == 0
    assert capsys.readouterr().out.strip() == (
        f'{{"issue": "{ISSUE}", "settled": 3, "sent": 3, "failed": 0, "ambiguous": 0}}'
    )


def test_the_policy_holds_unless_it_is_said_otherwise(room: Newsroom) -> None:
    assert states(room) == "ambiguous ambiguous ambiguous"
    assert room.open().issue(ISSUE).status == "sent"


def test_the_policy_resend_sends_again_three_times_at_most(tmp_path: Path) -> None:
    room = made(tmp_path, "folder: sent, ambiguous: resend")
    relay = Relay(lambda address: "ambiguous" if address[0] == "a" else "sent")

    through(room, relay).send(ISSUE)
    assert states(room) == "pending sent sent"
    assert room.open().issue(ISSUE).status == "sending"
    through(room, relay).send(ISSUE)
    through(room, relay).send(ISSUE)

    assert states(room) == "ambiguous sent sent"
    assert room.open().issue(ISSUE).status == "sent"
    assert +relay.served == {"b@u.example": 1, "c@u.example": 1}


def test_what_may_have_gone_out_before_a_restored_database_is_never_sent_by_policy(
    tmp_path: Path,
) -> None:
    room = made(tmp_path, "folder: sent, ambiguous: resend")
    through(room, Relay(lambda _: "deferred")).send(ISSUE)
    press: Publisher = room.open()
    press._services.deliveries.doubt(ISSUE, RESTORED)

    assert settle_by_policy(press._services, ISSUE) == 0
    one = replace(deliveries(room)["a"], detail="no answer")
    press._services.deliveries.mark([one])
    assert settle_by_policy(press._services, ISSUE) == 1
