from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from os import utime
from pathlib import Path

import pytest
from lxml import html as lxml_html

from digest.errors import TemplateError
from digest.model import Article, Brand, Edition, Section
from digest.render import tokens
from digest.render.checks.run import lint
from digest.render.clean import fragment
from digest.render.counted import MARK, led_by, link
from digest.render.fit import LIMIT, cut, fits, most_that_fit
from digest.render.language import language
from digest.render.page import page, plain_page, public_page
from digest.render.renderer import Renderer
from digest.render.view import context
from tests.helpers import samples


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer([samples.TEMPLATES])


def of(*articles: Article) -> Edition:
    return samples.edition(sections=(Section(title="News", articles=articles),))


def test_text_holds_every_headline_and_address_of_the_html(renderer: Renderer) -> None:
    message = renderer.render(samples.edition(), samples.frame())

    for article in samples.edition().articles:
        assert article.title in message.html
        assert article.title in " ".join(message.text.split())
        assert article.url in message.text.splitlines()
        assert f'href="{article.url}"' in message.html


def test_text_holds_every_address_that_the_html_links_to(renderer: Renderer) -> None:
    intro = "<p>Read <a href='https://n.example/x'>this</a>.</p>"
    edition = samples.edition(intro=intro, notices=(samples.NOTICE,))
    message = renderer.render(edition, samples.frame())

    assert all(url in message.text for url in re.findall(r'href="([^"]+)"', message.html))


def test_text_lines_have_at_most_78_characters_but_for_addresses(renderer: Renderer) -> None:
    long = samples.article(
        1, "word " * 60 + "x" * 200, "y" * 300, url="https://n.example/" + "a" * 90
    )
    message = renderer.render(of(long), samples.frame())

    assert all(len(line) <= 78 or line.startswith("https://") for line in message.text.splitlines())
    assert long.url in message.text.splitlines()


def test_planning_labels_are_printed_nowhere(renderer: Renderer) -> None:
    message = renderer.render(samples.edition(), samples.frame())

    assert "Comms-strategy" not in message.html + message.text + message.subject


def test_an_article_without_an_address_has_no_link(renderer: Renderer) -> None:
    message = renderer.render(of(samples.article(1, "Only a title", url=None)), samples.frame())

    assert "None" not in message.html + message.text
    assert re.search(r">\s*Only a title", message.html)


def test_a_cut_section_says_how_many_more_there_are(renderer: Renderer) -> None:
    message = renderer.render(samples.edition(), samples.frame())

    assert "+3 more in Europe and the world" in message.html
    assert "+3 more in Europe and the world" in message.text


def test_attached_pictures_are_named_and_others_left_out(renderer: Renderer) -> None:
    attach = replace(samples.WEEKLY, images="attach")
    some = {p.url: p for p in (samples.picture("harbour"),)}
    message = renderer.render(samples.edition(), samples.frame(newsletter=attach, pictures=some))

    assert message.pictures == ("logo.png", "harbour.png")
    assert 'src="http' not in message.html


def test_linked_pictures_stand_at_their_own_address(renderer: Renderer) -> None:
    message = renderer.render(samples.edition(), samples.frame())

    assert message.pictures == ()
    assert f'src="{samples.HOME}/pictures/harbour.png"' in message.html


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("harbour", (600, 338)),
        ("portrait", (210, 330)),
        ("square", (220, 220)),
        ("badge", (120, 90)),
    ],
)
def test_a_lead_picture_keeps_its_shape_and_grows_no_larger_than_it_is(
    renderer: Renderer, name: str, size: tuple[int, int]
) -> None:
    lead = samples.article(1, "A title", image=samples.image(name))
    message = renderer.render(of(lead), samples.frame())

    assert f'width="{size[0]}" height="{size[1]}"' in message.html


