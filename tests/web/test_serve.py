from __future__ import annotations

from pathlib import Path

import pytest

from digest.errors import UsageError
from digest.web.serve import serve
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom


@pytest.mark.parametrize(
    ("host", "environment", "said"),
    [
        ("192.0.2.1", {}, "set DIGEST_DESK_PASSWORD"),
        ("192.0.2.1", {"DIGEST_DESK_PASSWORD": ""}, "set DIGEST_DESK_PASSWORD"),
        ("127.0.0.1", {"DIGEST_TRUSTED_PROXY": "*"}, "give the proxy's IP address"),
        ("127.0.0.1", {"DIGEST_TRUSTED_PROXY": "proxy.example"}, "give the proxy's IP address"),
        ("127.0.0.1", {"DIGEST_METRICS_TOKEN": "short"}, "16 characters or more"),
    ],
)
def test_an_environment_that_would_leave_a_door_open_is_refused(
    tmp_path: Path, host: str, environment: dict[str, str], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        serve(Newsroom(tmp_path, NOW).open(), host, 0, environment, lambda _: None)
