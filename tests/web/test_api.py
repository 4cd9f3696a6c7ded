"""The API: who may read what, in the form that its document says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from werkzeug.test import TestResponse

from digest import json_output as shapes
from digest.errors import DigestError
from digest.model import TokenRight
from digest.publisher import Publisher
from digest.web.app import create_app
from digest.web.quota import Quota
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

OUT, OPEN = "weekly-2026-01-12", "weekly-2026-01-19"
READER = "reader@u.example"
WHOLE = ("newsletters", "issues", "articles", "sources", f"issues/{OUT}", f"issues/{OPEN}")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """Return a newsroom with an issue that went out and a draft."""
    room = Newsroom(tmp_path_factory.mktemp("made"), NOW)
    room.note("anna", "EU", "Strategy-people")
    room.note("cora", "Alumni")
    room.subscribe((READER, "staff"))
    press = room.open()
    press.pull()
    press.draft("weekly")
    press.approve(OUT, by="Ana")
    press.send(OUT)
    room.now += timedelta(days=7)
    room.note("dora", "Strategy-secret", age=timedelta(hours=2))
    press = room.open()
    press.pull()
    press.draft("weekly")
    return room


@pytest.fixture
def room(made: Newsroom, tmp_path: Path) -> Newsroom:
    return made.copied(tmp_path)


class Program:
    """A program with a token."""

    def __init__(self, press: Publisher, right: TokenRight, *newsletters: str) -> None:
        self.secret = press.add_token("p", right, newsletters, None, by="Ana")[1]
        self.web: FlaskClient = create_app(press, "a password").test_client()

    def ask(self, path: str, **fields: str) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.secret}", **fields}
        return self.web.get(f"/api/v1/{path}", headers=headers)

    def read(self, path: str) -> Any:  # noqa: ANN401 - JSON values
        answer = self.ask(path)
        assert answer.status_code == 200, answer.text
        return json.loads(answer.data)


def detail(answer: TestResponse) -> tuple[int, str]:
    """Return what is wrong; every problem has the same form."""
    said = json.loads(answer.data)
    assert answer.content_type == "application/problem+json"
    assert [*said] == ["type", "title", "status", "detail"]
    assert said["status"] == answer.status_code
    return answer.status_code, said["detail"]


def test_nobody_reads_without_a_token(room: Newsroom) -> None:
    program = Program(room.open(), "everything")
    for said in ("", "Bearer", "Bearer digest_wrong", f"Basic {program.secret}", program.secret):
        answer = program.ask("issues", Authorization=said)
        assert detail(answer)[0] == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert detail(program.web.get(f"/api/v1/issues?token={program.secret}"))[0] == 401
    assert program.ask("issues", Authorization=f"bearer {program.secret}").status_code == 200


def test_a_token_reads_until_it_expires_or_is_revoked(room: Newsroom) -> None:
    press = room.open()
    program = Program(press, "sent")
    short = press.add_token("short", "sent", (), 1, by="Ana")[1]
    assert press.reading(short) is not None
    room.now += timedelta(days=1)
    later = room.open()
    assert later.reading(short) is None
    assert later.reading(program.secret) is not None
    assert {each.name: each.used for each in later.tokens()} == {
        "p": room.now,
        "short": room.now - timedelta(days=1),
    }
    later.revoke_token("P", by="Ana")
    assert later.reading(program.secret) is None
    assert "token revoked" in {each.kind for each in later.log()}
    with pytest.raises(DigestError, match="there is no token 'p'; known: short"):
        later.revoke_token("p", by="Ana")


def test_the_store_knows_no_token_and_no_name_has_two(room: Newsroom) -> None:
    press = room.open()
    program = Program(press, "sent")
    assert program.secret.encode() not in (room.folder / "digest.db").read_bytes()
    with pytest.raises(DigestError, match="there is a token 'p' already"):
        press.add_token("p", "everything", (), None, by="Ana")
    with pytest.raises(DigestError, match="there is no newsletter 'nope'"):
        press.add_token("q", "sent", ("nope",), None, by="Ana")


def test_who_reads_what_was_sent_sees_what_its_readers_know(room: Newsroom) -> None:
    program = Program(room.open(), "sent")
    found = program.read("issues")["issues"]
    assert [each["id"] for each in found] == [OUT]
    assert found[0]["approved_by"] is None
    assert found[0]["deliveries"] == found[0]["changes"] == {}
    assert {json.dumps(each["findings"]) for each in found[0]["editions"]} == {"[]"}
    assert [a["title"] for a in program.read("articles")["articles"]] == ["The story of anna"]
    assert program.read("articles")["articles"][0]["tags"] == ["EU"]
    assert detail(program.ask(f"issues/{OPEN}")) == (404, f"there is no issue {OPEN!r}")
    assert detail(program.ask(f"issues/{OPEN}/messages/staff"))[0] == 404
    for query in ("search=Strategy", "search=people", "tag=Strategy-*"):
        assert program.read(f"articles?{query}")["articles"] == [], "a planning label is guessed"
    assert program.read("articles?tag=EU&search=anna")["articles"]
    hidden = next(a.id for a in room.open().articles() if a.title == "The story of dora")
    assert detail(program.ask(f"articles/{hidden}"))[0] == 404
    for path in ("sources", f"why?article={hidden}"):
        assert detail(program.ask(path))[0] == 403
    said = "".join(program.ask(path).text for path in ("issues", "articles", f"issues/{OUT}"))
    assert "Strategy" not in said


def test_who_reads_everything_gets_what_the_commands_print(room: Newsroom) -> None:
    press = room.open()
    program = Program(press, "everything")
    for id_ in (OUT, OPEN):
        issue = press.issue(id_)
        printed = shapes.issue(issue, press.counts(id_), press.changes(issue))
        assert program.read(f"issues/{id_}") == json.loads(json.dumps(printed))
    assert [each["id"] for each in program.read("issues")["issues"]] == [OPEN, OUT]
    stored = {each.id: shapes.article(each) for each in press.articles()}
    assert {a["id"]: a for a in program.read("articles")["articles"]} == stored
    for id_, article in stored.items():
        assert program.read(f"articles/{id_}") == article
        for issue_id in (OUT, OPEN):
            told = [shapes.decision(each) for each in press.why(id_, issue_id, "staff")]
            assert program.read(f"why?article={id_}&issue={issue_id}&segment=staff") == told


def test_a_message_is_what_anybody_may_see(room: Newsroom) -> None:
    found = Program(room.open(), "sent").read(f"issues/{OUT}/messages/staff")
    assert found["issue"] == OUT
    assert "The story of anna" in found["html"]
    assert "The story of anna" in found["text"]
    for text in (found["html"], found["text"]):
        assert "__" not in text
        assert "/u/" not in text
        assert "nsubscribe" not in text


def test_a_token_for_one_newsletter_knows_nothing_of_another(room: Newsroom) -> None:
    file = room.folder / "feeds.yaml"
    text = file.read_text()
    weekly = text[text.index("  weekly:") : text.index("delivery:")]
    daily = weekly.replace("weekly:", "daily:", 1).replace("This week", "Today")
    file.write_text(text.replace(weekly, weekly + daily))
    press = room.open()
    press.draft("daily")
    program = Program(press, "everything", "daily")
    assert [each["name"] for each in program.read("newsletters")] == ["daily"]
    assert {each["newsletter"] for each in program.read("issues")["issues"]} == {"daily"}
    assert detail(program.ask(f"issues/{OUT}")) == (404, f"there is no issue {OUT!r}")
    assert detail(program.ask("issues?newsletter=weekly")) == (
        404,
        "there is no newsletter 'weekly'",
    )
    assert detail(program.ask("articles?newsletter=weekly"))[0] == 404
    article = next(each.id for each in press.articles())
    assert detail(program.ask(f"why?article={article}"))[0] == 400
    assert detail(program.ask(f"why?article={article}&issue={OUT}"))[0] == 404
    assert program.read(f"why?article={article}&issue=daily-2026-01-19")


def test_pages_follow_each_other_and_end(room: Newsroom) -> None:
    program = Program(room.open(), "everything")
    for path, key in (("issues", "issues"), ("articles", "articles")):
        whole = program.read(path)[key]
        found, cursor = list[object](), ""
        while cursor is not None:
            page = program.read(f"{path}?limit=1" + (f"&cursor={cursor}" if cursor else ""))
            assert len(page[key]) == 1
            found, cursor = found + page[key], page["next"]
        assert found == whole
    assert "no page after 'x'" in detail(program.ask("issues?cursor=x"))[1]
    assert "no page after 'x'" in detail(program.ask("articles?cursor=x"))[1]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("newsletter=weekly", [OPEN, OUT]),
        ("status=draft", [OPEN]),
        ("status=sent", [OUT]),
        ("since=2026-01-15T00:00:00Z", [OPEN]),
        ("until=2026-01-15T00:00:00Z", [OUT]),
        ("status=held", []),
    ],
)
def test_issues_are_asked_for_by_what_they_are(query: str, ids: list[str], room: Newsroom) -> None:
    found = Program(room.open(), "everything").read(f"issues?{query}")["issues"]
    assert [each["id"] for each in found] == ids


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("search=cora", {"cora"}),
        ("tag=Strategy-*", {"anna", "dora"}),
        ("newsletter=weekly", {"anna"}),
        ("since=2026-01-18", {"dora"}),
        ("until=2026-01-12", {"anna", "cora"}),
        ("source=notes&search=zeppelin", set()),
        ("since=0001-01-01&until=9999-12-31", {"anna", "cora", "dora"}),
    ],
)
def test_articles_are_asked_for_by_what_they_are(
    query: str, titles: set[str], room: Newsroom
) -> None:
    found = Program(room.open(), "everything").read(f"articles?{query}")["articles"]
    assert {each["title"].removeprefix("The story of ") for each in found} == titles


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("issues?limit=0", 400, "limit: "),
        ("issues?limit=101", 400, "limit: "),
        ("issues?since=2026-01-01T00:00:00", 400, "since: "),
        ("issues?status=lost", 400, "status: "),
        ("issues?pages=1", 400, "there is no parameter 'pages'; known: limit, cursor, newsletter"),
        ("articles?source=nope", 404, "there is no source 'nope'"),
        ("why", 400, "article: Field required"),
        ("why?article=nope", 400, "there is no article 'nope'"),
        ("articles/nope", 404, "there is no article 'nope'"),
        ("issues/nope", 404, "there is no issue 'nope'"),
        (f"issues/{OUT}/messages/nope", 404, f"there is no edition of issue {OUT} 'nope'"),
        ("nope", 404, "there is nothing at 'nope'"),
        ("", 404, "there is nothing at ''"),
        ("articles?until=9999-12-32", 400, "until: "),
    ],
)
def test_what_is_wrong_is_said_in_a_problem_document(
    path: str, status: int, says: str, room: Newsroom
) -> None:
    found = detail(Program(room.open(), "everything").ask(path))
    assert found[0] == status
    assert says in found[1]


def test_it_only_reads(room: Newsroom) -> None:
    program = Program(room.open(), "everything")
    for method in ("post", "put", "delete", "patch"):
        answer = getattr(program.web, method)(
            "/api/v1/issues", headers={"Authorization": f"Bearer {program.secret}"}
        )
        assert detail(answer)[0] == 405


def test_an_answer_is_asked_after_by_its_hash(room: Newsroom) -> None:
    program = Program(room.open(), "everything")
    first = program.ask("issues")
    again = program.ask("issues", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    room.open().discard(OPEN, by="Ana")
    changed = program.ask("issues", **{"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in first.headers["Vary"]


def test_no_cookie_is_set_no_other_site_let_in_and_no_reader_named(room: Newsroom) -> None:
    press = room.open()
    program = Program(press, "everything")
    ids = [each.id for each in press.articles()]
    paths = (*WHOLE, *(f"why?article={id_}&issue={OUT}" for id_ in ids), "openapi.json")
    for path in (*paths, f"issues/{OUT}/messages/staff", "nope"):
        answer = program.ask(path, Origin="https://elsewhere.example", Cookie="session=x")
        assert "Set-Cookie" not in answer.headers
        assert "Access-Control" not in str(answer.headers)
        assert READER not in answer.text
    preflight = program.web.options(
        "/api/v1/issues", headers={"Origin": "https://elsewhere.example"}
    )
    assert "Access-Control" not in str(preflight.headers)


def test_a_reason_that_holds_a_readers_address_does_not_name_them(room: Newsroom) -> None:
    press = room.open()
    services = press._services
    was = press.issue(OPEN)
    held = replace(was, status="held", reason=f"550 <{READER}>: no such user")
    services.issues.save(held, services.issues.lock(OPEN), was=was)
    found = Program(press, "everything").read(f"issues/{OPEN}")
    assert found["reason"] == "550 <…@u.example>: no such user"


def test_who_asks_too_often_waits(room: Newsroom) -> None:
    program = Program(room.open(), "sent")
    quotas = program.web.application.config["API_QUOTAS"]
    quotas.tokens = Quota(lambda: 0.0, each=2, all_=10, seconds=60)
    quotas.strangers = Quota(lambda: 0.0, each=1, all_=10, seconds=60)
    assert [program.ask("issues").status_code for _ in range(3)] == [200, 200, 429]
    wrong = [program.ask("issues", Authorization="Bearer x") for _ in range(2)]
    assert [each.status_code for each in wrong] == [401, 429]
    assert wrong[1].headers["Retry-After"] == "60"


def test_the_document_is_open_valid_and_names_what_there_is(room: Newsroom) -> None:
    web = create_app(room.open(), "a password").test_client()
    document = json.loads(web.get("/api/v1/openapi.json").data)
    assert document["openapi"] == "3.1.0"
    validate(document)
    rules = {
        rule.rule.removeprefix("/api/v1").replace("<", "{").replace(">", "}")
        for rule in web.application.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint not in {"api.nothing", "api.openapi"}
    }
    assert {*document["paths"]} == rules
    assert all(each["get"]["summary"] for each in document["paths"].values())


@pytest.mark.parametrize("right", ["sent", "everything"])
def test_every_answer_has_the_form_that_the_document_says(
    right: TokenRight, room: Newsroom
) -> None:
    press = room.open()
    program = Program(press, right)
    document = program.read("openapi.json")
    article = next(a.id for a in press.articles() if a.title == "The story of anna")
    asked = {
        "/newsletters": ["newsletters"],
        "/issues": ["issues"],
        "/issues/{issue}": [f"issues/{OUT}", f"issues/{OPEN}"],
        "/issues/{issue}/messages/{segment}": [f"issues/{OUT}/messages/staff"],
        "/articles": ["articles"],
        "/articles/{article}": [f"articles/{article}"],
        "/why": [f"why?article={article}"],
        "/sources": ["sources"],
    }
    assert {*asked} == {*document["paths"]}
    for path, examples in asked.items():
        responses = document["paths"][path]["get"]["responses"]
        for answer in map(program.ask, examples):
            status = str(answer.status_code)
            said = responses[status]
            if "$ref" in said:
                said = document["components"]["responses"][said["$ref"].rpartition("/")[2]]
            schema = said["content"][answer.content_type]["schema"]
            whole = {**schema, "components": document["components"]}
            Draft202012Validator(whole).validate(json.loads(answer.data))
            assert status == "200" or right == "sent"
