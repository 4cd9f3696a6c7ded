"""A feed's title, and the publication in it."""

from __future__ import annotations

import pytest

from digest.sources.parsing.publication import publication_name


@pytest.mark.parametrize(
    ("title", "address", "name"),
    [
        ("World news | The Guardian", "https://www.theguardian.com/world", "The Guardian"),
        ("BBC News - World", "https://www.bbc.co.uk/news", "BBC News"),
        ("NYT > World News", "https://www.nytimes.com/section/world", "NYT"),
        ("EL PAÍS: el periódico global", "https://elpais.com", "EL PAÍS"),
        ("Le Monde.fr - Actualités et Infos", "https://www.lemonde.fr/rss/une.xml", "Le Monde.fr"),
        ("Harbour Gazette RSS Feed", "https://gazette.example/rss", "Harbour Gazette"),
        ("Press releases – Latest", "https://www.northgate.example", "Press releases – Latest"),
        ("<b>The &amp; Sons</b>", None, "The & Sons"),
        ("News", "https://news.example/feed", "News"),
        ("RSS", "https://news.example/feed", None),
        (None, "https://news.example/feed", None),
    ],
)
def test_the_part_that_the_host_is_named_for(
    title: str | None, address: str | None, name: str | None
) -> None:
    assert publication_name(title, address) == name
