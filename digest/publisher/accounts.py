"""Who may sign in at the desk: accounts are made, changed and removed, and a password is looked at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, get_args

from digest.editorial.patch_reading import named
from digest.errors import DigestError, Unknown, UsageError
from digest.model import EVERYWHERE, Account, Right
from digest.publisher import log, sessions
from digest.publisher.services import Services

if TYPE_CHECKING:  # slow to import, and only passwords need it
    from argon2 import PasswordHasher

RIGHTS: tuple[Right, ...] = get_args(Right)
SHORTEST, LONGEST = 12, 200  # characters of a password
_LONGEST_NAME = 80


def add(
    services: Services,
    name: str,
    rights: Collection[Right],
    newsletters: Collection[str],
    password: Callable[[], str],
    *,
    by: str,
) -> Account:
    """Make an account; the first one administers. Its password is asked for when all else is right."""
    name = named(name)
    if len(name) > _LONGEST_NAME:
        raise UsageError(f"a name has at most {_LONGEST_NAME} characters")
    known = services.accounts.all()
    if services.accounts.get(name) is not None:
        raise DigestError(f"there is an account {name!r} already; `digest users rights` changes it")
    asked = rights or (["read"] if known else ["administer"])
    account = Account(name=name, rights=_granted(services, {}, asked, newsletters))
    if not any(each.may("administer") for each in (*known, account)):
        raise UsageError("the first account has to administer the others, in all newsletters")
    account = replace(account, password=_hashed(password()))
    services.accounts.put(account)
    log.note(services, by, "account added", f"{name}: {described(account)}")
    return account


def change_rights(
    services: Services, name: str, rights: Collection[Right], newsletters: Collection[str], by: str
) -> Account:
    """Give an account these rights in the newsletters, or everywhere and nowhere else; none takes them."""
    was = get(services, name)
    if was.subject:
        raise DigestError(f"the groups of {was.name} give the rights, where it signs in")
    kept = was.rights if newsletters else {}
    account = replace(was, rights=_granted(services, kept, rights, newsletters))
    _keep_one_in_charge(services, was, account)
    services.accounts.put(account)
    log.note(services, by, "rights changed", f"{was.name}: {described(account)}")
    return account


def set_password(services: Services, name: str, password: Callable[[], str], by: str) -> None:
    """Give an account another password; its sessions end."""
    was = get(services, name)
    if was.subject:
        raise DigestError(f"{was.name} has no password here")
    account = replace(was, password=_hashed(password()))
    services.accounts.put(account)
    sessions.end_old(services, sessions.mark(account), account.name)
    log.note(services, by, "password changed", was.name)


def change_own_password(
    services: Services, account: Account, old: str, new: str, where: str
) -> None:
    """Let who sits at the desk take another password; DigestError where the old one is wrong."""
    if not _is_password(account, old):
        raise DigestError("that is not your password of today; nothing was changed")
    kept = replace(account, password=_hashed(new))
    services.accounts.put(kept)
    sessions.end_old(services, sessions.mark(kept), kept.name)
    log.note(services, account.name, "password changed", account.name, where)


def speak(services: Services, account: Account, language: str) -> None:
    """Keep the language that an account is spoken to in; "" leaves it to the browser."""
    services.accounts.put(replace(account, language=language))


def remove(services: Services, name: str, by: str) -> None:
    """Remove an account, its sessions with it; the last one that administers goes last."""
    was = get(services, name)
    _keep_one_in_charge(services, was, None)
    services.accounts.remove(was.name)
    sessions.end_old(services, "", was.name)
    log.note(services, by, "account removed", was.name)


def get(services: Services, name: str) -> Account:
    """Return the account of a name; Unknown names those there are."""
    found = services.accounts.get(name)
    if found is None:
        raise Unknown("account", name, (each.name for each in services.accounts.all()))
    return found


def sign_in(services: Services, name: str, password: str) -> Account | None:
    """Return the account that has this name and this password; it takes as long where there is none."""
    found = services.accounts.get(name)
    return found if _is_password(found, password) else None


def admit(
    services: Services, subject: str, name: str, rights: Mapping[str, tuple[Right, ...]]
) -> Account:
    """Return the account of who has signed in elsewhere, with the rights that this gives today.

    DigestError where that gives none, or somebody else has the name here.
    """
    name = named(name)[:_LONGEST_NAME]
    was = services.accounts.get(name)
    if was is not None and was.subject != subject:
        raise DigestError(
            f"the name {name} is another account's here; an administrator can mend that"
        )
    if not any(rights.values()):
        raise DigestError(f"{name} is in no group that may open the desk; ask an administrator")
    account = replace(
        was or Account(name=name, rights={}, subject=subject),
        rights={where: held for where, held in rights.items() if held},
    )
    if account != was:
        services.accounts.put(account)
    return account


def described(account: Account) -> str:
    """Return an account's rights in words: `edit, approve; read in weekly`."""
    parts = (
        ", ".join(held) + ("" if where == EVERYWHERE else f" in {where}")
        for where, held in account.rights.items()
    )
    return "; ".join(parts) or "none"


def _granted(
    services: Services,
    kept: Mapping[str, tuple[Right, ...]],
    rights: Collection[Right],
    newsletters: Iterable[str],
) -> dict[str, tuple[Right, ...]]:
    wanted = tuple(right for right in RIGHTS if right in rights)
    where = [services.newsletter(name).name for name in newsletters] or [EVERYWHERE]
    if "administer" in wanted and where != [EVERYWHERE]:
        raise UsageError("who administers does so in all newsletters; leave --newsletter out")
    return {name: held for name, held in {**kept, **dict.fromkeys(where, wanted)}.items() if held}


def _keep_one_in_charge(services: Services, was: Account, now: Account | None) -> None:
    others = [each for each in services.accounts.all() if each.name != was.name]
    left = [*others, *([now] if now else [])]
    if left and not any(each.may("administer") for each in left):
        raise DigestError(f"{was.name} is the last who administers; let somebody else do so first")


def _hashed(password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise UsageError(f"a password has {SHORTEST} to {LONGEST} characters")
    return _hasher().hash(password)


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher  # noqa: PLC0415 - as above

    # Argon2id as OWASP's Password Storage Cheat Sheet has it, for machines that are small
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@cache
def _nobodys() -> str:
    return _hasher().hash("of nobody")


def _is_password(account: Account | None, password: str) -> bool:
    from argon2.exceptions import VerificationError  # noqa: PLC0415 - as above

    kept = account.password if account else ""
    try:
        return _hasher().verify(kept or _nobodys(), password[:LONGEST]) and bool(kept)
    except (VerificationError, UnicodeError):
        return False
