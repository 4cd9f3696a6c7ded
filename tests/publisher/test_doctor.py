from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from digest.cli.main import main
from digest.config import read_config
from digest.ports import RelayFacts, StoreFacts, Unanswered
from digest.publisher.checked import Checked, Surroundings
from digest.publisher.doctor import examine
from digest.publisher.spf import BadRecord, Evaluation
from digest.store.examining import examine as examine_store
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

RECORD = ("news._domainkey.u.example", "v=DKIM1; k=rsa; p=MIIBabc")


@dataclass
class Zone:
    """The name system, in memory: what each name has, and which names nobody answers for."""

    txt: dict[str, Sequence[str]] = field(default_factory=dict)
    mx: dict[str, Sequence[str]] = field(default_factory=dict)
    hosts: dict[str, Sequence[str]] = field(default_factory=dict)
    ptr: dict[str, Sequence[str]] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()

    def texts(self, name: str) -> tuple[str, ...]:
        return self._of(self.txt, name)

    def exchanges(self, name: str) -> tuple[str, ...]:
        return self._of(self.mx, name)

    def addresses(self, name: str) -> tuple[str, ...]:
        return self._of(self.hosts, name)

    def names(self, address: str) -> tuple[str, ...]:
        return self._of(self.ptr, address)

    def _of(self, records: Mapping[str, Sequence[str]], name: str) -> tuple[str, ...]:
        if name in self.silent:
            raise Unanswered(f"no name server answers for {name}")
        return tuple(records.get(name, ()))


def zone() -> Zone:
    """Return a name system in which all is well."""
    return Zone(
        txt={
            "u.example": ["v=spf1 include:relay.example -all", "other=1"],
            "relay.example": ["v=spf1 ip4:198.51.100.0/24 ip6:2001:db8::/32 ~all"],
            RECORD[0]: ["v=DKIM1; k=rsa; p=MIIB abc"],
            "_dmarc.u.example": ["v=DMARC1; p=none; rua=mailto:d@u.example"],
        },
        mx={"u.example": ["mx.u.example"]},
        hosts={"relay.example": ["198.51.100.7"], "out.relay.example": ["198.51.100.7"]},
        ptr={"198.51.100.7": ["out.relay.example"]},
    )


RELAY = RelayFacts(
    host="relay.example",
    port=587,
    is_here=False,
    secure=True,
    auth=("LOGIN", "PLAIN"),
    logs_in=True,
    expires=NOW + timedelta(days=60),
)
STORE = StoreFacts(where="digest.db", exists=True, free=50_000_000_000, size=1_000_000)
SMTP = "smtp: 'smtp://u:${PASSWORD}@relay.example:587', dkim: {news: news.pem}, bounces: 'imaps://u:p@mx.u.example/B'"


@dataclass
class Around:
    """What the doctor finds, to be changed by a test."""

    folder: Path
    delivery: str = SMTP
    zone: Zone = field(default_factory=zone)
    relay: RelayFacts = RELAY
    store: StoreFacts = STORE
    site: tuple[int, datetime | None] = (200, NOW)
    environment: dict[str, str] = field(default_factory=lambda: {"PASSWORD": "x"})

    def see(self) -> dict[str, list[Checked]]:
        """Return what each check found."""
        Newsroom(self.folder, NOW, delivery=self.delivery)
        config = read_config(self.folder / "feeds.yaml", self.environment)
        around = Surroundings(
            config=config,
            clock=lambda: NOW,
            resolver=self.zone,
            store=lambda: self.store,
            relay=(lambda: self.relay) if config.delivery.smtp else None,
            site=lambda _: self.site,
            dkim=lambda _: [RECORD] if config.delivery.dkim else [],
        )
        found: dict[str, list[Checked]] = {}
        for each in examine(around):
            found.setdefault(each.check, []).append(each)
        return found

    def one(self, check: str) -> tuple[str, str]:
        """Return the state of a check, and its words with what to do."""
        each = self.see()[check][0]
        return each.state, f"{each.said} {each.todo}"


@pytest.fixture
def around(tmp_path: Path) -> Around:
    return Around(tmp_path)


def test_where_all_is_well_each_check_says_so(around: Around) -> None:
    found = around.see()

    assert {name: each[0].state for name, each in found.items()} == dict.fromkeys(
        (
            *("configuration", "secrets", "clock", "disk", "database", "relay", "certificate"),
            *("one-click", "bounces", "mx", "spf", "dkim", "dmarc", "reverse-dns"),
        ),
        "ok",
    )
    assert not any(each.todo for some in found.values() for each in some)


def test_a_folder_needs_no_relay_and_no_domain(around: Around) -> None:
    around.delivery = "folder: sent"

    assert [*around.see()] == [
        *("configuration", "secrets", "clock", "disk", "database", "delivery")
    ]


def test_secrets_that_are_not_set_are_named(around: Around) -> None:
    around.environment = {}
    state, said = around.one("secrets")

    assert (state, "PASSWORD is not set" in said) == ("error", True)


