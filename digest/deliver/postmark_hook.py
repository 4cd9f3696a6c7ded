"""Postmark's webhooks: they log in as we asked them to (HTTP Basic), for they are not signed."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime

from digest.deliver.hook_json import mapping, read_json, word
from digest.deliver.postmark import MARK
from digest.errors import Forged, UsageError
from digest.ports import Call, Report

_LOST = frozenset({"HardBounce", "BadEmailAddress"})
_BOUNCES = _LOST | frozenset(
    {"SoftBounce", "DnsError", "SpamNotification", "VirusNotification", "Blocked", "DMARCPolicy"}
)
"""What Postmark calls a bounce; the others are delays and answers, which are none."""


class PostmarkHook:
    """The hook of a Postmark server."""

    def __init__(self, login: str) -> None:
        user, colon, password = login.partition(":")
        if not (user and colon and password):
            raise UsageError(
                "the hook of postmark is written USER:${PASSWORD}, as Postmark logs in"
            )
        self._wanted = b"Basic " + b64encode(login.encode())

    def read(self, call: Call, now: datetime) -> Iterator[Report]:  # noqa: ARG002 - it states no time that counts
        """Yield what a call reports."""
        given = call.fields.get("authorization", "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, self._wanted):
            raise Forged("Postmark", "it logs in as somebody else")
        said = read_json(call.body)
        record, kind = said.get("RecordType"), word(said.get("Type"))
        complained = record == "SpamComplaint" or kind == "SpamComplaint"
        if not complained and (record != "Bounce" or kind not in _BOUNCES):
            return
        id_ = word(mapping(said.get("Metadata")).get(MARK))
        words = word(said.get("Details")) or word(said.get("Description"))
        yield Report(
            kind="complained" if complained else "bounced",
            detail="to Postmark" if complained else f"{kind}: {words}",
            hard=kind in _LOST,
            address=word(said.get("Email")) or None,
            message_ids=(id_,) if id_ else (),
            signed=True,
        )
