"""Export an issue as files: a page, a text and an email for each segment, and an overview."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from digest.model import Edition, Issue, Message
from digest.publisher import Publisher
from digest.publisher.printed import PrintedIssue
from digest.render.page import page, plain_page


def export(publisher: Publisher, issue: Issue, shape: object, folder: Path) -> list[Path]:
    """Write `<segment>/index.html`, `body.txt`, `message.eml`, `issue.json` and `index.html`.

    `issue.json` names the files, so that the next export can take away those that it does not write.
    """
    paper = publisher.printed(issue.id)
    written: list[Path] = []
    for message in issue.messages:
        found = publisher.sample(issue, message)
        written += _write_edition(
            folder / message.segment, message, found.email, found.unsubscribe_url, found.view_url
        )
        written += _write_pictures(folder / message.segment / "images", message, paper)
    written.append(_write(folder / "index.html", _overview(publisher, issue).encode()))
    written.append(folder / "issue.json")
    files = sorted(file.relative_to(folder).as_posix() for file in written)
    _remove_stale(folder, files)
    lock = publisher.inputs(issue.id)
    _write(folder / "issue.json", _json({"issue": shape, "inputs": lock, "files": files}))
    return written


def _remove_stale(folder: Path, files: Sequence[str]) -> None:
    """Remove what the export before this one wrote into the folder and this one does not."""
    for name in set(_written_before(folder / "issue.json")) - {*files}:
        old = folder / name
        if folder.resolve() in old.resolve().parents and old.is_file():
            old.unlink()
            _remove_empty(old.parent, folder)


def _written_before(record: Path) -> list[str]:
    try:
        files = json.loads(record.read_bytes())["files"]
    except (OSError, ValueError, TypeError, KeyError):  # none, or not ours
        return []
    return [name for name in files if isinstance(name, str)] if isinstance(files, list) else []


def _remove_empty(inner: Path, outer: Path) -> None:
    while inner != outer and not any(inner.iterdir()):
        inner.rmdir()
        inner = inner.parent


def _write_edition(
    folder: Path, message: Message, email: bytes, unsubscribe_url: str, own_url: str
) -> list[Path]:
    html = page(
        message,
        unsubscribe_url=unsubscribe_url,
        view_url=own_url,
        picture_url=lambda name: f"images/{name}",
    )
    text = plain_page(message, unsubscribe_url=unsubscribe_url, view_url=own_url)
    return [
        _write(folder / "index.html", html.encode()),
        _write(folder / "body.txt", text.encode()),
        _write(folder / "message.eml", email),
    ]


def _write_pictures(folder: Path, message: Message, paper: PrintedIssue) -> list[Path]:
    found = [picture for name in message.pictures if (picture := paper.picture(name))]
    return [_write(folder / picture.name, picture.data) for picture in found]


def _write(file: Path, data: bytes) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n").encode()


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
