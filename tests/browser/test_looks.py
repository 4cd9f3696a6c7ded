"""The page of the looks follows what a designer saves."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from digest.config.files import look_files, stamps
from digest.web.looks import Live, Studio, create_app, sheet
from digest.wiring import template_folders
from tests.browser.conftest import listening
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom


def test_a_saved_template_is_shown_at_once_where_one_had_scrolled_to(
    browser: Browser, tmp_path: Path
) -> None:
    config = Newsroom(tmp_path, NOW).open().config
    garden = tmp_path / "templates" / "email" / "garden"
    garden.mkdir(parents=True)
    for name in ("body.html", "body.txt", "subject.txt"):
        (garden / name).write_text(f'{{% extends "shipped/letter/{name}" %}}\n')
    (garden / "style.css").write_text('{% include "shipped/letter/style.css" %}\n')
    studio = Studio(config=config, logo=None, folders=template_folders(tmp_path))
    app = create_app(
        Live(lambda version: sheet(studio, "garden", version), lambda: stamps(look_files(config)))
    )
    with listening(app) as address:
        page = browser.new_page()
        page.goto(address)
        page.get_by_text("100 %").click()
        inside = page.frame_locator("iframe").first
        inside.locator("html").evaluate("() => scrollTo(0, 300)")
        (garden / "body.html").write_text(
            '{% extends "shipped/letter/body.html" %}'
            "{% block intro %}<tr><td>Hello {{ edition.subject }}</td></tr>{% endblock %}"
        )

        expect(inside.get_by_text("Hello Tide gauges")).to_be_attached()
        page.wait_for_function("document.querySelector('iframe').contentWindow.scrollY === 300")
        expect(page.locator("#whole")).to_be_checked()
        (garden / "body.html").write_text("{{ nothing }}")
        expect(page.get_by_role("alert")).to_contain_text("body.html:1")
        page.close()