def test_hostile_html_of_a_feed_breaks_nothing(renderer: Renderer) -> None:
    nasty = (
        '<p style="p">a</p><p style="a;;bogus:">b</p><style>@media x{@media y{a{b:c}}}</style>',
        "<script>alert(1)</script><iframe src=x></iframe><p onclick=x()>c",
        "",
        "   ",
        "<!-- -->",
        "<",
        "\x00\ud800\ufffe",
        "<table><tr><td><b>unclosed",
        "{{ links.unsubscribe }}{% raw %}",
        tokens.UNSUBSCRIBE,
        "__UNSUB__UNSUBSCRIBE_URL__SCRIBE_URL__",
        "<a href='javascript:alert(1)'>x</a><a href='https://x.example/\"><b>'>y</a>",
    )
    articles = [samples.article(n, f"T{n} {s}", s, html=s, text=s) for n, s in enumerate(nasty)]
    edition = of(*articles)
    plain = renderer.render(of(samples.article(1, "A title")), samples.frame())
    message = renderer.render(replace(edition, intro="".join(nasty)), samples.frame())

    assert "<script" not in message.html
    assert "<iframe" not in message.html
    assert 'href="javascript' not in message.html
    assert '<p style="p"' not in message.html
    assert message.html.count(tokens.UNSUBSCRIBE) == plain.html.count(tokens.UNSUBSCRIBE)
    message.html.encode()
    message.text.encode()


def test_an_intro_is_paragraphs_or_a_few_safe_tags(renderer: Renderer) -> None:
    rich = "<p>Read <a href='https://n.example/x'>this</a></p><h1 class=a>big</h1>"
    message = renderer.render(samples.edition(intro=rich), samples.frame())
    plain = renderer.render(samples.edition(intro="One & only.\n\nTwo."), samples.frame())

    assert 'href="https://n.example/x"' in message.html
    assert "this <https://n.example/x>" in message.text
    assert re.search(r"<p[^>]*>One &amp; only\.</p><p[^>]*>Two\.</p>", plain.html)


def test_a_link_may_stand_beside_tags_in_an_intro() -> None:
    said = fragment(
        "<b>Storm</b>: read [the forecast](https://sea.example/) <script>x</script>[x](javascript:y)"
    )
    assert '<a href="https://sea.example/">the forecast</a>' in said
    assert "javascript" not in fragment("<b>a</b>[x](javascript:y)").replace(
        "[x](javascript:y)", ""
    )


def test_blocks_and_cells_of_a_pasted_intro_stand_apart(renderer: Renderer) -> None:
    pasted = (
        "<div>Dear readers</div><div>Welcome.</div><table><tr><td>Mon</td><td>10:00</td></tr></table>"
        "<pre>a = 1\nb = 2</pre><dl><dt>Quay</dt><dd>A wall</dd></dl><a href='tel:+441234'>Call</a>"
    )
    message = renderer.render(samples.edition(intro=pasted), samples.frame())

    words = lxml_html.fromstring(message.html).xpath("//td[contains(@class, 'intro')]")[0]
    said = [" ".join(p.text_content().split()) for p in words.iter("p")]
    assert said == ["Dear readers", "Welcome.", "Mon 10:00", "a = 1b = 2", "Quay", "A wall"]
    assert 'href="tel:+441234"' in message.html
    assert "Dear readers\n\nWelcome.\n\nMon 10:00\n\na = 1\nb = 2" in message.text


def test_a_page_has_its_tokens_and_pictures_replaced(renderer: Renderer) -> None:
    frame = samples.frame(newsletter=replace(samples.WEEKLY, images="attach"))
    message = renderer.render(samples.edition(), frame)
    shown = page(message, unsubscribe_url="#u&", view_url="#v", picture_url=lambda n: f"p/{n}")

    assert 'href="#u&amp;"' in shown
    assert 'src="p/harbour.png"' in shown
    assert "_URL__" not in shown
    assert "cid:" not in shown
    assert "#v" in plain_page(message, unsubscribe_url="#u", view_url="#v").splitlines()


