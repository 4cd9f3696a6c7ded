"""What comes back of what went out: an email bounced, or its reader complained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from digest.model import Delivery
from digest.ports import Call, Report
from digest.publisher.services import Services
from digest.publisher.verp import name_in

_OUT = frozenset({"intent", "sent", "ambiguous", "bounced", "complained"})
_OFTEN = 5  # issues that came back
_SPAN = timedelta(days=60)
_APART = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What became of the emails that were read.

    Of the reports in them, `unmatched` are about nothing that we sent; `ignored` emails are none.
    `suppressed` counts the readers who get no more.
    """

    read: int = 0
    bounced: int = 0
    complained: int = 0
    suppressed: int = 0
    unmatched: int = 0
    ignored: int = 0


def take_back(services: Services, where: str | None) -> Returned:
    """Read the reports that came in, and mail those no more who cannot be reached or do not want it.

    A report that was read before changes nothing.
    """
    recent = _recent(services)
    done = Counter[str]()
    for reports in services.reports(where):
        done["read"] += 1
        done["ignored"] += not reports
        for report in reports:
            done.update(_take(services, report, recent))
    return Returned(**done)


def hear(services: Services, service: str, call: Call) -> Returned:
    """Hear what a service reports by its hook; Unknown where none is configured, Forged where it is not it.

    What comes again changes nothing, so a service may call as often as it likes.
    """
    recent: Sequence[str] | None = None
    done = Counter[str](read=1)
    for report in services.hook(service).read(call, services.clock()):
        if recent is None:  # the store is not asked for who proves nothing
            recent = _recent(services)
        done.update(_take(services, report, recent))
    return Returned(**done)


def _recent(services: Services) -> list[str]:
    """Return the issues that went out lately, the newest first."""
    since = services.clock() - _SPAN
    out = [(head.goes_out, head.id) for head in services.issues.heads()]
    return [id_ for at, id_ in sorted(out, reverse=True) if at >= since]


def _take(services: Services, report: Report, recent: Sequence[str]) -> Iterator[str]:
    """Write down what a report says; yield what it comes to."""
    proven = _proven(services, report)
    delivery = proven or _newest(services, report.address, recent)
    if delivery is None:
        yield "unmatched"
        return
    now, address = services.clock(), delivery.address
    came_back = replace(delivery, state=report.kind, detail=report.detail, returned=now)
    if not services.deliveries.turn_back(came_back):
        return  # it was read before, and its address may have been restored since
    yield report.kind
    # what anybody could have written suppresses nobody, however often it comes
    lasts = report.hard or report.kind == "complained" or _is_lasting(services, address, recent)
    if proven is not None and lasts:
        if services.audience.mailable([address]):
            yield "suppressed"
        services.audience.unsubscribe(address, f"{report.kind}: {report.detail}", now)


def _proven(services: Services, report: Report) -> Delivery | None:
    """Return the delivery whose own return path or Message-ID a report has: nobody guesses them."""
    names = [name_in(services, address) for address in report.return_paths]
    if report.signed or not services.config.delivery.verp:  # who was answered has seen a Message-ID
        names += [id_.partition("@")[0] for id_ in report.message_ids]
    found = (services.deliveries.by_message_id(name) for name in names if name)
    return next((each for each in found if each is not None and each.state in _OUT), None)


def _newest(services: Services, address: str | None, recent: Sequence[str]) -> Delivery | None:
    """Return the newest email to an address: who reports no more than that may speak of no other."""
    found = services.deliveries.to(address, recent) if address else ()
    out = [each for each in found if each.state in _OUT]
    return min(out, key=lambda each: recent.index(each.issue), default=None)


def _is_lasting(services: Services, address: str, recent: Sequence[str]) -> bool:
    """Tell whether so many issues came back that a full or broken mailbox is a lost one."""
    found: list[datetime] = [
        each.returned for each in services.deliveries.to(address, recent) if each.returned
    ]
    return len(found) >= _OFTEN and max(found) - min(found) >= _APART
