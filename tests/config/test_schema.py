from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from digest.config import Config, json_schema, read_config
from digest.editorial.address import parts_of_mailbox
from digest.errors import ConfigError, MissingSecret, Unknown

ROOT = Path(__file__).parents[2]
SMALL = """\
publication: {name: U, url: "https://u.example/"}
sources:
  news: {feed: news.xml}
segments:
  all: {title: All, match: {any: ["*"]}}
newsletters:
  weekly:
    title: W
    sender: "U <u@u.example>"
    segments: [all]
    sections: [{title: News, rest: true}]
delivery: {folder: out}
"""


def read(tmp_path: Path, text: str, **environment: str) -> Config:
    file = tmp_path / "feeds.yaml"
    file.write_text(text)
    return read_config(file, environment)


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    return [said.removeprefix(f"{tmp_path}/feeds.yaml:") for said in caught.value.problems]


def test_what_is_not_said_has_its_default(tmp_path: Path) -> None:
    config = read(tmp_path, SMALL)
    weekly = config.newsletter("weekly")

    assert (weekly.limits.min, weekly.limits.max) == (1, 12)
    assert weekly.limits.max_age == timedelta(days=60)
    assert (weekly.when_short, weekly.approval, weekly.template) == ("skip", "required", "weekly")
    assert config.publication.public_url == "https://u.example"


def test_the_example_is_read_whole() -> None:
    config = read_config(ROOT / "feeds.yaml", {})

    assert [*config.segments] == ["decision-makers", "staff", "students", "alumni"]
    assert len(config.newsletter("weekly").sections) == 4


def test_the_example_shows_every_key() -> None:
    text = (ROOT / "feeds.yaml").read_text()
    for name in _keys(json_schema()):
        assert re.search(rf"\b{name}:", text), name


def test_the_reference_documents_every_key() -> None:
    text = (ROOT / "docs" / "feeds-yaml.md").read_text()
    for name in _keys(json_schema()):
        assert f"`{name}`" in text, name


def _keys(found: Mapping[str, object]) -> set[str]:
    names: set[str] = set()
    for part in (found, *_values(found.get("$defs"))):
        names |= {*_mapping(part.get("properties"))}
    return names


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _values(value: object) -> list[dict[str, object]]:
    return [_mapping(each) for each in _mapping(value).values()]