def test_the_same_edition_gives_the_same_message_in_every_thread(renderer: Renderer) -> None:
    editions = [samples.edition(subject=f"Subject {n % 4}") for n in range(24)]
    alone = [renderer.render(e, samples.frame()) for e in editions]
    fresh = Renderer([samples.TEMPLATES])
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda e: fresh.render(e, samples.frame()), editions))

    assert alone == together


def test_an_edition_is_printed_again_where_something_of_it_changed(renderer: Renderer) -> None:
    edition, frame = samples.edition(), samples.frame()
    first = renderer.render(edition, frame)

    assert renderer.render(samples.edition(), samples.frame()) is first
    assert renderer.render(edition, replace(frame, number=frame.number + 1)).html != first.html
    assert renderer.render(replace(edition, subject="Another"), frame).subject == "Another"


def test_a_users_folder_overrides_a_single_block(tmp_path: Path) -> None:
    look = tmp_path / "weekly"
    look.mkdir()
    (look / "body.html").write_text(
        '{% extends "shipped/weekly/body.html" %}{% block masthead %}<tr><td>Ours</td></tr>{% endblock %}'
    )
    message = Renderer([tmp_path, samples.TEMPLATES]).render(samples.edition(), samples.frame())

    assert "<td>Ours</td>" in message.html
    assert "Tide gauges" in message.html


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        ("\n{{ edition.titel }}", 2, "no field 'titel'"),
        ("\n\n{{ editon.title }}", 3, "no field 'editon'"),
        ("{% for x in edition.parts %}\n{{ x }}", 2, "Unexpected end of template"),
        ("\n{{ 1 / 0 }}", 2, "ZeroDivisionError"),
        ('\n{% include "no.html" %}', 2, "there is no template 'no.html'"),
    ],
)
def test_an_error_in_a_template_names_file_line_and_field(
    tmp_path: Path, source: str, line: int, reason: str
) -> None:
    look = tmp_path / "weekly"
    look.mkdir()
    (look / "body.html").write_text(source)
    with pytest.raises(TemplateError) as error:
        Renderer([tmp_path, samples.TEMPLATES]).render(samples.edition(), samples.frame())

    assert str(error.value).startswith(f"{look / 'body.html'}:{line}: ")
    assert reason in str(error.value)


def own(folder: Path, file: str, text: str) -> Renderer:
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_text(text)
    return Renderer([folder, samples.TEMPLATES])


@pytest.mark.parametrize(
    ("macro", "reason"),
    [
        ("{% macro story(story, last) %}\n{{ story.titel }}{% endmacro %}", "no field 'titel'"),
        ("{% macro story(story, last) %}\n{{ segment.title }}{% endmacro %}", "no field 'segment'"),
        ("{% macro story(story, last) %}\n{{ edition.intro }}{% endmacro %}", "no field 'edition'"),
    ],
)
def test_a_block_sees_nothing_that_other_editions_do_not_share(
    tmp_path: Path, macro: str, reason: str
) -> None:
    base = "{% macro lead(story, title, more) %}{% endmacro %}"
    renderer = own(tmp_path, "weekly/parts.html", base + macro)
    with pytest.raises(TemplateError) as error:
        renderer.render(samples.edition(), samples.frame())

    assert str(error.value).startswith(f"{tmp_path / 'weekly/parts.html'}:2: ")
    assert reason in str(error.value)


def test_a_block_that_no_file_has_is_named(tmp_path: Path) -> None:
    renderer = own(tmp_path, "weekly/body.html", '{{ printed("weekly/parts.html", "stori") }}')
    with pytest.raises(
        TemplateError, match=r"body.html:1: .*weekly/parts.html has no macro 'stori'"
    ):
        renderer.render(samples.edition(), samples.frame())


