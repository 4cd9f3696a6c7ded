"""Export an issue as files: a page, a text and an email for each segment, and an overview."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from digest.model import Edition, Issue, Message
from digest.publisher import Publisher
from digest.render.page import page, plain_page


def export(publisher: Publisher, issue: Issue, shape: object, folder: Path) -> list[Path]:
    """Write `<segment>/index.html`, `body.txt`, `message.eml`, `issue.json` and `index.html`.

    `issue.json` names the files, so that the next export can take away those that it does not write.
    """
    paper = publisher.printed(issue.id)
    written: list[Path] = []
    for message in issue.messages:
        found, beneath = publisher.sample(issue, message), folder / message.segment
        ways = {"unsubscribe_url": found.unsubscribe_url, "view_url": found.view_url}
        html = page(message, **ways, picture_url=lambda name: f"images/{name}")
        pictures = filter(None, map(paper.picture, message.pictures))
        written += [
            _write(beneath / "index.html", html.encode()),
            _write(beneath / "body.txt", plain_page(message, **ways).encode()),
            _write(beneath / "message.eml", found.email),
            *(_write(beneath / "images" / each.name, each.data) for each in pictures),
        ]
    written.append(_write(folder / "index.html", _overview(publisher, issue).encode()))
    written.append(folder / "issue.json")
    files = sorted(file.relative_to(folder).as_posix() for file in written)
    _remove_stale(folder, files)
    lock = publisher.inputs(issue.id)
    record = {"issue": shape, "inputs": lock, "files": files}
    text = json.dumps(record, indent=2, ensure_ascii=False, sort_keys=True)
    _write(folder / "issue.json", f"{text}\n".encode())
    return written


def _remove_stale(folder: Path, files: Sequence[str]) -> None:
    """Remove what the export before this one wrote into the folder and this one does not."""
    try:
        before = json.loads((folder / "issue.json").read_bytes())["files"]
    except (OSError, ValueError, TypeError, KeyError):  # none, or not ours
        return
    names = [name for name in before if isinstance(name, str)] if isinstance(before, list) else []
    for name in {*names} - {*files}:
        old = folder / name
        # the record may be anybody's: what it names outside the folder stays
        if folder.resolve() in old.resolve().parents and old.is_file():
            old.unlink()
            inner = old.parent
            while inner != folder and not any(inner.iterdir()):
                inner.rmdir()
                inner = inner.parent


def _write(file: Path, data: bytes) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


def _overview(publisher: Publisher, issue: Issue) -> str:
    templates = Environment(
        loader=PackageLoader("digest", "web/templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    config = publisher.config
    pairs: list[tuple[Edition, Message]] = [*zip(issue.editions, issue.messages, strict=True)]
    return templates.get_template("overview.html").render(
        issue=issue,
        newsletter=config.newsletter(issue.newsletter),
        publication=config.publication,
        segments=config.segments,
        editions=pairs,
    )
