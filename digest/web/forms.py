"""What the desk's forms ask for, as the changes of a patch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from digest.errors import UsageError

Form = Mapping[str, str]
Change = dict[str, Any]

_WORDS = "words"  # the act that is none: only what was written is saved
_PLACED = frozenset({"move", "pin"})
_EVENT = ("starts", "ends", "place")
_MORE: Mapping[str, str] = {
    "move": "section",
    "delay": "until",
    "hold": "for",
}  # what an act asks for


def changes(form: Form) -> list[Change]:
    """Return the changes that a form asks for; UsageError where it asks for none.

    Of an article's words those are taken that differ from what was shown (`was_title`, …), whichever
    button was pressed. `offered` are words that the desk proposed. `reach` names the editions that they are
    for, parted by commas, or none for all. A number behind the act `move` or `pin` is the place.
    """
    found = _asked(form)
    if not found:
        raise UsageError("nothing was changed, so there is nothing to save")
    said = _filled({"why": form.get("why", "")})
    reach = [*filter(None, form.get("reach", "").split(","))]
    return [
        {**change, **said, **segment}
        for change in found
        # an event takes place at one time for all
        for segment in ([{"segment": name} for name in reach] if "event" not in change else [])
        or [{}]
    ]


def special(form: Form) -> list[Change]:
    """Return what makes a special issue: a story that is written, or one at an address."""
    if not form.get("headline", "").strip():
        return [{"pin": form.get("url", "")}]
    return [*_written(form)]


def _asked(form: Form) -> list[Change]:
    if form.get("undo"):
        verb = form.get("verb", "")
        undone: Change = {verb: form.get("article") or form.get("value", ""), "undo": True}
        return [{**undone, "articles": []} if verb == "order" else undone]
    verb, _, place = form.get("verb", "").partition(" ")
    article = form.get("article", "")
    if verb in _OF_THE_EDITION:
        return [*_OF_THE_EDITION[verb](form)]
    if not article:
        return [{verb: form.get("offered") or form.get("value", "")}]
    more = _MORE.get(verb, "")
    act: Change = {verb: article, **_filled({more: form.get(more, "")})}
    place = place or (form.get("to", "") if verb == "move" else "")
    if verb in _PLACED and place.isdecimal():
        act |= {"place": int(place), **_filled({"section": form.get("section", "")})}
    found = {next(iter(change)): change for change in _words(form, article)}
    return [*(found if verb == _WORDS else found | {verb: act}).values()]


def _words(form: Form, article: str) -> Iterator[Change]:
    for verb in ("title", "summary"):
        if _is_changed(form, verb):
            yield {verb: article, "text": form[verb]}
    if _is_changed(form, "url") or _is_changed(form, "alt"):
        said = _filled({"url": form.get("url", ""), "alt": form.get("alt", "")})
        is_described = _is_changed(form, "alt")
        if not is_described and "url" in said:
            raise UsageError("say what the other picture shows")
        yield {"picture": article, **(said if said and is_described else {"undo": True})}
    if any(_is_changed(form, name) for name in _EVENT):
        yield {"event": article, **_filled({name: form.get(name, "") for name in _EVENT})}


def _is_changed(form: Form, name: str) -> bool:
    return name in form and _plain(form[name]) != _plain(form.get(f"was_{name}"))


def _plain(text: str | None) -> str | None:
    """Return a text as browsers send and show it alike."""
    return text and text.replace("\r\n", "\n").strip()


def _notice(form: Form) -> Iterator[Change]:
    keys = ("url", "from", "until", "headline", "label", "image", "alt", "place", "issues")
    change = {"notice": form.get("text", ""), **_filled({key: form.get(key, "") for key in keys})}
    if str(change.get("issues", "")).isdecimal():
        change["issues"] = int(change["issues"])
    yield change


def _written(form: Form) -> Iterator[Change]:
    keys = ("text", "url", "image", "alt", "section")
    more = _filled({key: form.get(key, "") for key in keys})
    yield {"write": form.get("headline", ""), **more}


def _added(form: Form) -> Iterator[Change]:
    address = form.get("url", "").strip()
    yield {"add": address, **_filled({"section": form.get("section", "")})}
    words = _filled({verb: form.get(verb, "") for verb in ("title", "summary")})
    for verb, text in words.items():
        yield {verb: address, "text": text}


def _filled(said: Mapping[str, str]) -> Change:
    return {key: text for key, text in said.items() if text.strip()}


_OF_THE_EDITION: Mapping[str, Callable[[Form], Iterator[Change]]] = {
    "notice": _notice,
    "write": _written,
    "add": _added,
}
