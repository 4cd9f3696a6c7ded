"""The mail programs that a newsletter's readers use, and how a finding speaks of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from digest.findings import Severity

_WEB, _IPHONE, _ANDROID = "desktop-webmail", "ios", "android"
_WORDS = {_WEB: "on the web", _IPHONE: "on iPhones", _ANDROID: "on Android", "macos": "on Macs"}

# Each as `clients:` names it: how it is called, and its names in the table. Programs that are gone
# (Windows Mail) or that hardly anybody reads in (Gmail's mobile page) are left out.
CLIENTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "gmail": ("Gmail", ("gmail/desktop-webmail", "gmail/ios", "gmail/android")),
    "outlook": (
        "Outlook",
        (
            *("outlook/windows", "outlook/outlook-com", "outlook/macos"),
            *("outlook/ios", "outlook/android"),
        ),
    ),
    "outlook-windows": ("Outlook on Windows", ("outlook/windows",)),
    "outlook-com": ("Outlook.com", ("outlook/outlook-com",)),
    "apple": ("Apple Mail", ("apple-mail/macos", "apple-mail/ios")),
    "yahoo": ("Yahoo", ("yahoo/desktop-webmail", "yahoo/ios", "yahoo/android")),
    "aol": ("AOL", ("aol/desktop-webmail", "aol/ios", "aol/android")),
    "fastmail": ("Fastmail", ("fastmail/desktop-webmail",)),
    "free": ("Free", ("free-fr/desktop-webmail",)),
    "gmx": ("GMX", ("gmx/desktop-webmail", "gmx/ios", "gmx/android")),
    "hey": ("HEY", ("hey/desktop-webmail",)),
    "ionos": ("IONOS", ("ionos-1and1/desktop-webmail", "ionos-1and1/android")),
    "laposte": ("La Poste", ("laposte/desktop-webmail", "laposte/ios", "laposte/android")),
    "mail-ru": ("Mail.ru", ("mail-ru/desktop-webmail",)),
    "orange": ("Orange", ("orange/desktop-webmail", "orange/ios", "orange/android")),
    "proton": (
        "Proton Mail",
        ("protonmail/desktop-webmail", "protonmail/ios", "protonmail/android"),
    ),
    "samsung": ("Samsung Email", ("samsung-email/android",)),
    "sfr": ("SFR", ("sfr/desktop-webmail", "sfr/ios", "sfr/android")),
    "t-online": ("T-Online", ("t-online-de/desktop-webmail",)),
    "thunderbird": ("Thunderbird", ("thunderbird/macos", "thunderbird/windows")),
    "web-de": ("WEB.DE", ("web-de/desktop-webmail", "web-de/ios", "web-de/android")),
    "wp-pl": ("WP", ("wp-pl/desktop-webmail",)),
}
_MAIN = ("gmail", "outlook", "apple", "yahoo")
PRESETS: Mapping[str, tuple[str, ...]] = {
    "main": _MAIN,
    "german": (*_MAIN, "gmx", "web-de", "t-online", "ionos", "thunderbird"),
    "french": (*_MAIN, "orange", "sfr", "laposte", "free"),
    "all": tuple(name for name in CLIENTS if not name.startswith("outlook-")),
}
OUTLOOK = "outlook/windows"
"""The one program that reads comments for Outlook, and draws VML."""

_FEW, _HARDLY_ANY = 5, 1  # percent of the readers
_MILDER: Mapping[Severity, Severity] = {"error": "warning", "warning": "info", "info": "info"}


@dataclass(frozen=True)
class Readers:
    """The mail programs of a newsletter's readers, each with its share in percent if that is known.

    With none named they are Gmail, Outlook, Apple Mail and Yahoo.
    """

    named: Mapping[str, int | None]

    @cached_property
    def programs(self) -> Mapping[str, tuple[str, ...]]:
        """The programs as they are named, each with its names in the table; the narrower keeps its own."""
        named = self.named or dict.fromkeys(_MAIN)
        narrow = {one for name in named if len(CLIENTS[name][1]) == 1 for one in CLIENTS[name][1]}
        return {
            name: tuple(
                c for c in CLIENTS[name][1] if c not in narrow or len(CLIENTS[name][1]) == 1
            )
            for name in named
        }

    @cached_property
    def clients(self) -> frozenset[str]:
        """All of them, by their names in the table."""
        return frozenset(client for ours in self.programs.values() for client in ours)

    def words(self, failing: AbstractSet[str]) -> str:
        """Say which programs these are, and how many readers use them as far as that is known."""
        said: list[str] = []
        shares: list[int | None] = []
        whole = True
        for name, clients in self.programs.items():
            found = [client for client in clients if client in failing]
            if not found:
                continue
            shares.append((self.named or {}).get(name))
            spared = [client for client in clients if client not in failing]
            whole = whole and not spared
            called = CLIENTS[name][0]
            if not spared:
                said.append(called)
            elif len(spared) == 1 and len(found) >= _MANY:
                but = _called(called, spared[0]).removeprefix(called).lstrip()
                said.append(f"{called} (not {but})")
            else:
                said += [_called(called, client) for client in found]
        if not shares or None in shares:
            return _and(said)
        up_to = "" if whole else "up to "
        return f"{_and(said)}, {up_to}{sum(s or 0 for s in shares)} % of your readers"

    def weighed(self, severity: Severity, failing: AbstractSet[str]) -> Severity:
        """Return how bad it is, given how many readers it happens to: for few of them it is milder."""
        shares = [self.named.get(n) for n, ours in self.programs.items() if failing & {*ours}]
        if not shares or None in shares:
            return severity
        together = sum(share or 0 for share in shares)
        if together < _HARDLY_ANY:
            return "info"
        return _MILDER[severity] if together < _FEW else severity


_MANY = 3


def _called(family: str, client: str) -> str:
    platform = client.partition("/")[2]
    if platform == "outlook-com":
        return "Outlook.com"
    return f"{family} {_WORDS.get(platform, 'on Windows')}"


def _and(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
