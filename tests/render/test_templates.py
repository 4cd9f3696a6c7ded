from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from digest.render.checks.run import lint
from digest.render.renderer import Renderer
from tests.helpers import samples

PAGE = Path(__file__).parents[2] / "docs" / "templates.md"
EXAMPLES = re.compile(r"```jinja\n\{# templates/email/weekly/(\S+) #\}\n(.*?)```", re.DOTALL)
ADDED = "Printed on no paper at all."


@pytest.mark.parametrize("look", ["weekly", "brief", "letter"])
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