def test_a_block_is_printed_again_when_a_file_or_a_shared_value_changes(tmp_path: Path) -> None:
    text = "{% macro headline(story) %}N {{ issue.number }}{% endmacro %}"
    shipped = (samples.TEMPLATES / "_base" / "parts.html").read_text(encoding="utf-8")
    renderer = own(tmp_path, "_base/parts.html", shipped + text)
    first = renderer.render(samples.edition(), samples.frame()).html
    second = renderer.render(samples.edition(), samples.frame(number=13)).html
    (tmp_path / "_base" / "parts.html").write_text(shipped + text.replace("N ", "Nr "))
    utime(tmp_path / "_base" / "parts.html", (0, 0))
    third = renderer.render(samples.edition(), samples.frame(number=13)).html

    assert ">N 12<" in first
    assert ">N 13<" in second
    assert ">Nr 13<" in third


def test_a_text_is_never_taken_for_the_same_text_as_html(tmp_path: Path) -> None:
    own(tmp_path, "weekly/parts.html", "{% macro said(text) %}<p>{{ text }}</p>{% endmacro %}")
    body = '{{ printed("weekly/parts.html", "said", text) }}{{ printed("weekly/parts.html", "said", text|safe) }}'
    renderer = own(tmp_path, "weekly/body.html", f'{{% set text = "<br>" %}}{body}')
    view = context(samples.edition(), samples.frame(), language("en"))
    inliner = renderer.inliner(view, samples.frame())

    assert renderer.page(view, samples.frame(), inliner.sheet).blocks == [
        "<p>&lt;br&gt;</p>",
        "<p><br></p>",
    ]


@pytest.mark.parametrize("macro", ["<p>{{ story.title }}", "{{ story.title }}</div>"])
def test_a_block_that_does_not_close_what_it_opens_is_named(tmp_path: Path, macro: str) -> None:
    text = f"{{% macro story(story, last) %}}{macro}{{% endmacro %}}"
    lead = "{% macro lead(story, title, more) %}{% endmacro %}"
    renderer = own(tmp_path, "weekly/parts.html", text + lead)

    with pytest.raises(TemplateError, match=r"the macro story of weekly/parts\.html does not open"):
        renderer.render(samples.edition(), samples.frame())


FORGED = (
    "Say <!--printed 0--> twice",
    "<!--printed 0--><!--/printed--><!--x--!><img src=x onerror=alert(1)>-->",
    "<!--\ufdd00-->forged<!--/\ufdd0-->",
    "&#xfdd0;<!--&#xFDD0;1-->",
    '<!--" onmouseover="alert(1)-->',
    "<!<!----\x00<!\u202d--",
)


@pytest.mark.parametrize("look", ["weekly", "brief", "letter", "front", "events"])
@pytest.mark.parametrize("words", FORGED)
def test_no_words_are_taken_for_a_mark(renderer: Renderer, look: str, words: str) -> None:
    article = replace(samples.edition().articles[0], title=words, summary=words)
    image = replace(samples.image("harbour"), alt=words)
    forged = samples.edition(
        subject=words,
        intro=f'<p>{words} <a href="https://x.example/?{words}">a</a></p>',
        sections=(Section(title=words, articles=(replace(article, image=image),), more=2),),
    )
    frame = samples.frame(newsletter=replace(samples.WEEKLY, template=look))
    alone = Renderer([samples.TEMPLATES]).render(forged, frame)
    renderer.render(samples.edition(), frame)
    renderer.render(forged, frame)

    assert renderer.render(forged, frame) == alone
    root = lxml_html.fromstring(alone.html)
    assert not root.xpath("//@*[starts-with(name(), 'on')]")
    assert not [value for value in root.xpath("//*/@*") if "<!--" in value]
    assert "\ufdd0" not in alone.html


