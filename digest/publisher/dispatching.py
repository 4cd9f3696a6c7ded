"""Telling webhooks what became of issues: signed, tried again, and given up after some days.

What is to be told is written down together with the issue, so that none of it is lost; one who is told
may be told twice, and knows that by the dispatch's id. No address of a reader stands in any of it.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from json import JSONDecodeError, dumps, loads
from secrets import token_hex
from typing import Any

from digest.config import Config
from digest.errors import DigestError, TemplateError, Unknown, UsageError, one_line
from digest.findings import Finding, Where
from digest.jsonable import to_json
from digest.lint_rules.of_choice import TEMPLATE
from digest.model import Dispatch, Issue, IssueHead, Status, Webhook, WebhookEvent
from digest.ports import PostAnswer, Unanswered
from digest.publisher.services import Services
from digest.render.sentences import sentence

_EVENTS: Mapping[Status, tuple[WebhookEvent, str]] = {
    "draft": ("drafted", "is drafted and waits for its approval"),
    "held": ("held", "is held back"),
    "skipped": ("skipped", "is skipped"),
    "approved": ("approved", "is approved"),
    "sending": ("sending", "is going out"),
    "sent": ("sent", "is out"),
    "discarded": ("discarded", "is discarded"),
}
"""By the state that an issue comes to, what that is called, and how it is said."""
# as Standard Webhooks proposes: ten attempts within three days
_WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
_LONGEST_REST = timedelta(days=1)
_LEASE = timedelta(minutes=1)  # how long an attempt is its maker's alone
_KEPT = timedelta(days=30)
_AT_ONCE = 8  # webhooks
_TAKEN, _GONE = range(200, 300), 410
_SHORTEST, _LONGEST = 24, 64  # bytes of a secret
_NAME = r"[^\s<>@,;:\"'()\[\]]"
_ADDRESS = re.compile(rf"(?<!{_NAME}){_NAME}++@(?={_NAME})")  # each letter is looked at once
_SHOWN = 200  # characters of an answer
_A_SECRET = 8  # characters, that a part of an address may be one


def dispatches_of(
    config: Config,
    clock: Callable[[], datetime],
    was: IssueHead | None,
    issue: Issue,
    counts: Callable[[], Mapping[str, int]],
) -> list[Dispatch]:
    """Return what webhooks are told where an issue becomes another; nothing while its state is the same.

    `counts` says how many of its emails are in each state; it is asked of an issue that is out.
    """
    state = issue.shown_status
    if was is not None and was.shown_status == state:
        return []
    event, said = _EVENTS[state]
    wanted = [hook for hook in config.webhooks.values() if hook.wants(event, issue.newsletter)]
    if not wanted:
        return []
    public, newsletter = config.publication.public_url, config.newsletters.get(issue.newsletter)
    is_public = newsletter is not None and newsletter.archive and event in {"sending", "sent"}
    if event == "drafted" and newsletter is not None and newsletter.approval == "automatic":
        said = "is drafted"
    reason = issue.reason and nameless(_translated(config, issue.reason))
    data = {
        "newsletter": issue.newsletter,
        "title": newsletter.title if newsletter else issue.newsletter,
        "issue": issue.id,
        "number": issue.number,
        "status": state,
        "text": _translated(config, f"Issue {issue.id} {said}."),
        "reason": reason,
        "approved_by": issue.approved_by,
        "send_at": issue.send_at,
        "editions": [
            {
                "segment": edition.segment,
                "subject": edition.subject,
                "preheader": edition.preheader,
                "articles": [
                    {"id": a.id, "title": a.title, "url": a.url} for a in edition.articles
                ],
            }
            for edition in issue.editions
        ],
        "emails": counts() if event == "sent" else {},
        "desk": f"{public}/issues/{issue.id}" if public else None,
        "page": f"{public}/archive/{issue.newsletter}/{issue.id}" if public and is_public else None,
    }
    return _addressed(wanted, f"issue.{event}", clock(), data)


def _addressed(
    hooks: Sequence[Webhook], type_: str, at: datetime, data: Mapping[str, object]
) -> list[Dispatch]:
    """Return the same dispatch to each webhook, due at once."""
    made: Mapping[str, object] = to_json(data, dict[str, Any])
    id_ = f"msg_{token_hex(12)}"
    return [
        Dispatch(id=id_, hook=hook.name, type=type_, at=at, data=made, next_at=at) for hook in hooks
    ]


def tell_failures(services: Services, name: str, failures: Sequence[str]) -> None:
    """Let webhooks know what the scheduler could not do for a newsletter; the same failure once."""
    hooks = [hook for hook in services.config.webhooks.values() if hook.wants("failed", name)]
    mark, of = "; ".join(failures), f"failed:{name}"
    if not hooks or (services.issues.last_news(of) or "") == mark:
        return
    if failures:
        said = nameless("; ".join(_translated(services.config, each) for each in failures))
        data = _of_none(services, name, said)
        services.dispatches.add(_addressed(hooks, "newsletter.failed", services.clock(), data))
    services.issues.keep_news(of, mark)


def _of_none(services: Services, newsletter: str, said: str) -> Mapping[str, object]:
    """Return what a dispatch holds that is of no issue."""
    desk = services.config.publication.public_url or None
    return {
        **dict.fromkeys(("issue", "number", "status", "approved_by", "send_at", "page")),
        "newsletter": newsletter,
        "title": services.newsletter(newsletter).title,
        "text": said,
        "reason": None,
        "editions": [],
        "emails": {},
        "desk": desk,
    }


def tell(services: Services) -> list[Dispatch]:
    """Tell every webhook what waits for it; return what was tried. One that fails ends its own round."""
    hooks = [*services.config.webhooks.values()]
    if not hooks:
        return []
    with ThreadPoolExecutor(min(_AT_ONCE, len(hooks))) as pool:
        told = [each for done in pool.map(partial(_tell, services), hooks) for each in done]
    if told:
        services.dispatches.forget(services.clock() - _KEPT)
    return told


def _tell(services: Services, hook: Webhook) -> list[Dispatch]:
    told: list[Dispatch] = []
    while not services.stopping.is_set():
        now = services.clock()  # a slow receiver takes long for many: each has a lease of its own
        claimed = services.dispatches.claim(hook.name, now, now + _LEASE)
        if claimed is None:
            break
        told.append(_attempted(services, hook, claimed))
        services.dispatches.note(told[-1])
        if told[-1].state != "taken":
            break
    return told


def try_out(services: Services, name: str) -> Dispatch:
    """Send a webhook a test, once; return what became of it, of which nothing is kept."""
    hooks = services.config.webhooks
    if name not in hooks:
        raise Unknown("webhook", name, hooks)
    newsletter = next(iter(hooks[name].newsletters or services.config.newsletters))
    said = _translated(services.config, "This is a test of a webhook: nothing happened.")
    data = _of_none(services, newsletter, said)
    test = _addressed([hooks[name]], "webhook.test", services.clock(), data)[0]
    return _attempted(services, hooks[name], replace(test, attempts=1, tried=services.clock()))


def try_templates(services: Services) -> Iterator[Finding]:
    """Yield what is wrong with the webhooks' templates, by rendering what is told of an issue with them."""
    for hook in services.config.webhooks.values():
        newsletter = next(iter(hook.newsletters or services.config.newsletters))
        article = {"id": "sample", "title": "A headline", "url": "https://u.example/sample"}
        edition = {"segment": "sample", "subject": "A subject", "preheader": "More"}
        data = {
            **_of_none(services, newsletter, "Something happened."),
            "issue": f"{newsletter}-2026-01-12",
            "number": 1,
            "status": "sent",
            "editions": [{**edition, "articles": [article]}],
            "emails": {"sent": 1},
        }
        try:
            _body(services, hook, _addressed([hook], "issue.sent", services.clock(), data)[0])
        except TemplateError as error:
            yield TEMPLATE.found(str(error), Where(key=f"webhooks.{hook.name}.template"))


