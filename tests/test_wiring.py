from __future__ import annotations

from pathlib import Path

import pytest

from digest.config import read_config
from digest.deliver.api import ApiDeliverer
from digest.deliver.smtp import SmtpDeliverer
from digest.deliver.threads import Threads
from digest.errors import MissingSecret, UsageError
from digest.wiring import deliverer
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

API = "api: 'mailgun://api:${KEY}@eu/mg.u.example', connections: 3"


def test_a_service_takes_the_emails_where_the_configuration_names_one(tmp_path: Path) -> None:
    Newsroom(tmp_path, NOW, delivery=API)
    config = read_config(tmp_path / "feeds.yaml", {"KEY": "k"})

    found = deliverer(config, None)
    assert isinstance(found, Threads)
    assert isinstance(found._inner, ApiDeliverer)
    assert found.connections == 3
    assert isinstance(deliverer(config, "postmark://server:t@broadcast"), Threads)
    assert isinstance(deliverer(config, "smtp://localhost"), SmtpDeliverer)
    with pytest.raises(MissingSecret, match="KEY"):
        deliverer(read_config(tmp_path / "feeds.yaml", {}), None)


def test_a_rate_is_kept_whatever_takes_the_emails(tmp_path: Path) -> None:
    Newsroom(tmp_path, NOW, delivery="smtp: 'smtp://localhost', rate: {'*': 30/m, gmail: 2/s}")
    config = read_config(tmp_path / "feeds.yaml", {})

    assert config.delivery.rate == {"*": 0.5, "gmail": 2.0}
    assert deliverer(config, None).rates == config.delivery.rate
    assert deliverer(config, "ses://A:b@eu-west-1").rates == config.delivery.rate
    assert deliverer(config, "folder:out").rates == {}


def test_a_service_that_nobody_knows_is_named_without_its_secret(tmp_path: Path) -> None:
    Newsroom(tmp_path, NOW, delivery="api: '${WHERE}'")
    config = read_config(tmp_path / "feeds.yaml", {"WHERE": "sendgrid://a:hunter2@b"})

    with pytest.raises(UsageError, match="no service 'sendgrid'") as error:
        deliverer(config, None)
    assert "hunter2" not in str(error.value)
