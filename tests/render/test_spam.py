"""A filter finds nothing that spam does: no hidden words, no words in the colour of their ground."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace

import pytest
from lxml import html as lxml_html

from digest.render.colour import contrast, rgb
from digest.render.mime import Recipient, envelope, message_id
from digest.render.renderer import Renderer
from tests.helpers import samples

LOOKS = ("weekly", "brief", "letter", "front", "events")
UNSUBSCRIBE = f"{samples.HOME}/u/preview"
RECEIVED = b"""\
Received: from mail.northgate.example (mail.northgate.example [93.184.216.34])\r
\tby mx.reader.example with ESMTPS id abc123; Mon, 12 Jan 2026 07:00:05 +0000\r
"""


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer([samples.TEMPLATES])


def email(renderer: Renderer, look: str, message_id: str, **more: object) -> bytes:
    frame = samples.frame(
        newsletter=replace(samples.WEEKLY, template=look, images="attach", **more)  # type: ignore[arg-type]
    )
    edition = samples.edition(intro=samples.WORDS, notices=(samples.NOTICE,))
    reader = Recipient(
        address="zoe@reader.example",
        name="Zoë Müller",
        message_id=message_id,
        date=samples.SENT,
        unsubscribe_url=UNSUBSCRIBE,
        view_url=f"{samples.HOME}/v/preview",
    )
    return envelope(renderer.render(edition, frame), frame).address(reader)


@pytest.mark.parametrize("look", LOOKS)
def test_no_words_stand_in_the_colour_of_their_ground_or_too_small_to_see(
    renderer: Renderer, look: str
) -> None:
    """SpamAssassin counts what is hidden, too: HTML_FONT_LOW_CONTRAST and FONT_INVIS_MSGID."""
    frame = samples.frame(newsletter=replace(samples.WEEKLY, template=look))
    edition = samples.edition(intro=samples.WORDS, notices=(samples.NOTICE,))
    page = lxml_html.document_fromstring(renderer.render(edition, frame).html)
    seen = [node for node in page.iterfind("body//*") if re.search(r"\w", node.text or "")]
    hidden = [node for node in seen if "display:none" in node.get("style", "")]

    assert [str(node.text)[: len(edition.preheader)] for node in hidden] == [edition.preheader]
    for node in seen:
        ink = rgb(nearest(node, "color") or "#000000")
        ground = rgb(nearest(node, "background-color") or "#ffffff")
        assert ink
        assert ground
        assert contrast(ink, ground) > 4, node.text
        assert float((nearest(node, "font-size") or "16px").removesuffix("px")) >= 10, node.text


def nearest(node: lxml_html.HtmlElement, name: str) -> str | None:
    """Return a property as an element has it of itself or of what it stands in."""
    for place in (node, *node.iterancestors()):
        said = re.findall(rf"(?:^|;)\s*{name}\s*:\s*([^;]+)", place.get("style", ""))
        if said:
            return str(said[-1]).strip()
    return None


@pytest.mark.skipif(
    not shutil.which("spamassassin"), reason="SpamAssassin is not installed on this machine"
)
def test_spamassassin_gives_no_points(renderer: Renderer) -> None:
    """As exported, as sent, and of a title that is not ASCII; in one run, as it is slow to start."""
    sent = message_id("i1", "zoe@reader.example", b"key", "northgate.example")
    emails = [email(renderer, look, "<weekly-2026-01-12@preview>") for look in LOOKS]
    emails += [RECEIVED + email(renderer, look, sent) for look in LOOKS]
    emails += [RECEIVED + email(renderer, "weekly", sent, title="Neues aus Köln – Überblick")]
    box = b"\n".join(
        b"From digest@northgate.example Mon Jan 12 07:00:05 2026\n" + each.replace(b"\r\n", b"\n")
        for each in emails
    )

    run = subprocess.run(
        ["spamassassin", "--local", "--test-mode", "--mbox"],  # noqa: S607
        input=box,
        capture_output=True,
        check=True,
    )
    found = re.findall(
        rb"X-Spam-Status: \w+, score=(\S+) .*?tests=(.*?) autolearn", run.stdout, re.DOTALL
    )

    assert len(found) == len(emails)
    assert [(float(score), tests) for score, tests in found if float(score) > 0] == []
