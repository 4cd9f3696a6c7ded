"""Readers and past issues are brought over from other services' exports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from zipfile import ZipFile

import pytest

from digest.cli.main import main
from digest.config import read_config
from digest.publisher import Publisher
from digest.wiring import publisher
from tests.helpers.make import NOW

Run = Callable[..., tuple[int, str, str]]
TAIL = "MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,LAST_CHANGED,LEID,EUID,NOTES,TAGS"
SAID = "2,,2020-01-02 10:00:00,2020-01-02 10:00:00,1,ab,,"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["--now", NOW.isoformat(), *words])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return call


def packed(file: Path, holds: Mapping[str, str]) -> str:
    with ZipFile(file, "w") as archive:
        for name, text in holds.items():
            archive.writestr(name, text)
    return str(file)


def opened(folder: Path) -> Publisher:
    return publisher(read_config(folder / "feeds.yaml", {}), None, NOW)


def page(folder: Path) -> str:
    folder.mkdir()
    (folder / "a.md").write_text("---\ntitle: A\ndate: 2026-01-10\n---\n\nWords.\n")
    return str(folder)


def test_mailchimps_readers_come_and_who_left_or_was_lost_is_suppressed(
    run: Run, tmp_path: Path
) -> None:
    head = f"Email Address,First Name,Last Name,{TAIL}"
    export = packed(
        tmp_path / "audience.zip",
        {
            "subscribed_members_export_ef34.csv": f'{head}\nann@u.example,Ann,Ng,{SAID}"""VIP"",""Old friends"""\n'
            f"bo@u.example,Bo,Ek,{SAID}\nno address,,,{SAID}\n",
            "unsubscribed_members_export_ef34.csv": f"{head},UNSUB_TIME\nBo@u.example,Bo,Ek,{SAID},2021-01-01\n",
            "cleaned_members_export_ef34.csv": f"{head},CLEAN_TIME\ncy@u.example,,,{SAID},2021-01-01\n",
            "nonsubscribed_members_export_ef34.csv": f"{head}\ndi@u.example,Di,,{SAID}\n",
        },
    )
    notes = page(tmp_path / "notes")

    status, out, err = run(
        "init", str(tmp_path / "mine"), "--source", notes, "--from", "mailchimp", export
    )
    press = opened(tmp_path / "mine")

    assert status == 0
    assert "2 readers came over; 2 are not to be mailed" in out
    assert "subscribed_members_export_ef34.csv:4: 'no address' is no email address" in err
    people = {each.address: each for each in press.subscribers()}
    assert {address: each.status for address, each in people.items()} == {
        "ann@u.example": "confirmed",
        "di@u.example": "pending",
    }
    ann = people["ann@u.example"]
    assert (ann.name, ann.segments) == ("Ann Ng", ("everyone",))
    assert ann.attributes["TAGS"] == "VIP; Old friends"
    assert not {"LEID", "EUID", "OPTIN_IP"} & ann.attributes.keys()
    reasons = {a: s.reason for a in ("bo@u.example", "cy@u.example") if (s := press.suppression(a))}
    assert reasons == {
        "bo@u.example": "unsubscribed at mailchimp",
        "cy@u.example": "bounced at mailchimp",
    }


def test_listmonks_blocklisted_are_suppressed_and_what_it_does_not_tell_is_said(
    run: Run, tmp_path: Path
) -> None:
    export = tmp_path / "subscribers.csv"
    export.write_text(
        "uuid,email,name,attributes,status,created_at,updated_at\n"
        'u1,ann@u.example,Ann,"{""city"": ""Porto""}",enabled,2020-01-01,2020-01-01\n'
        "u2,bo@u.example,Bo,{},blocklisted,2020-01-01,2020-01-01\n"
        "u3,cy@u.example,Cy,{},disabled,2020-01-01,2020-01-01\n"
    )
    notes = page(tmp_path / "notes")

    status, _, err = run(
        "init", str(tmp_path / "mine"), "--source", notes, "--from", "listmonk", str(export)
    )
    press = opened(tmp_path / "mine")

    assert (status, "does not say who left a single list" in err) == (0, True)
    assert {each.address: each.status for each in press.subscribers()} == {
        "ann@u.example": "confirmed",
        "cy@u.example": "pending",
    }
    [ann] = [each for each in press.subscribers() if each.name == "Ann"]
    assert (ann.attributes["city"], "uuid" in ann.attributes) == ("Porto", False)
    gone = press.suppression("bo@u.example")
    assert gone is not None
    assert gone.reason == "unsubscribed at listmonk"


def test_substacks_posts_are_an_archive_of_their_own_days(run: Run, tmp_path: Path) -> None:
    export = packed(
        tmp_path / "export.zip",
        {
            "email_list.tides.csv": "email,active_subscription,expiry,plan,email_disabled,created_at\n"
            "ann@u.example,false,,other,false,2020-01-01\nbo@u.example,false,,other,true,2020-01-01\n",
            "posts.csv": "post_id,post_date,is_published,email_sent_at,type,audience,title,subtitle\n"
            "11.tide,2024-05-01T07:00:00.000Z,true,,newsletter,everyone,The <tide> turns,At last\n"
            "12.draft,,false,,newsletter,everyone,Not yet,\n"
            + "".join(
                f"{n}.new,2026-01-1{n}T05:00:00.000Z,true,,newsletter,everyone,News {n},\n"
                for n in range(3)
            )
            + "../13.up,2024-05-01T07:00:00.000Z,true,,newsletter,everyone,Up,\n",
            "posts/11.tide.html": "<p>The tide turned on a day in May, and nobody saw it.</p>" * 9,
            "posts/12.draft.html": "<p>Nothing yet.</p>",
            **{
                f"posts/{n}.new.html": f"<p>On day {n} the water stood at the gate number {n}.</p>"
                * 9
                for n in range(3)
            },
            "posts/11.tide.opens.csv": "post_id,timestamp,email\n11.tide,,ann@u.example\n",
            "posts/../13.up.html": "<p>Up.</p>",
        },
    )

    status, out, err = run("init", str(tmp_path / "mine"), "--from", "substack", export)
    folder = tmp_path / "mine"
    press = opened(folder)

    assert (status, err) == (0, "")
    assert "1 readers came over; 1 are not to be mailed" in out
    pages = {each.name for each in (folder / "substack-issues").iterdir()}
    assert pages == {"11.tide.html", "0.new.html", "1.new.html", "2.new.html"}
    assert press.config.sources["substack-issues"].location == "substack-issues"
    press.pull()
    *newer, past = sorted(press.articles(), key=lambda article: article.title)
    assert [article.title for article in newer] == ["News 0", "News 1", "News 2"]
    assert (past.title, past.summary) == ("The <tide> turns", "At last")
    assert past.published is not None
    assert past.published.date().isoformat() == "2024-05-01"
    assert not press.draft("weekly").issue.editions


@pytest.mark.parametrize("service", ["mailchimp", "listmonk", "substack"])
def test_what_is_no_export_is_told_before_anything_is_made(
    run: Run, tmp_path: Path, service: str
) -> None:
    empty = packed(tmp_path / "empty.zip", {"read.me": "nothing"})

    for export in (empty, str(tmp_path / "none.zip")):
        status, _, err = run("init", str(tmp_path / "mine"), "--from", service, export)
        assert (status, "there is no" in err) == (2, True)
    assert not (tmp_path / "mine").exists()
