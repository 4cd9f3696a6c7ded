"""What mail programs do not know is named, wherever it stands; what has a fallback is not."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from digest.findings import Finding
from digest.model import Message
from digest.render.checks.clients import CLIENTS, Readers
from digest.render.checks.features import listed, table
from digest.render.checks.run import lint
from digest.render.renderer import Renderer
from tests.helpers import samples

ROOT = Path(__file__).parents[3]
EDITION = samples.edition(notices=(samples.NOTICE,), intro=samples.WORDS)
SINCE = "from tools.update_client_support import _clients; print(*_clients({0}, 'n'), *_clients({0}, 'a'))"
MAIN = Readers({}).clients
NEITHER = frozenset(
    {
        *("bimi", "css-at-media", "css-at-media-prefers-color-scheme", "css-color-scheme"),
        *("css-height", "css-inline-size", "html-body", "html-doctype", "html-meta-color-scheme"),
        *("html-anchor-links", "html-base"),  # link-anchor, element-forbidden
    }
)
LACKING = {n: f for n, f in table()[1].items() if f.fails.keys() & MAIN and n not in NEITHER}

VALUES: Mapping[str, str] = {
    "css-background-image": "background: url(https://a.example/a.png)",
    "css-opacity": "opacity: 0.5",
    "css-conic-gradient": "background-image: conic-gradient(red, blue)",
    "css-linear-gradient": "background-image: linear-gradient(red, blue)",
    "css-radial-gradient": "background: radial-gradient(red, blue)",
    "css-display-flex": "display: flex",
    "css-display-grid": "display: inline-grid",
    "css-function-clamp": "text-indent: clamp(1px, 2px, 3px)",
    "css-function-light-dark": "color: light-dark(black, white)",
    "css-function-max": "width: max(1px, 50%)",
    "css-function-min": "width: min(1px, 50%)",
    "css-unit-calc": "width: calc(100% - 9px)",
    "css-intrinsic-size": "width: fit-content",
    "css-modern-color": "color: oklch(40% 0.2 20)",
    "css-position": "position: absolute",
    "css-rgba": "color: rgba(0, 0, 0, 0.5)",
    "css-sytem-ui": "font-family: system-ui, Arial, sans-serif",
    "css-list-style-image": "list-style-image: url(https://a.example/a.png)",
    "css-unit-ch": "width: 40ch",
    "css-unit-initial": "color: initial",
    "css-unit-rem": "font-size: 1.5rem",
    "css-unit-vh": "height: 50vh",
    "css-unit-vmax": "width: 50vmax",
    "css-unit-vmin": "width: 50vmin",
    "css-unit-vw": "width: 50vw",
    "css-variables": "color: var(--ink)",
    "css-visibility": "visibility: hidden",
}
RULES: Mapping[str, str] = {
    "css-at-font-face": "@font-face { font-family: X; src: url(https://a.example/x.woff) }",
    "css-at-import": "@import url(https://a.example/x.css);",
    "css-at-keyframes": "@keyframes x { from { color: red } to { color: blue } }",
    "css-at-media-device-pixel-ratio": "@media (-webkit-min-device-pixel-ratio: 2) { p { color: red } }",
    "css-at-media-hover": "@media (hover: hover) { p { color: red } }",
    "css-at-media-orientation": "@media (orientation: portrait) { p { color: red } }",
    "css-at-media-prefers-reduced-motion": "@media (prefers-reduced-motion) { p { color: red } }",
    "css-at-supports": "@supports (color: red) { p { width: 9px } }",
    "css-nesting": ".x { color: red; & p { color: blue } }",
    "css-pseudo-class-has": ".x:has(img) { zoom: 1 }",
    "css-pseudo-class-lang": ".x:lang(en) { zoom: 1 }",
    "css-pseudo-class-not": ".x:not(.y) { zoom: 1 }",
    "css-selector-adjacent-sibling": ".x + .y { zoom: 1 }",
    "css-selector-attribute": "p[title] { zoom: 1 }",
    "css-selector-chaining": ".x.y { zoom: 1 }",
    "css-selector-child": ".x > p { zoom: 1 }",
    "css-selector-general-sibling": ".x ~ .y { zoom: 1 }",
    "css-selector-universal": ".x * { zoom: 1 }",
}
MARKS: Mapping[str, str] = {
    "amp": "<p amp4email>x</p>",
    "css-inert-attribute": "<p inert>x</p>",
    "html-aria-describedby": '<p aria-describedby="x">x</p>',
    "html-aria-hidden": '<p aria-hidden="true">x</p>',
    "html-aria-label": '<a href="https://a.example" aria-label="y">x</a>',
    "html-aria-labelledby": '<p aria-labelledby="x">x</p>',
    "html-aria-live": '<p aria-live="polite">x</p>',
    "html-button-reset": '<button type="reset">x</button>',
    "html-button-submit": "<button>x</button>",
    "html-hidden": "<p hidden>x</p>",
    "html-image-maps": '<img src="https://a.example/a.png" alt="x" usemap="#x">',
    "html-input-checkbox": '<input type="checkbox">',
    "html-input-hidden": '<input type="hidden">',
    "html-input-radio": '<input type="radio">',
    "html-input-reset": '<input type="reset">',
    "html-input-submit": '<input type="submit">',
    "html-input-text": "<input>",
    "html-link": '<link rel="stylesheet" href="https://a.example/x.css">',
    "html-loading-attribute": '<img src="https://a.example/a.png" alt="x" loading="lazy">',
    "html-popover": "<p popover>x</p>",
    "html-required": '<input type="text" required>',
    "html-semantics": "<section>x</section>",
    "html-srcset": '<img src="https://a.example/a.png" alt="x" srcset="https://a.example/b.png 2x">',
    "html-target": '<a href="https://a.example" target="_self">x</a>',
}


def example(name: str) -> tuple[str, str]:
    """Return the CSS and the HTML of a page that uses a feature, with a class of its name."""
    matcher = next(m for m in listed() if m.feature.name == name)
    if name in VALUES:
        return f".{name} {{ {VALUES[name]} }}", f'<p class="{name}">x</p>'
    if name in RULES:
        return RULES[name], ""
    if name in MARKS:
        return "", MARKS[name]
    if matcher.place == "property":
        prop = matcher.subject.replace("*", "x")
        return f".{name} {{ {prop}: 7px }}", f'<p class="{name}">x</p>'
    if matcher.place == "selector":
        pseudo = re.sub(r"\\[bd]|\?|[()!\\-]*$", "", name.removeprefix("css-pseudo-"))
        kind, _, word = pseudo.partition("-")
        word += "(2)" if word.startswith("nth") else ""
        return f".x{':' if kind == 'class' else '::'}{word} {{ zoom: 1 }}", ""
    if matcher.place == "element":
        return "", f"<{matcher.subject}>x</{matcher.subject}>"
    ending = {"image-base64": "data:image/png;base64,AAAA"}.get(
        name, f"https://a.example/a.{name.removeprefix('image-')}"
    )
    ending = ending.replace(".heif", ".heic")
    return "", f'<img alt="x" width="9" src="{ending}">'


def said(message: Message, rules: str = "css-support html-support image-format") -> list[Finding]:
    found = lint(message, EDITION, samples.frame())
    return [f for f in found if f.rule in rules.split()]


def written(folder: Path, css: str = "", html: str = "", head: str = "") -> Message:
    """Render a look of a designer's own: the weekly one, with more in it."""
    look = folder / "own"
    look.mkdir(parents=True)
    for file in (samples.TEMPLATES / "weekly").iterdir():
        text = file.read_text("utf-8")
        if file.name == "style.css":
            text += css
        if file.name == "body.html":
            text = text.replace(
                "{% block content %}", f"{{% block content %}}<tr><td>{html}</td></tr>"
            )
        (look / file.name).write_text(text, "utf-8")
    frame = samples.frame(newsletter=replace(samples.WEEKLY, template="own"))
    message = Renderer([folder, samples.TEMPLATES]).render(EDITION, frame)
    return replace(message, html=message.html.replace("</head>", f"{head}</head>", 1))