def test_three_mistakes_are_three_lines(tmp_path: Path) -> None:
    text = SMALL.replace("feed: news.xml", "fead: news.xml").replace("[all]", "[al]")
    text = text.replace('url: "https://u.example/"', "url: u.example")

    said = problems(tmp_path, text)

    assert said == [
        "1: publication.url: 'u.example' is no web address; it starts with https:// or http://",
        "3: sources.news.fead: there is no such key; did you mean feed?",
        "10: newsletters.weekly.segments: there is no segment 'al'; known: all",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title: W", "title: W\n    title: V", "9: newsletters.weekly.title: stands here twice"),
        ("rest: true", "max: 2", "11: newsletters.weekly.sections: has exactly one of match"),
        ("folder: out", "folder: out, smtp: 'smtp://x'", "12: delivery: has exactly one"),
        ("folder: out", "folder: out, rate: fast", "'fast' is no rate; write it as 20/s"),
        (
            "folder: out",
            "folder: out, rate: {gmial: 1/s}",
            "there is no provider 'gmial'; known: *",
        ),
        ("folder: out", "api: mailgun", "delivery.api: starts with a service's name"),
        ("folder: out", "api: 'ses://x', dkim: {a: b}", "delivery.dkim: has no part in it"),
        ("title: All", "title: All, open: 7", "5: segments.all.open"),
        ("title: All", "title: All, members: {}", "5: segments.all.members: is empty; name an"),
        ("title: All", "title: All, members: {staff: yes}", 'as the file has it: "yes"'),
        (
            "title: All",
            "title: All, members: {x: {y: 1}}",
            "segments.all.members.x: is a value, a list",
        ),
        (
            "title: All",
            "title: All, members: {x: []}",
            "segments.all.members.x: is a value, a list",
        ),
        (
            "title: All",
            'title: All, members: {x: ""}',
            "segments.all.members.x: is a value, a list",
        ),
        ("title: All", 'title: All, members: {x: ">=many"}', "'>=many' compares with a number or"),
        ("title: All", 'title: All, members: {x: [">1", "2"]}', "'>1' stands alone; a list holds"),
        ("title: All", "title: All, members: {x: 1, X: 2}", "members.X: is the same as x"),
        (
            "title: All",
            "title: All, open: true, members: {x: 1}",
            "5: segments.all.members: and open: true exclude each other",
        ),
        (
            "title: W",
            "title: W\n    archive: al",
            "9: newsletters.weekly.archive: there is no segment 'al' of this newsletter; known: all",
        ),
        ("folder: out", "smtp: 'http://x'", "12: delivery.smtp: starts with smtp://"),
        (
            "folder: out",
            "folder: out, bounces: 'pop://x'",
            "delivery.bounces: starts with imaps://",
        ),
        ("folder: out", "folder: out, verp: bounces", "delivery.verp: is an address with up to 23"),
        ('"U <u@u.example>"', '"U"', "'U' is no sender"),
        ('any: ["*"]', "source: [blog]", "there is no source 'blog'; known: news"),
        ('{any: ["*"]}', "{}", "is an empty rule"),
        ("title: W", "title: W\n    schedule: {cron: nonsense}", "no crontab line"),
        (
            "title: W",
            "title: W\n    schedule: {dates: [2026-02-30]}",
            "9: newsletters.weekly.schedule.dates:",
        ),
        ("title: W", "title: W\n    schedule: {skip: []}", "has exactly one of cron and dates"),
        ("title: W", "title: W\n    articles: {max_age: long}", "is no length of time"),
        ("title: W", "title: W\n    articles: {min: 9, max: 3}", "min is more than max"),
        ("name: U,", "name: U, timezone: Mars/Base,", "is no time zone"),
        ("news.xml}", "news.xml, tags_from_path: '('}", "is no regular expression"),
        ("delivery: {folder: out}", "", "delivery: is missing"),
        ("[all]", "all", "10: newsletters.weekly.segments: is a list, such as [one, another]"),
        ("name: U", "name: 3", "1: publication.name: is a text; a number or a word"),
        ("title: W", "title: W\n    articles: {max: many}", "is a whole number"),
        ("title: W", "title: W\n    articles: {max: 999}", "articles.max: is 200 or less"),
        ("title: W", "title: W\n    when_short: wait", "when_short: is one of 'skip', 'hold'"),
        ("[all]", "[]", "newsletters.weekly.segments: is empty; it needs at least one"),
        ("feed: news.xml", "feed: news.xml, fresh: soon", "fresh: is true or false"),
        ("name: U,", "name: U, language: english,", "'english' is no tag of a language"),
        ("name: U,", "name: U, language: xx-GB,", "'xx-GB' is no tag of a language"),
        ("name: U,", "name: U, language: en_GB,", "write it as en-GB"),
        ("news.xml}", "news.xml, language: tongue}", "3: sources.news.language: 'tongue' is no"),
        (
            "name: U,",
            "name: U, zone: UTC,",
            "1: publication.zone: there is no such key; did you mean timezone?",
        ),
        (
            "rest: true",
            "match: {tag: X}",
            "sections.match.tag: there is no such key; did you mean any?",
        ),
        (
            "delivery:",
            "colors: 1\ndelivery:",
            "12: colors: there is no such key; known: publication,",
        ),
        (
            "feed: news.xml",
            "feed: www.u.example/rss",
            "3: sources.news.feed: an address starts with https://: https://www.u",
        ),
        (
            'url: "https://u.example/"}',
            'url: "https://u.example/", brand: {colour: #0b4f6c}}',
            '1: is no YAML: a # begins a comment: put the value in quotes, "#0b4f6c"',
        ),
        (
            "publication: {name: U,",
            "publication:\n  brand:\n    colour: #0b4f6c\nx: {",
            '3: publication.brand.colour: is empty; a # begins a comment: put the value in quotes, "#0b4f6c"',
        ),
        ("    title: W", "\ttitle: W", "8: is no YAML: a tab indents it; write spaces"),
        (
            "title: W",
            "title: News: now",
            "8: is no YAML: a text with a colon in it stands in quotes",
        ),
        (
            "title: All",
            "title: All: us",
            "5: is no YAML: a text with a colon in it stands in quotes",
        ),
        ('["*"]', "[*]", "5: is no YAML: a text that begins with * stands in quotes"),
        ("title: W", "title: @W", "8: is no YAML: a text that begins with @ stands in quotes"),
    ],
)
def test_a_mistake_is_told_at_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert any(said in line for line in problems(tmp_path, SMALL.replace(old, new)))


