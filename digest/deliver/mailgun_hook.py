"""Mailgun's webhooks: signed by a key (HMAC of a time and a token), each token once."""

from __future__ import annotations

import hmac
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from digest.deliver.hook_json import mapping, read_json, word
from digest.deliver.replies import is_gone
from digest.errors import Forged
from digest.ports import Call, Report

_OLD = timedelta(hours=12)  # Mailgun tries a call again for eight
_AHEAD = timedelta(minutes=5)
_TOKENS = (
    20_000  # that are remembered; the ledger knows what was heard before, whatever is forgotten
)


class MailgunHook:
    """The hook of a Mailgun account."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()
        self._heard: OrderedDict[str, None] = OrderedDict()

    def read(self, call: Call, now: datetime) -> Iterator[Report]:
        """Yield what a call reports, the first time that its token comes."""
        said = read_json(call.body)
        token = self._token(mapping(said.get("signature")), now)
        if token in self._heard:
            return
        yield from _reports(mapping(said.get("event-data")))
        self._heard[token] = None
        if len(self._heard) > _TOKENS:
            self._heard.popitem(last=False)

    def _token(self, signature: Mapping[str, Any], now: datetime) -> str:
        at, token, given = (word(signature.get(key)) for key in ("timestamp", "token", "signature"))
        ours = hmac.new(self._key, f"{at}{token}".encode(), "sha256").hexdigest()
        if not token or not hmac.compare_digest(ours.encode(), given.encode()):
            raise Forged("Mailgun", "its signature is another")
        try:
            signed = datetime.fromtimestamp(int(at), UTC)
        except (ValueError, OverflowError, OSError):
            raise Forged("Mailgun", "it has no time") from None
        if not now - _OLD <= signed <= now + _AHEAD:
            raise Forged("Mailgun", "it was signed at another time")
        return token


def _reports(event: Mapping[str, Any]) -> Iterator[Report]:
    kind, reason = event.get("event"), event.get("reason")
    complained = kind == "complained" or reason == "suppress-complaint"
    if not complained and (kind != "failed" or event.get("severity") != "permanent"):
        return  # what failed for now, Mailgun tries again itself
    status = mapping(event.get("delivery-status"))
    said = word(status.get("message")) or word(status.get("description"))
    code = word(status.get("enhanced-code"))
    headers = mapping(mapping(event.get("message")).get("headers"))
    id_ = word(headers.get("message-id")).strip("<>")
    yield Report(
        kind="complained" if complained else "bounced",
        detail="to Mailgun" if complained else said or "it could not be delivered",
        hard=reason == "suppress-bounce" or is_gone(code, said),
        address=word(event.get("recipient")) or None,
        message_ids=(id_,) if id_ else (),
        signed=True,
    )
