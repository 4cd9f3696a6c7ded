"""The doctor: what is looked at before one relies on it, and what to do where it is not well.

Each check stands for itself: what cannot be found out is unknown, and the others go on. Nothing is
changed, and no email is offered to anybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from digest.config import SECRET, Config
from digest.config.files import missing_files
from digest.errors import DigestError, MissingSecret
from digest.ports import RelayFacts, StoreFacts, Unanswered
from digest.publisher.checked import Checked, CheckState, Surroundings, safely
from digest.publisher.sender_domain import look_up
from digest.render.mime import sender_domain

_SKEW, _BAD_SKEW = timedelta(seconds=30), timedelta(minutes=5)
_SPARE, _LEAST = 2_000_000_000, 200_000_000  # bytes of free disk
_SOON = timedelta(days=14)


def examine(around: Surroundings) -> Iterator[Checked]:
    """Yield what every check finds: of the machine, of the way out, of the senders' domains."""
    config, file = around.config, str(around.config.file)
    yield from safely("configuration", file, lambda: _configuration(config))
    yield from safely("secrets", file, lambda: _secrets(config))
    yield from safely("clock", "this machine", lambda: _clock(around))
    yield from safely("database", "the store", lambda: _store(around.store()))
    if config.delivery.folder is not None:
        said = "Emails go into a folder, so no relay and no domain is looked at."
        yield Checked(check="delivery", about=config.delivery.folder, state="ok", said=said)
        return
    relay = None
    if around.relay is not None:
        try:
            relay = around.relay()
        except DigestError as error:  # such as a password that is not set
            yield Checked(check="relay", about="delivery", state="error", said=str(error))
        else:
            yield from _relay(relay, around.clock())
    url = config.publication.public_url
    yield from safely("one-click", url, lambda: _one_click(around, url))
    yield from _bounces(config)
    for domain in sorted({sender_domain(n.sender) for n in config.newsletters.values()}):
        yield from look_up(around, domain, relay)


def _configuration(config: Config) -> Iterator[Checked]:
    missing = [*missing_files(config)]
    for each in missing:
        yield Checked(
            check="configuration",
            about=str(each.where),
            state="error",
            said=each.message,
            todo="Put it there, or take the source out.",
        )
    if not missing:
        count = len(config.newsletters)
        said = f"It can be read, and names {count} newsletter{'s' if count > 1 else ''}."
        yield Checked(check="configuration", about=str(config.file), state="ok", said=said)


def _secrets(config: Config) -> Iterator[Checked]:
    delivery, oidc = config.delivery, config.desk.oidc
    stated = {
        "delivery": (delivery.smtp, delivery.folder, delivery.api, delivery.campaigns),
        "bounces": (delivery.bounces, *delivery.hooks.values()),
        "the database": (config.database,),
        "the desk": (oidc.client_secret if oidc else None,),
        **{f"webhook {name}": (hook.url, hook.secret) for name, hook in config.webhooks.items()},
        **{f"source {name}": (source.location,) for name, source in config.sources.items()},
    }
    named = {
        (where, name)
        for where, texts in stated.items()
        for text in texts
        for name in SECRET.findall(text or "")
    }
    unset = sorted((where, name) for where, name in named if not _is_set(config, name))
    for where, name in unset:
        is_file = name.startswith("file:")
        yield Checked(
            check="secrets",
            about=where,
            state="error",
            said=f"{name[5:]} is empty, or cannot be read." if is_file else f"{name} is not set.",
            todo="Let the process that sends read that file."
            if is_file
            else f"Set the environment variable {name} for the process that sends.",
        )
    if not unset:
        all_set = (
            "The one that is needed is set." if len(named) == 1 else f"All {len(named)} are set."
        )
        said = all_set if named else "None is needed."
        yield Checked(check="secrets", about=str(config.file), state="ok", said=said)


def _is_set(config: Config, name: str) -> bool:
    try:
        return config.secret(f"${{{name}}}", "the doctor") != ""
    except MissingSecret:
        return False


def _clock(around: Surroundings) -> Iterator[Checked]:
    """Compare the clock with the one of the publication's site, the only other there is."""
    url = around.config.publication.url
    host = urlsplit(url).hostname or url
    _, stated = around.site(url)
    if stated is None:
        raise Unanswered(f"{host} states no time to compare the clock with")
    off = abs(around.clock() - stated)
    state: CheckState = "ok" if off <= _SKEW else "warning" if off <= _BAD_SKEW else "error"
    said = f"The clock is {off.total_seconds():.0f} s off that of {host}."
    todo = "Let the machine keep its time (NTP): slots, signatures and webhooks go by it."
    yield Checked(
        check="clock", about=host, state=state, said=said, todo="" if state == "ok" else todo
    )