@pytest.mark.parametrize(
    "text", ["", "- a", "a: [", "\0", "a: &a [*a]", "? {a: b}\n: c", "!!python/object:x {}"]
)
def test_what_is_no_configuration_is_said_and_no_traceback(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text)


@pytest.mark.parametrize("rule", ["Top", "[Top]", "null", "Top stories"])
def test_what_is_no_rule_is_shown_one_and_no_more(tmp_path: Path, rule: str) -> None:
    text = SMALL.replace('{any: ["*"]}', rule)

    assert problems(tmp_path, text) == ["5: segments.all.match: is a rule, such as {any: [Top]}"]


def test_no_sentence_is_the_librarys(tmp_path: Path) -> None:
    for path in _paths(yaml.safe_load(SMALL)):
        for value in (None, True, 3, 1.5, float("inf"), "x", [], {}, [[1]], {"a": 1}):
            whole = yaml.safe_load(SMALL)
            _put(whole, path, value)
            said = _said(tmp_path, yaml.safe_dump(whole))
            assert "nput should" not in said
            assert "valid" not in said


def _said(tmp_path: Path, text: str) -> str:
    try:
        read(tmp_path, text)
    except ConfigError as error:
        return str(error)
    return ""


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{last}'] * 9)}]\n"
    for last, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, "1: is no YAML: its aliases unfold to more than 100,000 values"),
        ("a: &a [*a]", "1: is no YAML: its aliases unfold"),
        ("a:\n " + "[" * 99_999 + "]" * 99_999, "2: is no YAML: it is nested more than 50 levels"),
    ],
    ids=["bomb", "circle", "tower"],
)
def test_what_unfolds_without_end_is_refused_at_once(tmp_path: Path, text: str, said: str) -> None:
    assert [line[: len(said)] for line in problems(tmp_path, text)] == [said]


@given(st.text(max_size=200))
def test_no_text_ends_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("any")
    with pytest.raises(ConfigError):
        read(folder, text)


leaves = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["*", "all"])
)
trees = st.recursive(
    leaves,
    lambda some: (
        st.lists(some, max_size=3) | st.dictionaries(st.text(max_size=6), some, max_size=3)
    ),
    max_leaves=12,
)


@given(st.data())
def test_no_value_in_the_wrong_place_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = yaml.safe_load((ROOT / "feeds.yaml").read_text())
    path = data.draw(st.sampled_from([*_paths(whole)]))
    _put(whole, path, data.draw(trees))
    folder = tmp_path_factory.mktemp("any")

    with suppress(ConfigError):
        read(folder, yaml.safe_dump(whole))


def _paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    within: dict[Any, object] = value if isinstance(value, dict) else {}
    within = dict(enumerate(value)) if isinstance(value, list) else within
    for key, child in within.items():
        yield (*path, key)
        yield from _paths(child, (*path, key))


def _put(whole: Any, path: tuple[str | int, ...], value: object) -> None:  # noqa: ANN401 - any YAML
    for key in path[:-1]:
        whole = whole[key]
    whole[path[-1]] = value


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file; `digest init` makes one"):
        read_config(tmp_path / "none.yaml", {})


def test_a_secret_is_taken_when_it_is_needed(tmp_path: Path) -> None:
    config = read(tmp_path, SMALL.replace("folder: out", 'smtp: "${SMTP}"'), SMTP="smtp://h")

    assert config.secret("${SMTP}", "sending") == "smtp://h"
    with pytest.raises(MissingSecret, match="sending needs the environment variable OTHER"):
        config.secret("${OTHER}", "sending")
    assert "smtp://h" not in repr(config)