def not_taken(dispatch: Dispatch) -> str:
    """Return in words why a webhook has not taken what it was told, and what follows."""
    said = f"webhook {dispatch.hook}: {dispatch.type} was not taken: {dispatch.said}"
    if dispatch.next_at is None:
        tries = f"{dispatch.attempts} attempt{'' if dispatch.attempts == 1 else 's'}"
        return f"{said}; it is given up after {tries}"
    return f"{said}; it is told again from {dispatch.next_at:%Y-%m-%d %H:%M:%S} UTC on"


def _attempted(services: Services, hook: Webhook, dispatch: Dispatch) -> Dispatch:
    """Send a dispatch; return it as it is after the attempt."""
    try:
        answer = _sent(services, hook, dispatch)
    except (Unanswered, DigestError) as error:
        return _put_off(dispatch, str(error), None)
    shown = one_line(answer.said, _SHOWN)
    said = f"it answers {answer.status}" + (f": {shown}" if shown else "")
    if answer.status in _TAKEN:
        return replace(dispatch, state="taken", next_at=None, said=said)
    if answer.status == _GONE:
        return replace(dispatch, state="given up", next_at=None, said=said)
    return _put_off(dispatch, said, answer.rest)


def _put_off(dispatch: Dispatch, said: str, rest: timedelta | None) -> Dispatch:
    """Return a dispatch that was not taken: to be tried again, or given up after the last attempt."""
    if dispatch.attempts > len(_WAITS):
        return replace(dispatch, state="given up", next_at=None, said=said)
    wait = max(_WAITS[dispatch.attempts - 1], min(rest or timedelta(0), _LONGEST_REST))
    return replace(dispatch, next_at=(dispatch.tried or dispatch.at) + wait, said=said)


