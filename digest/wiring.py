"""The one place that knows every part: from a configuration to a publisher at work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from digest import __version__
from digest.config import Config
from digest.deliver.folder import FolderDeliverer
from digest.deliver.smtp import SmtpDeliverer, read_relay
from digest.errors import ConfigError
from digest.model import Picture
from digest.ports import Deliverer
from digest.publisher import Publisher, Rooms
from digest.render.edition import Renderer
from digest.sources.pull import Puller
from digest.sources.ready import ready
from digest.sources.secrets import SecretSources
from digest.store.articles import StoredArticles
from digest.store.audience import StoredAudience
from digest.store.database import open_database, relaxed, secret_key
from digest.store.deliveries import StoredDeliveries
from digest.store.issues import StoredIssues

_PARTS = ("jinja2", "premailer", "lxml", "nh3", "cssutils")
_PACKAGE = Path(__file__).parent


def publisher(config: Config, database: str | None, now: datetime | None) -> Publisher:
    """Return a publisher over the configuration's sources, store, templates and deliverer."""
    engine = open_database(database or database_url(config))
    rooms = Rooms(
        config=config,
        sources=SecretSources(
            Puller(config.folder, f"digest/{__version__} (+{config.publication.url})"),
            config.secret,
        ),
        articles=StoredArticles(relaxed(engine)),
        issues=StoredIssues(engine),
        audience=StoredAudience(engine),
        deliveries=StoredDeliveries(engine),
        renderer=Renderer(template_folders(config.folder)),
        clock=_clock(now),
        key=secret_key(engine),
        deliverer=lambda to: deliverer(config, to),
        prepare_picture=ready,
        logo=_logo(config),
        versions=_versions(),
    )
    return Publisher(rooms)


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


def template_folders(project: Path) -> list[Path]:
    """Return the folders of templates: the project's own first, then what is shipped."""
    own, shipped = project / "templates" / "email", shipped_folder("templates") / "email"
    return [own, shipped] if own.is_dir() and own.resolve() != shipped.resolve() else [shipped]


def shipped_folder(name: str) -> Path:
    """Return a folder that travels with the program: inside the package, or beside it in a checkout."""
    inside = _PACKAGE / f"_{name}"
    return inside if inside.is_dir() else _PACKAGE.parent / name


def deliverer(config: Config, to: str | None) -> Deliverer:
    """Return what hands emails over: to the address given, else as the configuration says."""
    stated = config.delivery
    if to is not None and to.startswith("folder:"):
        return FolderDeliverer(Path(to.removeprefix("folder:")))
    if to is None and stated.folder is not None:
        return FolderDeliverer(config.folder / config.secret(stated.folder, "sending"))
    relay = config.secret(to or stated.smtp or "", "sending")
    return SmtpDeliverer(read_relay(relay), stated.connections)


def _clock(now: datetime | None) -> Callable[[], datetime]:
    return (lambda: now) if now is not None else (lambda: datetime.now(UTC))


def _logo(config: Config) -> Picture | str | None:
    logo = config.publication.brand.logo
    if logo is None or logo.startswith(("https://", "http://")):
        return logo
    try:
        picture = ready(logo, (config.folder / logo).read_bytes())
    except OSError as error:
        raise ConfigError([f"{config.file}: brand.logo {logo}: {error.strerror}"]) from None
    if picture is None:
        raise ConfigError([f"{config.file}: brand.logo {logo}: is no PNG, JPEG or GIF picture"])
    return picture


def _versions() -> Mapping[str, str]:
    return {"digest": __version__, **{name: _version(name) for name in _PARTS}}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"
