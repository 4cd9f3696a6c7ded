"""A sent issue says who did not get it, and is sent again to them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from digest.web.app import create_app
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom

OWN = {"Origin": "http://localhost"}


def test_a_sent_issue_names_who_failed_and_is_sent_again_to_them(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, NOW)
    room.note("anna")
    room.subscribe(("s@u.example", "staff"), ("t@u.example", "staff"))
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    press.approve(issue.id, by="Ana")
    press.send(issue.id)
    first = next(iter(press.deliveries(issue.id)))
    press._services.deliveries.mark([replace(first, state="failed", detail="550 no <such> user")])

    web = create_app(press, None).test_client()
    page = web.get(f"/issues/{issue.id}").text
    assert (
        f'{first.address} <small>failed: <span lang="en">550 no &lt;such&gt; user</span></small>'
        in page
    )
    page = web.post(f"/issues/{issue.id}/again", headers=OWN, follow_redirects=True).text
    assert "1 who failed and 0 who joined get it now" in page
    press.send(issue.id)
    assert press.counts(issue.id) == {"sent": 2}
    page = web.post(f"/issues/{issue.id}/again", headers=OWN, follow_redirects=True).text
    assert "Nobody has failed" in page
    assert web.post("/issues/none/again", headers=OWN).status_code in {404, 409}