def _sent(services: Services, hook: Webhook, dispatch: Dispatch) -> PostAnswer:
    needed_for = f"the webhook {hook.name}"
    url = services.config.secret(hook.url, needed_for).strip()
    if not re.fullmatch(r"https?://[!-~]+", url):
        raise UsageError(f"the address of {needed_for} does not start with https:// or http://")
    content_type, body = _body(services, hook, dispatch)
    now = int(services.clock().timestamp())
    fields = {
        "Content-Type": content_type,
        "webhook-id": dispatch.id,
        "webhook-timestamp": str(now),
    }
    if hook.secret is not None:
        secret = services.config.secret(hook.secret, needed_for).strip()
        fields["webhook-signature"] = signature(secret, dispatch.id, now, body)
    try:
        answer = services.post(url, fields, body, hook.allow_hosts)
    except Unanswered as error:
        raise Unanswered(_without(url, str(error))) from None
    return replace(answer, said=_without(url, answer.said))


def _without(url: str, said: str) -> str:
    """Return what somebody says of an address without what may be a secret in it: a chat's is one."""
    path = "/" + url.partition("://")[2].partition("/")[2]
    long = (part for part in re.split(r"[/?&=#]", path) if len(part) >= _A_SECRET)
    for part in (url, url[:200], path, path.partition("?")[0], *long):
        said = said.replace(part, "…") if len(part) > 1 else said
    return said


def _body(services: Services, hook: Webhook, dispatch: Dispatch) -> tuple[str, bytes]:
    """Return a dispatch as its webhook reads it, and the type of that."""
    whole = {"type": dispatch.type, "timestamp": to_json(dispatch.at), "data": dispatch.data}
    if hook.template is None:
        return "application/json", dumps(whole, ensure_ascii=False).encode()
    file = hook.template if "." in hook.template else f"{hook.template}.json"
    language = services.config.publication.language
    text = services.webhook_templates.render(file, language, whole)
    is_json = file.endswith(".json")
    try:
        if is_json:
            loads(text)
        return ("application/json" if is_json else "text/plain; charset=utf-8"), text.encode()
    except JSONDecodeError as error:
        reason = f"what it makes is no JSON: {error.msg}, in its line {error.lineno}"
    except RecursionError:
        reason = "what it makes is no JSON that can be read: it is nested too deeply"
    except UnicodeEncodeError as error:
        reason = f"what it makes is no text: {text[error.start]!r} is half a character"
    raise TemplateError(f"templates/webhooks/{file}", 1, reason)


def signature(secret: str, id_: str, at: int, body: bytes) -> str:
    """Return a dispatch's signature, made at a second since 1970 (Standard Webhooks: v1, HMAC-SHA256).

    The secret is 24 to 64 bytes in base64, after `whsec_`; UsageError where it is not.
    """
    try:
        key = b64decode(secret.removeprefix("whsec_"), validate=True)
    except (Error, ValueError):
        key = b""
    if not _SHORTEST <= len(key) <= _LONGEST:
        raise UsageError(
            f"a webhook's secret is whsec_ and {_SHORTEST} to {_LONGEST} bytes in base64, as "
            "`openssl rand -base64 32` makes them"
        )
    mark = hmac.digest(key, f"{id_}.{at}.".encode() + body, "sha256")
    return f"v1,{b64encode(mark).decode()}"


def nameless(said: str) -> str:
    """Return a sentence in which no address names anybody: a relay's answer may hold a reader's."""
    return _ADDRESS.sub("…@", said)


def _translated(config: Config, said: str) -> str:
    return sentence(said, config.publication.language) or said
