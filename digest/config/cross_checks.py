"""What only the whole of feeds.yaml can tell: names that must exist, keys that exclude each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from functools import partial
from typing import Any

from digest.config.yaml_lines import Lines, dotted
from digest.editorial.folding import folded, folded_tag
from digest.editorial.tags import matches

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")
_RETURN_PATH = re.compile(r"[A-Za-z0-9._-]{1,23}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_Path = tuple[str | int, ...]
_Found = Iterator[tuple[_Path, str]]


def cross_check(
    data: object, lines: Lines, plugged: Container[str] = ()
) -> Iterator[tuple[int, str]]:
    """Yield the line and the sentence of each problem, asked of the data as written.

    The data need not be valid: no problem hides another. `plugged` are the sources of plug-ins.
    """
    checks = (
        _check_names,
        _check_labels,
        _check_members,
        _check_tags,
        _check_delivery,
        _check_desk,
        _check_webhooks,
        partial(_check_sources, plugged=plugged),
        _check_newsletters,
        _check_editions,
        _check_offers,
        _check_house,
        _check_people,
        _check_schedules,
        _check_sections,
        _check_rules,
    )
    for check in checks:
        for path, message in check(data):
            yield lines.at(path), f"{dotted(path)}: {message}"


def _map(data: object, key: str) -> dict[str, Any]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def _list(data: object, key: str) -> list[Any]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, list) else [found] if isinstance(found, str) else []


def _one_of(data: object, *keys: str) -> bool:
    return isinstance(data, dict) and sum(bool(data.get(key)) for key in keys) == 1


def _check_names(data: object) -> _Found:
    for kind in ("sources", "segments", "newsletters", "webhooks"):
        for name in _map(data, kind):
            if (kind, name) == ("sources", "editors"):
                yield (kind, name), "is the name of what editors write themselves; take another"
            if not _NAME.fullmatch(str(name)):
                yield (kind, str(name)), "is a name of letters, digits, - and _ only"


def _check_labels(data: object) -> _Found:
    labels = [label for label in _list(_map(data, "tags"), "internal") if isinstance(label, str)]
    for kind in ("segments", "newsletters"):
        for name in map(str, _map(data, kind)):
            for label in labels:
                if matches(label, name) or matches(label, name.replace("_", "-")):
                    yield (
                        (kind, name),
                        f"stands in headers and addresses; {label} is a planning label",
                    )


def _check_members(data: object) -> _Found:
    for name, segment in _map(data, "segments").items():
        path = ("segments", name, "members")
        if not isinstance(segment, dict) or "members" not in segment:
            continue
        if not segment["members"]:
            yield path, "is empty; name an attribute and its value, or leave it out"
        if segment.get("open") is True:
            yield (
                path,
                "and open: true exclude each other: whoever is in by rule could not leave it",
            )
        first: dict[str, str] = {}
        for attribute in map(str, _map(segment, "members")):
            if first.setdefault(folded_tag(attribute), attribute) != attribute:
                yield (*path, attribute), f"is the same as {first[folded_tag(attribute)]}"


def _has_blank(texts: Iterable[object]) -> bool:
    """Tell whether a text has nothing that is seen: it would name, or match, nothing."""
    return any(isinstance(text, str) and not folded(text) for text in texts)


def _check_tags(data: object) -> _Found:
    """Yield aliases that lead back to themselves, and names that are one when they are compared."""
    tags = _map(data, "tags")
    if _has_blank(_list(tags, "internal")):
        yield ("tags", "internal"), "holds a label of which nothing is seen"
    for kind in ("aliases", "names"):
        first: dict[str, tuple[str, str]] = {}
        for tag, said in ((str(key), str(value)) for key, value in _map(tags, kind).items()):
            if _has_blank((tag, said)):
                yield ("tags", kind, tag), "says nothing that is seen"
            other, meant = first.setdefault(folded_tag(tag), (tag, said))
            if folded_tag(meant) != folded_tag(said):
                yield ("tags", kind, tag), f"is the same tag as {other}, which says {meant}"
    target = {folded_tag(str(a)): str(t) for a, t in _map(tags, "aliases").items()}
    for alias in map(str, _map(tags, "aliases")):
        way, at = [alias], folded_tag(alias)
        while at in target and folded_tag(target[at]) not in {*map(folded_tag, way)}:
            way.append(target[at])
            at = folded_tag(target[at])
        if at in target and folded_tag(target[at]) == folded_tag(alias):
            yield ("tags", "aliases", alias), f"leads back to itself: {' → '.join([*way, alias])}"


def _check_delivery(data: object) -> _Found:
    delivery = _map(data, "delivery")
    if delivery and not _one_of(delivery, "smtp", "folder", "api"):
        yield ("delivery",), "has exactly one of smtp, folder and api"
    if isinstance(api := delivery.get("api"), str) and not re.match(r"[a-z]+://|\$\{", api):
        yield (
            ("delivery", "api"),
            "starts with a service's name, as in mailgun://api:${KEY}@eu/DOMAIN",
        )
    if "api" in delivery and "dkim" in delivery:
        yield (
            ("delivery", "dkim"),
            "has no part in it: the service signs what goes out; take it out",
        )
    if isinstance(smtp := delivery.get("smtp"), str) and not re.match(r"smtps?://|\$\{", smtp):
        yield ("delivery", "smtp"), "starts with smtp:// or smtps://"
    bounces, verp = delivery.get("bounces"), delivery.get("verp")
    if isinstance(bounces, str) and not re.match(r"imaps?://|\$\{", bounces):
        yield (
            ("delivery", "bounces"),
            "starts with imaps://, as in imaps://user:${PASSWORD}@host/INBOX",
        )
    if isinstance(verp, str) and not _RETURN_PATH.fullmatch(verp):
        yield (
            ("delivery", "verp"),
            "is an address with up to 23 letters before its @, as bounces@u.example",
        )
    if _map(data, "audience").get("most_per_week") is not None and "campaigns" in delivery:
        yield (
            ("audience", "most_per_week"),
            "cannot be kept with campaigns: the lists are another program's",
        )
    if "campaigns" in delivery:
        newsletters = _map(data, "newsletters")
        for name in newsletters:
            if _map(newsletters, name).get("clicks") is True:
                yield (
                    ("newsletters", name, "clicks"),
                    "cannot be counted with campaigns: the lists are another program's",
                )
    yield from _check_lists(data, delivery)
    topic = _map(delivery, "hooks").get("ses")
    if isinstance(topic, str) and not re.match(r"arn:aws[a-z-]*:sns:|\$\{", topic):
        yield (
            ("delivery", "hooks", "ses"),
            "is the name (ARN) of the topic that reports, as arn:aws:sns:eu-west-1:123456789012:digest",
        )


def _check_desk(data: object) -> _Found:
    groups, known = _map(_map(_map(data, "desk"), "oidc"), "groups"), _map(data, "newsletters")
    for group, said in groups.items():
        for name, rights in said.items() if isinstance(said, dict) else ():
            path = ("desk", "oidc", "groups", str(group), str(name))
            if name not in known:
                yield path, f"there is no newsletter {name!r}; known: {', '.join(map(str, known))}"
            elif "administer" in _list({"rights": rights}, "rights"):
                yield path, "who administers does so in all newsletters"


def _check_webhooks(data: object) -> _Found:
    known = _map(data, "newsletters")
    for name, hook in _map(data, "webhooks").items():
        path = ("webhooks", str(name))
        url = hook.get("url") if isinstance(hook, dict) else None
        if isinstance(url, str) and not re.match(r"https?://|\$\{", url):
            yield (*path, "url"), "starts with https://, or is ${A_VARIABLE} that holds an address"
        if isinstance(hook, dict) and not hook.get("secret") and not hook.get("template"):
            yield path, "has a secret, by which a program knows us, or a template, such as slack"
        for each in _list(hook, "newsletters"):
            if each not in known:
                names = ", ".join(map(str, known))
                yield (*path, "newsletters"), f"there is no newsletter {each!r}; known: {names}"


def _check_lists(data: object, delivery: dict[str, Any]) -> _Found:
    campaigns, lists = delivery.get("campaigns"), _map(delivery, "lists")
    if isinstance(campaigns, str) and not re.match(r"listmonk://|\$\{", campaigns):
        yield (
            ("delivery", "campaigns"),
            "starts with listmonk://, as in listmonk://user:${TOKEN}@lists.u.example/TEMPLATE",
        )
    if (campaigns is None) != (not lists):
        yield (
            ("delivery",),
            "has campaigns and lists, or neither: lists says where each edition goes",
        )
        return
    for name, newsletter in _map(data, "newsletters").items():
        for segment in _map(newsletter, "segments") or _list(newsletter, "segments"):
            if lists and segment not in lists:
                yield ("delivery", "lists"), f"has no list for {segment}, which reads {name}"
    if len({*map(str, lists.values())}) < len(lists):
        yield ("delivery", "lists"), "names a list twice: its readers would get two editions"
    for segment in lists:
        if segment not in _map(data, "segments"):
            yield ("delivery", "lists", segment), "is no segment"


def _check_sources(data: object, plugged: Container[str]) -> _Found:
    for name, source in _map(data, "sources").items():
        if name not in plugged and not _one_of(source, "feed", "archive"):
            yield ("sources", name), "has exactly one of feed and archive"
        pattern = source.get("tags_from_path") if isinstance(source, dict) else None
        try:
            re.compile(pattern if isinstance(pattern, str) else "")
        except re.error:
            yield ("sources", name, "tags_from_path"), "is no regular expression"
        for kind in ("feed", "archive"):
            location = source.get(kind) if isinstance(source, dict) else None
            if isinstance(location, str) and re.match(r"www\.", location, re.IGNORECASE):
                yield (
                    ("sources", name, kind),
                    f"an address starts with https://: https://{location}",
                )


def _check_newsletters(data: object) -> _Found:
    known = _map(data, "segments")
    for name, newsletter in _map(data, "newsletters").items():
        for at, segment in _readers(newsletter):
            if segment not in known:
                yield (
                    ("newsletters", name, "segments", at),
                    f"there is no segment {segment!r}; known: {', '.join(known)}",
                )
        for other in _list(_map(newsletter, "repeats"), "not_from"):
            where = ("newsletters", name, "repeats", "not_from")
            if other == name:
                yield where, "a newsletter never repeats itself; name others"
            elif isinstance(other, str) and other not in _map(data, "newsletters"):
                names = ", ".join(_map(data, "newsletters"))
                yield where, f"there is no newsletter {other!r}; known: {names}"
        public = newsletter.get("archive") if isinstance(newsletter, dict) else None
        if isinstance(public, str) and public not in {s for _, s in _readers(newsletter)}:
            names = ", ".join(s for _, s in _readers(newsletter))
            yield (
                ("newsletters", name, "archive"),
                f"there is no segment {public!r} of this newsletter; known: {names}",
            )
        for segment, times in Counter(s for _, s in _readers(newsletter)).items():
            if times > 1:
                yield ("newsletters", name, "segments"), f"names {segment} {times} times"


def _check_offers(data: object) -> _Found:
    """Yield what keeps readers from choosing what a newsletter offers them."""
    for name, newsletter in _map(data, "newsletters").items():
        offer, path = _map(newsletter, "readers"), ("newsletters", name, "readers")
        for source in _list(offer, "sources"):
            if source not in {"choose", *_map(data, "sources")}:
                known = ", ".join(_map(data, "sources"))
                yield (*path, "sources"), f"there is no source {source!r}; known: {known}"
        labels = _list(_map(data, "tags"), "internal")
        for topic in _list(offer, "topics"):
            if any(matches(str(label), str(topic)) for label in labels):
                yield (*path, "topics"), f"{topic!r} is a planning label, which no reader may see"
        if offer and "campaigns" in _map(data, "delivery"):
            yield path, "cannot be kept with campaigns: the lists are another program's"
        if offer and "readers" in {segment for _, segment in _readers(newsletter)}:
            yield path, "and a segment named readers exclude each other; call the segment otherwise"


def _check_house(data: object) -> _Found:
    """Yield words that say nothing, and those that a newsletter both bans and spells."""
    for name, newsletter in _map(data, "newsletters").items():
        house, path = _map(newsletter, "house"), ("newsletters", name, "house")
        for key in ("ban", "spell"):
            if _has_blank(_list(house, key)):
                yield (*path, key), "holds a word of which nothing is seen"
        both = {folded(str(w)) for w in _list(house, "ban")} & {
            folded(str(w)) for w in _list(house, "spell")
        }
        for word in sorted(both):
            yield (*path, "spell"), f"says how {word!r} is written, and ban that it is not printed"


def _readers(newsletter: object) -> Iterator[tuple[str | int, str]]:
    """Yield where the segments of a newsletter stand, in a list or a mapping, and their names."""
    for segment in map(str, _map(newsletter, "segments")):
        yield segment, segment
    for index, segment in enumerate(_list(newsletter, "segments")):
        if isinstance(segment, str):
            yield index, segment


def _check_editions(data: object) -> _Found:
    """Yield what speaks of segments, sections or sources that a newsletter does not have."""
    for name, newsletter in _map(data, "newsletters").items():
        readers = [segment for _, segment in _readers(newsletter)]
        sections = [s for s in _list(newsletter, "sections") if isinstance(s, dict)]
        titles = [str(section.get("title")) for section in sections]
        sources = [*_map(data, "sources"), "*"]
        asked: list[tuple[_Path, str, list[str], list[Any]]] = [
            (("sections", index, key), "segment of this newsletter", readers, _list(section, key))
            for index, section in enumerate(sections)
            for key in ("only", "not")
        ]
        for segment, edition in _map(newsletter, "segments").items():
            named = _list(edition, "sections")
            asked.append((("segments", segment, "sections"), "section", titles, named))
        caps = [*_map(_map(newsletter, "articles"), "per_source")]
        asked.append((("articles", "per_source"), "source", sources, caps))
        for path, kind, known, found in asked:
            for each in found:
                if each not in known:
                    said = f"there is no {kind} {each!r}; known: {', '.join(known)}"
                    yield ("newsletters", name, *path), said


def _check_schedules(data: object) -> _Found:
    for name, newsletter in _map(data, "newsletters").items():
        if not isinstance(newsletter, dict) or "schedule" not in newsletter:
            continue
        schedule, path = newsletter["schedule"], ("newsletters", name, "schedule")
        # a key without a value is an accident: the newsletter would silently have no slots
        if schedule is None or (
            isinstance(schedule, dict) and not _one_of(schedule, "cron", "dates")
        ):
            yield path, 'has exactly one of cron and dates, such as {cron: "0 7 * * mon"}'
        elif isinstance(schedule, dict) and "cron" in schedule and "at" in schedule:
            yield (*path, "at"), "is the time of dates; a crontab line holds its own"


def _check_people(data: object) -> _Found:
    for name, newsletter in _map(data, "newsletters").items():
        for key in ("editors", "test_to"):
            for person in _list(newsletter, key):
                if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+", str(person)):
                    yield ("newsletters", name, key), f"{person!r} is no email address"


def _check_sections(data: object) -> _Found:
    for name, newsletter in _map(data, "newsletters").items():
        titles, rest = set[str](), None
        for index, section in enumerate(_list(newsletter, "sections")):
            path = ("newsletters", name, "sections", index)
            if not _one_of(section, "match", "rest"):
                yield path, "has exactly one of match and rest: true"
            if not isinstance(section, dict):
                continue
            least, most = section.get("min"), section.get("max")
            if isinstance(least, int) and isinstance(most, int) and most < least:
                yield (
                    (*path, "max"),
                    f"is less than min, {least}: the section could never be filled",
                )
            title = folded(str(section.get("title", "")))
            if title and title in titles:
                yield (
                    (*path, "title"),
                    "is the title of an earlier section; editors name them by it",
                )
            titles.add(title)
            if rest is not None:
                yield path, f"comes after {rest!r}, whose rest: true takes everything"
            rest = (
                section.get("title")
                if section.get("rest") is True and section.get("max") is None
                else rest
            )


def _check_rules(data: object) -> _Found:
    known = _map(data, "sources")
    for holder_path, holder in _holders(data):
        if not isinstance(holder, dict) or not isinstance(holder.get("match"), dict):
            continue
        path, rule = (*holder_path, "match"), holder["match"]
        for source in _list(rule, "source"):
            if isinstance(source, str) and source not in known:
                yield path, f"there is no source {source!r}; known: {', '.join(known)}"
        if not rule:
            yield path, "is an empty rule, which matches nothing"
        for key in ("any", "all", "none", "source"):
            if rule.get(key) == [] or _has_blank(_list(rule, key)):
                yield (*path, key), 'is empty; name something, "*" for everything, or leave it out'


def _holders(data: object) -> Iterator[tuple[_Path, object]]:
    for name, segment in _map(data, "segments").items():
        yield ("segments", name), segment
    for name, newsletter in _map(data, "newsletters").items():
        if lead := _map(newsletter, "lead"):
            yield ("newsletters", name, "lead"), lead
        for index, section in enumerate(_list(newsletter, "sections")):
            yield ("newsletters", name, "sections", index), section
