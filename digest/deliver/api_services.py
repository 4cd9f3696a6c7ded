"""The services by their names in an address: `mailgun://api:KEY@eu/DOMAIN`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from digest.deliver import mailgun, postmark, ses
from digest.deliver.api import Service
from digest.errors import Unknown, UsageError
from digest.plugins import DELIVERERS, plugins

_ADDRESS = re.compile(r"([a-z]+)://([^:/@\s]+):(\S+)@([^@/\s]+)(?:/([^@/\s]+))?")

_SERVICES: Mapping[str, tuple[str, Callable[[str, str, str, str], Service]]] = {
    "mailgun": (mailgun.FORM, mailgun.read),
    "postmark": (postmark.FORM, postmark.read),
    "ses": (ses.FORM, ses.read),
}


def is_service(address: str) -> bool:
    """Tell whether an address is one of a service."""
    return address.partition("://")[0] in _SERVICES


def read_service(address: str) -> Service:
    """Read `NAME://USER:SECRET@PLACE`; UsageError says what is wrong, without the secret.

    A secret stands as it is, also with slashes in it; what follows its last @ is the place.
    """
    name, is_address, _ = address.partition("://")
    if not is_address:
        raise UsageError(f"the service's address is none; write {mailgun.FORM}, or another's")
    if name not in _SERVICES:
        raise Unknown("service", name, (*_SERVICES, *plugins(DELIVERERS)))
    form, read = _SERVICES[name]
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise UsageError(f"the service's address is none; write {form}")
    _, user, secret, place, rest = found.groups()
    return read(unquote(user), unquote(secret), place, rest or "")
