"""Every rule has a page that must raise it; the looks, which are good, raise none."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from digest.editorial import subject as editorial
from digest.findings import Finding
from digest.lint_rules import RULES
from digest.model import Brand, Image, Message, Section
from digest.render import tokens
from digest.render.checks.run import lint
from digest.render.renderer import Renderer
from digest.render.sentences import sentence
from tests.helpers import samples

ROOT = Path(__file__).parents[3]
LOOKS = ("weekly", "brief", "letter", "front", "events")
RENDERER = Renderer([samples.TEMPLATES])
FRAME = samples.frame(newsletter=replace(samples.WEEKLY, images="attach"))
EDITION = samples.edition(notices=(samples.NOTICE,), intro=samples.WORDS, also_in=samples.ALSO_IN)
GOOD = RENDERER.render(EDITION, FRAME)
Change = Callable[[Message], Message]


def found(message: Message, **more: object) -> dict[str, Finding]:
    values: dict[str, object] = {"edition": EDITION, "frame": FRAME, **more}
    return {f.rule: f for f in lint(message, **values)}  # type: ignore[arg-type]


def html(old: str, new: str, count: int = 1) -> Change:
    def change(message: Message) -> Message:
        assert old in message.html
        return replace(message, html=message.html.replace(old, new, count))

    return change


def put(piece: str) -> Change:
    """Put a piece of HTML at the end of the first story's paragraph cell."""
    return html("</h1>", f"</h1>{piece}")


def block(css: str) -> Change:
    return html("</head>", f"<style>{css}</style></head>")


def text(old: str, new: str) -> Change:
    return lambda message: replace(message, text=message.text.replace(old, new))


def no_pictures(message: Message) -> Message:
    return replace(message, pictures=())