def titles(findings: list[Finding]) -> set[str]:
    return {f.message.partition(": ")[0] for f in findings} | {
        f.message[: len(title)] for f in findings for title in KNOWN if f.message.startswith(title)
    }


KNOWN = {feature.title for feature in table()[1].values()}


def test_every_feature_that_a_main_program_lacks_is_named_through_the_whole_way(
    tmp_path: Path,
) -> None:
    examples = {name: example(name) for name in LACKING}
    selectors = {n for n in examples if "pseudo" in n or "selector" in n or n == "css-nesting"}
    css = "\n".join(css for name, (css, _) in examples.items() if name not in selectors)
    head = "".join(f"<style>{css}</style>" for n, (css, _) in examples.items() if n in selectors)
    html = "\n".join(html for _, html in examples.values())

    found = titles(said(written(tmp_path, css, html, head)))

    assert {n for n, f in LACKING.items() if f.title not in found} == set()


GOOD = Renderer([samples.TEMPLATES]).render(EDITION, samples.frame())
CELL = "</h1>"


def put(
    html: str = "", css: str = "", clients: Mapping[str, int | None] | None = None
) -> list[str]:
    """Return what is said of a page with a piece of HTML in it, and a style block."""
    page = GOOD.html.replace(CELL, f"{CELL}{html}", 1)
    page = page.replace("</head>", f"<style>{css}</style></head>", 1)
    newsletter = replace(samples.WEEKLY, clients=clients or {})
    found = lint(replace(GOOD, html=page), EDITION, samples.frame(newsletter=newsletter))
    return [f.message for f in found if f.rule.endswith(("-support", "-format"))]