def test_a_secret_is_taken_from_a_file_beside_the_configuration_or_anywhere(tmp_path: Path) -> None:
    config = read(tmp_path, SMALL.replace("folder: out", 'smtp: "${file:keys/relay}"'))
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "relay").write_bytes(b"smtp://h\r\n")

    assert config.secret("${file:keys/relay}", "sending") == "smtp://h"
    assert config.secret(f"x${{file:{tmp_path}/keys/relay}}", "sending") == "xsmtp://h"
    for lacking in ("${file:keys/none}", "${file:keys}"):
        with pytest.raises(MissingSecret, match=r"sending needs the file keys\S*, which cannot"):
            config.secret(lacking, "sending")


def test_an_unknown_newsletter_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(Unknown, match="there is no newsletter 'daily'; known: weekly"):
        read(tmp_path, SMALL).newsletter("daily")


def test_dates_and_times_are_read_as_people_write_them(tmp_path: Path) -> None:
    text = SMALL.replace(
        "title: W", "title: W\n    schedule: {dates: [2026-01-16], at: 07:30, draft_before: 72h}"
    )
    schedule = read(tmp_path, text).newsletter("weekly").schedule

    assert schedule is not None
    assert (schedule.dates, schedule.at) == ((date(2026, 1, 16),), time(7, 30))
    assert schedule.draft_before == timedelta(hours=72)


@pytest.mark.parametrize("name", ["Strategy-deciders", "strategy-deciders", "Strategy_deciders"])
@pytest.mark.parametrize("kind", ["segments", "newsletters"])
def test_no_name_that_stands_in_headers_is_a_planning_label(
    tmp_path: Path, kind: str, name: str
) -> None:
    old = {"segments": "all", "newsletters": "weekly"}[kind]
    text = re.sub(rf"\b{old}\b", name, SMALL) + 'tags: {internal: ["Strategy-*"]}\n'
    line = {"segments": 5, "newsletters": 7}[kind]

    assert problems(tmp_path, text) == [
        f"{line}: {kind}.{name}: stands in headers and addresses; Strategy-* is a planning label"
    ]
    assert read(tmp_path, text.replace("Strategy-*", "Strategy-x*")).segments


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        ("{dates: [2026-01-31], at: 7}", '7 is no time; write it in quotes, as "07:00"'),
        ('{dates: [2026-01-31], at: "07:00Z"}', "'07:00Z' names a zone"),
        ('{dates: [2026-01-31], at: "07:00+01:00"}', "'07:00+01:00' names a zone"),
        ('{cron: "0 0 7 * * mon"}', "has 6 fields; a crontab line has five"),
        ("{}", "has exactly one of cron and dates"),
        ("", "has exactly one of cron and dates"),
        ("{dates: [2026-01-31], at: 7.5}", '7.5 is no time; write it in quotes, as "07:00"'),
        ("{dates: [2026-01-31], at: true}", "True is no time"),
        ('{dates: [2026-01-31], at: "07:00:30"}', "'07:00:30' is no time of day"),
        ('{dates: [2026-01-31], at: "7am"}', "'7am' is no time of day"),
        ('{cron: "0 7 * * *", at: "08:00"}', "is the time of dates"),
        ('{cron: "0 7 * * *", skip: [2026-13]}', "'2026-13' is no day, month or range"),
        ('{cron: "0 7 * * *", skip: ["2026-08-31/2026-08-01"]}', "ends before it starts"),
    ],
)
def test_a_schedule_says_what_cannot_be_meant(tmp_path: Path, schedule: str, said: str) -> None:
    text = SMALL.replace("segments: [all]", f"segments: [all]\n    schedule: {schedule}")

    assert any(said in line for line in problems(tmp_path, text)), problems(tmp_path, text)


