"""Emails that are right, in the ways that designers write them, are not spoken of."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest.render.checks.foreign import lint, page

EMAILS = sorted((Path(__file__).parents[2] / "data/emails").glob("*.html"))


def rules(html: str) -> set[str]:
    return {finding.rule for finding in lint(page(html), {})}


@pytest.mark.parametrize("file", EMAILS, ids=lambda file: file.stem)
def test_an_email_that_is_right_gives_no_finding(file: Path) -> None:
    assert lint(page(file.read_text("utf-8")), {}) == ()


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('<html lang="en" dir="ltr"', "<html", "language"),
        ("</head>", '<script src="https://a.example/x.js"></script></head>', "element-forbidden"),
        ("</head>", '<base href="https://a.example/"></head>', "element-forbidden"),
        ("</head>", '<meta http-equiv="refresh" content="0"></head>', "element-forbidden"),
        (
            "</head>",
            '<link rel="stylesheet" href="https://a.example/x.css"></head>',
            "html-support",
        ),
        ("<title>", "<title hidden>", "html-support"),
        ("td { mso-line", "td { float: left; mso-line", "css-support"),
        ("display:inline-block", "display:flex", "css-support"),
        ("color:#222222", "color:#dddddd", "contrast"),
        (
            ".ink { color: #eeeeee !important; }\n}",
            ".ink { color: #222222 !important; }\n}",
            "contrast",
        ),
        ('width="600"', 'width="900"', "page-width"),
        ("line-height:24px;color:#222222", "line-height:18px;color:#222222", "text-tight"),
        ("unsubscribe", "elsewhere", "unsubscribe-missing"),
        ("text-decoration:underline", "text-decoration:none", "target-size"),
    ],
)
def test_what_is_wrong_with_it_is_found(old: str, new: str, rule: str) -> None:
    text = (EMAILS[0].parent / "hybrid.html").read_text("utf-8")
    assert old in text

    changed = text.replace(old, new)
    if rule == "unsubscribe-missing":
        changed = changed.replace("Unsubscribe", "Elsewhere")
    if rule == "target-size":
        changed = changed.replace(
            "line-height:24px;color:#444444", "line-height:20px;color:#444444"
        )
    assert rule in rules(changed)
    assert rule not in rules(text)


def test_what_is_alike_in_several_places_is_said_once() -> None:
    text = (
        EMAILS[0]
        .read_text("utf-8")
        .replace("</h1>", "</h1>" + '<p style="font-size:9px">x</p>\n' * 3)
    )

    (tiny,) = [f for f in lint(page(text), {}) if f.rule == "text-tiny"]
    assert str(tiny.where).endswith("(3 places)")
