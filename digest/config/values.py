"""Values as people write them in feeds.yaml: lengths of time, colours, addresses, crontab lines."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from email.utils import parseaddr
from typing import Annotated
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError
from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # a crontab line is tried from somewhere


def _duration(value: object) -> object:
    if isinstance(value, str) and (match := re.fullmatch(r"\s*(\d{1,5})\s*([mhdw])\s*", value)):
        return timedelta(**{_UNITS[match[2]]: int(match[1])})
    if isinstance(value, timedelta):
        return value
    raise ValueError(f"{value!r} is no length of time; write it as 90m, 72h, 60d or 8w")


def _many(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(f"{value!r} is no time zone; write one as Europe/London")
    return value


def _language(value: str) -> str:
    try:
        if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", value):
            Locale.parse(value, sep="-")
            return value
    except (UnknownLocaleError, ValueError):
        pass
    raise ValueError(f"{value!r} is no tag of a language; write it as en-GB")


def _web_address(value: str) -> str:
    if not re.match(r"https?://[^\s/]+", value) or not value.isascii():
        raise ValueError(f"{value!r} is no web address; it starts with https:// or http://")
    return value


def _colour(value: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValueError(f'{value!r} is no colour; write it as "#0b3d91"')
    return value.lower()


def _mailbox(value: str) -> str:
    address = parseaddr(value)[1]
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address) or re.search(r"[\x00-\x1f]", value):
        raise ValueError(f'{value!r} is no sender; write it as "Name <name@example.org>"')
    return value


def _cron(value: str) -> str:
    try:
        CronSim(value, _EPOCH)
    except CronSimError as error:
        raise ValueError(
            f"{value!r} is no crontab line of five fields ({str(error).lower()})"
        ) from None
    return value


def _clock_time(value: object) -> object:
    if isinstance(value, int):  # YAML 1.1 reads 07:00 as base sixty
        return time(value // 60, value % 60)
    return value


Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    WithJsonSchema({"type": "string", "pattern": r"^\d+[mhdw]$"}),
]
Names = Annotated[tuple[str, ...], BeforeValidator(_many)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Language = Annotated[str, AfterValidator(_language)]
Colour = Annotated[str, AfterValidator(_colour)]
Count = Annotated[int, Field(ge=0, le=1000)]
ClockTime = Annotated[
    time, BeforeValidator(_clock_time), WithJsonSchema({"type": "string", "examples": ["07:00"]})
]
Zone = Annotated[str, AfterValidator(_zone)]
Mailbox = Annotated[str, AfterValidator(_mailbox)]
Cron = Annotated[str, AfterValidator(_cron)]
