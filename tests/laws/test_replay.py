"""Laws of a replay: nothing looks ahead, nobody has an article twice, and the order of the shelf is no matter."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.editorial.history import History
from digest.editorial.laboratory.replay import Kept, Moment, Rules, Shelf, Start, replay
from digest.model import Article, Limits, Schedule, SectionRule, Source, TagRules
from tests.helpers.make import NOW, SENT, WEEK, article, newsletter, segment

HOUR = timedelta(hours=1)
MOMENTS = [Moment(key=f"w{n}", now=NOW + n * WEEK, sent=SENT + n * WEEK) for n in range(5)]
SECTIONS = (
    SectionRule(title="P", match=segment("p", any=("p",)).match, max=2),
    SectionRule(title="More", rest=True),
)


def kept(number: int, hours: int, tags: list[str], late: int) -> Kept:
    """Return an article that was published some hours after the first moment, and seen later still."""
    at = NOW + hours * HOUR
    seen = at + late * HOUR
    # what comes in a backlog is new since it was published, and can only be known once it is seen
    made = article(f"a{number:03}", *tags, published=at, first_seen=seen, new_at=at)
    return Kept(number=number, seen=seen, versions=((seen, made),))


SHELVES = st.lists(
    st.tuples(
        st.integers(-200, 700),
        st.lists(st.sampled_from(["p", "q"]), max_size=2, unique=True),
        st.integers(0, 60),
    ),
    max_size=25,
).map(lambda each: in_order([kept(0, *facts) for facts in each]))


def in_order(found: list[Kept]) -> list[Kept]:
    return [
        replace(
            each,
            number=n,
            versions=tuple((at, replace(a, id=f"a{n:03}")) for at, a in each.versions),
        )
        for n, each in enumerate(sorted(found, key=lambda each: each.seen), 1)
    ]


LIMITS = st.builds(
    Limits,
    min=st.integers(1, 3),
    max=st.integers(3, 5),
    max_age=st.integers(3, 40).map(lambda days: timedelta(days=days)),
    grace=st.sampled_from([timedelta(0), timedelta(hours=12)]),
)
SHORT = st.sampled_from(["skip", "hold", "back-fill", "carry-over"])


def rules(limits: Limits, when_short: str) -> Rules:
    people = {"all": segment(), "p": segment("p", any=("p",))}
    return Rules(
        newsletter=newsletter(
            *SECTIONS,
            segments=("all", "p"),
            limits=limits,
            when_short=when_short,
            schedule=Schedule(cron="0 7 * * mon"),
        ),
        segments=people,
        sources={"news": Source(name="news", kind="feed", location="f")},
        tags=TagRules(),
        zone="Europe/London",
        language="en",
    )


def issues(shelf: list[Kept], by: Rules) -> list[tuple[str, dict[str, tuple[str, ...]]]]:
    """Return what each issue holds, by segment."""
    start = Start(history=History())
    return [
        (made.status, {name: tuple(s.ranks) for name, s in made.printed.items()})
        for made in replay(by, Shelf(shelf), start, MOMENTS)
    ]


@settings(max_examples=40, deadline=None)
@given(shelf=SHELVES, limits=LIMITS, short=SHORT, place=st.integers(0, 4))
def test_what_is_seen_later_changes_nothing_earlier(
    shelf: list[Kept], limits: Limits, short: str, place: int
) -> None:
    by, end = rules(limits, short), MOMENTS[place].now
    before = [each for each in shelf if each.seen <= end]
    assert issues(shelf, by)[: place + 1] == issues(before, by)[: place + 1]


@settings(max_examples=40, deadline=None)
@given(shelf=SHELVES, limits=LIMITS, short=SHORT)
def test_words_that_are_known_later_change_nothing_earlier(
    shelf: list[Kept], limits: Limits, short: str
) -> None:
    def reworded(a: Article) -> Article:
        return replace(a, tags=("p",), published=a.published and a.published + 9 * HOUR)

    by, after = rules(limits, short), MOMENTS[2].now + HOUR
    changed = [
        replace(k, versions=(*k.versions, (max(after, k.seen), reworded(k.versions[0][1]))))
        for k in shelf
    ]
    assert issues(changed, by)[:3] == issues(shelf, by)[:3]


@settings(max_examples=40, deadline=None)
@given(shelf=SHELVES, limits=LIMITS, short=SHORT)
def test_nobody_has_an_article_twice_or_before_it_was_seen(
    shelf: list[Kept], limits: Limits, short: str
) -> None:
    had: Counter[tuple[str, str]] = Counter()
    seen = {each.versions[0][1].id: each.seen for each in shelf}
    for moment, (_, editions) in zip(MOMENTS, issues(shelf, rules(limits, short)), strict=True):
        for name, held in editions.items():
            had.update((name, id_) for id_ in held)
            assert all(seen[id_] <= moment.now for id_ in held)
            assert limits.min <= len(held) <= limits.max
    assert set(had.values()) <= {1}


@settings(max_examples=15, deadline=None)
@given(shelf=SHELVES, limits=LIMITS, short=SHORT)
def test_the_order_of_the_shelf_is_no_matter(shelf: list[Kept], limits: Limits, short: str) -> None:
    by = rules(limits, short)
    assert issues(shelf[::-1], by) == issues(shelf, by)


def test_what_was_told_while_an_issue_waited_is_not_in_it() -> None:
    limits = Limits(min=1, max=3, max_age=timedelta(days=40))
    shelf = in_order([kept(1, -5, ["p"], 0), kept(2, -4, ["p"], 0)])
    between = NOW + (SENT - NOW) / 2
    start = Start(history=History(), told={"p": {"a001": between}})
    first = next(iter(replay(rules(limits, "skip"), Shelf(shelf), start, MOMENTS)))
    assert {*first.printed["all"].ranks} == {"a001", "a002"}
    assert {*first.printed["p"].ranks} == {"a002"}