def test_days_without_an_issue_are_days_months_and_ranges(tmp_path: Path) -> None:
    skip = "skip: [2026-12-28, 2026-02, 2026-08-30/2026-09-01, 2027-01/2027-02]"
    schedule = f'schedule: {{cron: "0 7 * * mon", {skip}}}'
    text = SMALL.replace("segments: [all]", f"segments: [all]\n    {schedule}")
    (tmp_path / "feeds.yaml").write_text(text)
    found = read_config(tmp_path / "feeds.yaml", {}).newsletter("weekly").schedule

    assert found is not None
    days = [day.isoformat() for day in found.skip]
    assert (days[0], days[1], days[28]) == ("2026-12-28", "2026-02-01", "2026-02-28")
    assert days[29:32] == ["2026-08-30", "2026-08-31", "2026-09-01"]
    assert (days[32], days[-1], len(days)) == ("2027-01-01", "2027-02-28", 32 + 31 + 28)


@pytest.mark.parametrize("every", ["0m", "1m", "31d"])
def test_a_source_is_asked_neither_without_pause_nor_never(tmp_path: Path, every: str) -> None:
    text = SMALL.replace("feed: news.xml", f"feed: news.xml, every: {every}")
    assert text != SMALL

    assert ["every: is between 5m and 30d" in line for line in problems(tmp_path, text)] == [True]


def test_a_newsletter_names_a_segment_once(tmp_path: Path) -> None:
    text = SMALL.replace("segments: [all]", "segments: [all, all]")

    (said,) = problems(tmp_path, text)
    assert said.endswith("newsletters.weekly.segments: names all 2 times")


@pytest.mark.parametrize(
    "sender",
    ["X <n@t.example>, Y <m@t.example>", "A <n@t.example, m@t.example>", "A\u202eB <n@t.example>"],
)
def test_a_sender_is_one_mailbox_as_it_is_seen(tmp_path: Path, sender: str) -> None:
    text = SMALL.replace('sender: "U <u@u.example>"', f"sender: '{sender}'")

    assert any("is no sender" in line for line in problems(tmp_path, text))


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        ("[{title: A, match: {any: [x]}, max: 1, min: 2}]", "is less than min, 2"),
        (
            "[{title: Café, match: {any: [x]}}, {title: 'CAFE\u0301', rest: true}]",
            "is the title of an earlier section",
        ),
        (
            "[{title: A, rest: true}, {title: B, match: {any: [x]}}]",
            "comes after 'A', whose rest: true takes everything",
        ),
        ("[{title: A, match: {any: []}}]", "is empty; name something"),
        ('[{title: A, match: {any: ["\\u200b"]}}]', "is empty; name something"),
    ],
)
def test_sections_say_what_cannot_be_meant(tmp_path: Path, sections: str, said: str) -> None:
    text = SMALL.replace("sections: [{title: News, rest: true}]", f"sections: {sections}")
    assert text != SMALL

    assert any(said in line for line in problems(tmp_path, text)), problems(tmp_path, text)


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ("{aliases: {a: b, b: c, c: A}}", "leads back to itself: a → b → c → a"),
        ("{aliases: {EU: Europe, eu: Other}}", "is the same tag as EU, which says Europe"),
        ('{internal: ["\\u200b"]}', "holds a label of which nothing is seen"),
        ('{aliases: {EU: ""}}', "says nothing that is seen"),
        ("{names: {EU-x: One, EU x: Two}}", "is the same tag as EU-x, which says One"),
    ],
)
def test_tags_say_what_cannot_be_meant(tmp_path: Path, tags: str, said: str) -> None:
    text = SMALL.replace("segments:", f"tags: {tags}\nsegments:", 1)

    assert any(said in line for line in problems(tmp_path, text)), problems(tmp_path, text)


@pytest.mark.parametrize(
    ("sender", "parts"),
    [
        ("Müller, Söhne & Co. <n@t.example>", ("Müller, Söhne & Co.", "n@t.example")),
        ('"Quoted, Name" <n@t.example>', ("Quoted, Name", "n@t.example")),
        ("n@t.example", ("", "n@t.example")),
    ],
)
def test_a_sender_is_read_as_people_write_it(
    tmp_path: Path, sender: str, parts: tuple[str, str]
) -> None:
    text = SMALL.replace('sender: "U <u@u.example>"', f"sender: '{sender}'")
    (tmp_path / "feeds.yaml").write_text(text)
    found = read_config(tmp_path / "feeds.yaml", {}).newsletter("weekly").sender

    assert parts_of_mailbox(found) == parts