@pytest.mark.parametrize(
    "css",
    [
        ".x { gap: 9px }",
        "@media screen and (max-width: 600px) { .x { gap: 9px } }",
        "@media screen { .x:hover { gap: 9px } }",
        "@supports (color: red) { .x { gap: 9px } }",
        ".x { -webkit-column-gap: 9px }",
    ],
)
def test_css_is_judged_in_every_place(css: str) -> None:
    assert any("no gaps between columns" in said for said in put(css=css))


def test_only_who_reads_a_rule_is_spoken_of() -> None:
    (plain,) = put(css=".x { gap: 9px }")
    (media,) = put(css="@media screen and (max-width: 600px) { .x { gap: 9px } }")
    (dark,) = put(css="@media (prefers-color-scheme: dark) { .x { transform: scale(2) } }")

    assert plain == (
        "gap, column-gap, row-gap: no gaps between columns or rows in Outlook on Windows and Yahoo; "
        "pad the cells"
    )
    assert "Outlook" not in media
    assert "Yahoo" in media
    assert "Gmail" not in dark
    assert "Yahoo" not in dark


def test_a_comment_for_outlook_is_judged_for_outlook_alone() -> None:
    (block,) = put("<!--[if mso]><style>.x { float: left }</style><![endif]-->")
    (own,) = put('<!--[if (gte mso 9)|(IE)]><p style="float:left">x</p><![endif]-->')

    assert "in Outlook on Windows;" in block
    assert own == block
    assert put("<!--[if mso]><style>.x { mso-line-height-rule: exactly }</style><![endif]-->") == []
    assert put("<!--[if mso]><v:rect style='position:absolute'></v:rect><![endif]-->") == []
    video, picture = put('<!--[if mso]><video></video><img src="a.webp"></td></tr><![endif]-->')
    assert "<video> element: nothing can be played in Outlook on Windows" in video
    assert "no picture in Outlook on Windows" in picture
    assert put('<!--[if !mso]><!--><p style="float:left">x</p><!--<![endif]-->') == []


@pytest.mark.parametrize(
    "html",
    [
        '<p style="color:#000;color:rgba(0,0,0,.9)">x</p>',
        '<p style="width:600px;width:calc(100% - 9px)">x</p>',
        '<p style="background-color:#eee;background-image:linear-gradient(red,blue)">x</p>',
        '<p style="margin-left:9px;margin-inline-start:9px">x</p>',
        '<p style="word-wrap:break-word;overflow-wrap:break-word;word-break:break-word">x</p>',
        '<p style="display:none;max-height:0;overflow:hidden;visibility:hidden;opacity:0">x</p>',
        '<p style="float:none;position:static;opacity:1;transform:none;border-radius:0">x</p>',
        "<p style=\"background:#fff;background:url('https://a.example/a.png#abcd')\">x</p>",
        "<p style=\"font-family:'Grid 4vw', calc, Arial\">x</p>",
        '<table role="presentation" width="600" style="table-layout:fixed"></table>',
        '<td nowrap style="white-space:nowrap">x</td>',
        (
            "<!--[if gte mso 9]><v:rect><v:fill src='https://a.example/a.png'/></v:rect><![endif]-->"
            '<div style="background:url(https://a.example/a.png);background-size:9px">x</div>'
        ),
        '<a href="https://a.example" target="_blank">x</a>',
        f'<p style="background:#fff url(https://a.example/{"7" * 60}.png)">x</p>',
        '<div aria-hidden="true">&nbsp;</div>',
        '<a href="https://a.example" aria-label="El País: tides">El País</a>',
        '<img alt="" src="https://a.example/a.png?to=x.webp">',
        '<p style="background:#fff url(https://a.example/a.png)">x</p>',
        '<p style="color:rgba(0,0,0,.8);color:#333333">x</p>',
        '<p style="background:#333;background-color:rgba(255,255,255,.8)">x</p>',
        '<p style="--a:#222;color:#222;color:var(--a)">x</p>',
        '<p style="mso-hide:all;max-height:0;overflow:hidden;font-size:0">x</p>',
    ],
)
def test_what_has_a_fallback_or_loses_nothing_is_not_spoken_of(html: str) -> None:
    assert put(html) == []


@pytest.mark.parametrize(
    "css",
    [
        "@supports (display: grid) { .x { display: grid } }",
        "#outlook a { float: left }",
        ".ExternalClass * { line-height: 100% }",
        "[data-ogsc] .x { color: red }",
        "* { -webkit-text-size-adjust: 100%; mso-line-height-rule: exactly }",
        ".head:hover { text-decoration: underline !important }",
        "a[href^=tel] { color: red }",
        ".x { content: ':nth-child(2) > p' }",
    ],
)
def test_hooks_guards_and_states_of_what_is_styled_are_not_spoken_of(css: str) -> None:
    assert put(css=css) == []


