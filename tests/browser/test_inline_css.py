"""A designer's own CSS, inlined: in Chromium each element looks as it did in the style block."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as View

from digest.render.inline import Inliner, Page
from digest.render.sheet import BadSheet, split

pytestmark = pytest.mark.browser

COMPUTED = """
() => {
  const names = [...getComputedStyle(document.body)].filter(name => !/-(block|inline)/.test(name));
  return [...document.body.querySelectorAll('*')].map(element => {
    const style = getComputedStyle(element);
    return names.map(name => element.tagName + ' ' + name + ': ' + style[name]).join('\\n');
  }).join('\\n');
}
"""
BODY = (
    '<div id="one" class="a b">'
    '<p class="c" lang="en">One <b>two</b> <span class="d e" style="color:red">three</span></p>'
    '<p class="c f" title="x">Four</p>'
    '<table class="t"><tr><td class="g">Five</td><td>Six</td></tr></table>'
    '<ul><li class="h">Seven</li><li>Eight</li></ul>'
    '<a href="https://a.example" class="k">Nine</a><img class="i" src="" alt="" width="40"></div>'
)
PAGE = '<!DOCTYPE html><html><head><meta charset="utf-8"><title>x</title>{}</head><body>{}</body></html>'
CASES: dict[str, str] = {
    "class over type": "p { color: red } .c { color: blue }",
    "class before type": ".c { color: blue } p { color: red }",
    "id over class": "#one { color: blue } .a { color: red } .b { color: green }",
    "tie by order": ".c { color: blue } .f { color: red } .c { margin-top: 3px }",
    "two classes": "div .c { color: green } .c { color: red } .a .f { color: blue } #one .c { text-indent: 3px }",
    "chained": ".c.f { color: blue } .f { color: red } p.c { color: green }",
    "important": ".c { color: blue !important } #one .c { color: red }",
    "important over own": ".d { color: blue !important }",
    "important twice": ".c { color: blue !important } p.c { color: green !important } .f { color: red }",
    "own over rules": "#one .d { color: blue; background-color: yellow }",
    "shorthand after longhand": ".c { padding-left: 9px; padding: 2px }",
    "longhand after shorthand": ".c { padding: 2px; padding-left: 9px }",
    "shorthand in weaker rule later": ".c { padding-left: 9px } p { padding: 2px }",
    "shorthand in stronger rule before": "#one .c { padding: 2px } .c { padding-left: 9px }",
    "longhand overridden by later shorthand": ".c { padding-left: 9px } .f { padding: 2px }",
    "margin longhand weaker then shorthand then longhand": "p { margin-top: 1px; margin-left: 4px } .c { margin: 7px } .f { margin-top: 8px }",
    "font shorthand": ".c { font-size: 20px; line-height: 30px; font-weight: bold } .f { font: 12px Arial }",
    "font then longhand": "p { font-weight: bold } .c { font: italic 14px/20px Georgia, serif } .f { font-weight: bold }",
    "background shorthand": '.c { background-color: red } .f { background: url("https://a.example/a.png") no-repeat }',
    "border sides": ".c { border-left: 3px solid red } .f { border: 1px dotted blue }",
    "border then side": "p { border: 1px dotted blue } .c { border-left: 3px solid red } .f { border-color: green }",
    "list-style": "li { list-style-type: square } .h { list-style: none }",
    "fallback": ".c { width: 90px; width: calc(100% - 300px); color: #000; color: rgba(10, 20, 30, 0.5) }",
    "fallback unknown": ".c { color: blue; color: nonsense(1) }",
    "fallback over": "p { color: red; color: rgb(1 2 3) } .f { color: green }",
    "own style fallback + important": ".d { color: green; background: yellow !important }",
    "group": "p, li, .k { color: blue } .k, .g { color: red }",
    "child": "div > p { color: blue } .a > .c { margin: 4px } ul > li { color: red }",
    "descendant deep": ".a table td { color: blue } td.g { color: red }",
    "not": "p:not(.f) { color: blue } .c { color: red }",
    "nth-child": "p:nth-child(2) { color: blue } li:nth-child(odd) { color: red }",
    "first last": "li:first-child { color: blue } li:last-child { color: red } .h { color: green }",
    "attribute": 'p[title] { color: blue } p[title="x"] { margin: 4px } a[href^="https"] { color: green } [lang|=en] { text-indent: 4px }',
    "attribute vs class": "[title] { color: blue } .f { color: red } p { color: green }",
    "adjacent sibling": ".c + .f { color: blue } .c ~ table { color: red }",
    "universal": "* { letter-spacing: 1px } .a * { word-spacing: 2px } .c { letter-spacing: 3px }",
    "link": "a:link { color: green } a { color: blue }",
    "before": '.c::before { content: "x"; color: red } .c { color: blue }',
    "media": ".c { color: blue } @media (max-width: 9999px) { .c { color: red } }",
    "media never": ".c { color: blue } @media (min-width: 9999px) { .c { color: red } }",
    "media shorthand": ".c { padding: 2px 4px 6px 8px } @media (max-width: 9999px) { .c { padding-left: 20px } }",
    "media important": "@media (max-width: 9999px) { .d { color: green !important } }",
    "font-face": '@font-face { font-family: "X Y"; src: url("https://a.example/x.woff2") format("woff2"), url(data:font/woff;base64,AAAA) } .c { font-family: "X Y", Georgia, serif }',
    "url quotes": ".c { background-image: url('https://a.example/a.png?x=1&y=2') } .f { background-image: url(\"data:image/png;base64,iVBORw0KGgo=\") }",
    "url data semicolon": ".c { background-image: url(data:image/svg+xml;utf8,<svg/>); color: blue }",
    "custom properties": ":root { --ink: blue } .c { color: var(--ink) } .f { --ink: green }",
    "custom property case": ".a { --Ink: blue } .c { color: var(--Ink, red) }",
    "mso": ".c { mso-line-height-rule: exactly; color: blue; mso-hide: all }",
    "vendor": ".c { -webkit-text-size-adjust: 100%; -webkit-font-smoothing: antialiased; color: blue }",
    "non-ascii selector": ".ü { color: red } .c { color: blue } p.é, .f { margin: 3px }",
    "escape": ".c\\:x { color: red } .c { color: blue } .\\66 { margin: 3px }",
    "entities": '.c { font-family: "A & B <i>", serif; color: blue }',
    "quotes in value": '.c { font-family: \'It"s\', "O\'Neil", serif; quotes: "«" "»" }',
    "unit case": ".c { WIDTH: 100PX; Color: BLUE }",
    "comments": "/* a */ .c /* b */ { /* c */ color: /* d */ blue; /* margin: 3px; */ padding: 2px } /* } */",
    "charset": '@charset "utf-8"; .c { color: blue }',
    "import": '@import url("https://a.example/x.css"); .c { color: blue }',
    "inherit": ".a { color: blue; border: 2px solid } .c { color: inherit; border: inherit } .f { color: initial; border: unset }",
    "currentColor": ".c { color: blue; border: 1px solid currentColor }",
    "important shorthand": ".c { padding: 2px !important } .f { padding-left: 9px }",
    "important in weaker longhand": "p { padding-left: 9px !important } .c { padding: 2px }",
    "own style shorthand": ".d { padding: 9px } span { padding-left: 3px; border: 1px solid }",
    "empty rule": ".c {} .f { ; } p { color: blue }",
    "case of class": ".C { color: red } .c { color: blue } P { margin: 3px }",
    "text-decoration": "a { text-decoration: none } .k { text-decoration: underline dotted red }",
    "z flex": ".a { display: flex; flex: 1 1 auto } .c { flex: 2; order: 3 }",
    "percent": "table { width: 50%; height: auto } td { width: 25%; vertical-align: top; text-align: center; background-color: #abcdef }",
    "img": "img { width: 90px; height: auto; border: 0; display: block }",
    "is where": ":is(p, li) { color: blue } :where(.c) { color: red }",
    "layer": "@layer x { .c { color: red } } .c { color: blue }",
    "odd important": ".c { color: blue ! important } .f { color: red !IMPORTANT } p { margin: 3px!important }",
    "keyframes": "@keyframes x { from { color: red } } .c { color: blue }",
}
CASES |= {
    "said twice": ".c { padding-left: 4px; padding: 3px; padding-left: 4px }",
    "said twice, shorthand": ".c { border-left: 3px solid red; border: 1px solid; border-left: 3px solid red }",
    "back again": ".c { color: red; color: blue; color: red }",
    "link is no state": ":link { color: green } a { color: blue } #one a { color: red }",
    "language": "p:lang(en) { color: green } #one p { color: red } p { color: blue }",
    "unknown function in a stronger rule": "p { color: red } .c { color: nonsense(1) }",
    "a list with an unknown selector": "p { color: red } p, p:foo { color: blue }",
    "a list with an unknown element": "p { color: red } p, p::foo { color: blue }",
    "a list with a state": "p, p:hover { color: blue }",
    "own style asked for": "[style] { margin: 3px }",
}
OWN: Mapping[str, tuple[str, str]] = {
    "fallback": ("p { color: green }", "color:#000;color:rgb(1 2 3)"),
    "important": ("p { color: green !important }", "color:red !important"),
    "shorthand": ("p { padding-left: 9px }", "padding:2px"),
    "longhand": ("p { padding: 9px }", "padding-left:2px"),
    "quotes": ("p { margin: 3px }", "font-family:'A B', \"C\", serif"),
    "address": ("p { margin: 3px }", "background:url(data:image/png;base64,iVBORw0KGgo=)"),
    "custom": ("p { color: var(--x) }", "--x:green"),
    "unknown": ("p { color: green }", "colour:red;mso-hide:all;color:blue"),
}
"""A rule, and an element's own style."""


