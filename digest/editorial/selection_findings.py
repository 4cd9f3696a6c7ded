"""Remarks on a selection: what an editor should know of an article that the rules chose."""

from __future__ import annotations

from collections.abc import Iterator

from digest.model import Article, Edition, Finding, Rule, Section, SectionRule, Segment


def remarks(
    segment: Segment, rules: tuple[SectionRule, ...], sections: tuple[Section, ...]
) -> Iterator[Finding]:
    """Yield what is uncertain: a tag list that is cut before an exclusion, and an unknown date."""
    by_title = {rule.title: rule.match for rule in rules}
    for section in sections:
        for article in section.articles:
            asked = (segment.match, by_title.get(section.title, Rule()))
            yield from _cut_tags(article, asked)
            yield from _unknown_date(article)


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


def _cut_tags(article: Article, rules: tuple[Rule, ...]) -> Iterator[Finding]:
    excluded = [text for rule in rules for text in rule.none]
    if article.tags_cut and excluded:
        yield Finding(
            rule="tags-cut",
            severity="warning",
            message="its tag list says that there are more tags, so it may have one that is "
            f"excluded here: {', '.join(dict.fromkeys(excluded))}",
            where=f"article {article.id}",
        )


def _unknown_date(article: Article) -> Iterator[Finding]:
    if article.published is None:
        day = article.first_seen.date().isoformat()
        yield Finding(
            rule="date-unknown",
            severity="info",
            message=f"nothing says when it was published; it was first seen on {day}",
            where=f"article {article.id}",
        )
