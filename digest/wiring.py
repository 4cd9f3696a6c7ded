"""The one place that knows every part: from a configuration to a publisher at work."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from digest import __version__
from digest.config import Config
from digest.config.files import unknown_looks
from digest.deliver.api import ApiDeliverer
from digest.deliver.api_services import is_service, read_service
from digest.deliver.dkim import Signer, SigningDeliverer, dns_record, read_signers
from digest.deliver.eml_folder import FolderDeliverer
from digest.deliver.listmonk import read_listmonk
from digest.deliver.plugged import plugged_deliverer
from digest.deliver.relay import read_relay
from digest.deliver.relay_log import read_log
from digest.deliver.smtp import SmtpDeliverer
from digest.deliver.threads import Threads
from digest.editorial.membership import Membership
from digest.errors import ConfigError, DigestError, Unknown, UsageError
from digest.model import Picture, Source
from digest.plugins import LINT, plugins
from digest.ports import (
    Campaigns,
    Deliverer,
    Hook,
    PostAnswer,
    Progress,
    Pulled,
    Report,
    Sources,
    State,
    Unanswered,
)
from digest.publisher import Publisher, Services
from digest.publisher.checked import Surroundings
from digest.publisher.dispatching import dispatches_of
from digest.render.renderer import Renderer
from digest.render.templates import TemplateLoader
from digest.sources.picture_resize import ready
from digest.store.accounts import StoredAccounts, StoredLog
from digest.store.articles import StoredArticles
from digest.store.audience import StoredAudience
from digest.store.clicks import StoredClicks
from digest.store.database import (
    backup,
    boot,
    is_ready,
    journal_file,
    open_database,
    relaxed,
    secret_key,
)
from digest.store.deliveries import StoredDeliveries
from digest.store.dialects import is_postgresql
from digest.store.dispatches import StoredDispatches
from digest.store.issues import StoredIssues
from digest.store.jobs import StoredJobs
from digest.store.journal import StoredJournal
from digest.store.search import StoredSearch
from digest.store.sessions import StoredSessions
from digest.store.shards import StoredShards
from digest.store.sign_ups import StoredSignUps
from digest.store.skipped_days import StoredSkippedDays
from digest.store.tokens import StoredTokens
from digest.store.traces import StoredTraces

_PARTS = ("jinja2", "premailer", "lxml", "nh3", "cssutils")
_PACKAGE = Path(__file__).parent
_FOUND = 200


def publisher(config: Config, database: str | None, now: datetime | None) -> Publisher:
    """Return a publisher over the configuration's sources, store, templates and deliverer."""
    renderer = Renderer(template_folders(config.folder))
    picture = logo(config, [*unknown_looks(config, renderer.looks())])
    engine = open_database(database or database_url(config))
    life = boot(engine)
    services = Services(
        config=config,
        sources=LaterSources(lambda: _sources(config)),
        articles=StoredArticles(relaxed(engine)),
        search=StoredSearch(engine),
        issues=StoredIssues(engine, partial(dispatches_of, config, _clock(now))),
        audience=StoredAudience(engine, Membership(config.segments)),
        deliveries=StoredDeliveries(engine, life),
        journal=StoredJournal(engine, journal_file(engine, config.folder)),
        sessions=StoredSessions(engine),
        accounts=StoredAccounts(engine),
        log=StoredLog(engine),
        skipped_days=StoredSkippedDays(engine),
        sign_ups=StoredSignUps(engine),
        traces=StoredTraces(engine),
        clicks=StoredClicks(engine),
        tokens=StoredTokens(engine),
        dispatches=StoredDispatches(engine),
        backup=partial(backup, engine),
        is_ready=partial(is_ready, engine),
        renderer=renderer,
        clock=_clock(now),
        key=secret_key(engine),
        deliverer=lambda to: deliverer(config, to),
        campaigns=partial(campaigns, config) if config.delivery.campaigns else None,
        reports=lambda where: reports(config, where),
        hook=cache(partial(hook, config)),
        post=partial(_post, config),
        webhook_templates=TemplateLoader(template_folders(config.folder, "webhooks")),
        relay_log=lambda where, ids: read_log(where, ids, _clock(now)()),
        prepare_picture=ready,
        logo=picture,
        versions=_versions(),
        jobs=StoredJobs(engine) if is_postgresql(engine) else None,
        shards=StoredShards(engine, life) if is_postgresql(engine) else None,
        lint_plug_ins=tuple(plugins(LINT).values()),
    )
    return Publisher(services)


def _sources(config: Config) -> Sources:
    # the libraries that read feeds and pages take longer to import than most commands to run
    from digest.sources.fetching.secrets import SecretSources  # noqa: PLC0415
    from digest.sources.pull import Puller  # noqa: PLC0415

    return SecretSources(Puller(config.folder, _agent(config)), config.secret)


def _agent(config: Config) -> str:
    """Return how we introduce ourselves to whom we ask."""
    return f"digest/{__version__} (+{config.publication.url})"


class LaterSources:
    """The port `Sources` upon sources that are made when they are first asked."""

    def __init__(self, make: Callable[[], Sources]) -> None:
        self._made = cache(make)

    def pull(
        self,
        sources: Sequence[Source],
        states: Mapping[str, State],
        now: datetime,
        *,
        force: bool = False,
        progress: Progress | None = None,
    ) -> Iterator[Pulled]:
        """Yield each source's batches as they come; a source that fails yields its failure."""
        return self._made().pull(sources, states, now, force=force, progress=progress)

    def due(self, source: Source, state: State, now: datetime) -> bool:
        """Tell whether it is time to ask a source, by its own rhythm."""
        return self._made().due(source, state, now)

    def picture(self, source: Source, url: str) -> bytes:
        """Fetch a picture of one of the source's articles; SourceError where it cannot."""
        return self._made().picture(source, url)


def database_url(config: Config) -> str:
    """Return where all is kept: the environment's, the file's, else digest.db beside the file."""
    stated = config.environment.get("DIGEST_DATABASE") or config.database
    if stated is None:
        return f"sqlite:///{config.folder / 'digest.db'}"
    url = config.secret(stated, "the database")
    kind, slashes, path = url.partition(":///")
    if kind == "sqlite" and slashes and path != ":memory:":
        return f"sqlite:///{config.folder / path}"
    return url


def template_folders(project: Path, kind: str = "email") -> list[Path]:
    """Return the folders of templates: the project's own first, then what is shipped."""
    own, shipped = project / "templates" / kind, shipped_folder("templates") / kind
    return [own, shipped] if own.is_dir() and own.resolve() != shipped.resolve() else [shipped]


def shipped_folder(name: str) -> Path:
    """Return a folder that travels with the program: inside the package, or beside it in a checkout."""
    inside = _PACKAGE / f"_{name}"
    return inside if inside.is_dir() else _PACKAGE.parent / name


def deliverer(config: Config, to: str | None) -> Deliverer:
    """Return what hands emails over: to the address given, else as the configuration says."""
    if (folder := delivery_folder(config, to)) is not None:
        return Threads(FolderDeliverer(folder))
    stated, rates = config.delivery, config.delivery.rate
    way = to or stated.smtp or stated.api or ""
    address = config.secret(way, "sending")
    is_own = is_service(address) or address.startswith(("smtp://", "smtps://"))
    if not is_own and (plugged := plugged_deliverer(address, stated.connections)) is not None:
        return Threads(plugged, rates)
    if way == stated.api or is_service(address):
        return Threads(ApiDeliverer(read_service(address), stated.connections), rates)
    smtp = SmtpDeliverer(read_relay(address), stated.connections, rates)
    if not stated.dkim:
        return smtp
    return SigningDeliverer(smtp, _signers(config))


def _signers(config: Config) -> list[Signer]:
    return read_signers({name: config.folder / f for name, f in config.delivery.dkim.items()})


def campaigns(config: Config) -> Campaigns:
    """Return what takes whole editions to lists."""
    stated = config.secret(config.delivery.campaigns or "", "sending")
    return read_listmonk(stated, config.delivery.lists)


def reports(config: Config, where: str | None) -> Iterator[Sequence[Report]]:
    """Yield what each email reports that came back: from where it is said, else from the mailbox."""
    # flufl.bounce and email's parser are for those few that read it
    from digest.deliver.mailboxes import read_mailbox, reports_by_imap, reports_in  # noqa: PLC0415

    if where is not None:
        return reports_in(where)
    if config.delivery.bounces is None:
        raise UsageError("name a file, a folder or - for stdin, or a mailbox as delivery: bounces")
    return reports_by_imap(read_mailbox(config.secret(config.delivery.bounces, "reading bounces")))


def hook(config: Config, service: str) -> Hook:
    """Return what reads the calls of a service; Unknown where none is configured."""
    from digest.deliver.hooks import read_hook  # noqa: PLC0415 - for those few that serve one

    stated = config.delivery.hooks
    if service not in stated:
        raise Unknown("hook", service, stated)
    proof = config.secret(stated[service], f"the hook of {service}")
    return read_hook(service, proof, partial(_fetched, config))


def _fetched(config: Config, url: str) -> bytes:
    """Fetch what a service proves itself by, and nothing that is elsewhere; DigestError where it cannot be."""
    from digest.sources.fetching.http import FetchError, FetchLimits, fetch  # noqa: PLC0415 - as above

    limits = FetchLimits(total=10, size=65_536, redirects=0)
    try:
        reply = fetch(url, user_agent=_agent(config), limits=limits)
    except FetchError as error:
        raise DigestError(f"{url}: {error}") from None
    if reply.status != _FOUND:
        raise DigestError(f"{url}: it answers {reply.status}")
    return reply.body


