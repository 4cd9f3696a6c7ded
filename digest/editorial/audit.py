"""Audit the tag rules: rules that nothing can match, tags that nothing uses, look-alikes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from itertools import combinations, groupby

from digest.editorial.folding import folded, folded_tag
from digest.editorial.tags import TagBook, matches
from digest.findings import Finding, Where
from digest.lint_rules.of_choice import DEAD_RULE, LOOK_ALIKE_TAGS, ORPHAN_TAG, RENAMED_TAG
from digest.model import Article, Newsletter, Rule, Segment, TagRules

_ALIKE = 0.88
_SHORTEST = 5  # letters; below that, names differ by chance
_LONGER = 2  # letters that one of two may have more
_KINDS = 61  # bits for kinds of letters; two in one bit only let more pairs through
_SILENT = timedelta(days=56)
_HABIT = 3  # uses, before a silence says something
_NAMED = 12  # how many names a finding lists


def audit(
    newsletters: Mapping[str, Newsletter],
    segments: Mapping[str, Segment],
    tags: TagRules,
    articles: Sequence[Article],
) -> Iterator[Finding]:
    """Yield what is wrong with the rules, seen against the stored articles."""
    if not articles:
        return
    book, counts = TagBook(tags), Counter(tag for article in articles for tag in article.tags)
    rules = [(f"segments.{each.name}.match", each.match) for each in segments.values()]
    rules += [
        (f"newsletters.{newsletter.name}.sections.{index}.match", section.match)
        for newsletter in newsletters.values()
        for index, section in enumerate(newsletter.sections)
    ]
    rules += [
        (f"newsletters.{newsletter.name}.readers.topics", Rule(any=newsletter.readers.topics))
        for newsletter in newsletters.values()
        if newsletter.readers and newsletter.readers.topics
    ]
    forms = {form for tag in counts for form in book.forms(tag)}
    for where, rule in rules:
        for text in (*rule.any, *rule.all, *rule.none):
            if text != "*" and not any(matches(text, form) for form in forms):
                yield DEAD_RULE.found(
                    f"no stored article has a tag that {text!r} matches; "
                    "was the tag renamed? Add an alias, or take it out",
                    Where(key=where),
                )
    yield from _no_longer_used(rules, book, articles)
    for text in tags.internal:
        if not any(matches(text, form) for form in forms):
            yield DEAD_RULE.found(
                f"no stored article has a planning label that {text!r} matches",
                Where(key="tags.internal"),
                severity="info",
            )
    asked = [
        text for _, rule in rules for text in (*rule.any, *rule.all, *rule.none) if text != "*"
    ]
    asked += [text for newsletter in newsletters.values() for text in newsletter.coverage]
    # the tags that neither a rule nor a newsletter's plan of themes asks for
    orphans = [
        f"{tag} ({count})"
        for tag, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        if not any(matches(text, form) for text in asked for form in book.forms(tag))
    ]
    if orphans:
        named = ", ".join(orphans[:_NAMED])
        more = f" and {len(orphans) - _NAMED} more" if len(orphans) > _NAMED else ""
        yield ORPHAN_TAG.found(f"no rule uses these tags: {named}{more}", Where(key="tags"))
    yield from _look_alikes(book, counts)


def _look_alikes(book: TagBook, counts: Counter[str]) -> Iterator[Finding]:
    """Yield pairs of tags that look like one; what rules take for one tag is one here too."""
    spellings: dict[str, Counter[str]] = {}
    for tag, count in counts.items():
        end = book.canonical(tag)
        spellings.setdefault(folded_tag(end), Counter())[end] += count
    uses = {max(s, key=lambda tag: (s[tag], tag)): s.total() for s in spellings.values()}
    known = sorted(uses, key=folded)
    for _, alike in groupby(map(_Spelling.of, known), key=lambda tag: folded(tag.text)[:1]):
        for one, other in combinations(alike, 2):
            if not one.is_like(other):
                continue
            rare, usual = sorted((one.text, other.text), key=lambda tag: (uses[tag], tag))
            yield LOOK_ALIKE_TAGS.found(
                f"{rare!r} ({uses[rare]}) and {usual!r} ({uses[usual]}) look like one tag; "
                f"if they are, add the alias {{{rare}: {usual}}}",
                Where(key="tags.aliases"),
            )


def _no_longer_used(
    rules: Iterable[tuple[str, Rule]], book: TagBook, articles: Sequence[Article]
) -> Iterator[Finding]:
    """Yield tags that were in use and are not any more, with the tag that may have taken over."""
    first, last, count = dict[str, datetime](), dict[str, datetime](), Counter[str]()
    for article in articles:
        day = article.published or article.first_seen
        for tag in article.tags:
            first[tag] = min(first.get(tag, day), day)
        # a rule meets a tag by any of its forms, so each of them was in use
        for form in {form for tag in article.tags for form in book.forms(tag)}:
            last[form] = max(last.get(form, day), day)
            count[form] += 1
    newest = max(last.values(), default=None)
    for where, rule in rules:
        for text in (*rule.any, *rule.all, *rule.none):
            used = last.get(folded_tag(text))
            if used and newest and newest - used > _SILENT and count[folded_tag(text)] >= _HABIT:
                heirs = [
                    tag
                    for tag, day in first.items()
                    if day > used and _Spelling.of(tag).is_like(_Spelling.of(text))
                ]
                yield RENAMED_TAG.found(
                    f"no article has had {text!r} since {used.date().isoformat()}; was it "
                    f"renamed{f' to {heirs[0]!r}' if heirs else ''}? Add an alias",
                    Where(key=where),
                )


@dataclass(frozen=True, slots=True)
class _Spelling:
    """A tag as it is compared: its letters and digits; `has` is a set bit for each kind of them."""

    text: str
    letters: str
    digits: str
    has: int

    @classmethod
    def of(cls, text: str) -> _Spelling:
        letters = re.sub(r"[\W_]+", "", folded(text))
        has = sum(1 << (ord(letter) % _KINDS) for letter in {*letters})
        return cls(text, letters, re.sub(r"\D", "", letters), has)

    def is_like(self, other: _Spelling) -> bool:
        a, b = self.letters, other.letters
        if a == b:
            return True
        lengths = len(a) + len(b)
        differs = (self.has ^ other.has).bit_count()
        if differs > lengths * (1 - _ALIKE) or abs(len(a) - len(b)) > _LONGER:
            return False
        if min(len(a), len(b)) < _SHORTEST or self.digits != other.digits:
            return False
        matcher = SequenceMatcher(None, a, b)
        return matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE
