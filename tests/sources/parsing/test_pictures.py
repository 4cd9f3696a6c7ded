"""A story's picture is one of the story, at the address that a browser would load."""

from __future__ import annotations

import pytest

from digest.model import Image
from digest.sources.parsing.pictures import is_no_story
from digest.sources.parsing.sanitize import fragment

Q = "https://q.example/up"


@pytest.mark.parametrize(
    "html",
    [
        f'<img src="data:image/gif;base64,R0" data-src="{Q}/mill.jpg">',
        f'<img src="/img/lazyload.gif" data-lazy-src="{Q}/mill.jpg">',
        f'<img src="/img/spacer.gif" data-original="{Q}/mill.jpg">',
        f'<img data-echo="{Q}/mill.jpg">',
        f'<img src="data:," data-srcset="{Q}/s.jpg 300w, {Q}/mill.jpg 1024w, {Q}/xl.jpg 3000w">',
        f'<img src="{Q}/s.jpg" srcset="{Q}/s.jpg 300w, {Q}/mill.jpg 800w, {Q}/xl.jpg 2400w">',
        f'<img src="{Q}/s.jpg" srcset="{Q}/mill.jpg 2x" width="400">',
        f'<noscript><img src="{Q}/mill.jpg"></noscript>',
        f'<img data-flickity-lazyload="{Q}/mill.jpg">',
        f'<img data-delayed-url="{Q}/mill.jpg" data-id="7" data-alt="a mill">',
        f'<img src="/img/grey.gif" data-any-name-of-it="{Q}/mill.jpg">',
        f'<amp-img src="{Q}/mill.jpg" width="800" height="400"></amp-img>',
        f'<img src="data:," class="lazy"><noscript><img src="{Q}/mill.jpg"></noscript>',
        f'<img data-src="{Q}/mill.jpg"><noscript><img src="{Q}/mill.jpg"></noscript>',
        f'<picture><source type="image/avif" srcset="{Q}/m.avif"><source srcset="{Q}/mill.jpg"></picture>',
        f'<picture><source type="image/webp" srcset="{Q}/m.webp"><img src="{Q}/mill.jpg"></picture>',
    ],
)
def test_the_address_is_the_real_one(html: str) -> None:
    body = fragment(f"<p>A mill.</p>{html}", "https://q.example/")

    assert [i.url for i in body.images] == [f"{Q}/mill.jpg"]


def test_a_larger_picture_has_its_own_size() -> None:
    (image,) = fragment(
        f'<img src="{Q}/s.jpg" srcset="{Q}/s.jpg 300w, {Q}/l.jpg 900w" width="300" height="200">'
    ).images

    assert (image.width, image.height) == (900, 600)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<img class="wp-smiley" src="https://s.w.org/72x72/1f600.png" alt="😀">', "😀"),
        ('<img class="emoji" src="https://q.example/1f1ea-1f1fa.png" alt="">', "🇪🇺"),
        ('<img src="https://q.example/smilies/icon_smile.gif" alt=":-)">', ":-)"),
        ('<img src="https://twemoji.maxcdn.com/v/latest/72x72/1f389.png" alt="🎉">', "🎉"),
        ('<img class="latex" src="https://s0.wp.com/latex.php?latex=x" alt="x^2">', "x^2"),
    ],
)
def test_an_emoji_is_its_character(html: str, text: str) -> None:
    body = fragment(f"<p>We party {html} all night.</p>")

    assert body.text == f"We party {text} all night."
    assert body.images == ()


@pytest.mark.parametrize(
    "url",
    [
        "https://secure.gravatar.com/avatar/abc?s=96",
        "https://avatars.githubusercontent.com/u/1",
        "https://q.example/profile_images/1/jo.jpg",
        "https://q.example/icons/twitter-32.png",
        "https://q.example/img/facebook.png",
        "https://q.example/logo.png",
        "https://q.example/quay-logo-300x80.png",
        "https://q.example/spacer.gif",
        "https://q.example/placeholder.jpg",
        "https://img.shields.io/badge/build.png",
        "https://vg07.met.vgwort.de/na/0123",
        "https://pixel.wp.com/b.gif?host=q",
        "https://feeds.feedburner.com/~r/q/~4/1",
        "https://stats.q.example/count.gif?p=1",
        "https://q.example/tracker/19-2?l=q",
        "https://q.example/images/share_fb.png",
        "https://q.example/images/icon-twitter.png",
        "https://q.example/{{ page.image }}",
        "https://q.example/uploads/author_profile_images/1/jo.jpg",
    ],
)
def test_faces_counters_buttons_and_logos_are_no_story(url: str) -> None:
    assert is_no_story(Image(url=url))


@pytest.mark.parametrize(
    "attributes",
    ['class="author__photo" alt=""', 'alt="Avatar of Jo Roe"', 'style="display: none" alt=""'],
)
def test_what_its_element_calls_a_face_or_hides_is_no_story(attributes: str) -> None:
    assert fragment(f'<p>A mill.</p><img src="{Q}/jo.jpg" {attributes}>').images == ()


@pytest.mark.parametrize(
    "url",
    [
        "https://q.example/up/catalogo.png",
        "https://q.example/up/printing-press.jpg",
        "https://q.example/up/iconic-pier.jpg",
        "https://q.example/up/share-of-the-port.jpg",
        "https://q.example/up/a-1x1-b.jpg",
        "https://q.example/up/count-of-monte-cristo.jpg",
        "https://q.example/tracks/19.jpg",
    ],
)
def test_a_word_within_a_name_says_nothing(url: str) -> None:
    assert not is_no_story(Image(url=url))
