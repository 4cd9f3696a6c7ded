from __future__ import annotations

import re
from pathlib import Path

from digest.publisher.reader_links import view_mark
from digest.web.app import create_app
from tests.helpers.make import NOW
from tests.helpers.newsroom import Newsroom


def test_plus_n_more_leads_to_a_page_of_the_edition_that_lists_what_found_no_place(
    tmp_path: Path,
) -> None:
    room = Newsroom(tmp_path, NOW, "articles: {max: 1}")
    for name, *tags in (("anna", "Strategy-people"), ("bert",), ("cora", "Strategy-people")):
        room.note(name, *tags)
    room.subscribe(("s@u.example", "staff"))
    press = room.open()
    press.pull()
    issue = press.draft("weekly").issue
    press.edit(issue.id, [{"title": "https://u.example/bert", "text": "The <better> bert"}], by="A")
    press.approve(issue.id, by="Ana")
    web = create_app(press, None).test_client()
    here = f"/v/{issue.id}/staff/{view_mark(press._services.key, issue.id, 'staff')}"

    page = web.get(here).get_data(as_text=True)
    (link,) = re.findall(r'<a[^>]*href="([^"]*)"[^>]*>\+2 more in More</a>', page)
    more = web.get(f"{here.rpartition('/')[0]}/{link}").get_data(as_text=True)
    assert "The &lt;better&gt; bert" in more
    assert "The story of cora" in more
    assert "https://u.example/anna" not in more
    assert "Strategy" not in more
    assert web.get(f"{here}x/more").status_code == 404
    (message,) = press.issue(issue.id).messages
    assert "__VIEW_URL__/more" in message.text
