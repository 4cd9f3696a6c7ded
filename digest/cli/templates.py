"""The commands for who makes looks: templates new, preview."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import click

from digest.cli.context import Context, common, pass_context
from digest.errors import DigestError, Unknown, UsageError

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


@click.group()
@common
def templates() -> None:
    """Make a look of your own from one there is, and see all of them with sample content."""


@templates.command()
@click.argument("name")
@click.option(
    "--from",
    "base",
    metavar="LOOK",
    default="weekly",
    show_default=True,
    help="The look to begin from: weekly, brief, letter, front, events, or one of your own.",
)
@common
@pass_context
def new(context: Context, name: str, base: str) -> None:
    """Make a look of your own, templates/email/NAME, from one there is."""
    from digest.render.renderer import Renderer  # noqa: PLC0415 - slow to import
    from digest.wiring import template_folders  # noqa: PLC0415 - as above

    project = Path(context.options.get("config") or "feeds.yaml").resolve().parent
    folders = template_folders(project)
    looks, target = Renderer(folders).looks(), project / "templates" / "email" / name
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name for a look: use a-z, 0-9, - and _")
    if base not in looks:
        raise Unknown("look", base, looks)
    if name in looks or target.exists():
        raise UsageError(f"there is a look {name!r} already; nothing was changed")
    for folder in reversed(folders):  # what is one's own stands over what is shipped
        if (folder / base).is_dir():
            shutil.copytree(folder / base, target, dirs_exist_ok=True)
    for file in target.rglob("*"):
        if file.suffix in {".html", ".txt", ".css"}:
            text = file.read_text("utf-8")
            file.write_text(re.sub(rf"""(["']){base}/""", rf"\g<1>{name}/", text), "utf-8")
    context.say(f"made {target} from {base}; see it: digest templates preview --look {name}")
    context.say(f"then, in a newsletter of feeds.yaml: template: {name}")


@templates.command()
@click.option("--look", metavar="NAME", help="This one only.")
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the page as files, and serve nothing.",
)
@click.option("--port", default=8026, show_default=True, type=click.IntRange(0, 65535))
@common
@pass_context
def preview(context: Context, look: str | None, out: Path | None, port: int) -> None:
    """Show the looks with sample content in each mode, and again whenever one of their files is saved."""
    from digest.config import read_config  # noqa: PLC0415 - slow to import
    from digest.config.files import look_files, stamps  # noqa: PLC0415 - as above
    from digest.render.renderer import Renderer  # noqa: PLC0415 - as above
    from digest.web import looks  # noqa: PLC0415 - as above
    from digest.web.server import run_server  # noqa: PLC0415 - as above
    from digest.wiring import logo, template_folders  # noqa: PLC0415 - as above

    config = context.config
    known = Renderer(template_folders(config.folder)).looks()
    if look is not None and look not in known:
        raise Unknown("look", look, known)

    def studio() -> looks.Studio:
        nonlocal config
        config = read_config(config.file, os.environ)
        folders = template_folders(config.folder)
        return looks.Studio(config=config, logo=logo(config), folders=folders)

    def make(version: int) -> Mapping[str, bytes]:
        try:
            return looks.sheet(studio(), look, version)
        except DigestError as error:
            return looks.broken(error, version)

    if out is not None:
        files = looks.sheet(studio(), look)
        for name, data in files.items():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(data)
        context.say(f"wrote {len(files)} files; open {out / 'index.html'}")
    else:
        live = looks.Live(make, lambda: stamps(look_files(config)))
        run_server(looks.create_app(live), "127.0.0.1", port, "The looks are", say=context.say)
