"""What all tests share: `slow` runs are short unless DIGEST_FULL is set."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

settings.register_profile("short", max_examples=40, deadline=None, derandomize=True)
settings.register_profile("full", max_examples=1000, deadline=None)
settings.load_profile("full" if os.environ.get("DIGEST_FULL") else "short")


@pytest.fixture(scope="session")
def is_full() -> bool:
    """Tell whether the long runs are wanted in full."""
    return bool(os.environ.get("DIGEST_FULL"))