def _store(found: StoreFacts) -> Iterator[Checked]:
    if found.free is not None:
        free, size = f"{found.free / 1e9:.1f} GB", f"{found.size / 1e6:.0f} MB"
        state: CheckState = (
            "error" if found.free < _LEAST else "warning" if found.free < _SPARE else "ok"
        )
        yield Checked(
            check="disk",
            about=found.where,
            state=state,
            said=f"{free} are free; the store takes {size}.",
            todo="" if state == "ok" else "Make room: what cannot be written down is not sent.",
        )
    wrong = [
        ("damage", found.damage, "Put a backup back, and run `digest reconcile` before you send."),
        (
            "version",
            found.version,
            "Use the program that made it, or run `digest database upgrade`.",
        ),
        ("writing", found.writing, "Give the process that sends the right to write there."),
        ("journal", found.journal, "Give the process that sends the right to write there."),
        (
            "journal",
            f"it knows more than the database of {', '.join(found.behind)}"
            if found.behind
            else None,
            "The database was put back from a copy: run `digest reconcile`.",
        ),
    ]
    for what, said, todo in wrong:
        if said:
            yield Checked(
                check="database",
                about=what,
                state="error",
                said=f"{said[:1].upper()}{said[1:]}.",
                todo=todo,
            )
    if not any(said for _, said, _ in wrong):
        said = (
            "It is whole, of this version, and can be written; so can its journal."
            if found.exists
            else "There is none yet; the first command that needs it makes it."
        )
        yield Checked(check="database", about=found.where, state="ok", said=said)


def _relay(found: RelayFacts, now: datetime) -> Iterator[Checked]:
    where = f"{found.host}:{found.port}"
    if found.problem:
        yield Checked(
            check="relay",
            about=where,
            state="error",
            said=f"{found.problem[:1].upper()}{found.problem[1:]}.",
            todo="Ask who runs it, and see `delivery: smtp` in feeds.yaml.",
        )
        return
    login = " and lets us in" if found.logs_in else ""
    way = "over TLS" if found.secure else "without TLS"
    state: CheckState = "ok" if found.secure or found.is_here else "warning"
    ways = f" It offers {', '.join(found.auth)}." if found.auth else ""
    yield Checked(check="relay", about=where, state=state, said=f"It answers {way}{login}.{ways}")
    if found.expires is not None:
        left = found.expires - now
        yield Checked(
            check="certificate",
            about=where,
            state="ok" if left > _SOON else "warning",
            said=f"It is valid for {left.days} more days.",
            todo="" if left > _SOON else "Have it renewed: nothing is sent to a relay without one.",
        )


def _one_click(around: Surroundings, url: str) -> Iterator[Checked]:
    """Look at what Gmail and Yahoo ask of bulk senders: that one POST by https unsubscribes (RFC 8058)."""
    parts = urlsplit(url)
    todo = "Name the https address of the public pages as publication: public_url."
    if parts.scheme != "https":
        yield Checked(
            check="one-click",
            about=url,
            state="error",
            said="Unsubscribe links are not https, so Gmail and Yahoo offer no one-click.",
            todo=todo,
        )
        return
    status, _ = around.site(f"{url}/healthz")
    is_up = status == 200  # noqa: PLR2004 - as HTTP has it
    yield Checked(
        check="one-click",
        about=url,
        state="ok" if is_up else "error",
        said="The public pages answer, so one click unsubscribes (RFC 8058)."
        if is_up
        else f"The public pages are not there: {url}/healthz answers {status}.",
        todo="" if is_up else f"Let `digest run` or `digest desk` answer there. {todo}",
    )


def _bounces(config: Config) -> Iterator[Checked]:
    delivery = config.delivery
    ways = [
        *(["a mailbox"] if delivery.bounces else []),
        *(f"{s}'s webhook" for s in delivery.hooks),
    ]
    yield Checked(
        check="bounces",
        about="delivery",
        state="ok" if ways else "warning",
        said=f"They come by {' and '.join(ways)}."
        if ways
        else "Nothing hears of them, unless you pipe them into `digest bounces -`.",
        todo=""
        if ways
        else "Name a mailbox as delivery: bounces, or a service's webhook as delivery: hooks.",
    )
