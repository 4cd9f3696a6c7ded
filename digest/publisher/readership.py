"""The audience in figures: counted by the store, never read as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from digest.editorial.membership import Membership
from digest.model import Delivery, SignUp, Subscriber, Suppression
from digest.ports import Alike
from digest.publisher.clicking import READERS
from digest.publisher.preferences import today_in
from digest.publisher.reader_editions import own_choice
from digest.publisher.runs import WEEKS
from digest.publisher.services import Services

_MOST = 50  # of a list
_RECENT = 20  # issues


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceFigures:
    """How many read what: by status, by segment, and by newsletter and segment as they are mailed.

    Of several segments of a newsletter a reader gets the first; those who chose for themselves are counted
    as its `readers`. `paused` are mailed nothing today;
    `nowhere` are confirmed and in no segment. `left` and `lost` (to bounces and complaints) count by
    week, the oldest first.
    """

    statuses: Mapping[str, int]
    segments: Mapping[str, int]
    newsletters: Mapping[str, Mapping[str, int]]
    paused: int
    nowhere: int
    left: tuple[int, ...]
    lost: tuple[int, ...]
    gone: Sequence[tuple[str, Suppression]]
    waiting: Sequence[SignUp]
    waiting_count: int

    @property
    def total(self) -> int:
        """All subscribers, whatever their status."""
        return sum(self.statuses.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One address: who that is, why it is not mailed, what it got lately, the newest first.

    `segments` are those by name and by rule.
    """

    address: str
    subscriber: Subscriber | None
    segments: tuple[str, ...]
    suppression: Suppression | None
    deliveries: tuple[Delivery, ...]


def audience(services: Services) -> AudienceFigures:
    """Count the audience, in one pass of the store."""
    member, now = Membership(services.config.segments), services.clock()
    statuses, segments, apart = Counter[str](), Counter[str](), Counter[str]()
    newsletters = {
        n.name: dict.fromkeys((*n.segments, *([READERS] if n.readers else [])), 0)
        for n in services.config.newsletters.values()
    }
    for each in alike(services):
        statuses[each.person.status] += each.count
        if each.person.status != "confirmed":
            continue
        own = member.of(each.person)
        apart["paused"] += each.count * each.is_paused
        mine = chosen(services, each.person)
        apart["nowhere"] += each.count * (not own and not mine)
        segments.update(dict.fromkeys(own, each.count))
        for name, counts in () if each.is_paused else newsletters.items():
            _count(counts, [READERS] if name in mine else own, each.count)
    left, lost = [0] * WEEKS, [0] * WEEKS
    for (is_lost, place), count in services.audience.gone_by_week(now, WEEKS).items():
        (lost if is_lost else left)[place] += count
    waiting, waiting_count = services.sign_ups.waiting(now, _MOST)
    return AudienceFigures(
        statuses=statuses,
        segments=segments,
        newsletters=newsletters,
        paused=apart["paused"],
        nowhere=apart["nowhere"],
        left=tuple(left),
        lost=tuple(lost),
        gone=services.audience.newest_gone(_MOST),
        waiting=waiting,
        waiting_count=waiting_count,
    )


def readers(
    services: Services, issues: Mapping[str, Sequence[str]]
) -> Mapping[str, Mapping[str, int]]:
    """Return how many would get each issue now, by segment, given its newsletter's segments in order.

    Who chose for themselves is in none: whether it is their turn, and anything new to them, is told when
    the issue goes out.
    """
    member = Membership(services.config.segments)
    of = {head.id: head.newsletter for head in services.issues.heads() if not head.special}
    found = {issue: dict.fromkeys(segments, 0) for issue, segments in issues.items()}
    for each in alike(services) if found else ():
        if each.person.status == "confirmed" and not each.is_paused:
            mine = chosen(services, each.person)
            for id_, counts in found.items():
                if of.get(id_) not in mine:
                    _count(counts, member.of(each.person), each.count)
    return found


def chosen(services: Services, person: Subscriber) -> frozenset[str]:
    """Return the newsletters of which a reader chose for themselves."""
    known = services.config.newsletters
    return frozenset(
        name
        for name in person.choices
        if name in known and own_choice(known[name], person.choices) is not None
    )


def _count(counts: dict[str, int], own: Collection[str], count: int) -> None:
    """Count readers in the first of an issue's segments that they belong to."""
    first = next((name for name in counts if name in own), None)
    if first is not None:
        counts[first] += count


def alike(services: Services) -> Iterator[Alike]:
    """Yield how many subscribers are alike, as far as segments ask of them."""
    by_rule = any(segment.members for segment in services.config.segments.values())
    choose = any(newsletter.readers for newsletter in services.config.newsletters.values())
    return services.audience.alike(today_in(services), attributes=by_rule, choices=choose)


def reader(services: Services, address: str) -> Reader:
    """Return what is known of an address, by whatever spelling it is the same."""
    found = services.audience.by_address(address)
    recent = {head.id: head for head in services.issues.heads()}
    sent = sorted(
        services.deliveries.to(address, recent),
        key=lambda each: recent[each.issue].goes_out,
        reverse=True,
    )
    return Reader(
        address=found.address if found else address,
        subscriber=found,
        segments=Membership(services.config.segments).of(found) if found else (),
        suppression=services.audience.suppression(address),
        deliveries=tuple(sent[:_RECENT]),
    )
