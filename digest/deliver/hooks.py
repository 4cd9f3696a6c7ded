"""The hooks by their services' names, each with what proves that the service calls."""

from __future__ import annotations

from collections.abc import Callable

from digest.deliver.mailgun_hook import MailgunHook
from digest.deliver.postmark_hook import PostmarkHook
from digest.deliver.ses_hook import SesHook
from digest.deliver.sns import Topic, read_topic
from digest.errors import Unknown, UsageError
from digest.ports import Hook

_NAMES = ("mailgun", "postmark", "ses")


def read_hook(name: str, proof: str, fetch: Callable[[str], bytes]) -> Hook:
    """Return a service's hook; UsageError where `proof` cannot be what proves it, without saying it.

    That is Mailgun's key for signing webhooks, Postmark's USER:PASSWORD, or the topic of SES.
    """
    if not proof.strip():
        raise UsageError(f"the hook of {name} has nothing that proves who calls")
    match name:
        case "mailgun":
            return MailgunHook(proof)
        case "postmark":
            return PostmarkHook(proof)
        case "ses":
            return SesHook(Topic(read_topic(proof), fetch))
    raise Unknown("hook", name, _NAMES)