def test_a_secret_that_a_file_or_a_webhook_has_is_looked_for_too(around: Around) -> None:
    around.delivery = (
        "smtp: 'smtp://u:${file:relay.txt}@relay.example:587'}\n"
        "webhooks: {chat: {url: '${CHAT}', template: slack}"
    )
    found = {each.about: (each.state, each.said) for each in around.see()["secrets"]}
    assert found == {
        "delivery": ("error", "relay.txt is empty, or cannot be read."),
        "webhook chat": ("error", "CHAT is not set."),
    }

    (around.folder / "relay.txt").write_text("x\n")
    around.environment = {"CHAT": "https://chat.example/x"}
    assert [(each.state, each.said) for each in around.see()["secrets"]] == [
        ("ok", "All 2 are set.")
    ]


@pytest.mark.parametrize(
    ("off", "state"), [(20, "ok"), (-90, "warning"), (600, "error"), (None, "unknown")]
)
def test_the_clock_is_compared_with_the_sites(around: Around, off: int | None, state: str) -> None:
    around.site = (200, None if off is None else NOW + timedelta(seconds=off))

    assert around.one("clock")[0] == state


def test_a_disk_that_is_nearly_full_is_told(around: Around) -> None:
    around.store = replace(STORE, free=1_000_000_000)
    assert around.one("disk")[0] == "warning"
    around.store = replace(STORE, free=1_000_000)
    assert around.one("disk")[0] == "error"


def test_what_is_wrong_with_the_store_is_told_with_the_way_out(around: Around) -> None:
    around.store = replace(STORE, damage="row 5 missing", behind=("weekly-2026-01-12",))
    said = [each.said for each in around.see()["database"]]

    assert said == ["Row 5 missing.", "It knows more than the database of weekly-2026-01-12."]


def test_a_relay_that_takes_nothing_is_told(around: Around) -> None:
    around.relay = RelayFacts(host="r", port=25, is_here=False, problem="it offers no STARTTLS")
    found = around.see()

    assert (found["relay"][0].state, found["relay"][0].said) == ("error", "It offers no STARTTLS.")
    assert "reverse-dns" not in found


def test_a_certificate_that_ends_soon_is_told(around: Around) -> None:
    around.relay = replace(RELAY, expires=NOW + timedelta(days=5))

    state, said = around.one("certificate")
    assert (state, "5 more days" in said) == ("warning", True)


def test_one_click_needs_public_pages_that_answer(around: Around) -> None:
    around.site = (502, NOW)

    state, said = around.one("one-click")
    assert (state, "answers 502" in said) == ("error", True)


def test_who_hears_of_no_bounce_is_told(around: Around) -> None:
    around.delivery = "smtp: 'smtps://relay.example'"
    assert around.one("bounces")[0] == "warning"
    around.delivery += ", hooks: {mailgun: key}"
    assert around.one("bounces") == ("ok", "They come by mailgun's webhook. ")


@pytest.mark.parametrize(
    ("record", "state", "said"),
    [
        ((), "error", "no SPF record"),
        (("v=spf1 -all", "v=spf1 ~all"), "error", "2 SPF records"),
        (("v=spf1 +all",), "error", "lets everybody send"),
        (("v=spf1 ip4:198.51.100.9 -all",), "warning", "does not name the relay"),
        (("v=spf1 a:relay.example -all",), "ok", ""),
        (("v=spf1 a:relay.example/24 -all",), "ok", ""),
        (("v=spf1 redirect=relay.example",), "ok", ""),
        (("v=spf1 include:loop.example -all",), "error", "more than 10 questions"),
        (("v=spf1 ip4:here -all",), "error", "which is no address"),
        (("v=spf1 magic -all",), "error", "which nothing knows"),
    ],
)
def test_spf_is_read_as_receivers_read_it(
    around: Around, record: Sequence[str], state: str, said: str
) -> None:
    around.zone.txt |= {"u.example": record, "loop.example": ["v=spf1 include:loop.example -all"]}
    found = around.one("spf")

    assert found[0] == state
    assert said in found[1]


def test_spf_gives_an_address_its_result() -> None:
    found = Zone(
        txt={
            "d.example": ["v=spf1 mx ip6:2001:db8::/32 exists:%{i}.d.example ?ip4:192.0.2.9 ~all"],
            "e.example": ["v=spf1 exp=why.example"],
        },
        mx={"d.example": ["mx.d.example"]},
        hosts={"mx.d.example": ["192.0.2.5"]},
    )

    def result(address: str, domain: str = "d.example") -> str:
        return Evaluation(found).result(domain, address)

    assert result("192.0.2.5") == "pass"
    assert result("2001:db8::1") == "pass"
    assert result("192.0.2.9") == "neutral"
    assert result("192.0.2.6") == "softfail"
    assert result("192.0.2.6", "e.example") == "neutral"
    assert result("192.0.2.6", "none.example") == "none"
    found.txt["d.example"] = ["v=spf1 a/99 -all"]
    found.hosts["d.example"] = ["192.0.2.5"]
    with pytest.raises(BadRecord, match="no length"):
        result("192.0.2.5")


