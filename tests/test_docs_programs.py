"""What the pages on the API and on webhooks show is what happens."""

from __future__ import annotations

import base64
import json
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient

from digest.config import read_config
from digest.publisher import Publisher
from digest.web.api_v1.door import EACH
from digest.web.app import create_app
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom
from tests.helpers.receiver import Receiver, receiver

DOCS = Path(__file__).parents[1] / "docs"
HOST = "https://news.u.example"
ISSUE = "weekly-2026-01-12"
SECRET = "whsec_" + base64.b64encode(bytes(32)).decode()


def blocks(page: str, kind: str) -> list[str]:
    text = (DOCS / page).read_text()
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def asked(page: str, program: str) -> Iterator[str]:
    for block in blocks(page, "sh"):
        yield from (line for line in block.splitlines() if line.startswith(program))


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Publisher:
    room = Newsroom(tmp_path_factory.mktemp("made"), NOW)
    room.note("anna", "Research-boats", title="The harbour of anna")
    room.subscribe(("s@u.example", "staff"))
    press = room.open()
    press.pull()
    press.draft("weekly")
    press.approve(ISSUE, by="Ana")
    press.send(ISSUE)
    return press


@pytest.fixture(scope="module")
def filled(press: Publisher) -> dict[str, str]:
    """Return what the variables of the examples hold."""
    token = press.add_token("docs", "everything", (), None, by="Ana")[1]
    return {"TOKEN": token, "ARTICLE": next(press.articles()).id, "ETAG": '"none"'}


def answer(line: str, filled: Mapping[str, str], web: FlaskClient) -> tuple[int, Any]:
    """Do what a line of curl would, without a network."""
    words = shlex.split(re.sub(r"\$(\w+)", lambda found: filled[found[1]].replace('"', ""), line))
    fields = dict(words[n + 1].split(": ", 1) for n, word in enumerate(words) if word == "-H")
    url = next(word for word in words if word.startswith(HOST))
    got = web.get(url.removeprefix(HOST), headers=fields)
    return got.status_code, json.loads(got.data)


def holds(said: Any, shown: Any) -> bool:  # noqa: ANN401 - JSON values
    """Tell whether an answer has what a page shows of it: each field, of the same kind."""
    if isinstance(shown, dict):
        return all(name in said and holds(said[name], each) for name, each in shown.items())
    if isinstance(shown, list):
        return not shown or any(holds(each, shown[0]) for each in said)
    return said is None or shown is None or isinstance(said, type(shown))


@pytest.mark.parametrize("line", [*asked("api.md", "curl")])
def test_a_request_that_the_page_shows_is_answered(
    line: str, press: Publisher, filled: Mapping[str, str]
) -> None:
    status, said = answer(line, filled, create_app(press, "a password").test_client())
    assert status == 200, said
    assert said


def test_an_answer_that_the_page_shows_is_what_is_answered(
    press: Publisher, filled: Mapping[str, str]
) -> None:
    web = create_app(press, "a password").test_client()
    text = (DOCS / "api.md").read_text()
    both = re.findall(r"```sh\n([^`]*)```\n\n```json\n([^`]*)```", text)
    assert len(both) == 6
    for requests, shown in both:
        said = [answer(line, filled, web)[1] for line in requests.splitlines()]
        assert any(holds(each, json.loads(shown)) for each in said), shown
    problem = web.get(
        "/api/v1/issues/weekly-1999-01-04", headers={"Authorization": f"Bearer {filled['TOKEN']}"}
    )
    assert json.loads(problem.data) == json.loads(blocks("api.md", "json")[-1])
    assert f"{EACH} requests a minute" in text


@pytest.mark.parametrize("line", [*asked("api.md", "digest"), *asked("webhooks.md", "digest")])
def test_a_command_that_the_page_shows_is_one(line: str) -> None:
    from digest.cli.main import cli  # noqa: PLC0415 - for this test alone

    words = shlex.split(line)[1:]
    group = cli.get_command(cli.make_context("digest", ["--quiet", words[0]]), words[0])
    found = group.get_command(None, words[1])  # type: ignore[union-attr]
    found.make_context(words[1], words[2:])


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as part:
        yield part


@pytest.mark.parametrize("block", blocks("webhooks.md", "yaml"))
def test_webhooks_that_the_page_shows_are_settings(block: str, tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW)
    file = room.folder / "feeds.yaml"
    file.write_text(file.read_text() + block)
    assert [*read_config(file, {}).webhooks] == [*yaml.safe_load(block)["webhooks"]]


def test_a_program_that_the_page_shows_knows_us_and_what_it_is_told(
    tmp_path: Path, there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Newsroom(tmp_path, NOW)
    room.note("anna")
    room.subscribe(("s@u.example", "staff"))
    url = f'url: "{there.origin}", allow_hosts: ["127.0.0.1"]'
    file = room.folder / "feeds.yaml"
    file.write_text(
        file.read_text() + "webhooks:\n"
        f'  program: {{{url}, secret: "{SECRET}", events: [sent]}}\n'
        f"  ntfy: {{{url}, template: ntfy.txt, events: [sent]}}\n"
    )
    folder = room.folder / "templates" / "webhooks"
    folder.mkdir(parents=True)
    (folder / "ntfy.txt").write_text(blocks("webhooks.md", "jinja")[0])
    press = room.open()
    press.pull()
    press.draft("weekly")
    press.approve(ISSUE, by="Ana")
    press.send(ISSUE)
    assert {each.state for each in press.tell_webhooks()} == {"taken"}

    got = {each.fields["content-type"]: each for each in there.got}
    assert got["text/plain; charset=utf-8"].body.decode() == f"Issue {ISSUE} is out.\n"
    body = got["application/json"].body
    shown = json.loads(blocks("webhooks.md", "json")[0])
    assert holds(json.loads(body), shown)
    assert json.loads(body)["data"].keys() == shown["data"].keys()
    page: dict[str, Any] = {}
    exec(blocks("webhooks.md", "python")[0], page)  # noqa: S102 - our own page
    monkeypatch.setattr("time.time", NOW.timestamp)
    assert page["is_ours"](SECRET, got["application/json"].fields, body)
    assert not page["is_ours"](SECRET, got["application/json"].fields, body + b" ")
