"""People sign in elsewhere, by OpenID Connect: a real provider on loopback, with a real key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey

from digest.config import read_config
from digest.errors import ConfigError
from digest.web.app import create_app
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom
from tests.helpers.provider import CLIENT, SECRET, Provider, provider

OWN = {"Origin": "http://localhost"}
GROUPS = "{comms: [edit, approve], heads: [administer], law: {weekly: [edit]}}"


@pytest.fixture
def elsewhere() -> Iterator[Provider]:
    with provider() as found:
        yield found


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path, NOW)


def desk(room: Newsroom, issuer: str, groups: str = GROUPS) -> FlaskClient:
    stated = (
        f"{{issuer: '{issuer}', client_id: {CLIENT}, client_secret: '${{S}}', groups: {groups}}}"
    )
    file = room.folder / "feeds.yaml"
    if "oidc" not in file.read_text():
        file.write_text(f"{file.read_text()}\ndesk: {{oidc: {stated}}}\n")
    return create_app(room.open({"S": SECRET}), None).test_client()


def walk(web: FlaskClient) -> int:
    """Go there as a browser does, and back; return how the desk answers."""
    there = web.get("/login/elsewhere").headers["Location"]
    back = requests.get(there, allow_redirects=False, timeout=5).headers["Location"]
    return web.get(back.removeprefix("http://localhost")).status_code


def test_who_signs_in_elsewhere_has_the_rights_of_the_groups_there(
    room: Newsroom, elsewhere: Provider
) -> None:
    elsewhere.claims |= {"groups": ["comms", "choir"]}
    web = desk(room, elsewhere.issuer)
    assert web.get("/").headers["Location"] == "/login"
    assert "Sign in at 127.0.0.1" in web.get("/login").text
    assert 'name="password"' not in web.get("/login").text

    assert walk(web) == 302

    assert "ana" in web.get("/account").text
    assert web.get("/team").status_code == 403
    (account,) = room.open().accounts()
    assert (account.name, account.rights) == ("ana", {"*": ("edit", "approve")})
    assert [(e.by, e.kind) for e in room.open().log()] == [("ana", "sign-in")]


def test_rights_follow_the_groups_at_the_next_sign_in(room: Newsroom, elsewhere: Provider) -> None:
    web = desk(room, elsewhere.issuer)
    for groups, rights in (
        ("heads", {"*": ("administer",)}),
        (["law", "comms"], {"*": ("edit", "approve"), "weekly": ("edit",)}),
        (["law"], {"weekly": ("edit",)}),
    ):
        elsewhere.claims["groups"] = groups
        assert walk(web) == 302
        assert room.open().accounts()[0].rights == rights
    elsewhere.claims["groups"] = ["choir"]
    assert walk(web) == 403


def test_groups_that_the_token_does_not_name_are_asked_for(
    room: Newsroom, elsewhere: Provider
) -> None:
    elsewhere.more = {"sub": "17", "groups": ["comms"]}
    web = desk(room, elsewhere.issuer)
    assert walk(web) == 302
    elsewhere.more = {"sub": "18", "groups": ["comms"]}  # of somebody else
    assert walk(web) == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "another"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"sub": None},
        "key",
        "nonce",
    ],
)
def test_a_token_that_is_not_proven_opens_nothing(
    room: Newsroom, elsewhere: Provider, wrong: dict[str, object] | str
) -> None:
    elsewhere.claims |= {"groups": ["heads"]}
    if wrong == "key":
        elsewhere.forger = RSAKey.generate_key(2048, {"kid": "one"})
    elif wrong == "nonce":
        elsewhere.nonce = "of another sign-in"
    else:
        assert isinstance(wrong, dict)
        elsewhere.claims |= wrong
    web = desk(room, elsewhere.issuer)

    assert walk(web) == 403
    assert web.get("/").status_code == 302
    assert room.open().accounts() == []


def test_an_answer_that_nobody_asked_for_opens_nothing_and_says_nothing_of_its_own(
    room: Newsroom, elsewhere: Provider
) -> None:
    web = desk(room, elsewhere.issuer)
    for query in ("code=x&state=y", "error=x&error_description=Call+0800", ""):
        answer = web.get(f"/login/back?{query}")
        assert answer.status_code == 403
        assert "0800" not in answer.text
    assert [*room.open().log()] == []


def test_the_answer_to_one_browser_is_none_for_another(room: Newsroom, elsewhere: Provider) -> None:
    elsewhere.claims |= {"groups": ["heads"]}
    web = desk(room, elsewhere.issuer)
    there = web.get("/login/elsewhere").headers["Location"]
    back = requests.get(there, allow_redirects=False, timeout=5).headers["Location"]
    other = web.application.test_client()
    assert other.get(back.removeprefix("http://localhost")).status_code == 403


def test_a_name_that_is_somebody_elses_here_is_not_taken_over(
    room: Newsroom, elsewhere: Provider
) -> None:
    room.open().add_account("Ana", (), (), lambda: "a long password here", by="test")
    elsewhere.claims |= {"groups": ["heads"]}
    web = desk(room, elsewhere.issuer)
    assert walk(web) == 403
    form = {"name": "ana", "password": "a long password here"}
    assert web.post("/login", data=form, headers=OWN).status_code == 302  # both ways are open

    elsewhere.claims |= {"preferred_username": "ben"}
    assert walk(web) == 302
    elsewhere.claims |= {"sub": "18"}
    assert walk(web) == 403


@pytest.mark.parametrize(
    ("more", "name"),
    [({"email_verified": True}, "dean@u.example"), ({"email_verified": False}, "17"), ({}, "17")],
)
def test_an_address_is_a_name_only_where_it_is_proven(
    room: Newsroom, elsewhere: Provider, more: dict[str, bool], name: str
) -> None:
    said = {"preferred_username": "", "email": "dean@u.example", "groups": ["heads"]}
    elsewhere.claims |= said | more
    assert walk(desk(room, elsewhere.issuer)) == 302
    assert [each.name for each in room.open().accounts()] == [name]


def test_a_provider_that_is_away_or_another_is_told_in_a_sentence(room: Newsroom) -> None:
    with provider() as gone:
        issuer = gone.issuer
    web = desk(room, issuer)
    answer = web.get("/login/elsewhere")
    assert answer.status_code == 502
    assert "did not work" in answer.text


def test_a_configuration_of_another_issuer_is_refused(room: Newsroom, elsewhere: Provider) -> None:
    elsewhere.claims |= {"groups": ["heads"]}
    web = desk(room, elsewhere.issuer)
    elsewhere.issuer = elsewhere.issuer.replace("127.0.0.1", "localhost")
    assert walk(web) == 403


def test_without_a_provider_there_is_no_way_there(room: Newsroom) -> None:
    web = create_app(room.open(), "a password").test_client()
    assert web.get("/login/elsewhere").status_code == web.get("/login/back").status_code == 404


def test_groups_name_newsletters_and_rights_that_there_are(room: Newsroom) -> None:
    groups = "{a: {daily: [edit]}, b: {weekly: [administer]}, c: [rule]}"
    file = room.folder / "feeds.yaml"
    stated = f"{{issuer: 'https://x.example', client_id: d, client_secret: s, groups: {groups}}}"
    file.write_text(f"{file.read_text()}\ndesk: {{oidc: {stated}}}\n")
    with pytest.raises(ConfigError) as error:
        read_config(file, {})
    said = str(error.value)
    assert "there is no newsletter 'daily'" in said
    assert "who administers does so in all newsletters" in said
    assert "desk.oidc.groups.c" in said