@pytest.mark.parametrize(
    ("record", "state", "said"),
    [
        ((), "error", "Publish as TXT: v=DKIM1; k=rsa; p=MIIBabc"),
        (("v=DKIM1; k=rsa; p=other",), "error", "another key"),
        (("v=DKIM1; t=y; p=MIIBabc",), "warning", "t=y"),
        (("v=DKIM1; p=MIIBabc",), "ok", ""),
    ],
)
def test_the_dkim_record_has_to_be_the_keys(
    around: Around, record: Sequence[str], state: str, said: str
) -> None:
    around.zone.txt[RECORD[0]] = record
    found = around.one("dkim")

    assert found[0] == state
    assert said in found[1]


@pytest.mark.parametrize(
    ("delivery", "record", "state", "said"),
    [
        (SMTP, (), "error", "no DMARC record"),
        (SMTP, ("v=DMARC1; rua=mailto:x@u.example",), "error", "no policy"),
        (SMTP, ("v=DMARC1; p=reject",), "ok", "by DKIM and SPF"),
        (SMTP + ", verp: b@other.example", ("v=DMARC1; p=reject",), "ok", "by DKIM."),
        (
            "smtp: 'smtps://relay.example', verp: b@other.example",
            ("v=DMARC1; p=reject",),
            "error",
            "meet it by nothing",
        ),
        ("smtp: 'smtps://relay.example', verp: b@m.u.example", ("v=DMARC1; p=none",), "ok", "SPF"),
        (
            "smtp: 'smtps://relay.example', verp: b@m.u.example",
            ("v=DMARC1; p=none; aspf=s",),
            "error",
            "meet it by nothing",
        ),
    ],
)
def test_dmarc_has_to_be_there_and_to_be_met(
    around: Around, delivery: str, record: Sequence[str], state: str, said: str
) -> None:
    around.delivery = delivery
    around.zone.txt["_dmarc.u.example"] = record
    found = around.one("dmarc")

    assert found[0] == state
    assert said in found[1]


def test_a_name_has_to_lead_back_to_its_address(around: Around) -> None:
    around.zone.ptr = {"198.51.100.7": ["elsewhere.example"]}

    state, said = around.one("reverse-dns")
    assert (state, "198.51.100.7 has no name" in said) == ("warning", True)


def test_what_nobody_answers_is_unknown_and_the_others_go_on(around: Around) -> None:
    around.zone.silent = frozenset({"u.example"})
    found = around.see()

    assert found["mx"][0].state == found["spf"][0].state == "unknown"
    assert found["dmarc"][0].state == "ok"


def test_a_store_is_examined_as_it_lies_there(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW)
    url = f"sqlite:///{tmp_path / 'digest.db'}"
    assert not examine_store(url, tmp_path).exists
    room.open()._services.journal.note("weekly-2026-01-12")

    found = examine_store(url, tmp_path)
    assert (found.damage, found.version, found.writing, found.behind) == (None, None, None, ())
    with (tmp_path / "digest.db.journal").open("a") as journal:
        journal.write(json.dumps({"issue": "weekly-2026-01-12", "batch": 7}) + "\n")
    assert examine_store(url, tmp_path).behind == ("weekly-2026-01-12",)
    with closing(sqlite3.connect(tmp_path / "digest.db")) as store:
        store.execute("UPDATE alembic_version SET version_num = '0001'")
        store.commit()
    assert "version 0001" in str(examine_store(url, tmp_path).version)
    (tmp_path / "other.db").write_bytes(b"no database at all" * 100)
    other = f"sqlite:///{tmp_path / 'other.db'}"
    assert "not a database" in str(examine_store(other, tmp_path).damage)


def test_the_command_answers_in_json_and_by_its_exit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # a host that the guard refuses to ask: nothing goes out
    Newsroom(tmp_path, NOW)
    file = tmp_path / "feeds.yaml"
    file.write_text(file.read_text().replace("https://u.example/\n", "http://127.0.0.1:9/\n"))
    with pytest.raises(SystemExit) as caught:
        main(["--config", str(file), "--json", "doctor"])

    checks = {each["check"]: each for each in json.loads(capsys.readouterr().out)["checks"]}
    assert caught.value.code == 0
    assert set(checks["disk"]) == {"check", "about", "state", "said", "todo"}
    assert checks["clock"]["state"] == "unknown"
    file.write_text(file.read_text().replace("archive: notes", "archive: elsewhere"))
    with pytest.raises(SystemExit) as caught:
        main(["--config", str(file), "doctor"])
    assert caught.value.code == 1
    assert "there is no file or folder elsewhere" in capsys.readouterr().out
