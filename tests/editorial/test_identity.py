"""Which sightings are one article is decided from values alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from digest.editorial.address import canonical, cleaned
from digest.editorial.identity import identify, keys_of
from digest.model import Article, Image, Sighting, StoredResult

NOW = datetime(2026, 1, 12, 6, tzinfo=UTC)
DAY = timedelta(days=1)
STORY = (
    "The harbour board has chosen a brass clock that predicts the tide for a whole year. It stands on "
    "the quay beside the old customs house, and children who pass it on the way to school can turn its "
    "hands. Three apprentices built it from the wreck of a pilot boat that lay in the mud for ninety "
    "years. The clock will be copied for every school in the city before the summer, the board said."
)
OTHER = (
    "Eleven researchers have measured how cold water corals grow around the wrecks of the outer bank. "
    "They found that the oldest colonies are twice as old as the ships on which they live, because "
    "they had moved there from the rock below. The survey took four winters and two lost cameras. "
    "Its maps are open to everybody, and fishers have already begun to use them on their own boats."
)


class Shelf:
    """A memory of articles that is kept as the store keeps them."""

    def __init__(self) -> None:
        self.articles: dict[str, Article] = {}
        self._ids: dict[str, dict[str, None]] = defaultdict(dict)

    def see(
        self, *sightings: Sighting, now: datetime = NOW, backlog: bool = False
    ) -> list[StoredResult]:
        keys = {k for s in sightings for k in keys_of(s)}
        known = {k: tuple(self.articles[i] for i in self._ids[k]) for k in keys if self._ids.get(k)}
        filed = identify(sightings, known, now=now, backlog=backlog)
        for one in filed:
            self.articles[one.article.id] = one.article
            for key in one.keys:
                self._ids[key][one.article.id] = None
        return list(filed)

    @property
    def one(self) -> Article:
        (article,) = self.articles.values()
        return article


def entry(number: int = 1, source: str = "news", **changes: object) -> Sighting:
    made = Sighting(
        source=source,
        guid=f"id-{number}",
        url=f"https://e.example/{number}",
        headline=f"Clock number {number} wins a prize",
        text=f"{STORY} This is the {number}th.",
        published=NOW - DAY,
        date_source="feed",
        tags=("Harbour",),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def changes(filed: Iterable[StoredResult]) -> list[str]:
    return [f.change for f in filed]


def test_a_sighting_becomes_an_article_with_a_title_and_a_summary() -> None:
    Shelf().see(entry())
    (filed,) = Shelf().see(entry())
    article = filed.article

    assert filed.change == "new"
    assert article.title == "Clock number 1 wins a prize"
    assert article.summary.startswith("The harbour board has chosen a brass clock")
    assert article.urls == ("https://e.example/1",)
    assert article.first_seen == NOW


def test_seen_again_it_is_the_same() -> None:
    shelf = Shelf()
    shelf.see(entry(), entry(2))

    assert changes(shelf.see(entry(2), entry(), now=NOW + DAY)) == ["same", "same"]


def test_an_update_keeps_id_and_first_seen() -> None:
    shelf = Shelf()
    (before,) = shelf.see(entry())
    (after,) = shelf.see(entry(headline="Clock wins two prizes", text=OTHER), now=NOW + DAY)

    assert after.change == "updated"
    assert after.article.title == "Clock wins two prizes"
    assert after.article.text == OTHER
    assert (after.article.id, after.article.first_seen, after.article.new_at) == (
        before.article.id,
        before.article.first_seen,
        before.article.new_at,
    )


def test_an_id_does_not_depend_on_time_or_order() -> None:
    one, other = Shelf(), Shelf()
    one.see(entry(1), entry(2), now=NOW)
    other.see(entry(2), entry(1), now=NOW + DAY)

    assert set(one.articles) == set(other.articles)


@pytest.mark.parametrize(
    ("backlog", "published", "new_at"),
    [(False, NOW - DAY, NOW), (True, NOW - DAY, NOW - DAY), (True, None, None), (False, None, NOW)],
)
def test_news_is_new_when_seen_and_a_backlog_when_published(
    *,
    backlog: bool,
    published: datetime | None,
    new_at: datetime | None,
) -> None:
    (filed,) = Shelf().see(entry(published=published), backlog=backlog)

    assert filed.article.new_at == new_at


def test_an_old_article_that_a_feed_rotates_in_does_not_come_back() -> None:
    shelf = Shelf()
    shelf.see(entry(published=None), backlog=True)
    shelf.see(entry(2), now=NOW + DAY)
    (again,) = shelf.see(entry(published=None), now=NOW + 9 * DAY)

    assert (again.change, again.article.new_at) == ("same", None)


def test_an_id_that_is_new_at_every_pull_makes_no_second_article() -> None:
    shelf = Shelf()
    shelf.see(entry(guid="a"))
    shelf.see(entry(guid="b"), now=NOW + DAY)

    assert shelf.one.first_seen == NOW


def test_an_id_that_several_entries_share_does_not_make_them_one() -> None:
    shelf = Shelf()
    batch = (entry(1, guid="x"), entry(2, guid="x", headline="Corals are old", text=OTHER))
    shelf.see(*batch)

    assert len(shelf.articles) == 2
    assert changes(shelf.see(*batch, now=NOW + DAY)) == ["same", "same"]


def test_an_address_that_several_entries_share_does_not_make_them_one() -> None:
    shelf = Shelf()
    url = "https://e.example/latest"
    batch = (entry(1, url=url), entry(2, url=url, headline="Corals are old", text=OTHER))
    shelf.see(*batch)

    assert len(shelf.articles) == 2
    assert changes(shelf.see(*batch, now=NOW + DAY)) == ["same", "same"]


def test_a_page_that_a_column_overwrites_every_week_gives_an_article_each_week() -> None:
    shelf = Shelf()
    url = "https://e.example/this-week"
    shelf.see(entry(1, url=url, headline="Week one", text=STORY))
    shelf.see(entry(2, url=url, headline="Week two", text=OTHER), now=NOW + 7 * DAY)

    assert len(shelf.articles) == 2


def test_a_column_at_a_fixed_address_gives_each_days_article() -> None:
    shelf = Shelf()
    column = {"url": "https://e.example/column", "headline": "From the editor"}
    first, second = entry(1, **column), entry(2, **column, text=OTHER, published=NOW)

    shelf.see(first)
    assert changes(shelf.see(second, now=NOW + DAY)) == ["new"]
    assert changes(shelf.see(replace(second, guid="id-3"), now=NOW + DAY)) != ["new"]


def test_links_to_the_homepage_are_no_identity() -> None:
    shelf = Shelf()
    home = "https://www.e.example/"
    shelf.see(
        entry(1, guid=None, url=home),
        entry(2, guid=None, url=home, headline="Corals are old", text=OTHER),
    )

    assert len(shelf.articles) == 2


def test_a_recurring_column_with_equal_titles_stays_separate() -> None:
    shelf = Shelf()
    title = "From the Vice-Chancellor this month"
    shelf.see(entry(1, headline=title, text=STORY), entry(2, headline=title, text=OTHER))

    assert len(shelf.articles) == 2


def test_a_recurring_column_of_two_sources_stays_separate() -> None:
    shelf = Shelf()
    title = "From the Vice-Chancellor this month"
    shelf.see(entry(1, headline=title, text=STORY))
    shelf.see(entry(2, "archive", guid=None, url=None, path="a.txt", headline=title, text=OTHER))

    assert len(shelf.articles) == 2


@pytest.mark.parametrize(
    "url",
    [
        "http://www.e.example/1/",
        "https://m.e.example/1?utm_source=rss&fbclid=9",
        "https://e.example/1/amp",
        "https://e.example/1#top",
        "https://www.google.com/amp/s/e.example/1",
        "https://web.archive.org/web/20260105id_/https://e.example/1",
        "https://E.example:443/1/index.html",
    ],
)
def test_the_same_page_at_another_address_is_the_same_article(url: str) -> None:
    shelf = Shelf()
    shelf.see(entry())
    shelf.see(entry(1, "other", guid="else", url=url, tags=("harbour", "Prizes")))

    assert shelf.one.tags == ("Harbour", "Prizes")
    assert shelf.one.urls[0] == "https://e.example/1"
    assert set(shelf.one.urls) == {"https://e.example/1", url}


def test_a_notice_in_a_feed_and_the_whole_page_in_an_archive_are_one_article() -> None:
    shelf = Shelf()
    lead = STORY.split(". ", 1)[0] + "."
    shelf.see(entry(text=lead, summary=lead, image=Image(url="https://e.example/i.jpg")))
    page = Sighting(
        source="archive",
        path="text/1.txt",
        headline="Clock number 1 wins a prize",
        standfirst="A clock has won.",
        text=STORY,
        image=Image(alt="A clock"),
        tags=("Comms-strategy-x",),
        tags_cut=True,
        department="Press Office",
    )
    shelf.see(page, backlog=True)

    assert shelf.one.text == STORY
    assert shelf.one.tags == ("Harbour", "Comms-strategy-x")
    assert not shelf.one.tags_cut
    assert shelf.one.image == Image(url="https://e.example/i.jpg", alt="A clock")
    assert (shelf.one.department, shelf.one.path) == ("Press Office", "text/1.txt")
    assert shelf.one.summary == "A clock has won."


def test_two_roads_do_not_quarrel_at_every_pull() -> None:
    shelf = Shelf()
    feed = entry(text=STORY[:120])
    page = entry(
        1, "archive", guid=None, path="1.html", text=STORY, url="https://e.example/1?page=1"
    )
    page = replace(page, url="http://e.example/1/")
    shelf.see(feed)
    shelf.see(page, backlog=True)

    assert changes(shelf.see(feed, now=NOW + DAY)) == ["same"]
    assert changes(shelf.see(page, now=NOW + DAY, backlog=True)) == ["same"]


def test_the_same_story_twice_in_one_archive_is_one_article() -> None:
    shelf = Shelf()
    page = entry(1, "archive", guid=None, path="pages/1.html")
    text = entry(1, "archive", guid=None, url=None, path="text/1.txt", published=None)
    shelf.see(page, text, backlog=True)

    assert shelf.one.url == "https://e.example/1"


def test_a_file_that_was_edited_is_an_update() -> None:
    shelf = Shelf()
    page = entry(1, "archive", guid=None, url=None, path="1.txt")
    shelf.see(page, backlog=True)
    (after,) = shelf.see(replace(page, headline="Another title for it", text=OTHER), backlog=True)

    assert after.change == "updated"
    assert len(shelf.articles) == 1


def test_a_reworded_copy_elsewhere_is_also_covered_by() -> None:
    shelf = Shelf()
    (first,) = shelf.see(entry())
    words = entry(1).text.replace("brass clock", "tide clock").replace("ninety years", "a century")
    copy = entry(7, "city", url="https://city.example/9", headline="City gets a clock", text=words)
    filed = shelf.see(copy)
    (second,) = (f for f in filed if f.change == "new")

    assert shelf.articles[second.article.id].also_covered_by == (first.article.id,)
    assert shelf.articles[first.article.id].also_covered_by == (second.article.id,)
    assert changes(shelf.see(copy, now=NOW + DAY)) == ["same"]


def test_like_pages_of_one_source_do_not_cover_each_other() -> None:
    shelf = Shelf()
    shelf.see(entry(1), entry(2))

    assert [a.also_covered_by for a in shelf.articles.values()] == [(), ()]


def test_a_date_that_moves_with_an_update_does_not_make_news_young_again() -> None:
    shelf = Shelf()
    shelf.see(entry())
    (after,) = shelf.see(entry(published=NOW, updated=NOW, text=OTHER), now=NOW + DAY)

    assert after.article.published == NOW - DAY
    assert after.article.updated == NOW


def test_a_tag_that_its_only_source_took_back_is_gone() -> None:
    shelf = Shelf()
    shelf.see(entry(tags=("Harbour", "Prizes")))
    shelf.see(entry(tags=("Prizes",)), now=NOW + DAY)

    assert shelf.one.tags == ("Prizes",)


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("https://e.example/a?utm_source=x&id=7&fbclid=1#s", "https://e.example/a?id=7#s"),
        ("https://e.example/a?b=2&a=1", "https://e.example/a?b=2&a=1"),
        ("HTTPS://e.example/a b", "HTTPS://e.example/a%20b"),
        ("https://e-example.cdn.ampproject.org/c/s/e.example/a", "https://e.example/a"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("/a", None),
        ("https://[bad", None),
        ("", None),
    ],
)
def test_an_address_is_cleaned(dirty: str, clean: str | None) -> None:
    assert cleaned(dirty) == clean


def test_a_relative_address_is_resolved() -> None:
    assert cleaned("../b?mc_cid=1", "https://e.example/x/y/") == "https://e.example/x/b"


def test_different_pages_stay_different_when_compared() -> None:
    urls = [
        "https://e.example/?p=1",
        "https://e.example/?p=2",
        "https://e.example/a",
        "https://e.example/A",
    ]

    assert len({canonical(u) for u in urls}) == 4


def test_a_story_that_everybody_copies_names_no_more_than_twenty_of_them() -> None:
    shelf = Shelf()
    for n in range(40):
        copy = entry(n, f"city-{n}", headline=f"City {n} gets a clock")
        shelf.see(replace(copy, text=f"{STORY} Number {n} says so."))

    assert len(shelf.articles) == 40
    assert max(len(a.also_covered_by) for a in shelf.articles.values()) == 20


SHORT: dict[str, Any] = {
    "text": "",
    "summary": "Short words about it.",
    "headline": "Papers for the guests",
}


def tags_of(shelf: Shelf) -> list[str]:
    return list(shelf.one.tags)


def test_a_short_story_that_moves_to_another_host_under_a_new_id_is_one() -> None:
    shelf = Shelf()
    shelf.see(entry(**SHORT))
    moved: dict[str, Any] = {"guid": "https://new.example/1", "url": "https://new.example/1"}

    assert changes(shelf.see(entry(**SHORT, **moved), now=NOW + DAY)) == ["updated"]
    assert shelf.one.urls == ("https://e.example/1", "https://new.example/1")


@pytest.mark.parametrize(
    ("headline", "again"),
    [
        ("Das Café im Hafen öffnet", "Das Cafe\u0301 im Hafen o\u0308ffnet"),
        ("Papers for the guests", "Papers\u200b for the gue\u00adsts"),
        ("Papers for the guests", "Ｐａｐｅｒｓ for the guests\u2060"),
    ],
)
def test_a_headline_is_the_same_in_every_form_of_its_letters(headline: str, again: str) -> None:
    shelf = Shelf()
    text = f"{headline}. {STORY}"
    shelf.see(entry(headline=headline, text=text))
    copy = entry(2, "blog", headline=again, text=text.replace(headline, again) + " More of it.")

    assert changes(shelf.see(copy)) == ["updated"]


def test_a_new_id_and_a_later_date_at_the_same_address_with_the_same_words_is_one() -> None:
    shelf = Shelf()
    shelf.see(entry())
    again = entry(guid="other", published=NOW + 20 * DAY)

    assert changes(shelf.see(again, now=NOW + 21 * DAY)) == ["updated"]
    assert len(shelf.articles) == 1


def test_a_corrected_address_without_an_id_is_one() -> None:
    shelf = Shelf()
    shelf.see(entry(guid=None, **SHORT))

    shelf.see(entry(guid=None, url="https://e.example/one", **SHORT), now=NOW + DAY)
    assert len(shelf.articles) == 1


def test_two_notes_with_one_headline_on_two_days_are_two() -> None:
    shelf = Shelf()
    shelf.see(entry(**SHORT))
    shelf.see(entry(2, **SHORT, published=NOW), now=NOW + DAY)

    assert len(shelf.articles) == 2


def test_a_tag_that_its_publisher_took_off_is_gone_also_the_last_one() -> None:
    shelf = Shelf()
    shelf.see(entry(tags=("Harbour", "Alumni")))
    shelf.see(entry(tags=("Harbour",)), now=NOW + DAY)
    assert tags_of(shelf) == ["Harbour"]
    shelf.see(entry(tags=(), url="https://e.example/moved"), now=NOW + DAY)
    assert tags_of(shelf) == []


def test_a_tag_that_another_source_still_says_stays() -> None:
    shelf = Shelf()
    shelf.see(entry(tags=("Harbour", "Alumni")))
    shelf.see(entry(source="blog", guid="b", tags=("Alumni", "Tides")))
    assert tags_of(shelf) == ["Harbour", "Alumni", "Tides"]
    shelf.see(entry(tags=()), now=NOW + DAY)
    assert tags_of(shelf) == ["Alumni", "Tides"]
    shelf.see(entry(source="blog", guid="b", tags=()), now=NOW + DAY)
    assert tags_of(shelf) == []


def test_a_list_of_tags_that_is_cut_takes_none_off() -> None:
    shelf = Shelf()
    shelf.see(entry(tags=("Harbour", "Alumni")))
    shelf.see(entry(tags=("Tides",), tags_cut=True), now=NOW + DAY)

    assert tags_of(shelf) == ["Tides", "Harbour", "Alumni"]
