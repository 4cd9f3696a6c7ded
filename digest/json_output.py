"""The JSON that the commands and the API answer with, as the contract writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from digest.editorial.compare import Changes
from digest.findings import Finding, LintRule
from digest.jsonable import to_json
from digest.model import Article, Decision, Delivery, DeliveryState, Issue, Subscriber, Suppression
from digest.publisher.correcting import Correction
from digest.publisher.explaining import Readership
from digest.publisher.forgetting import Person
from digest.publisher.pulling import PullReport
from digest.publisher.resting import SourceReport
from digest.publisher.sending import Sent

Shape = dict[str, Any]

ARTICLE = (
    "id source guid url urls path title headline standfirst summary text html authors department "
    "image published date_source first_seen new_at updated tags tags_cut topics internal_tags "
    "quotes also_covered_by"
).split()


def article(value: Article) -> Shape:
    """Return an article."""
    data = to_json(value)
    return {name: data[name] for name in ARTICLE}


def issue(
    value: Issue,
    deliveries: Mapping[DeliveryState, int],
    changes: Mapping[str, Mapping[str, Changes]],
) -> Shape:
    """Return an issue; its editions name their articles by id."""
    data = to_json(value)
    return {
        **{name: data[name] for name in ("id", "newsletter", "number")},
        "status": value.shown_status,
        "created": data["created"],
        "window": _window(data["window"]),
        **{name: data[name] for name in ("reason", "content_hash", "approved_by")},
        "editions": [
            {
                "segment": e["segment"],
                "subject": e["subject"],
                "preheader": e["preheader"],
                "sections": [
                    {
                        "title": s["title"],
                        "articles": [a["id"] for a in s["articles"]],
                        "more": s["more"],
                    }
                    for s in e["sections"]
                ],
                "articles": [a["id"] for s in e["sections"] for a in s["articles"]],
                "points": {
                    id_: sum(point.value for point in points)
                    for id_, points in value.points.get(e["segment"], {}).items()
                },
                "html_bytes": value.html_bytes.get(e["segment"], 0),
                "findings": [finding(each) for each in value.findings.get(e["segment"], ())],
            }
            for e in data["editions"]
        ],
        "deliveries": dict(deliveries),
        "approved_at": data["approved_at"],
        "send_at": data["send_at"],
        "overrides": data["overrides"],
        "changes": {
            segment: {since: to_json(each) for since, each in found.items()}
            for segment, found in changes.items()
        },
        "windows": {name: _window(each) for name, each in data["windows"].items()},
    }


def _window(data: Shape) -> Shape:
    return {"from": data["start"], "to": data["end"]}


def finding(value: Finding) -> Shape:
    """Return a finding."""
    return {
        "where": str(value.where),
        "severity": value.severity,
        "rule": value.rule,
        "message": value.message,
    }


def lint_rule(value: LintRule) -> Shape:
    """Return a rule of the lint."""
    return {
        "rule": value.name,
        "severity": [*value.severities],
        "about": value.about,
        "finds": value.finds,
    }


def decision(value: Decision) -> Shape:
    """Return a decision."""
    data = to_json(value)
    names = ("segment", "included", "section", "rank", "points", "decided_by", "would_change")
    said = {name: data[name] for name in names}
    return {**said, "decided_by": " and ".join(value.decided_by), "article": data["article"]}


def readership(value: Readership, *, addresses: bool) -> Shape:
    """Return who got an article in an issue's edition."""
    said: Shape = {
        "issue": value.issue,
        "segment": value.segment,
        "readers": value.count,
        "unsure": len(value.unsure),
    }
    return {**said, "addresses": [*value.addresses, *value.unsure]} if addresses else said


def correction(value: Correction) -> Shape:
    """Return a story that is to be corrected, with the words that changed."""
    said: Shape = to_json(value)
    del said["mark"]
    for name, told in value.told.items():
        said["told"][name]["words"] = [[*run] for run in told.words]
    return said


def source(value: SourceReport) -> Shape:
    """Return a source's state, without its address: that may hold a key."""
    data = to_json(value)
    return {
        **{name: data["source"][name] for name in ("name", "title", "kind")},
        "active": value.is_active,
        **{name: data[name] for name in ("result", "read", "next")},
        "error": value.failing or value.said,
        "gone": value.gone,
    }


def pulled(reports: list[PullReport], articles: int) -> Shape:
    """Return what a pull did."""
    return {"sources": [to_json(report) for report in reports], "articles": articles}


def sent(value: Sent, pending: int) -> Shape:
    """Return what a run of sending did, and how many emails are still to go."""
    done = {name: number for name, number in to_json(value).items() if name != "error"}
    if not value.held_editions:  # which there are only where readers choose
        del done["held_editions"], done["held_for"]
    if not value.waiting:
        del done["waiting"]
    return {**done, "pending": pending}


def delivery(value: Delivery) -> Shape:
    """Return a delivery."""
    data = to_json(value)
    return {n: data[n] for n in ("address", "segment", "state", "attempts", "message_id", "detail")}


def subscriber(
    value: Subscriber, suppression: Suppression | None, by_rule: Sequence[str] = ()
) -> Shape:
    """Return a subscriber, why it is not to be mailed, where it is not, and until when it paused.

    `by_rule` are the segments that it belongs to without being put into them.
    """
    said = {**to_json(value), "suppressed": suppression and to_json(suppression)}
    if not value.paused_until:
        del said["paused_until"]
    if not value.choices:
        del said["choices"]
    return {**said, "by_rule": [*by_rule]} if by_rule else said


def person(value: Person) -> Shape:
    """Return all that is kept on a person."""
    said = to_json(value)
    known = value.subscriber and subscriber(value.subscriber, None, value.by_rule)
    if known:
        del known["suppressed"]
    for sign_up in said["sign_ups"]:
        if sign_up["choice"] is None:
            del sign_up["choice"]
    return {name: said[name] for name in ("address", "link", "suppressed", "sign_ups")} | {
        "subscriber": known,
        "deliveries": said["deliveries"],
    }
