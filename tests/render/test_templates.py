from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from lxml.html import HtmlElement, document_fromstring

from digest.model import Edition, Section
from digest.render.checks.run import lint
from digest.render.renderer import Renderer
from tests.helpers import samples

PAGE = Path(__file__).parents[2] / "docs" / "templates.md"
EXAMPLES = re.compile(r"```jinja\n\{# templates/email/weekly/(\S+) #\}\n(.*?)```", re.DOTALL)
ADDED = "Printed on no paper at all."


@pytest.mark.parametrize("look", ["weekly", "brief", "letter", "front", "events"])
def test_the_examples_of_the_page_pass_the_programs_own_checks(look: str, tmp_path: Path) -> None:
    found = EXAMPLES.findall(PAGE.read_text(encoding="utf-8"))
    for name, template in found:
        file = tmp_path / look / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(template.replace("shipped/weekly/", f"shipped/{look}/"), encoding="utf-8")
    frame = samples.frame(newsletter=replace(samples.WEEKLY, images="attach", template=look))
    edition = samples.edition(intro=samples.WORDS, notices=(samples.NOTICE,))
    message = Renderer([tmp_path, samples.TEMPLATES]).render(edition, frame)

    assert [name for name, _ in found] == ["body.html", "body.txt"]
    assert ADDED in message.html
    assert f"\n{ADDED}\n" in message.text
    assert [f for f in lint(message, edition, frame) if f.severity != "info"] == []
    assert re.search(rf'class="foot"(?:(?!</td>).)*{ADDED}', message.html, re.DOTALL)


def looked_at(look: str, edition: Edition) -> HtmlElement:
    frame = samples.frame(newsletter=replace(samples.WEEKLY, template=look))
    return document_fromstring(Renderer([samples.TEMPLATES]).render(edition, frame).html)


def test_what_is_on_shows_a_leaf_for_each_event_and_none_for_a_story() -> None:
    page = looked_at("events", samples.whats_on())

    leaves = [
        " ".join(t for t in cell.itertext() if t.strip())
        for cell in page.findall(".//td[@width='88']")
    ]
    assert leaves == ["Mon 12 Jan", "Wed 14 Jan", "Sun 1 Feb", "Mon 26 Jan"]
    assert len(page.findall(".//h3")) == 5


@pytest.mark.parametrize("count", range(1, 6))
def test_a_front_page_has_its_stories_in_pairs_an_odd_one_over_both_columns(count: int) -> None:
    stories = tuple(samples.article(n, f"Story {n}") for n in range(count))
    lead = Section(title="Lead", articles=(samples.article(9, "The lead"),))
    page = looked_at(
        "front", samples.edition(sections=(lead, Section(title="S", articles=stories)))
    )

    across = [
        e.text_content()
        for e in page.findall(".//h3")
        if "font-size:26px" in (e.get("style") or "")
    ]
    in_order = [" ".join(e.text_content().split()) for e in page.findall(".//h3")]
    assert across == (["Story 0"] if count % 2 else [])
    assert in_order == [f"Story {n}" for n in range(count)]
