"""What an issue's page shows: an edition's contents, and what belongs to the part that is selected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from flask import abort, request, session

from digest.editorial import lifecycle
from digest.editorial.acts import steps
from digest.editorial.subject import PHONE
from digest.model import Act, Article, Decision, Delivery, Edit, Edition, Issue, Message
from digest.publisher.correcting import Correction
from digest.web import phrases, proof, shown
from digest.web.desk.shell import local, publisher, segment_title, sitting
from digest.web.desk.words import listed, say

WIDTHS = (320, 375, 600, 800)
_NAMED = 50  # readers that a page names
_PAGE = 12  # articles of what is left out


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentsRow:
    """An article in the contents: where it stands, what editors did to it, and what was found."""

    article: Article
    place: int
    pinned: bool
    edited: str
    found: str


def about(found: Issue, segment: str | None, at: str) -> dict[str, Any]:
    """Return what the page of an issue shows; without an edition only what is to be done."""
    press = publisher()
    newsletter, counts = press.config.newsletter(found.newsletter), press.counts(found.id)
    edition = next((e for e in found.editions if segment in {None, e.segment}), None)
    if found.editions and edition is None:
        abort(404)
    printed = [each.segment for each in found.editions]
    findings = [each for some in found.findings.values() for each in some]
    acts = press.acts(found.id)
    back, forth = steps(acts)
    # the note with which an issue was sent back stands until it is approved
    judged = [act for act in acts if act.kind in {"approve", "send back"}][-1:]
    unreached: Iterable[Delivery] = ()
    if {"failed", "ambiguous"} & counts.keys():
        unreached = (d for d in press.deliveries(found.id) if d.state in {"failed", "ambiguous"})
    may = sitting().may
    can = lifecycle.allows(found.status, "edit") and may("edit", found.newsletter)
    shared = {
        "newsletter": newsletter,
        "issue": found,
        "edition": edition,
        "at": at,
        "step": shown.next_step(found),
        "found": phrases.found,
        "titled": segment_title,
        "marks": lambda each: shown.marks(found.findings.get(each.segment, ())),
        "errors": {each.rule for each in findings if each.severity == "error"},
        "absent": [segment_title(name) for name in newsletter.segments if name not in printed],
        "counts": counts,
        "unreached": [*islice(unreached, _NAMED)],
        "allows": lambda verb: (
            lifecycle.allows(found.status, verb)
            and may("edit" if verb == "discard" else "approve", found.newsletter)
        ),
        "can": can,
        "acts": acts,
        "undo": told(back.act, bare=True) if back and can else None,
        "redo": told(forth.act, bare=True) if forth and can else None,
        "sent_back": judged[0] if can and judged and judged[0].kind == "send back" else None,
        "told": told,
        "edits": _changes(found.id),
        "look": press.look(found),
        "changed_templates": press.changed_templates(found),
    }
    if edition is None:
        return shared
    return {**shared, **_about_edition(found, edition), **_about_part(found, edition, at)}


def _about_edition(found: Issue, edition: Edition) -> dict[str, Any]:
    """Return what is shown of an edition whatever part of it is selected."""
    own, press = edition.segment, publisher()
    message = message_of(found, own)
    reach = _reach(found, own)
    if not reach:
        acts_for = say("all %(n)s editions", n=len(found.windows))
    elif len(reach) == 1:
        acts_for = say("%(segment)s only", segment=segment_title(reach[0]))
    else:
        acts_for = listed(segment_title(name) for name in reach)
    following = found.editions[(found.editions.index(edition) + 1) % len(found.editions)]
    mode = request.args.get("mode", "light")
    return {
        "message": message,
        "size": len(message.html.encode()),
        "clip": proof.CLIP,
        "contents": _contents(found, edition, press.edits(found.id)),
        "reach": reach,
        "acts_for": acts_for,
        "following": following.segment if following != edition else None,
        "groups": shown.grouped(
            found.findings.get(own, ()), {article.id: article.title for article in edition.articles}
        ),
        "modes": proof.MODES,
        "mode": mode if mode in proof.MODES else "light",
        "width": request.args.get("width", 600, type=int),
        "widths": WIDTHS,
        "outline": request.args.get("outline", ""),
    }


def _about_part(found: Issue, edition: Edition, at: str) -> dict[str, Any]:
    """Return what is shown of the part that is selected: an article, the words, what is left out."""
    press, own = publisher(), edition.segment
    if at.startswith("a-"):
        return _about_article(found, edition, at.removeprefix("a-"))
    if at == "words":
        made = press.subjects(found, own)
        return {"subjects": [s for s in made if s != edition.subject], "phone": PHONE}
    if at == "left":
        words, page = request.args.get("q", ""), max(1, request.args.get("page", 1, type=int))
        left = press.left_out(found.id, own, words, (page - 1) * _PAGE, _PAGE)
        kept_out = partial(phrases.decided, segment=segment_title(own), included=False)
        return {
            "left": left,
            "kept_out": kept_out,
            "q": words,
            "page": page,
            "pages": -(-left.total // _PAGE),
        }
    if at == "editions":
        return {"beside": beside(found.editions)}
    if at == "add":
        return {"due": press.corrections(found.newsletter)}
    if at in {"checks", "changes"}:
        return {}
    acts, name = press.acts(found.id), session.get("name", "")
    mine = [n for n, act in enumerate(acts) if act.by == name]
    return {
        "due": _due(found),
        "readers": press.recipients(found.id) if found.status in {"draft", "approved"} else {},
        # what others did since who sits at the desk did something here
        "since": acts[mine[-1] + 1 if mine else 0 :],
        "differs": press.changes(found).get(own, {}),
        "links": message_of(found, own).html.count("<a "),
    }


def _about_article(found: Issue, edition: Edition, id_: str) -> dict[str, Any]:
    own, press = edition.segment, publisher()
    held = [(s, n, a) for s in edition.sections for n, a in enumerate(s.articles, 1) if a.id == id_]
    if not held:
        return {"article": None}
    section, place, article = held[0]
    edits = press.edits(found.id)
    return {
        "article": article,
        "section": section,
        "place": place,
        "points": sum(point.value for point in found.points.get(own, {}).get(id_, ())),
        "also": [
            segment_title(each.segment)
            for each in found.editions
            if each != edition and any(a.id == id_ for a in each.articles)
        ],
        "picture": next(
            (e.url for e in edits if shown.gives_picture(e, own) and e.article == id_), None
        ),
        "touched": [each for each in _changes(found.id) if each.edit.article == id_],
        "remarks": [f for f in found.findings.get(own, ()) if f.where.article == id_],
        "coming": press.coming(found.newsletter),
        "due": [each for each in _due(found) if each.article == id_],
        "similar": press.similar(found.id, id_).get(id_, ()),
    }


def _due(found: Issue) -> list[Correction]:
    """Return which stories of an issue that went out changed since."""
    if found.status not in {"sending", "sent"}:
        return []
    return publisher().corrections(found.newsletter, found.id)


def _contents(
    found: Issue, edition: Edition, edits: Sequence[Edit]
) -> list[tuple[str, list[ContentsRow], int]]:
    """Return every section that the edition may have, its rows, and how many it has no room for."""
    mine = [each for each in edits if each.segment in {None, edition.segment}]
    newsletter = publisher().config.newsletter(found.newsletter)
    rules = newsletter.sections
    titles = [rules[i].title for i in newsletter.sections_for(edition.segment)]
    held = {section.title: section for section in edition.sections}
    findings = found.findings.get(edition.segment, ())
    contents = []
    for title in dict.fromkeys((*titles, *held)):
        section = held.get(title)
        rows = []
        for place, article in enumerate(section.articles if section else (), 1):
            own = [each for each in mine if each.article == article.id]
            worst = {each.severity for each in findings if each.where.article == article.id}
            row = ContentsRow(
                article=article,
                place=place,
                pinned=any(each.verb in {"pin", "lead", "add"} for each in own),
                edited=next((e.by for e in own if e.verb not in {"pin", "lead", "add"}), ""),
                found=next((name for name in ("error", "warning") if name in worst), ""),
            )
            rows.append(row)
        contents.append((title, rows, section.more if section else 0))
    return contents


def _reach(found: Issue, own: str) -> list[str]:
    """Return the editions that an act is for: this one, unless others were chosen; all are none."""
    names = [*found.windows]
    if len(names) == 1:
        return []
    chosen = [name for name in session.get("reach", []) if name in names]
    return [] if len(chosen) == len(names) else chosen or [own]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """An article, and the section and place that each edition gives it; "" where it has none."""

    article: Article
    places: tuple[str, ...]
    worded: bool


def beside(editions: Sequence[Edition]) -> list[Beside]:
    """Return the articles of all editions side by side: what is in all of them first."""
    places: dict[str, dict[str, str]] = {}
    articles: dict[str, list[Article]] = {}
    for edition in editions:
        for section in edition.sections:
            for n, article in enumerate(section.articles, 1):
                places.setdefault(article.id, {})[edition.segment] = f"{section.title} {n}"
                articles.setdefault(article.id, []).append(article)
    found = [
        Beside(
            article=articles[id_][0],
            places=tuple(held.get(edition.segment, "") for edition in editions),
            worded=len({(a.title, a.summary) for a in articles[id_]}) > 1,
        )
        for id_, held in places.items()
    ]
    return sorted(found, key=lambda each: each.places.count(""))


def told(act: Act, *, bare: bool = False) -> str:
    """Return what an act did; a bare one names only what was changed, not that it was undone."""
    titles = publisher().titles({e.article for e in act.edits if e.article})
    if bare:
        act = Act(kind="edit", by=act.by, at=act.at, edits=act.edits)
    return shown.acted(act, titles, lambda at: local(at, "%-d %B %Y"))


def words_now(found: Issue, segment: str, article: str) -> Mapping[str, str]:
    """Return the words that stand in an edition now: of an article, or of the edition itself."""
    edition = next((e for e in found.editions if e.segment == segment), None)
    if edition is None:
        return {}
    one = next((a for a in edition.articles if a.id == article), None)
    if one is not None:
        return {"title": one.title, "summary": one.summary}
    return {
        "subject": edition.subject,
        "preheader": edition.preheader,
        "intro": edition.intro or "",
    }


def because(made: Decision) -> str:
    """Return in words why an article is in an edition, or is not."""
    return phrases.decided(made.decided_by, segment_title(made.segment), included=made.included)


def message_of(found: Issue, segment: str) -> Message:
    """Return an edition's message; 404 where there is none."""
    return next((m for m in found.messages if m.segment == segment), None) or abort(404)


def _changes(id_: str) -> list[shown.EditorsChange]:
    edits = publisher().edits(id_)
    titles = publisher().titles(edit.article for edit in edits if edit.article)
    return shown.changes(edits, titles, lambda at: local(at, "%-d %B %Y"))
