"""listmonk: a whole edition goes to one of its lists, as a campaign that it sends by itself.

Its API (`/api/campaigns`) takes no key that makes a second request harmless; so a campaign is known by
its name, is looked for before it is made, and is started once. Until it is started it is a draft,
which reaches nobody: so the step that cannot be taken back is the start alone, and whether it was
taken can be asked.
"""

from __future__ import annotations

import json
import re
import ssl
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import quote, unquote

from digest.deliver.relay import is_loopback
from digest.errors import DigestError, UsageError, one_line
from digest.ports import Campaign, Outcome
from digest.render import tokens

FORM = "listmonk://USER:${TOKEN}@HOST/TEMPLATE"
_ADDRESS = re.compile(r"listmonk://([^:/@\s]+):(\S+)@([A-Za-z0-9.-]+)(:\d+)?/(\d+)")
_ANSWER = 60.0  # seconds
_LARGEST = 20_000_000  # bytes of an answer: it holds campaigns whole
_PAGE = 50
_STARTED = frozenset({"running", "finished", "scheduled", "paused"})
_REFUSED = 400  # and above
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
# listmonk has one page for leaving and for what a reader prefers
_LEAVE = f"{tokens.UNSUBSCRIBE}(?:/preferences)?"
_SPECIAL = re.compile(f"<!--.*?-->|{_LEAVE}|{{{{|@TrackLink", re.DOTALL)


class _Lost(Exception):
    """A request without an answer, or with one that says to come again."""


class _NotDone(Exception):
    """A request that listmonk does not do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listmonk:
    """The port `Campaigns` upon one listmonk; `lists` are its numbers, by segment."""

    user: str
    token: str = field(repr=False)
    host: str
    port: int | None
    template: int
    lists: Mapping[str, int]

    def place(self, segment: str) -> str:
        """Return what the list of a segment is called in the record of deliveries."""
        if segment not in self.lists:
            raise DigestError(f"delivery: lists says no list for {segment}")
        return f"list-{self.lists[segment]}@{self.host}"

    def deliver(self, campaign: Campaign, intent: Callable[[], None]) -> Outcome:
        """Start a campaign unless it was started before, calling `intent` before the start."""
        try:
            found = self._find(campaign.name)
            if found is not None and found.get("status") != "draft":
                return _started(found)
            made = self._write(campaign, found)
        except _Lost as error:  # nothing was started; a draft that is there is found again
            return Outcome(state="deferred", detail=str(error), fault="passing")
        except _NotDone as error:
            return Outcome(state="failed", detail=str(error), fault="sender")
        intent()
        return self._start(campaign.name, int(made["id"]))

    def _start(self, name: str, number: int) -> Outcome:
        said = "it is not started"
        try:
            done = self._ask("PUT", f"/api/campaigns/{number}/status", {"status": "running"})
            if done.get("status") in _STARTED:
                return _started(done)
        except (_Lost, _NotDone) as error:
            said = str(error)
        try:  # the answer is not all there is: the campaign itself tells
            found = self._find(name)
        except (_Lost, _NotDone):
            return Outcome(state="ambiguous", detail=said)
        if found is None or found.get("status") == "draft":
            return Outcome(state="deferred", detail=said, fault="passing")
        return _started(found)

    def _find(self, name: str) -> Mapping[str, Any] | None:
        """Return the campaign of a name; a listmonk that knows no filter by tag shows all its own."""
        page, seen = 1, 0
        while True:
            query = f"tags={quote(_tag(name))}&page={page}&per_page={_PAGE}"
            answer = self._ask("GET", f"/api/campaigns?{query}")
            results = answer.get("results")
            if not isinstance(results, list):
                raise _Lost("listmonk's answer holds no campaigns")
            for each in results:
                if isinstance(each, dict) and each.get("name") == name and "id" in each:
                    return each
            page, seen = page + 1, seen + len(results)
            if not results or seen >= int(answer.get("total") or 0):
                return None

    def _write(self, campaign: Campaign, found: Mapping[str, Any] | None) -> Mapping[str, Any]:
        """Make a draft, or make the one that is there say the same."""
        body = {
            "name": campaign.name,
            "subject": _SPECIAL.sub(_as_text, campaign.subject),
            "lists": [self.lists[campaign.segment]],
            "from_email": campaign.sender,
            "type": "regular",
            "content_type": "html",
            "body": _SPECIAL.sub(_as_html, campaign.html),
            "altbody": _SPECIAL.sub(_as_text, campaign.text),
            "messenger": "email",
            "template_id": self.template,
            "tags": [_tag(campaign.name)],
        }
        if found is None:
            made = self._ask("POST", "/api/campaigns", body)
        else:
            made = self._ask("PUT", f"/api/campaigns/{int(found['id'])}", body)
        if not isinstance(made.get("id"), int):
            raise _Lost("listmonk's answer holds no campaign")
        return made

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the data of an answer; _Lost or _NotDone where there is none."""
        login = b64encode(f"{self.user}:{self.token}".encode()).decode()
        fields = {"Authorization": f"Basic {login}", "Content-Type": "application/json"}
        data = json.dumps(body).encode() if body is not None else None
        try:
            if is_loopback(self.host):
                connection = HTTPConnection(self.host, self.port, timeout=_ANSWER)
            else:
                tls = ssl.create_default_context()
                connection = HTTPSConnection(self.host, self.port, timeout=_ANSWER, context=tls)
            with closing(connection) as http:
                http.request(method, path, data, fields)
                response = http.getresponse()
                status, raw = response.status, response.read(_LARGEST)
        except (OSError, HTTPException) as error:
            raise _Lost(f"{self.host} does not answer: {error or type(error).__name__}") from None
        try:
            said = json.loads(raw)
        except (ValueError, RecursionError):
            said = {}
        message = one_line(said.get("message", "")) if isinstance(said, dict) else ""
        if status in _BUSY:
            raise _Lost(f"{status} {message}".strip())
        if status >= _REFUSED:
            raise _NotDone(f"{status} {message}".strip())
        found = said.get("data") if isinstance(said, dict) else None
        if not isinstance(found, dict):
            raise _Lost(f"{status}, and nothing that listmonk says")
        return found