@pytest.mark.parametrize(
    ("clients", "said"),
    [
        ("martian", "'martian' is none of main, german, french, all"),
        ("{gmial: 4}", "there is no mail program 'gmial'; known: gmail, outlook,"),
        ("{gmail: 60, apple: 50}", "the shares are more than 100 % together"),
        ("{gmail: 0}", "is 1 or more"),
        ("7", "is one of the presets, a list, or a mapping such as {gmail: 45}"),
    ],
)
def test_mail_programs_say_what_cannot_be_meant(tmp_path: Path, clients: str, said: str) -> None:
    text = SMALL.replace("    sections:", f"    clients: {clients}\n    sections:")

    assert any(said in line for line in problems(tmp_path, text)), problems(tmp_path, text)


def test_mail_programs_are_a_preset_a_list_or_shares(tmp_path: Path) -> None:
    for clients, expected in (
        ("{gmail: 45, outlook-windows: 15}", {"gmail": 45, "outlook-windows": 15}),
        ("[gmail, gmx]", {"gmail": None, "gmx": None}),
        ("main", {"gmail": None, "outlook": None, "apple": None, "yahoo": None}),
    ):
        text = SMALL.replace("    sections:", f"    clients: {clients}\n    sections:")

        assert read(tmp_path, text).newsletter("weekly").clients == expected


def test_a_key_by_another_name_gets_the_right_one_and_nothing_else(tmp_path: Path) -> None:
    text = """\
publication: {name: U, url: "https://u.example/"}
sources:
  news: {url: "https://x.example/feed.xml"}
segments:
  all: {name: All, match: {tags: [x]}}
newsletters:
  weekly:
    name: W
    from: "U <u@u.example>"
    segments: [all]
    review: true
    schedule: every friday 8:30
    sections: [{name: News, tags: [a]}]
delivery: {folder: out}
"""
    assert problems(tmp_path, text) == [
        (
            "3: sources.news.url: there is no such key; did you mean feed? "
            "Such as `feed: https://news.example/feed.xml`"
        ),
        (
            "5: segments.all.match.tags: there is no such key; did you mean any? "
            "Such as `any: [Research, Health]`"
        ),
        "5: segments.all.name: there is no such key; did you mean title? Such as `title: Staff`",
        (
            "8: newsletters.weekly.name: there is no such key; did you mean title? "
            "Such as `title: This week`"
        ),
        (
            "9: newsletters.weekly.from: there is no such key; did you mean sender? "
            'Such as `sender: "News <news@u.example>"`'
        ),
        (
            "11: newsletters.weekly.review: there is no such key; did you mean approval? "
            "Such as `approval: required`"
        ),
        '12: newsletters.weekly.schedule: is a mapping, such as {cron: "30 8 * * fri"}',
        (
            "13: newsletters.weekly.sections.name: there is no such key; did you mean title? "
            "Such as `title: Research`"
        ),
        (
            "13: newsletters.weekly.sections.tags: there is no such key; did you mean match? "
            "Such as `match: {any: [Research]}`"
        ),
    ]


@pytest.mark.parametrize(
    ("said", "cron"),
    [
        ("daily", "0 8 * * mon"),
        ("tuesdays and thursdays at 5 pm", "0 17 * * tue,thu"),
        ("every monday 8:00", "0 8 * * mon"),
        ("Sunday 12pm", "0 12 * * sun"),
    ],
)
def test_a_schedule_in_words_gets_a_crontab_line(tmp_path: Path, said: str, cron: str) -> None:
    text = SMALL.replace("    sections:", f"    schedule: {said}\n    sections:")

    assert any(f'"{cron}"' in line for line in problems(tmp_path, text)), problems(tmp_path, text)


def test_members_are_read_as_texts(tmp_path: Path) -> None:
    members = 'members: {department: [Physics, 7], year: ">=3", since: 2024-10-01}'
    (tmp_path / "feeds.yaml").write_text(SMALL.replace("title: All", f"title: All, {members}"))

    assert read_config(tmp_path / "feeds.yaml", {}).segments["all"].members == {
        "department": ("Physics", "7"),
        "year": (">=3",),
        "since": ("2024-10-01",),
    }
