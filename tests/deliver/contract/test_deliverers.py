"""What hands emails over passes one suite, which plug-ins' tests take as well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from digest.deliver import smtp
from digest.deliver.api import Service
from digest.deliver.api_services import read_service
from digest.deliver.eml_folder import FolderDeliverer
from digest.deliver.relay import Relay
from digest.deliver.smtp import SmtpDeliverer
from digest.deliver.threads import Threads
from digest.errors import DeliveryError
from digest.ports import Deliverer
from digest.testing.deliverer_contract import (
    READER,
    SECRET,
    DelivererContract,
    ServiceContract,
    Way,
    WireContract,
)
from digest.testing.takers import EMAIL, Asked, Kept, Said, Taker
from tests.helpers import services


class TestFolder(DelivererContract):
    @pytest.fixture
    def way(self, tmp_path: Path) -> Way:
        def taken() -> list[Kept]:
            found = Taker()
            for file in (tmp_path / "sent").glob("*.eml"):
                found.keep(READER, file.read_bytes())
            return found.taken

        return Way(Threads(FolderDeliverer(tmp_path / "sent")), Taker(), taken)


class TestSmtp(WireContract):
    @pytest.fixture
    def way(self, tmp_path: Path) -> Iterator[Way]:  # noqa: ARG002 - others need one
        taker = Taker()
        with services.relay(taker) as port:
            yield Way(self.away(port), taker, lambda: taker.taken)

    def impatient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(smtp, "_FINAL", 0.2)

    def away(self, port: int) -> Deliverer:
        return SmtpDeliverer(Relay(scheme="smtp", host="127.0.0.1", port=port), 1)


class OwnService(ServiceContract):
    address = ""

    def made(self, origin: str) -> Service:
        return replace(read_service(self.address), origin=origin)  # type: ignore[type-var]


class TestSes(OwnService):
    address = f"ses://AKID:{SECRET}@eu-west-1"

    def answer(self, taker: Taker, asked: Asked) -> Said:
        return services.ses(taker, asked)


class TestMailgun(OwnService):
    address = f"mailgun://api:{SECRET}@eu/mg.u.example"

    def answer(self, taker: Taker, asked: Asked) -> Said:
        return services.mailgun(taker, asked)


class TestPostmark(OwnService):
    address = f"postmark://server:{SECRET}@broadcast"

    def answer(self, taker: Taker, asked: Asked) -> Said:
        return services.postmark(taker, asked)


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(DeliveryError, match="the folder"):
        FolderDeliverer(tmp_path / "file" / "sent").open()


def test_the_email_of_this_suite_is_a_sound_one() -> None:
    assert not message_from_bytes(EMAIL, policy=policy.default).defects
