"""The command line: one command a use-case, loaded when it is asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module

import click
from click.shell_completion import CompletionItem

from digest import __version__
from digest.cli.context import Context, common
from digest.errors import DigestError

_COMMANDS: Mapping[str, tuple[str, str]] = {
    "approve": ("issues", "Approve what the draft holds now."),
    "articles": ("articles", "List the stored articles."),
    "backtest": (
        "laboratory",
        "Replay past weeks by these rules and by another file's, and compare.",
    ),
    "backup": ("sending", "Copy the store into a file, also while others work."),
    "bounces": ("sending", "Read bounces and complaints, and mail nobody again who is lost to it."),
    "calendar": ("issues", "List the issues to come, and what is promised for each."),
    "check": (
        "project",
        "Check the configuration, the templates, the tag rules and the newest drafts.",
    ),
    "clicks": ("laboratory", "Count how often the stories of the last issues were opened."),
    "coverage": ("laboratory", "Count what each theme had in the last issues, against the plan."),
    "corrections": (
        "corrections",
        "List the stories that changed after they were sent, and decide on them.",
    ),
    "database": (
        "database",
        "Bring the database up to date after a new version, or move it to PostgreSQL.",
    ),
    "deliveries": ("sending", "Tell who got an issue, and who did not."),
    "desk": ("serve", "Open the editors' page, and the public pages."),
    "discard": ("issues", "Give a draft up."),
    "dkim": (
        "sending",
        "Print the DNS record of a DKIM key, which is made where its file is not there yet.",
    ),
    "doctor": ("doctor", "Look at all that sending relies on, and say what to do."),
    "draft": ("issues", "Select and render a draft; an open one is drafted again, its edits kept."),
    "edit": ("issues", "Apply editors' changes; the issue is a draft again."),
    "export": ("issues", "Write an issue as files: pages, texts and emails."),
    "forecast": (
        "laboratory",
        "Tell what the next issues hold so far, and what will have come too late.",
    ),
    "inbox": ("audience", "Tell how many emails a week readers get from all newsletters."),
    "init": ("init", "Make a new project folder that works."),
    "issues": ("issues", "List the issues."),
    "lint": ("lint", "Check an email that was not made here: a file, a message, a web address."),
    "opml": ("opml", "Exchange lists of feeds with other readers, as OPML."),
    "pull": ("articles", "Fetch every source, or the named ones, into the store."),
    "rebuild": ("issues", "Build an issue again from its lock, and compare the bytes."),
    "reconcile": (
        "sending",
        "Look at what went out before the database was put back from a copy.",
    ),
    "restore": ("sending", "Put a copy back in the store's place; the old one is kept beside it."),
    "run": ("serve", "Run the scheduler, the desk and the public pages."),
    "schema": ("project", "Print the JSON Schema of feeds.yaml."),
    "send": ("sending", "Deliver an approved issue, or a test of any issue."),
    "settle": ("sending", "Settle deliveries of which nobody knows whether they arrived."),
    "show": ("issues", "Show an issue: its editions, their articles, and what the checks found."),
    "similar": ("issues", "List what earlier issues told of an issue's stories."),
    "special": ("issues", "Make a special issue: a story to everyone now, beside the schedule."),
    "skip": ("issues", "Have no issue of a newsletter on a day to come, such as 2026-12-28."),
    "subscribers": (
        "subscribers",
        "Import, list, export, unsubscribe, restore and erase the audience.",
    ),
    "templates": (
        "templates",
        "Make a look of your own from one there is, and see all of them with sample content.",
    ),
    "tokens": ("tokens", "Say which programs may read the API, and when they did last."),
    "users": ("users", "Say who may sign in at the desk, and see who did what."),
    "webhooks": ("webhooks", "See what webhooks were told, and send them a test."),
    "worker": (
        "serve",
        "Pull, draft and send what `digest run` finds due, beside other workers; for PostgreSQL.",
    ),
    "why": ("issues", "Tell for each segment whether it gets an article, and why."),
}
"""Each command's module in this folder, and its line of help: `--help` loads none of them."""


class _Commands(click.Group):
    """The commands by name; the big libraries are imported by those alone that use them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's own
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"digest.cli.{_COMMANDS[cmd_name][0]}")
        found = (getattr(module, name, None) for name in (cmd_name, f"{cmd_name}_"))
        return next((each for each in found if isinstance(each, click.Command)), None)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's own
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in sorted(_COMMANDS.items())])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete a command's name without loading any; its options come from its own module."""
        named = [
            CompletionItem(name, help=line)
            for name, (_, line) in sorted(_COMMANDS.items())
            if name.startswith(incomplete)
        ]
        return [*named, *click.Command.shell_complete(self, ctx, incomplete)]


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@common
@click.version_option(__version__, prog_name="digest")
def cli() -> None:
    """Turn feeds and archives into one finished newsletter email per audience segment."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; what a person can put right ends in one sentence and an exit status."""
    context = Context()
    try:
        try:
            status = cli.main(arguments, "digest", standalone_mode=False, obj=context)
        except (DigestError, SystemExit):
            context.tell_webhooks()  # what failed may have brought something about
            raise
        context.tell_webhooks()
    except DigestError as error:
        context.complain(str(error))
        raise SystemExit(error.exit_status) from None
    except click.ClickException as error:
        error.show()
        raise SystemExit(2) from None
    except (click.Abort, KeyboardInterrupt):
        raise SystemExit(130) from None
    except BrokenPipeError:
        # who read our output has gone: leave quietly, and let nothing more be flushed to them
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except (OSError, UnicodeError, RecursionError, OverflowError) as error:
        context.complain(f"that cannot be done: {type(error).__name__}: {error}")
        raise SystemExit(1) from None
    raise SystemExit(status if isinstance(status, int) else 0)


__all__ = ["cli", "main"]
