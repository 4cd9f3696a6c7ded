"""A body is the story's text: nothing that stands around it, and no sentence parted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from digest.model import Sighting
from digest.sources.parsing.html_page import read_page

NOW = datetime(2026, 1, 12, tzinfo=UTC)
STORY = tuple(
    f"The harbour board has chosen clock number {n}, which predicts the tide for a whole year, and it was glad."
    for n in range(5)
)
TEXT = "".join(f"<p>{p}</p>" for p in STORY)

LONG = "".join(f"<p>{p} {p}</p>" for p in STORY)
ABOUT = f"<div><p>{'Who keeps the clocks, and where they stand. ' * 60}</p></div>"


def body(inner: str, head: str = "", around: str = "") -> str:
    page = (
        f'<html lang="en"><head>{head}</head><body class="has-sidebar comments-open"><div class="content no-sidebar">'
        f"<h1>A clock for the quay</h1>{inner}</div>{around}</body></html>"
    )
    found = read_page(page, Sighting(source="s"), base=None, zone=UTC, now=NOW)
    assert found is not None
    return found.text


@pytest.mark.parametrize(
    "box",
    [
        '<div id="comments"><p>Ned wrote that he likes the clock and the tide very much indeed.</p></div>',
        '<div class="kommentare"><p>Ned wrote that he likes the clock and the tide very much.</p></div>',
        '<div class="relatedPosts"><p>Ned wrote that he likes the clock and the tide very much.</p></div>',
        '<section class="mehr-zum-thema"><p>Ned wrote another story about the tide and the quay.</p></section>',
        '<div class="lire-aussi"><p>Ned wrote another story about the tide and the quay, too.</p></div>',
        '<div class="newsletter-box"><p>Ned writes to you each week about the tide and the quay.</p></div>',
        '<div class="author-bio"><p>Ned has written about the tide and the quay since he was ten.</p></div>',
        '<div class="cookie-notice"><p>Ned keeps crumbs of the tide and the quay in your browser.</p></div>',
        '<div class="share-bar"><p>Ned shares the tide and the quay with all of his many friends.</p></div>',
        '<div class="support-us"><p>Ned asks you for a gift, so that the tide and the quay go on.</p></div>',
        '<figure><img src="/i.jpg" alt="A clock"><figcaption>Ned took this picture of the tide.</figcaption></figure>',
        '<div class="wp-caption"><img src="/i.jpg"><p class="wp-caption-text">Ned took this of the tide.</p></div>',
        "<p>Read also: Ned and the tide of the quay</p>",
        "<p>Photo: Ned and his tide</p>",
        '<h3>See also</h3><ul><li><a href="/1">Ned and the tide</a></li><li><a href="/2">Ned and the quay</a></li></ul>',
    ],
)
def test_what_stands_around_a_story_is_no_text_of_it(box: str) -> None:
    for inner in (TEXT + box, box + TEXT, TEXT + box + TEXT.replace("number", "count")):
        text = body(inner)

        assert "Ned" not in text
        assert all(p in text for p in STORY)


def test_a_byline_and_a_date_above_the_text_are_no_text_of_it() -> None:
    assert body(f"<p>By Ada Quill, 5 January 2026</p>{TEXT}").startswith(STORY[0])


def test_where_a_story_is_filed_is_no_text_of_it() -> None:
    path = "<p>News &gt; Harbour &gt; Clocks</p>"
    topics = '<p><a href="/t/tide">Tide</a>,</p><p><a href="/t/quay">Quay</a>,</p>'
    dated = "<p>입력 2026-01-05 03:00:00 수정 2026-01-06 04:00:00</p>"
    shop = '<p><a href="/shop">Download the paper</a></p>'

    for above in (path, topics, dated, shop, path + topics + dated):
        assert body(above + TEXT) == "\n\n".join(STORY)


def test_text_amid_blocks_is_whole_with_its_links() -> None:
    told = 'As everyone at the quay was <a href="/c">counting</a> the hours, the tide came in and took the old clock away, with all its brass wheels and weights.'
    amid = f'<div><div><img src="/i.jpg"></div>{told}</div>'

    assert "As everyone at the quay was counting the hours, the tide" in body(amid + TEXT)


def test_what_only_sounds_like_a_box_stays() -> None:
    paywalled = "".join(f'<p class="paywall">{p}</p>' for p in STORY)
    named = "".join(f'<p class="related">{p} {p}</p>' for p in STORY)

    for inner in (
        paywalled,
        named,
        f'<div class="print social">{TEXT}</div>',
        f'<div class="content_print">{LONG}</div>{ABOUT}',
    ):
        assert all(p in body(inner) for p in STORY)


def test_text_between_breaks_is_a_paragraph_with_its_links() -> None:
    broken = "<br><br>".join(p.replace("the tide", '<a href="/t">the tide</a>') for p in STORY)

    assert body(f"<div>{broken}<br>It ends.<div>A box</div></div>").split("\n\n")[:5] == [
        *STORY[:4],
        f"{STORY[4]} It ends.",
    ]


def test_icons_and_scripts_are_not_nested() -> None:
    icons = "<svg>" + '<path d="M0 0"/>' * 300 + "</svg>"
    script = "<script>var t = '" + "<b><i>" * 300 + "'</script>"

    assert body(icons + script + TEXT, head="<title>A clock for the quay</title>") == "\n\n".join(
        STORY
    )


def test_a_story_in_a_box_that_is_named_like_a_teaser_is_read() -> None:
    box = f'<div class="blog_teaser_text">{TEXT}</div>'

    assert body(f"<div>{box}</div><p>Back to all stories.</p>").startswith("\n\n".join(STORY))


def test_a_short_page_has_no_list_of_links() -> None:
    links = "".join(f'<li><a href="/{n}">Story number {n}</a></li>' for n in range(5))

    assert body("<p>The clock has won.</p>", around=f"<ul>{links}</ul>") == "The clock has won."


def test_long_words_amid_paragraphs_are_of_the_story() -> None:
    found = body(f"<div>{STORY[0]}<p>{STORY[1]}</p>{STORY[2]}<p>{STORY[3]}</p></div>")

    assert found.split("\n\n") == [*STORY[:4]]


def test_pictures_do_not_make_a_list_of_links_a_part_of_the_story() -> None:
    others = "".join(
        f'<li><a href="/{n}"><img src="/t{n}.jpg"></a><a href="/{n}">Ned and the tide, part {n}</a></li>'
        for n in range(6)
    )
    teaser = (
        '<div><a href="/7"><img src="/t7.jpg"></a><div>Ned on <a href="/7">the quay</a></div></div>'
    )
    own = '<p><a href="/clock.jpg"><img src="/c.jpg" alt="The clock"></a></p>'

    for box in (f"<ul>{others}</ul>", f"<div>{others.replace('li>', 'p>')}</div>", teaser):
        page = read_page(
            f"<html><body><div class='content'><h1>A clock for the quay</h1>{own}{TEXT}{box}</div></body></html>",
            Sighting(source="s"),
            base="https://quay.example/",
            zone=UTC,
            now=NOW,
        )

        assert page is not None
        assert page.text == "\n\n".join(STORY)
        assert 'src="https://quay.example/c.jpg"' in page.html
        assert "/t" not in page.html


def test_a_captions_words_go_and_its_picture_stays() -> None:
    held = '<div class="image-caption"><img src="https://quay.example/c.jpg"><span>Ned took this.</span></div>'
    page = read_page(
        f"<html><body><h1>A clock for the quay</h1>{TEXT}{held}{TEXT.replace('number', 'count')}</body></html>",
        Sighting(source="s"),
        base=None,
        zone=UTC,
        now=NOW,
    )

    assert page is not None
    assert "Ned" not in page.text
    assert "c.jpg" in page.html


def test_the_rest_of_a_story_behind_read_more_is_of_it() -> None:
    assert body(
        f'{LONG}<div class="read-more"><p>Read more</p>{LONG.replace("number", "count")}</div>'
    ).endswith(STORY[4].replace("number", "count"))


def test_comments_that_are_longer_than_the_story_are_not_of_it() -> None:
    said = "".join(
        f"<p>Ned says, for the {n}th time, that he likes clocks and tides: {STORY[0]}</p>"
        for n in range(20)
    )

    assert body(TEXT, around=f'<div class="user-comments">{said}</div>') == "\n\n".join(STORY)