def test_a_finding_says_for_how_many_readers_and_weighs_it() -> None:
    page = '<p style="border-radius:9px;position:absolute">x</p>'
    newsletter = replace(samples.WEEKLY, clients={"gmail": 80, "outlook-windows": 15})
    frame = samples.frame(newsletter=newsletter)
    message = replace(GOOD, html=GOOD.html.replace(CELL, CELL + page, 1))

    found = {f.message.partition(":")[0]: f for f in lint(message, EDITION, frame)}

    assert found["border-radius"].message == (
        "border-radius: no rounded corners in Outlook on Windows, 15 % of your readers; "
        "square ones must look right too"
    )
    assert "in Gmail and Outlook on Windows, 95 % of your readers;" in found["position"].message
    assert found["position"].severity == "error"


@pytest.mark.parametrize(
    ("share", "severity"), [(15, "error"), (5, "error"), (4, "warning"), (1, "warning")]
)
def test_what_few_readers_lose_is_milder(share: int, severity: str) -> None:
    newsletter = replace(samples.WEEKLY, clients={"apple": 50, "outlook-windows": share})
    page = GOOD.html.replace(CELL, f'{CELL}<p style="visibility:hidden">x</p>', 1)

    found = lint(replace(GOOD, html=page), EDITION, samples.frame(newsletter=newsletter))

    assert {f.severity for f in found if f.rule == "css-support"} == {severity}


def test_readers_are_named_in_few_words() -> None:
    outlook = {*CLIENTS["outlook"][1]}

    assert Readers({}).words(outlook) == "Outlook"
    assert Readers({}).words(outlook - {"outlook/macos"}) == "Outlook (not on Macs)"
    assert Readers({"outlook": 15}).words({"outlook/windows"}) == (
        "Outlook on Windows, up to 15 % of your readers"
    )
    split = Readers({"outlook": 5, "outlook-windows": 10})
    assert split.words(outlook) == "Outlook and Outlook on Windows, 15 % of your readers"
    assert split.words({"outlook/windows"}) == "Outlook on Windows, 10 % of your readers"
    assert Readers({"gmail": None, "yahoo": 5}).words({"gmail/ios"}) == "Gmail on iPhones"


def test_every_program_that_can_be_named_is_in_the_table() -> None:
    known = {client for feature in table()[1].values() for client in feature.fails}

    assert {c for _, clients in CLIENTS.values() for c in clients} <= known


def test_the_table_is_not_older_than_a_year() -> None:
    """On the day of the newest commit; `tools/update_client_support.py` renews it."""
    git = shutil.which("git")
    assert git is not None
    words = [git, "log", "-1", "--format=%cs"]
    done = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603 - git itself

    assert date.fromisoformat(done.stdout.strip()) - date.fromisoformat(table()[0]) < timedelta(366)


def test_the_page_of_the_lint_has_the_table_as_it_is() -> None:
    words = [sys.executable, "-c", "from tools.update_client_support import *; print(documented())"]
    done = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603 - ourselves

    assert done.stdout.strip() in (ROOT / "docs/lint.md").read_text("utf-8")


def test_a_feature_is_known_since_its_newest_run_of_versions() -> None:
    stats = {"gmail": {"ios": {"2019-01": "n", "2020-01": "y", "2021-01": "n #1", "2022-01": "n"}}}
    more = {"yahoo": {"ios": {"2019-01": "n", "2020-01": "y"}, "android": {"6.1": "a #2"}}}
    words = [sys.executable, "-c", SINCE.format({**stats, **more})]
    done = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603 - ourselves

    assert done.stdout.split() == ["gmail/ios=2021-01", "yahoo/android=6.1"]


def test_one_use_of_a_font_is_one_finding() -> None:
    link = '<link href="https://fonts.googleapis.com/css?family=Lato" rel="stylesheet">'
    (said,) = put(link)

    assert said.startswith("<link> element: another font in Gmail")
    assert put("<p style='box-shadow:0 1px 2px rgba(0,0,0,.3)'>x</p>") == [
        (
            "box-shadow: no shadow in Gmail on the web, Outlook on Windows and Yahoo; "
            "give it a border where it must stand out"
        )
    ]
    assert put("<p style='color:rgba(0,0,0,.8)'>x</p>")[0].startswith("rgba() in color: ")


def test_what_should_not_be_seen_and_is_is_an_error() -> None:
    found = lint(
        replace(GOOD, html=GOOD.html.replace(CELL, f'{CELL}<p style="opacity:0">x</p>', 1)),
        EDITION,
        samples.frame(),
    )

    assert [(f.rule, f.severity) for f in found] == [("css-support", "error")]
