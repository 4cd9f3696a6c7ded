"""Remarks on a selection: what an editor should know of an article that the rules chose."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from digest.editorial.selection import Selection
from digest.model import Article, Edit, Edition, Finding, Rule, Section, SectionRule, Segment

_REWORDING = frozenset({"title", "summary", "picture", "event"})


def remarks(
    segment: Segment, rules: tuple[SectionRule, ...], sections: tuple[Section, ...]
) -> Iterator[Finding]:
    """Yield what is uncertain: a tag list that is cut before an exclusion, and an unknown date."""
    by_title = {rule.title: rule.match for rule in rules}
    for section in sections:
        for article in section.articles:
            asked = (segment.match, by_title.get(section.title, Rule()))
            excluded = [text for rule in asked for text in rule.none]
            if article.tags_cut and excluded:
                yield Finding(
                    rule="tags-cut",
                    severity="warning",
                    message="its tag list says that there are more tags, so it may have one that is "
                    f"excluded here: {', '.join(dict.fromkeys(excluded))}",
                    where=f"article {article.id}",
                )
            if article.published is None:
                day = article.first_seen.date().isoformat()
                yield Finding(
                    rule="date-unknown",
                    severity="info",
                    message=f"nothing says when it was published; it was first seen on {day}",
                    where=f"article {article.id}",
                )


def bare_headlines(edition: Edition) -> Iterator[Finding]:
    """Yield what was added by its address and has no headline yet."""
    for article in edition.articles:
        if article.title == article.url:
            yield Finding(
                rule="headline-missing",
                severity="error",
                message=f"{article.url} has no headline; give it one, and a summary",
                where=f"article {article.id}",
            )


def unplaced_pins(selection: Selection, articles: Collection[Article]) -> Iterator[Finding]:
    """Yield what editors pinned and the edition has no room for."""
    titles = {article.id: article.title for article in articles}
    for id_ in selection.unplaced:
        yield Finding(
            rule="pin-unplaced",
            severity="warning",
            message=f"“{titles[id_]}” is pinned, and the edition has no room for it; take another "
            "pin away, or raise `articles.max`",
            where=f"article {id_}",
        )


def idle_edits(
    edits: Collection[Edit], edition: Edition, editions: Collection[Edition]
) -> Iterator[Finding]:
    """Yield words and pictures that editors gave a story which is in none of the editions meant."""
    held = {article.id for article in edition.articles}
    anywhere = {article.id for each in editions for article in each.articles}
    for edit in edits:
        is_for = edit.segment in {None, edition.segment}
        there = held if edit.segment else anywhere
        if edit.verb in _REWORDING and is_for and not edit.undo and edit.article not in there:
            yield Finding(
                rule="edit-idle",
                severity="warning",
                message=f"{edit.by} changed the {edit.verb} of {edit.article}, which is not here any "
                "more; pin it to bring it back, or take the change back",
                where=f"article {edit.article}",
            )