RAISING: dict[str, Change] = {
    "size-clip": put(f"<p>{'word ' * 22_000}</p>"),
    "size-wire": put(f"<p>{'שלום ' * 5_000}</p>"),
    "size-near": put(f"<p>{'word ' * 14_000}</p>"),
    "text-size": lambda m: replace(m, text=m.text + "word\n" * 25_000),
    "subject-missing": lambda m: replace(m, subject=" "),
    "subject-long": lambda m: replace(m, subject="word " * 15),
    "subject-too-long": lambda m: replace(m, subject="word " * 40),
    "preheader-missing": lambda m: replace(m, preheader=""),
    "preheader-repeats": lambda m: replace(m, preheader=m.subject),
    "preheader-long": lambda m: replace(m, preheader="word " * 30),
    "preheader-short": lambda m: replace(m, preheader="Two words"),
    "doctype": html("<!DOCTYPE html>", ""),
    "language": html('<html lang="en-GB"', "<html"),
    "namespaces": html("xmlns:o=", "xmlns:x="),
    "title": html("<title>", "<title>x"),
    "charset": html('<meta charset="utf-8">', ""),
    "head-meta": html('<meta name="viewport"', '<meta name="x"'),
    "wrapper": html('role="article"', ""),
    "tag-unclosed": put("<b><i>x</b></i>"),
    "conditional": html("<![endif]-->", "-->"),
    "element-forbidden": put("<script>x</script>"),
    "html-support": put("<form><input></form>"),
    "css-rule": block("@layer x;"),
    "table-role": put("<table cellpadding=0 cellspacing=0 border=0><tr><td>x</td></tr></table>"),
    "table-gaps": put('<table role="presentation"><tr><td>x</td></tr></table>'),
    "table-scope": put("<table><tr><th>x</th></tr></table>"),
    "table-depth": put("<table role=none><tr><td>" * 9 + "x" + "</td></tr></table>" * 9),
    "page-width": lambda m: replace(m, html=m.html.replace('width="600"', 'width="900"')),
    "heading-main": put("<h1>Another</h1>"),
    "heading-skipped": put("<h4>Deep</h4>"),
    "heading-empty": put("<h2> </h2>"),
    "heading-emoji": put("<h2>Party 🎉</h2>"),
    "heading-spaced": put('<h2 style="letter-spacing:2px">WHAT IS ON</h2>'),
    "vml-alt": put('<!--[if mso]><v:rect fill="t"><v:fill type="frame"/></v:rect><![endif]-->'),
    "vml-content": put(
        '<!--[if mso]><v:roundrect alt="" href="https://a.example">Go</v:roundrect><![endif]-->'
    ),
    "style-weight": put('<p style="color:#1b1b1a;font-weight:normal">x</p>' * 1500),
    "css-parse": block("a { color red } }"),
    "css-important": put('<p style="color:#000 !important">x</p>'),
    "css-support": put('<div style="display:flex">x</div>'),
    "font-generic": put('<p style="font-family:Papyrus">x</p>'),
    "style-size": block(".x{color:red}" * 1000),
    "style-in-body": put("<style>a{color:red}</style>"),
    "media-nested": block("@media screen { @media print { a { color: red !important } } }"),
    "media-important": block("@media print { a { color: red } }"),
    "dark-missing": lambda m: replace(m, html=m.html.replace("prefers-color-scheme", "x")),
    "dark-outlook": lambda m: replace(m, html=m.html.replace("data-ogsb", "x")),
    "contrast": put('<p style="color:#999999">x</p>'),
    "text-tiny": put('<p style="font-size:9px">x</p>'),
    "text-small": put('<p style="font-size:13px">x</p>'),
    "text-tight": put(f'<p style="font-size:16px;line-height:17px">{"word " * 20}</p>'),
    "link-plain": put(
        '<p>See <a style="text-decoration:none" href="https://a.example">that</a>.</p>'
    ),
    "target-size": put(
        '<p style="line-height:20px;font-size:14px"><a href="https://a.example">A</a></p>'
    ),
    "alt-attribute": put('<img src="https://a.example/a.png" width="9">'),
    "alt-linked": put(
        '<a href="https://a.example"><img alt="" src="https://a.example/a.png" width="9"></a>'
    ),
    "alt-file-name": put('<img alt="IMG_1.JPG" src="https://a.example/a.png" width="9">'),
    "alt-long": put(f'<img alt="{"word " * 30}" src="https://a.example/a.png" width="9">'),
    "image-address": no_pictures,
    "image-insecure": put('<img alt="A" src="http://a.example/a.png" width="9">'),
    "tracking-pixel": put('<img alt="" src="https://a.example/a.png" width="1" height="1">'),
    "image-width": put('<img alt="A" src="https://a.example/a.png" width="100%">'),
    "image-height": put('<img alt="A" src="https://a.example/a.png" width="9" height="2000">'),
    "image-format": put('<img alt="A" src="https://a.example/a.webp?x=1" width="9">'),
    "image-blurred": put('<img alt="A" src="cid:badge.png" width="240">'),
    "image-soft": put('<img alt="A" src="cid:portrait.png" width="500">'),
    "image-only": lambda m: replace(m, html='<img src="https://a.example/a.png" alt="A">'),
    "link-name": put('<a href="https://a.example"></a>'),
    "link-generic": put('<a href="https://a.example">Read more</a>'),
    "link-anchor": put('<a href="#top">Up</a>'),
    "link-address": put('<a href="/news">News</a>'),
    "link-insecure": put('<a href="http://a.example">News</a>'),
    "link-campaign": put('<a href="https://a.example/?utm_source=a&amp;utm_source=b">News</a>'),
    "link-ambiguous": put('<a href="https://a.example">A</a> <a href="https://b.example">A</a>'),
    "hidden-link": put('<p aria-hidden="true"><a href="https://a.example">A</a></p>'),
    "unsubscribe-missing": lambda m: replace(
        m, html=m.html.replace(tokens.UNSUBSCRIBE, "https://x")
    ),
    "unsubscribe-clipped": put(f"<p>{'word ' * 22_000}</p>"),
    "view-missing": lambda m: replace(m, html=m.html.replace(tokens.VIEW, "https://x")),
    "postal-missing": html("1 Dock Street", "2 Dock Street"),
    "placeholder-left": put("<p>Dear {{ name }}</p>"),
    "text-missing": lambda m: replace(m, text=" "),
    "text-address": text(f"{samples.HOME}/news/3", ""),
    "text-unsubscribe": text(tokens.UNSUBSCRIBE, ""),
    "text-line": text("Choir seeks basses", "word " * 20),
    "text-markup": text("Choir seeks basses", "<b>Choir</b>"),
    "text-brackets": text("Choir seeks basses", "[Choir](https://a.example)"),
    "text-repeats": text(
        f"{samples.HOME}/survey", f"{samples.HOME}/survey\n  {samples.HOME}/survey"
    ),
    "text-share": lambda m: replace(m, text=m.text + "word " * 900),
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("images", ["attach", "link"])
def test_the_looks_give_no_finding(look: str, images: Literal["attach", "link"]) -> None:
    newsletter = replace(samples.WEEKLY, images=images, template=look)
    frame = samples.frame(newsletter=newsletter)
    message = RENDERER.render(EDITION, frame)

    assert lint(message, EDITION, frame, internal=("Comms-strategy-*",)) == ()


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("pictured", [True, False])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_small_issue_gives_no_finding(look: str, count: int, *, pictured: bool) -> None:
    titles = ("Tides rise faster", "A grant for early-career teams", "The library at night")
    articles = tuple(
        samples.article(
            number,
            title,
            "Read again by a camera.",
            image=samples.image("harbour", f"Picture {number}") if pictured else None,
        )
        for number, title in enumerate(titles[:count])
    )
    subject = editorial.subject(articles, "en-GB")
    edition = samples.edition(
        sections=(Section(title="News", articles=articles),),
        subject=subject,
        preheader=editorial.preheader(articles, subject) + " · What else is new by the water",
    )
    bare = replace(samples.NORTHGATE, brand=Brand())
    newsletter = replace(samples.WEEKLY, images="attach", template=look)
    frame = samples.frame(newsletter=newsletter, publication=bare)

    assert lint(RENDERER.render(edition, frame), edition, frame) == ()


def test_invisible_marks_are_no_words_of_the_page() -> None:
    edition = samples.edition(
        sections=(Section(title="News", articles=(samples.article(1, "Tides"),)),), preheader=""
    )
    bare = samples.frame(publication=replace(samples.NORTHGATE, brand=Brand()))

    assert "text-share" not in found(RENDERER.render(edition, bare), edition=edition, frame=bare)


@pytest.mark.parametrize(
    ("rule", "good"),
    [
        ("size-wire", f"<p>{'word ' * 5_000}</p>"),
        ("style-weight", '<p style="color:#1b1b1a">x</p>' * 20),
        ("heading-spaced", '<h2 style="letter-spacing:2px">What is on</h2>'),
        ("heading-spaced", '<h2 style="letter-spacing:-0.5px">WHAT IS ON</h2>'),
        ("heading-spaced", '<h2 style="letter-spacing:0">WHAT IS ON</h2>'),
        ("heading-spaced", '<h2 style="letter-spacing:1px">EU</h2>'),
        ("heading-emoji", "<p>Party 🎉</p>"),
        ("vml-alt", '<!--[if mso]><v:rect alt=""><v:fill type="frame"/></v:rect><![endif]-->'),
        ("vml-content", '<!--[if mso]><v:rect alt="A">Go</v:rect><![endif]-->'),
        (
            "vml-content",
            '<!--[if mso]><v:rect alt="A">Go</v:rect><v:oval alt=""/><![endif]--><h2>B</h2>',
        ),
        ("image-only", '<img alt="A" src="cid:harbour.png" width="600">' * 4),
        ("image-soft", '<img alt="A" src="cid:portrait.png" width="466">'),
        ("image-soft", '<img alt="A" src="cid:badge.png" width="110">'),
        ("image-blurred", '<img alt="A" src="cid:badge.png" width="120">'),
        ("image-oversize", '<img alt="A" src="cid:harbour.png" width="160">'),
    ],
)
def test_a_rule_does_not_find_what_is_good(rule: str, good: str) -> None:
    assert rule not in found(put(good)(GOOD))


@pytest.mark.parametrize(
    ("heading", "raises"),
    [
        ("text-transform:uppercase;letter-spacing:.1em", True),
        ("text-transform:uppercase;letter-spacing:0.1em", True),
        ("text-transform:uppercase;letter-spacing:normal", False),
        ("text-transform:uppercase", False),
    ],
)
def test_capitals_are_found_where_styles_make_and_space_them(heading: str, *, raises: bool) -> None:
    said = put(f'<h2 style="{heading}">What is on</h2>')(GOOD)

    assert ("heading-spaced" in found(said)) is raises


@pytest.mark.parametrize(
    ("rule", "drawing"),
    [
        ("vml-alt", '<v:group><v:rect fill="t"/></v:group>'),
        ("vml-alt", '<V:Image src="https://a.example/a.png" />'),
        ("vml-content", '<v:rect alt=""><v:textbox><h2>Go</h2></v:textbox></v:rect>'),
        ("vml-content", '<v:rect alt=""><a href="https://a.example">Go</a></v:rect>'),
    ],
)
def test_drawings_are_read_wherever_they_nest(rule: str, drawing: str) -> None:
    assert rule in found(put(f"<!--[if mso]>{drawing}<![endif]-->")(GOOD))


@pytest.mark.parametrize("src", ["cid:harbour.png", samples.picture("harbour").url])
def test_a_picture_of_many_bytes_that_nobody_sees_is_found(src: str) -> None:
    pictures = {
        url: replace(picture, data=b"x" * 300_000) for url, picture in FRAME.pictures.items()
    }
    small = put(f'<img alt="A" src="{src}" width="160">')(GOOD)

    assert "image-oversize" in found(small, frame=replace(FRAME, pictures=pictures))
    assert "image-oversize" not in found(small)


@pytest.mark.parametrize("url", [None, "", "ftp://no.example"])
def test_an_article_without_an_address_is_found(url: str | None) -> None:
    articles = (samples.article(1, "A", url=url), samples.article(2, "B"))
    edition = samples.edition(sections=(Section(title="N", articles=articles),))
    findings = lint(GOOD, edition, FRAME)

    assert [str(f.where) for f in findings if f.rule == "no-address"] == ["article a1"]


@pytest.mark.parametrize(
    ("url", "path", "way"),
    [
        (
            None,
            "2026/a.md",
            "give sources.news a url_base, or let 2026/a.md state its address (`url:`",
        ),
        (None, None, "its item in the feed news has no link"),
        ("ftp://no.example", None, "readers cannot open ftp://no.example"),
    ],
)
def test_the_way_to_an_address_is_its_sources(url: str | None, path: str | None, way: str) -> None:
    articles = (samples.article(1, "A", url=url, path=path),)
    edition = samples.edition(sections=(Section(title="N", articles=articles),))

    (found,) = [f for f in lint(GOOD, edition, FRAME) if f.rule == "no-address"]
    assert way in found.message


@pytest.mark.parametrize("rule", RAISING)
def test_each_rule_finds_what_it_is_for_and_german_has_words_for_it(rule: str) -> None:
    findings = found(RAISING[rule](GOOD))

    assert rule in findings
    assert [f.message for f in findings.values() if sentence(f.message, "de") is None] == []


@pytest.mark.parametrize("colour", ["#ffe600", "#e4002b", "#00a36c", "#777777", "#000000"])
def test_any_brand_colour_is_made_legible_in_every_mode(colour: str) -> None:
    publication = replace(samples.NORTHGATE, brand=replace(samples.NORTHGATE.brand, colour=colour))
    for look in LOOKS:
        newsletter = replace(samples.WEEKLY, images="attach", template=look)
        frame = samples.frame(newsletter=newsletter, publication=publication)

        assert lint(RENDERER.render(EDITION, frame), EDITION, frame) == ()


@pytest.mark.parametrize(
    "place",
    [
        lambda m: replace(m, subject="On Comms-strategy-EU"),
        lambda m: replace(m, text=m.text + "Comms-strategy-EU"),
        put("<p>Comms-strategy-EU</p>"),
        put('<a href="https://a.example/tag/comms-strategy-eu">A</a>'),
        put('<a href="https://a.example/?t=Comms%2Dstrategy%2DEU">A</a>'),
    ],
)
def test_a_planning_label_is_an_error_wherever_it_stands(place: Change) -> None:
    finding = found(place(GOOD), internal=("Comms-strategy-*",))["planning-label"]

    assert finding.severity == "error"


@pytest.mark.parametrize(
    "place",
    [
        put("<p>Pre\u0301sse-plan</p>"),
        put("<p>Présse\u2011plan</p>"),
        put("<p>Présse_plan</p>"),
        put("<p>Prés\u00adse-pl\u200ban</p>"),
        put('<a href="https://a.example/tag/pr%C3%A9sse+plan">A</a>'),
        put('<a href="https://a.example/tag/pre%CC%81sse-plan">A</a>'),
    ],
)
@pytest.mark.parametrize("label", ["Présse-plan", "Pre\u0301sse-*"])
def test_a_planning_label_is_found_in_every_spelling(place: Change, label: str) -> None:
    assert "planning-label" in found(place(GOOD), internal=(label,))


def test_a_planning_label_is_no_part_of_a_word_or_sentence() -> None:
    said = put("<p>A strategy-led plan, and Comms-strategy- alone; XComms-strategy-EU</p>")(GOOD)

    assert "planning-label" not in found(said, internal=("Comms-strategy-*", "Strategy-*"))


@pytest.mark.parametrize(
    ("style", "severity"),
    [
        ("position:absolute", "error"),
        ("visibility:hidden", "error"),
        ("display:grid", "warning"),
        ("color:var(--x)", "warning"),
        ("--x:1px", None),
        ("color:hsl(1 2% 3%)", "warning"),
        ("width:calc(100% - 1px)", "warning"),
        ("color:#11223344", "warning"),
        ("width:50vw", "warning"),
        ("float:left", "warning"),
        ("background:url(https://a.example/a.png)", "warning"),
        ("background:#fff url(https://a.example/a.png)", None),
        ("font-size:1.5rem", "warning"),
        ("border-radius:4px", "info"),
        ("color:#112233", None),
        ("color:rgb(1, 2, 3)", None),
        ("width:100%;max-width:600px;padding:0 36px", None),
        ("background-color:#ffffff;background-image:linear-gradient(#ffffff, #ffffff)", None),
    ],
)
def test_styles_are_judged_by_where_they_fail(style: str, severity: str | None) -> None:
    finding = found(put(f'<p style="{style}">x</p>')(GOOD)).get("css-support")

    assert (finding.severity if finding else None) == severity


@pytest.mark.parametrize(
    ("css", "severity"), [("@import 'x.css';", "error"), ("@supports (color: red) {}", "info")]
)
def test_rules_are_judged_by_where_they_fail(css: str, severity: str) -> None:
    assert found(block(css)(GOOD))["css-support"].severity == severity


def test_a_label_that_is_a_word_is_one_where_it_stands_alone() -> None:
    sentence = put("<p>An internal matter, said the board.</p>")(GOOD)
    topic = put("<p>Climate, <span>Internal</span></p>")(GOOD)
    line = replace(GOOD, text=GOOD.text + "\nClimate, Internal\n")
    address = put('<a href="https://a.example/tag/internal">A</a>')(GOOD)

    assert "planning-label" not in found(sentence, internal=("Internal",))
    for message in (topic, line, address):
        assert "planning-label" in found(message, internal=("Internal",))


def test_pictures_without_description_or_too_heavy_are_found() -> None:
    image = Image(url=samples.picture("badge").url)
    edition = samples.edition(
        sections=(Section(title="N", articles=(samples.article(1, "A", image=image),)),)
    )
    heavy = {
        url: replace(picture, data=b"x" * 1_200_000) for url, picture in FRAME.pictures.items()
    }

    assert "alt-missing" in found(GOOD, edition=edition)
    rules = found(GOOD, frame=replace(FRAME, pictures=heavy))
    assert {"picture-heavy", "pictures-heavy"} <= set(rules)


@pytest.mark.parametrize(
    ("sender", "rule"), [("news@x.example", "sender-name"), ("News <news>", "sender-address")]
)
def test_a_sender_has_a_name_and_an_address(sender: str, rule: str) -> None:
    frame = replace(FRAME, newsletter=replace(FRAME.newsletter, sender=sender))

    assert rule in found(GOOD, frame=frame)


def test_an_empty_page_is_read_like_any_other() -> None:
    for page in ("", " ", "<!-- -->", "<html></html>", "<", "\x00"):
        assert "unsubscribe-missing" in found(replace(GOOD, html=page))


def test_errors_come_first() -> None:
    severities = [f.severity for f in lint(RAISING["image-only"](GOOD), EDITION, FRAME)]

    assert severities == sorted(severities, key=("error", "warning", "info").index)


def test_every_rule_is_tested_and_written_down_in_its_chapter() -> None:
    tests = "\n".join(file.read_text("utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    page = (ROOT / "docs/lint.md").read_text("utf-8")
    told = []
    for chapter in page.split("\n## ")[1:]:
        title, _, text = chapter.partition("\n")
        rows = re.findall(r"^\| `([a-z-]+)` \| ([a-z, ]+) \| (.*) \|$", text, re.MULTILINE)
        told += [(title, *row) for row in rows]

    rules = [(r.about, r.name, ", ".join(r.severities), r.finds) for r in RULES.values()]
    assert sorted(told) == sorted(rules)
    assert {name for name in RULES if f'"{name}"' not in tests} == set()


@pytest.mark.parametrize(
    ("piece", "rule"),
    [
        ('<p style="max-height:0;color:#fff">x</p>', "contrast"),
        ('<p style="visibility:hidden;color:#fff">x</p>', "contrast"),
        ('<p style="font-size:0;color:#fff">x</p>', "contrast"),
        ('<p style="height:0px;overflow:hidden;color:#fff">x</p>', "contrast"),
        ('<p style="opacity:0;color:#fff">x</p>', "contrast"),
        ('<p style="color:#fff;background:rgba(0,0,0,.9)">x</p>', "contrast"),
        ('<p style="color:#fff;background:url(https://a.example/a.png) #000">x</p>', "contrast"),
        ('<p style="font-size:0">x</p>', "text-tiny"),
        ('<p style="font-size:12pt;line-height:150%">x</p>', "text-small"),
        ('<p style="font-size:12pt;line-height:150%">x</p>', "text-tight"),
        ('<div style="line-height:1.5"><p style="font:30px/1.5 Arial">x</p></div>', "text-tight"),
        ('<p style="font-size:16px;line-height:1.5em">x</p>', "text-tight"),
        (
            '<div><a href="https://a.example" style="line-height:20px;padding:10px 16px">x</a></div>',
            "target-size",
        ),
        (
            '<div><a href="https://a.example" style="line-height:16px;border:6px solid">x</a></div>',
            "target-size",
        ),
        (
            '<p>A <a href="https://a.example" style="text-decoration:underline solid">x</a></p>',
            "link-plain",
        ),
        (
            '<td>A <a href="https://a.example" style="text-decoration:none;display:inline-block">x</a>',
            "link-plain",
        ),
        ('<p style="font-size:16px;line-height:21px">x</p>', "text-tight"),
        ("<table role=none><tr><th>x</th></tr></table>", "table-scope"),
        ('<script type="application/ld+json">{}</script>', "element-forbidden"),
        (
            '<p>A <a href="https://a.example" style="text-decoration:none;border:1px solid">x</a></p>',
            "link-plain",
        ),
    ],
)
def test_what_reads_well_is_not_spoken_of(piece: str, rule: str) -> None:
    words = "word " * 20 if rule.startswith("text-") else "x"

    assert rule not in found(put(piece.replace(">x<", f">{words}<"))(GOOD))


@pytest.mark.parametrize(
    ("piece", "rule"),
    [
        ('<p style="max-height:9px;color:#fff">x</p>', "contrast"),
        ('<p style="opacity:0.9;color:#fff">x</p>', "contrast"),
        ('<p style="color:#fff;background:rgba(0,0,0,.2)">x</p>', "contrast"),
        ('<p style="color:rgba(0,0,0,.2)">x</p>', "contrast"),
        ('<p style="font-size:8pt">x</p>', "text-tiny"),
        ('<p style="font:0.7em Arial">x</p>', "text-tiny"),
        ('<p style="font:13px/20px Arial">x</p>', "text-small"),
        ('<p style="font-size:16px;line-height:110%">x</p>', "text-tight"),
        ('<p style="font:16px Arial">x</p>', "text-tight"),
        ('<div style="line-height:1.1"><p style="font-size:17px">x</p></div>', "text-tight"),
        (
            '<div><a href="https://a.example" style="line-height:16px;padding:0 9px">x</a></div>',
            "target-size",
        ),
        (
            '<p>A <a href="https://a.example" style="text-decoration:none;border-bottom:0">x</a></p>',
            "link-plain",
        ),
    ],
)
def test_what_does_not_read_well_is_found_however_it_is_written(piece: str, rule: str) -> None:
    words = "word " * 20 if rule == "text-tight" else "x"

    assert rule in found(put(piece.replace(">x<", f">{words}<"))(GOOD))


def test_the_width_may_stand_in_a_comment_for_outlook() -> None:
    wide = re.sub(r'(<table[^>]*) width="600"', r"\1", GOOD.html)
    message = replace(GOOD, html=re.sub(r'\bwidth="\d+"', "", wide))
    comment = '<!--[if (gte mso 9)|(IE)]><table width="600"><tr><td><![endif]-->'

    assert "page-width" in found(message)
    assert "page-width" not in found(put(comment)(message))
    assert "page-width" in found(put(comment.replace("600", "900"))(message))


@pytest.mark.parametrize(
    ("meta", "said"),
    [
        ('<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">', False),
        ("<meta charset='utf8'>", False),
        ('<meta http-equiv="Content-Type" content="text/html; charset=latin1">', True),
        ('<meta name="x" content="charset=utf-8">', True),
    ],
)
def test_the_charset_may_be_stated_in_either_way(meta: str, *, said: bool) -> None:
    change = html('<meta charset="utf-8">', meta)

    assert ("charset" in found(change(GOOD))) is said


@pytest.mark.parametrize(
    ("css", "said"),
    [
        (".a { color: red } }\n.b { color: red }", "a } too many"),
        (".a color: red }\n.b { color: red }", "a } too many"),
        ("/* dark\n.a { color: red }", "a comment that is not closed"),
        (".a { color red }", "a declaration"),
    ],
)
def test_css_that_cannot_be_parsed_is_told_in_words_and_with_its_line(css: str, said: str) -> None:
    finding = found(block(css)(GOOD))["css-parse"]

    assert said in finding.message
    assert re.match(r"line \d+", str(finding.where))


def test_a_misspelt_rule_is_told_and_dark_colours_in_it_are_none() -> None:
    page = GOOD.html.replace("@media (prefers-color-scheme", "@meda (prefers-color-scheme")
    said = found(replace(GOOD, html=page))

    assert "did you mean @media?" in said["css-rule"].message
    assert "dark-missing" in said


@pytest.mark.parametrize(
    ("style", "wrong"), [("inherit", False), ("Arial, SANS-SERIF", False), ("Papyrus", True)]
)
def test_fonts_end_in_a_generic_family_wherever_they_stand(style: str, *, wrong: bool) -> None:
    assert ("font-generic" in found(put(f'<p style="font-family:{style}">x</p>')(GOOD))) is wrong
    assert ("font-generic" in found(block(f".x {{ font-family: {style} }}")(GOOD))) is wrong


def test_a_contrast_is_never_rounded_up_to_what_would_do() -> None:
    message = put('<p style="color:#777777">x</p>')(GOOD)
    said = [f.message for f in lint(message, EDITION, FRAME) if "light mode" in f.message]

    assert said == [
        "contrast 4.4 of #777777 on #ffffff in light mode; choose colours of 4.5 or more"
    ]


@pytest.mark.parametrize(
    ("piece", "rule"),
    [
        ('<p style="DISPLAY:NONE;color:#fff">x</p>', "contrast"),
        ('<p style="visibility:HIDDEN;color:#fff">x</p>', "contrast"),
        ('<p style="text-indent:-9999px;color:#fff">x</p>', "contrast"),
        ('<p style="color:#fff;background:linear-gradient(#000,#111)">x</p>', "contrast"),
        (
            '<p style="color:#fff!important;background:#000!important;background:#fff">x</p>',
            "contrast",
        ),
        ('<p style="font-size:1px;color:#fff">&zwnj;&#847;&#8203;&nbsp;</p>', "text-tiny"),
        (
            '<table bgcolor="#000000"><tr><td><font color="#ffffff">x</font></td></tr></table>',
            "contrast",
        ),
        ('<div style="background:#000;color:#fff"><noscript>x</noscript></div>', "contrast"),
        ('<p><a name="top"></a>x</p>', "link-name"),
        ('<p><a id="top"></a>x</p>', "link-address"),
        (
            '<p><a href="https://a.example" style="text-decoration:none">x</a> | &middot;</p>',
            "link-plain",
        ),
        ('<p hidden style="display:none">x</p>', "html-support"),
        ('<button type="button">x</button>', "html-support"),
        ('<div style="mso-hide:all"><p style="float:left">x</p></div>', "css-support"),
        (
            '<!--[if !((gte mso 9)|(IE))]><!--><p style="float:left">x</p><!--<![endif]-->',
            "css-support",
        ),
        ('<table align="left" style="float:left"><tr><td>x</td></tr></table>', "css-support"),
        ('<p style="padding:10px;padding-left:2rem">x</p>', "css-support"),
        ('<div style="display:none"><p style="position:absolute">x</p></div>', "css-support"),
    ],
)
def test_what_a_hostile_reader_found_to_be_right_is_not_spoken_of(piece: str, rule: str) -> None:
    assert rule not in found(put(piece)(GOOD))


@pytest.mark.parametrize(
    "piece",
    [
        '<p style="opacity:0">x</p>',
        '<p style="max-height:0">x</p>',
        '<p style="margin-inline:auto">x</p>',
        '<p style="inset:0">x</p>',
        '<p style="overflow:auto">x</p>',
        '<p style="user-select:none">x</p>',
        '<p style="display:-ms-flexbox">x</p>',
        '<p style="list-style:url(https://a.example/a.png)">x</p>',
        '<p style="color:rgb(1, 2, 3, .5)">x</p>',
        "<!--[if mso]><p style='float:left'>x</p><![endif]-->",
    ],
)
def test_what_a_hostile_reader_found_to_be_missed_is_named(piece: str) -> None:
    assert "css-support" in found(put(piece)(GOOD))


def test_rules_in_rules_are_read_and_those_for_print_are_not() -> None:
    inner = "@media screen { @media (max-width: 9px) { .x { position: fixed } } }"

    assert "css-support" in found(block(inner)(GOOD))
    assert "css-support" in found(block(".im-card td.x { position: fixed }")(GOOD))
    assert "css-support" not in found(block("@media print { .x { position: fixed } }")(GOOD))
    assert "css-support" not in found(block(".x { content: '{' }")(GOOD))
