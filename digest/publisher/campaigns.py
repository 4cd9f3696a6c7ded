"""Send an issue by lists: each edition goes to one list, whose readers somebody else keeps.

The record has one delivery an edition, to its list. What is written down, in which order, and what is
ambiguous is as it is with emails; only that a campaign can be asked for, so what is ambiguous or was
cut off is looked at again whenever the issue is sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

from digest.editorial.folding import folded_address
from digest.model import Delivery, Issue, Message
from digest.ports import Addressee, Campaign, Campaigns
from digest.publisher.reader_links import view_url
from digest.publisher.services import Services
from digest.render import tokens
from digest.render.mime import message_id
from digest.render.page import page, plain_page

_OPEN = frozenset({"pending", "deferred", "ambiguous"})
_PAUSE = timedelta(minutes=1)


def editions(
    services: Services, campaigns: Campaigns, issue: Issue, domain: str
) -> Iterator[Addressee]:
    """Yield each edition's list, as if it were a reader; `domain` is the sender's."""
    for message in issue.messages:
        place = campaigns.place(message.segment)
        name = message_id(issue.id, place, services.key, domain)
        yield Addressee(folded_address(place), place, message.segment, name)


class CampaignRun:
    """One run over an issue's editions; `stopped` holds why it ended although there is more to do."""

    def __init__(self, services: Services, campaigns: Campaigns, issue: Issue, sender: str) -> None:
        self._services, self._campaigns = services, campaigns
        self._issue, self._sender = issue, sender
        self._messages = {message.segment: message for message in issue.messages}
        self.sent = self.suppressed = 0
        self.errors: list[str] = []
        self.stopped: str | None = None

    def all(self) -> None:
        """Start every campaign that is not known to be started."""
        deliveries = self._services.deliveries
        for delivery in [*deliveries.all(self._issue.id)]:
            if delivery.state not in _OPEN:
                continue
            self._services.journal.note(self._issue.id)
            tried = replace(delivery, attempts=delivery.attempts + 1)
            intent = partial(deliveries.mark, [replace(tried, state="intent")])
            outcome = self._campaigns.deliver(self._campaign(delivery), intent)
            done = replace(tried, state=outcome.state, detail=outcome.detail)
            if outcome.state == "failed" and outcome.fault == "sender":
                deliveries.mark([replace(delivery, state="pending", detail=outcome.detail)])
                self.stopped = outcome.detail
                return
            if outcome.state == "deferred":
                done = replace(done, next_at=self._services.clock() + _PAUSE)
                self.errors.append(outcome.detail)
            deliveries.mark([done])
            self.sent += outcome.state == "sent"

    def _campaign(self, delivery: Delivery) -> Campaign:
        message: Message = self._messages[delivery.segment]
        view = view_url(self._services, self._issue.id, delivery.segment)
        mark = delivery.message_id.strip("<>").partition("@")[0]
        return Campaign(
            name=f"{mark} {self._issue.id} {delivery.segment}",
            segment=delivery.segment,
            sender=self._sender,
            subject=message.subject,
            html=page(
                message,
                unsubscribe_url=tokens.UNSUBSCRIBE,
                view_url=view,
                picture_url=lambda name: f"{view}/{name}",
            ),
            text=plain_page(message, unsubscribe_url=tokens.UNSUBSCRIBE, view_url=view),
        )
