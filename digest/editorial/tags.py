"""Tags: which are planning labels, which mean the same, and how topics are printed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from digest.editorial.folding import folded_tag
from digest.model import Article, TagRules

# what WordPress, and systems like it, file an article under where nobody chose, in their languages
NO_TOPIC = (
    "Uncategorized", "Uncategorised", "Unclassified", "Allgemein", "Unkategorisiert", "Nicht kategorisiert",
    "Ohne Kategorie", "Non classé", "Non classé(e)", "Non classifié(e)", "Sin categoría", "Sin clasificar",
    "Sem categoria", "Não categorizado", "Senza categoria", "Non categorizzato", "Niet gecategoriseerd",
    "Geen categorie", "Ongecategoriseerd", "Okategoriserade", "Okategoriserat", "Ikke-kategoriseret",
    "Ikke kategoriseret", "Ukategoriseret", "Ukategorisert", "Yleinen", "Luokittelematon", "Luokittelemattomat",
    "Bez kategorii", "Nezařazené", "Nezaradené", "Nekategorizované", "Nekategorizirano", "Nesvrstano",
    "Nerazvrščeno", "Некатегоризовано", "Без рубрики", "Без категорії", "Некласифицирани", "Fără categorie",
    "Necategorizate", "Egyéb kategória", "Kategorizálatlan", "Genel", "Kategorilenmemiş", "Χωρίς κατηγορία",
    "Μη κατηγοριοποιημένο", "Sense categoria", "Sen clasificar", "Sailkatu gabea", "Be kategorijos",
    "Nekategorizēts", "Määratlemata", "Óflokkað", "Tak Berkategori", "Chưa phân loại", "ไม่มีหมวดหมู่", "未分類", "未分类",
    "미분류", "غير مصنف", "دسته‌بندی نشده", "دسته‌بندی نشده", "כללי", "ללא קטגוריה", "अवर्गीकृत",
    "Sans catégorie", "Ei kategoriaa", "Kategorisiz", "분류되지 않음", "카테고리 없음",
)  # fmt: skip


@lru_cache(maxsize=4096)
def pattern(text: str) -> re.Pattern[str]:
    """Compile a tag pattern for folded tags: anchored at both ends, `*` stands for anything.

    What stands between two `*` is looked for once, where it comes first: no pattern takes long.
    """
    first, *parts = (re.escape(part) for part in folded_tag(text).split("*"))
    if not parts:
        return re.compile(first)
    between = "".join(f"(?>.*?{part})" for part in parts[:-1] if part)
    return re.compile(f"{first}{between}.*{parts[-1]}", re.DOTALL)


def matches(text: str, tag: str) -> bool:
    """Tell whether a tag pattern matches a tag, whatever the spelling of either."""
    return pattern(text).fullmatch(folded_tag(tag)) is not None


@lru_cache(maxsize=4096)
def _is_no_topic(tag: str, patterns: tuple[str, ...]) -> bool:
    return any(matches(each, tag) for each in patterns)


_Told = tuple[tuple[str, ...], tuple[str, ...]]  # topics, and planning labels


@dataclass(frozen=True, slots=True)
class TagBook:
    """The publisher's tags read by the newsletter's tag rules."""

    rules: TagRules
    _target: dict[str, str] = field(init=False, repr=False)
    _aliases: dict[str, tuple[str, ...]] = field(init=False, repr=False)
    _names: dict[str, str] = field(init=False, repr=False)
    _forms: dict[str, frozenset[str]] = field(init=False, repr=False, default_factory=dict)
    _told: dict[tuple[str, ...], _Told] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Fold every name once."""
        target = {folded_tag(a): t for a, t in self.rules.aliases.items()}
        object.__setattr__(self, "_target", target)
        object.__setattr__(self, "_names", {folded_tag(t): n for t, n in self.rules.names.items()})
        aliases: dict[str, tuple[str, ...]] = {}
        for alias in self.rules.aliases:
            end = folded_tag(self.canonical(alias))
            aliases[end] = (*aliases.get(end, ()), folded_tag(alias))
        object.__setattr__(self, "_aliases", aliases)

    def canonical(self, tag: str) -> str:
        """Return the tag that this one is an alias of in the end, or itself."""
        seen: set[str] = set()
        while (form := folded_tag(tag)) in self._target and form not in seen:
            seen.add(form)
            tag = self._target[form]
        return tag

    def is_internal(self, tag: str) -> bool:
        """Tell whether the tag is a planning label by any of its forms."""
        return self.family(tag) is not None

    def family(self, tag: str) -> str | None:
        """Return the declared pattern of planning labels that the tag belongs to: the longest wins."""
        forms = self.forms(tag)
        found = [p for p in self.rules.internal if any(map(pattern(p).fullmatch, forms))]
        return max(found, key=len, default=None)

    def name(self, tag: str) -> str:
        """Return how a topic is printed: its given name, else its words without hyphens."""
        target = self.canonical(tag)
        known = self._names.get(folded_tag(tag)) or self._names.get(folded_tag(target))
        return known or re.sub(r"(?<=\w)[-_](?=\w)", " ", target).strip()

    def forms(self, tag: str) -> frozenset[str]:
        """Return everything that a pattern may match: tag, aliases, target and printed name, folded."""
        if tag not in self._forms:
            end = folded_tag(self.canonical(tag))
            others = (folded_tag(self.name(tag)), *self._aliases.get(end, ()))
            self._forms[tag] = frozenset((folded_tag(tag), end, *others))
        return self._forms[tag]

    def has(self, article: Article, text: str) -> bool:
        """Tell whether a pattern matches one of the article's tags, in any of its forms."""
        if text == "*":
            return True
        fits = pattern(text).fullmatch
        return any(fits(form) for tag in article.tags for form in self.forms(tag))

    def topics(self, tags: Iterable[str]) -> tuple[str, ...]:
        """Return the printable names of the tags that are neither planning labels nor "no category"."""
        told = (t for t in tags if t.strip() and not _is_no_topic(t, self.rules.no_topic))
        names = (self.name(tag) for tag in told if not self.is_internal(tag))
        return tuple({folded_tag(name): name for name in reversed([*names])}.values())[::-1]

    def internal(self, tags: Iterable[str]) -> tuple[str, ...]:
        """Return the planning labels among the tags, as written."""
        return tuple(tag for tag in tags if self.is_internal(tag))

    def sort(self, article: Article) -> Article:
        """Return the article with its tags told apart into topics and planning labels."""
        tags = article.tags
        if tags not in self._told:
            self._told[tags] = self.topics(tags), self.internal(tags)
        topics, internal = self._told[tags]
        return replace(article, topics=topics, internal_tags=internal)


def printable(article: Article) -> Article:
    """Return the article as an edition may hold it: topics only, no tag as written."""
    return replace(article, tags=(), internal_tags=(), roads=())