@pytest.fixture(scope="module")
def view(browser: Browser) -> View:
    page = browser.new_page()
    page.route("**/*", lambda route: route.abort())
    return page


def computed(view: View, html: str) -> str:
    """Return a line for each property of each element."""
    view.set_content(html, wait_until="load")
    return str(view.evaluate(COMPUTED))


def different(view: View, written: str, inlined: str) -> list[tuple[str, str]]:
    """Return where two pages differ: an element's property and its value, in the one and the other."""
    one, other = computed(view, written), computed(view, inlined)
    assert one.startswith(("DIV ", "P "))
    if one == other:
        return []
    pairs = zip(one.splitlines(), other.splitlines(), strict=True)
    return [(before, now) for before, now in pairs if before != now]


@pytest.mark.parametrize("case", CASES)
def test_what_is_inlined_looks_as_it_was_written(view: View, case: str) -> None:
    sheet = split(CASES[case])
    inlined = Inliner(sheet).inline(Page(PAGE.format(sheet.blocks, BODY)))

    written = PAGE.format(f"<style>{CASES[case]}</style>", BODY)
    assert different(view, written, inlined) == []


@pytest.mark.parametrize("case", OWN)
def test_an_own_style_counts_as_in_a_browser(view: View, case: str) -> None:
    css, own = OWN[case]
    sheet, body = split(css), f"<p style='{own.replace(chr(39), '&#39;')}'>x</p>"
    inlined = Inliner(sheet).inline(Page(PAGE.format(sheet.blocks, body)))

    assert different(view, PAGE.format(f"<style>{css}</style>", body), inlined) == []
    assert "important" not in inlined


@pytest.mark.parametrize(
    "blocks",
    [
        ("p { color: red }", "p { color: blue }"),
        ("#one p { color: red }", ".c { color: blue; margin: 3px }", "p { color: green }"),
        (".c { color: red !important }", ".f { color: blue } li:last-child { color: green }"),
    ],
)
def test_several_style_blocks_are_one_sheet(view: View, blocks: tuple[str, ...]) -> None:
    first, *others = blocks
    sheet = split(first)
    more = "".join(f"<style>{css}</style>" for css in others)
    inlined = Inliner(sheet).inline(Page(PAGE.format(sheet.blocks + more, BODY)))

    assert different(view, PAGE.format(f"<style>{first}</style>{more}", BODY), inlined) == []
    assert "<style" not in inlined


def test_comments_for_outlook_and_blocks_for_print_stay_as_they_are(view: View) -> None:
    kept = (
        '<!--[if mso]><style>p { color: red }</style><p style="color:red">x</p><![endif]-->'
        '<style media="print">p { color: red }</style>'
    )
    sheet = split("p { color: blue }")
    inlined = Inliner(sheet).inline(Page(PAGE.format(sheet.blocks + kept, BODY)))

    assert kept in inlined
    assert (
        different(view, PAGE.format("<style>p { color: blue }</style>" + kept, BODY), inlined) == []
    )


@pytest.mark.parametrize(
    ("css", "line", "said"),
    [
        (".c { color red; margin: 4px }", 1, "without its colon"),
        (".c { }\n.a { color: blue; & p { color: red } }", 2, "is a } missing before it?"),
        ("p, ..x { color: red }", 1, "is no selector"),
        ("p,, b { color: red }", 1, "is no selector"),
        ("p[title!='x'] { color: red }", 1, "is no selector"),
        (".c { color: blue }\n\n} p { }", 3, "a } too many"),
    ],
)
def test_what_is_no_css_is_told_at_its_line(css: str, line: int, said: str) -> None:
    with pytest.raises(BadSheet) as bad:
        split(css)

    assert bad.value.line == line
    assert said in str(bad.value)
