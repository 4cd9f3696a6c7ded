"""Amazon SES: bounces and complaints, as it notifies a topic of SNS or publishes events to one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from digest.deliver.hook_json import mapping, mappings, read_json, word
from digest.deliver.replies import is_gone
from digest.deliver.sns import Topic
from digest.ports import Call, Report

_SUPPRESSED = frozenset({"Suppressed", "OnAccountSuppressionList"})


class SesHook:
    """The hook of the topic that SES reports to."""

    def __init__(self, topic: Topic) -> None:
        self._topic = topic

    def read(self, call: Call, now: datetime) -> Iterator[Report]:
        """Yield what a call reports, recipient by recipient."""
        message = self._topic.message(call.body, now)
        said = read_json(message or "")
        # notifications of an identity and events of a configuration set differ in this name
        kind = said.get("notificationType") or said.get("eventType")
        email = mapping(said.get("mail"))
        if kind == "Bounce":
            yield from _bounces(mapping(said.get("bounce")), email)
        elif kind == "Complaint":
            yield from _complaints(mapping(said.get("complaint")), email)


def _bounces(bounce: Mapping[str, Any], email: Mapping[str, Any]) -> Iterator[Report]:
    lasts, sort = bounce.get("bounceType") == "Permanent", word(bounce.get("bounceSubType"))
    for each in mappings(bounce.get("bouncedRecipients")):
        status, said = word(each.get("status")), word(each.get("diagnosticCode"))
        said = said.removeprefix("smtp;").strip()
        gone = sort in _SUPPRESSED or not (status or said) or is_gone(status, said)
        yield Report(
            kind="bounced",
            detail=said or f"{word(bounce.get('bounceType'))}, {sort}",
            hard=lasts and gone,
            address=word(each.get("emailAddress")) or None,
            message_ids=_ids(email),
            return_paths=_paths(email),
            signed=True,
        )


def _complaints(complaint: Mapping[str, Any], email: Mapping[str, Any]) -> Iterator[Report]:
    kind = word(complaint.get("complaintFeedbackType")) or "abuse"
    if kind == "not-spam":
        return
    for each in mappings(complaint.get("complainedRecipients")):
        yield Report(
            kind="complained",
            detail=f"{kind}, reported by {word(complaint.get('userAgent')) or 'Amazon SES'}",
            address=word(each.get("emailAddress")) or None,
            message_ids=_ids(email),
            return_paths=_paths(email),
            signed=True,
        )


def _ids(email: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the Message-ID that we gave an email: its header's, where SES is told to show them.

    `mail.messageId` is SES's own.
    """
    found = [
        word(each.get("value"))
        for each in mappings(email.get("headers"))
        if word(each.get("name")).lower() == "message-id"
    ]
    found += [word(mapping(email.get("commonHeaders")).get("messageId"))]
    return tuple(dict.fromkeys(id_.strip("<>") for id_ in found if id_))


def _paths(email: Mapping[str, Any]) -> tuple[str, ...]:
    source = word(email.get("source"))
    return (source,) if source else ()