def test_a_file_that_comes_to_stand_before_a_shipped_one_is_used(tmp_path: Path) -> None:
    renderer = Renderer([tmp_path, samples.TEMPLATES])
    before = renderer.render(samples.edition(), samples.frame()).html
    shipped = (samples.TEMPLATES / "weekly" / "parts.html").read_text(encoding="utf-8")
    own(tmp_path, "weekly/parts.html", shipped.replace("{{ story.summary", "MINE {{ story.summary"))
    after = renderer.render(samples.edition(), samples.frame()).html
    (tmp_path / "weekly" / "parts.html").unlink()

    assert "MINE" not in before
    assert "MINE" in after
    assert renderer.render(samples.edition(), samples.frame()).html == before


def test_a_segments_own_words_are_no_other_segments(renderer: Renderer) -> None:
    alumni = replace(samples.STAFF, title="Alumni of all years")
    staff = renderer.render(samples.edition(), samples.frame()).html
    others = renderer.render(samples.edition(), samples.frame(segment=alumni)).html

    assert staff.replace("Staff and researchers", "Alumni of all years") == others


def test_an_unknown_look_is_named(renderer: Renderer) -> None:
    frame = samples.frame(newsletter=replace(samples.WEEKLY, template="monthly"))
    with pytest.raises(TemplateError, match="monthly"):
        renderer.render(samples.edition(), frame)


def test_a_look_words_its_own_subject_and_the_title_follows(tmp_path: Path) -> None:
    look = tmp_path / "weekly"
    look.mkdir()
    (look / "subject.txt").write_text("[{{ issue.number }}]\n{{ edition.subject }}\n")
    message = Renderer([tmp_path, samples.TEMPLATES]).render(samples.edition(), samples.frame())

    assert message.subject.startswith("[12] Tide gauges")
    assert f"<title>{message.subject}</title>" in message.html


def test_a_template_cannot_reach_the_article_behind_a_story(tmp_path: Path) -> None:
    look = tmp_path / "weekly"
    look.mkdir()
    for field in ("article", "_html", "__class__"):
        (look / "body.html").write_text(f"{{{{ edition.parts[0].stories[0].{field} }}}}")
        with pytest.raises(TemplateError):
            Renderer([tmp_path, samples.TEMPLATES]).render(samples.edition(), samples.frame())


def test_a_story_offers_its_body_cleaned(tmp_path: Path) -> None:
    look = tmp_path / "weekly"
    look.mkdir()
    (look / "body.html").write_text("<html><body>{{ edition.lead.story.body }}</body></html>")
    raw = '<p style="p" onclick="x">a <b>b</b></p><script>c</script><img src="https://x/1.gif">'
    message = Renderer([tmp_path, samples.TEMPLATES]).render(
        of(samples.article(1, "T", html=raw)), samples.frame()
    )

    assert "<p>a <b>b</b></p></body>" in message.html


def test_a_template_that_premailer_cannot_inline_is_named(tmp_path: Path) -> None:
    look = tmp_path / "weekly"
    look.mkdir()
    (look / "body.html").write_text(
        '{% extends "shipped/weekly/body.html" %}{% block masthead %}<style>a { b</style>{% endblock %}'
    )
    with pytest.raises(TemplateError, match=r"weekly/body.html.*cannot be inlined: line 1"):
        Renderer([tmp_path, samples.TEMPLATES]).render(samples.edition(), samples.frame())


def test_html_nested_without_end_is_rendered(renderer: Renderer) -> None:
    deep = "<blockquote>" * 3000 + "x"
    message = renderer.render(samples.edition(intro=deep), samples.frame())

    assert "Unsubscribe" in message.html
    assert "Unsubscribe" in message.text


def test_a_stylesheet_that_cannot_be_parsed_is_named(tmp_path: Path) -> None:
    look = tmp_path / "weekly"
    look.mkdir()
    (look / "style.css").write_text("a { b: c }\n} d")
    with pytest.raises(TemplateError, match=r"weekly/style.css:2"):
        Renderer([tmp_path, samples.TEMPLATES]).render(samples.edition(), samples.frame())


