"""The commands for webhooks: what they were told, and a test."""

from __future__ import annotations

import click

from digest.cli import text_output
from digest.cli.context import Context, common, pass_context
from digest.errors import DigestError
from digest.jsonable import to_json


@click.group()
@common
def webhooks() -> None:
    """See what webhooks were told, and send them a test."""


@webhooks.command("list")
@common
@pass_context
def list_(context: Context) -> None:
    """List the webhooks, what each was told last, and what it answered."""
    hooks = [*context.config.webhooks.values()]
    told = {hook.name: context.publisher.told(hook.name) for hook in hooks}
    context.answer_lines(
        (
            {
                "name": hook.name,
                "events": [*hook.events],
                "newsletters": [*hook.newsletters],
                "template": hook.template,
                "waiting": told[hook.name][1],
                "last": [
                    {name: value for name, value in to_json(each).items() if name != "hook"}
                    for each in told[hook.name][0]
                ],
            }
            for hook in hooks
        ),
        lambda: text_output.webhooks(context.out, hooks, told),
    )


@webhooks.command()
@click.argument("name")
@common
@pass_context
def test(context: Context, name: str) -> None:
    """Send a webhook a test, once, and show what it answers."""
    done = context.publisher.test_webhook(name)
    taken = done.state == "taken"
    said = {"name": name, "id": done.id, "taken": taken, "answer": done.said}
    context.answer(said, lambda: context.say(f"{name} took it: {done.said}") if taken else None)
    if not taken:
        raise DigestError(f"webhook {name}: the test was not taken: {done.said}")