def read_listmonk(address: str, lists: Mapping[str, int]) -> Listmonk:
    """Read `listmonk://USER:TOKEN@HOST/TEMPLATE`; UsageError says what is wrong, without the token."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise UsageError(f"listmonk's address is {FORM}, with the number of its template")
    user, token, host, port, template = found.groups()
    return Listmonk(
        user=unquote(user),
        token=unquote(token),
        host=host,
        port=int(port[1:]) if port else None,
        template=int(template),
        lists=lists,
    )


def _started(found: Mapping[str, Any]) -> Outcome:
    status = one_line(found.get("status"))
    if status in _STARTED:
        return Outcome(state="sent", detail=f"campaign {found['id']} is {status}")
    return Outcome(state="failed", detail=f"campaign {found['id']} was {status} at listmonk")


def _tag(name: str) -> str:
    return name.partition(" ")[0]


def _as_html(match: re.Match[str]) -> str:
    """Return what stands for itself in a body that listmonk reads as a Go template.

    A comment would be taken out there; Outlook reads some.
    """
    if match[0].startswith("<!--"):
        return f"{{{{ Safe {json.dumps(match[0], ensure_ascii=False)} }}}}"
    return "&#64;TrackLink" if match[0] == "@TrackLink" else _as_text(match)


def _as_text(match: re.Match[str]) -> str:
    if match[0].startswith(tokens.UNSUBSCRIBE):
        return "{{ UnsubscribeURL }}"
    if match[0] == "{{":
        return '{{ "{{" }}'
    return match[0].replace("@", "@ ") if match[0] == "@TrackLink" else match[0]