@pytest.mark.parametrize("colour", ["#ff0", "#ffffff", "#000", "#0b3d91", "navy"])
def test_any_brand_colour_gives_a_page(renderer: Renderer, colour: str) -> None:
    publication = replace(samples.NORTHGATE, brand=Brand(colour=colour, font='Inter"; } x {'))
    message = renderer.render(samples.edition(), samples.frame(publication=publication))

    assert "} x {" not in message.html


def test_an_edition_is_cut_from_its_end_until_it_fits(renderer: Renderer) -> None:
    many = tuple(samples.article(n, f"Headline {n} " + "word " * 12, "é" * 900) for n in range(90))
    edition = samples.edition(
        sections=(
            Section(title="A", articles=many[:40]),
            Section(title="B", articles=many[40:], more=2),
        )
    )
    most = most_that_fit(edition, samples.frame(), renderer)
    shorter = cut(edition, most)
    message = renderer.render(shorter, samples.frame())
    longer = renderer.render(cut(edition, most + 1), samples.frame())

    assert fits(message, shorter, samples.WEEKLY, samples.NORTHGATE.public_url)
    assert len(message.html.encode()) <= LIMIT < len(longer.html.encode())
    assert shorter.articles == edition.articles[: len(shorter.articles)]
    assert sum(s.more for s in shorter.sections) == 92 - len(shorter.articles)
    assert f"+{shorter.sections[0].more} more in A" in message.html
    assert f"+{shorter.sections[1].more} more in B" in message.html
    assert f"+{shorter.sections[1].more} more in B" in message.text


def test_where_clicks_are_counted_the_page_fits_with_the_links_that_readers_get(
    renderer: Renderer,
) -> None:
    counting = replace(samples.WEEKLY, clicks=True)
    frame = samples.frame(newsletter=counting)
    base = frame.publication.public_url
    many = tuple(
        replace(samples.article(n, f"Headline {n}", "word " * 9), url=f"https://u.example/{n}")
        for n in range(200)
    )
    edition = samples.edition(sections=(Section(title="A", articles=many),))
    shorter = cut(edition, most_that_fit(edition, frame, renderer))
    message = renderer.render(shorter, frame)
    links = {
        str(a.url): link(base, "weekly-special-2026-01-12-10", edition.segment, a.id, "f" * MARK)
        for a in many
    }
    sent = led_by(message, links).html

    assert sent.count("/c/weekly") >= len(shorter.articles) > 50
    assert len(message.html.encode()) + 3000 < len(sent.encode()) <= LIMIT
    warned = {finding.rule for finding in lint(message, shorter, frame)}
    assert "size-near" in warned
    longer = cut(edition, len(shorter.articles) + 6)
    page = renderer.render(longer, frame)
    assert len(page.html.encode()) <= LIMIT
    assert "size-clip" in {finding.rule for finding in lint(page, longer, frame)}


@pytest.mark.parametrize("look", ["weekly", "brief", "letter", "front", "events"])
def test_a_reader_can_leave_and_choose_from_every_look_and_from_the_text(
    renderer: Renderer, look: str
) -> None:
    frame = samples.frame(newsletter=replace(samples.WEEKLY, template=look))
    message = renderer.render(samples.edition(), frame)
    links = dict(re.findall(r'<a href="(__[A-Z_]+__[^"]*)"[^>]*>([^<]+)</a>', message.html))
    shown = public_page(message, view_url="here", picture_url=str)

    assert links["__UNSUBSCRIBE_URL__"] == "Unsubscribe"
    assert links["__UNSUBSCRIBE_URL__/preferences"] == "Preferences"
    assert "Preferences\n__UNSUBSCRIBE_URL__/preferences\n" in message.text
    assert not [word for word in ("Unsubscribe", "Preferences", "browser") if word in shown]
