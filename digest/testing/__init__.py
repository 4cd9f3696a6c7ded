"""The suites that every source kind, deliverer and lint rule passes, a plug-in's as well as our own.

A test of a plug-in is a class that takes one of them and says what is its own:
`source_contract.SourceKindContract`, `deliverer_contract.DelivererContract` (or `WireContract`,
`ServiceContract`), `lint_contract.LintContract`. They need pytest.
"""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite(
    "digest.testing.deliverer_contract",
    "digest.testing.lint_contract",
    "digest.testing.source_contract",
)