def _post(
    config: Config,
    url: str,
    fields: Mapping[str, str],
    body: bytes,
    allow_hosts: tuple[str, ...],
) -> PostAnswer:
    """Send a webhook's POST; Unanswered where there is no answer, or the address may not be asked."""
    from digest.sources.fetching.http import FetchError, FetchLimits, post  # noqa: PLC0415 - as above

    limits = FetchLimits(total=10, size=2_000)
    said = {"User-Agent": _agent(config), **fields}
    try:
        reply = post(url, body, headers=said, allow_hosts=allow_hosts, limits=limits)
    except FetchError as error:
        raise Unanswered(str(error)) from None
    rest = reply.headers.get("retry-after", "")
    return PostAnswer(
        status=reply.status,
        said=reply.body.decode("utf-8", "replace"),
        rest=timedelta(seconds=int(rest)) if re.fullmatch(r"\d{1,6}", rest) else None,
    )


def surroundings(config: Config, database: str | None, now: datetime | None) -> Surroundings:
    """Return what the doctor looks at, before anything is opened or made."""
    from digest.deliver.dns import DnsResolver  # noqa: PLC0415 - for the doctor alone
    from digest.deliver.probe import probe  # noqa: PLC0415 - as above
    from digest.store.examining import examine  # noqa: PLC0415 - as above

    smtp = config.delivery.smtp
    return Surroundings(
        config=config,
        clock=_clock(now),
        resolver=DnsResolver(),
        store=lambda: examine(database or database_url(config), config.folder),
        relay=None if smtp is None else lambda: probe(read_relay(config.secret(smtp, "sending"))),
        site=partial(_site, config),
        dkim=lambda domain: [
            dns_record(signer.selector, domain, signer.key) for signer in _signers(config)
        ],
    )


def put_back(config: Config, database: str | None, file: str) -> Path | None:
    """Put a copy in the place of the configuration's store, which is not opened."""
    from digest.store.restoring import restore  # noqa: PLC0415 - for one command alone

    return restore(database or database_url(config), file)


def upgrade_database(config: Config, database: str | None) -> tuple[str | None, str, Path | None]:
    """Bring the store's tables up to date; return their version before and after, and SQLite's copy."""
    from digest.store.copying import bring_up_to_date  # noqa: PLC0415 - for one command alone

    return bring_up_to_date(database or database_url(config))


def copy_database(config: Config, database: str | None, target: str) -> Mapping[str, int]:
    """Copy the store into an empty database of PostgreSQL; return how many rows each table has."""
    from digest.store.copying import move  # noqa: PLC0415 - for one command alone

    return move(database or database_url(config), config.secret(target, "the new database"))


def _site(config: Config, url: str) -> tuple[int, datetime | None]:
    """Ask a public page; return its status, and the time by its server. Unanswered where none is had."""
    from digest.sources.fetching.http import FetchError, FetchLimits, fetch  # noqa: PLC0415 - as above

    try:
        reply = fetch(url, user_agent=_agent(config), limits=FetchLimits(total=10, size=5_000_000))
    except FetchError as error:
        raise Unanswered(f"{url} does not answer: {error}") from None
    try:
        return reply.status, parsedate_to_datetime(reply.headers.get("date", ""))
    except ValueError:
        return reply.status, None


def delivery_folder(config: Config, to: str | None) -> Path | None:
    """Return the folder that emails go into, None where a relay takes them."""
    if to is not None:
        return Path(to.removeprefix("folder:")) if to.startswith("folder:") else None
    stated = config.delivery.folder
    return config.folder / config.secret(stated, "sending") if stated is not None else None


def _clock(now: datetime | None) -> Callable[[], datetime]:
    return (lambda: now) if now is not None else (lambda: datetime.now(UTC))


def logo(config: Config, problems: Sequence[str] = ()) -> Picture | str | None:
    """Return the logo; ConfigError with what is wrong with it, and the problems known already."""
    stated = config.publication.brand.logo
    picture: Picture | str | None = stated
    if stated and not stated.startswith(("https://", "http://")):
        picture, said = _read_logo(config.folder, stated)
        path = ("publication", "brand", "logo")
        problems = [*problems, config.problem(path, said)] if said else problems
    if problems:
        raise ConfigError(problems)
    return picture


def _read_logo(folder: Path, logo: str) -> tuple[Picture | None, str | None]:
    try:
        picture = ready(logo, (folder / logo).read_bytes())
    except (OSError, ValueError) as error:
        return None, f"{logo}: {getattr(error, 'strerror', None) or 'is no path'}"
    return picture, None if picture else f"{logo}: is no PNG, JPEG or GIF picture"


def _versions() -> Mapping[str, str]:
    return {"digest": __version__, **{name: _version(name) for name in _PARTS}}


@cache  # it reads the package's files
def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"
