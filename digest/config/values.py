"""Values as people write them in feeds.yaml: lengths of time, colours, addresses, crontab lines."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Annotated, Any
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError
from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from digest.editorial.address import parts_of_mailbox
from digest.editorial.folding import folded_tag
from digest.editorial.membership import can_compare, is_comparison
from digest.editorial.provider import PROVIDERS
from digest.editorial.subject import problem
from digest.render.checks.clients import CLIENTS, PRESETS

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_CRON_FIELDS = 5
_DAY = timedelta(days=1)
_LONGEST = timedelta(days=3653)  # of a range of days
_OFTENEST, _SELDOMEST = timedelta(minutes=5), timedelta(days=30)  # that a source is asked
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # a crontab line is tried from somewhere


def _duration(value: object) -> object:
    if isinstance(value, str) and (match := re.fullmatch(r"\s*(\d{1,5})\s*([mhdw])\s*", value)):
        return timedelta(**{_UNITS[match[2]]: int(match[1])})
    if isinstance(value, timedelta):
        return value
    raise ValueError(f"{value!r} is no length of time; write it as 90m, 72h, 60d or 8w")


def _many(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _choosable(value: object) -> object:
    """Read what readers may choose from: everything, or what a list names."""
    if value == "choose":
        return ()
    if not value or not isinstance(value, (list, tuple)):
        raise ValueError("is `choose`, for all that there are, or a list of those to choose from")
    return value


def _wanted(value: object) -> object:
    """Read what a rule wants of an attribute: a value, a comparison, or a list of values."""
    listed = value if isinstance(value, (list, tuple)) else [value]
    if any(isinstance(each, bool) for each in listed):
        raise ValueError(
            'is a yes or no of YAML; put the word in quotes, as the file has it: "yes"'
        )
    texts = tuple(str(each) for each in listed if isinstance(each, (str, int, float, date)))
    if len(texts) < len(listed) or not texts or not all(folded_tag(each) for each in texts):
        raise ValueError('is a value, a list of values, or a comparison, such as Physics or ">=3"')
    for each in filter(is_comparison, texts):
        if len(texts) > 1:
            raise ValueError(f"{each!r} stands alone; a list holds values, of which one is enough")
        if not can_compare(each):
            raise ValueError(
                f'{each!r} compares with a number or a day, such as ">=3" or "<2026-10-01"'
            )
    return texts


_zones = cache(available_timezones)  # it walks through folders


def _zone(value: str) -> str:
    if value not in _zones():
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
    name, address = parts_of_mailbox(value)
    # one mailbox, and no sign in it that turns the direction of what follows
    odd = re.search(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", value) or re.search(
        "<[^>]*@", name
    )
    if odd or not re.fullmatch(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+", address):
        raise ValueError(f'{value!r} is no sender; write it as "Name <name@example.org>"')
    return value


def _cron(value: str) -> str:
    try:
        CronSim(value, _EPOCH)
    except CronSimError as error:
        raise ValueError(
            f"{value!r} is no crontab line of five fields ({str(error).lower()})"
        ) from None
    if len(value.split()) != _CRON_FIELDS:
        raise ValueError(
            f"{value!r} has {len(value.split())} fields; a crontab line has five: minute, hour, day, "
            'month, weekday, such as "0 7 * * mon"'
        )
    return value


def _clock_time(value: object) -> object:
    if isinstance(value, int) and 60 <= value < 24 * 60:  # noqa: PLR2004 - minutes
        return time(value // 60, value % 60)  # YAML 1.1 reads 7:30 without quotes as base sixty
    if isinstance(value, int | float):
        # pydantic would take a number for seconds after midnight
        hour = int(value) if 0 <= value < 24 and not isinstance(value, bool) else 7  # noqa: PLR2004
        raise ValueError(  # noqa: TRY004 - what pydantic asks for
            f'{value} is no time; write it in quotes, as "{hour:02}:00"'
        )
    if isinstance(value, str) and re.search(
        r"(?i)\d\s*(?:z|utc|gmt|[+-]\d\d:?\d\d)$", value.strip()
    ):
        raise ValueError(
            f"{value!r} names a zone; times are in publication.timezone, so write only the time, as "
            '"07:00"'
        )
    if isinstance(value, str):
        # a slot is a minute: seconds would be lost
        found = re.fullmatch(r"\s*([01]?\d|2[0-3]):([0-5]\d)\s*", value)
        if not found:
            raise ValueError(f'{value!r} is no time of day; write hours and minutes, as "07:00"')
        return time(int(found[1]), int(found[2]))
    return value


def _quiet(value: object) -> object:
    """Read two times of a day with a dash between them."""
    if isinstance(value, str) and re.fullmatch(r"[^-–]+[-–][^-–]+", value):
        return tuple(_clock_time(each.strip()) for each in re.split("[-–]", value))
    raise ValueError(f'{value!r} are no hours; write them as "20:00-07:00"')


def _days(value: object) -> object:
    """Read days, months and ranges of days into days."""
    if not isinstance(value, (list, tuple)):
        return value
    found: list[object] = []
    for each in value:
        found += _range(each) if isinstance(each, str) else [each]
    return found


def _range(text: str) -> list[date]:
    try:
        start, slash, end = map(str.strip, text.partition("/"))
        first, last = _first_and_last(start)
        if slash:
            last = _first_and_last(end)[1]
    except (ValueError, OverflowError):
        raise ValueError(
            f"{text!r} is no day, month or range; write 2026-12-28, 2026-08 or 2026-08-01/2026-08-31"
        ) from None
    if not first <= last <= first + _LONGEST:
        raise ValueError(f"{text!r} ends before it starts, or after more than ten years")
    return [first + n * _DAY for n in range((last - first).days + 1)]


def _first_and_last(text: str) -> tuple[date, date]:
    """Return the first and the last day of a month, or a day twice."""
    if re.fullmatch(r"\d{4}-\d\d", text):
        first = date.fromisoformat(f"{text}-01")
        return first, (first + timedelta(days=31)).replace(day=1) - _DAY
    day = date.fromisoformat(text)
    return day, day


def _caps(value: object) -> object:
    """Read one number as that of every name, "*"."""
    if isinstance(value, int) and not isinstance(value, bool):
        if value < 1:
            raise ValueError("is 1 or more")
        return {"*": value}
    if not isinstance(value, dict):
        raise ValueError("is a number, or a mapping of sources to numbers, such as {blog: 1}")  # noqa: TRY004 - what pydantic asks for
    return value


def _rate(value: object) -> float:
    match = re.fullmatch(r"\s*(\d{1,7})\s*/\s*([smhd])\s*", str(value))
    if match is None or not int(match[1]):
        raise ValueError(f"{value!r} is no rate; write it as 20/s, 30/m, 5000/h or 10000/d")
    return int(match[1]) / _SECONDS[match[2]]


def _rates(value: object) -> object:
    """Read one rate as that of all, "*"."""
    found = value if isinstance(value, dict) else {"*": value}
    for name in found:
        if name not in {"*", *PROVIDERS}:
            raise ValueError(f"there is no provider {name!r}; known: *, {', '.join(PROVIDERS)}")
    return {name: _rate(rate) for name, rate in found.items()}


def named_or_listed(value: object) -> object:
    """Read a list of names as a mapping of each to nothing."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, (list, tuple)) or not all(isinstance(name, str) for name in value):
        raise ValueError("is a list, such as [one, another]")
    return dict.fromkeys(value)


def or_list(schema: dict[str, Any]) -> None:
    """Let a JSON Schema of a mapping allow a list of its keys too."""
    del schema["type"]
    schema["anyOf"] = [{"type": "array"}, {"type": "object"}]
    schema |= {"items": {"type": "string"}, "minItems": 1}


def _clients(value: object) -> object:
    """Read a preset, or a list of mail programs, as a mapping without shares."""
    if isinstance(value, str):
        if value not in PRESETS:
            raise ValueError(f"{value!r} is none of {', '.join(PRESETS)}; or write {{gmail: 45}}")
        return dict.fromkeys(PRESETS[value])
    if isinstance(value, dict):
        known = value
    elif isinstance(value, (list, tuple)) and all(isinstance(name, str) for name in value):
        known = dict.fromkeys(value)
    else:
        raise ValueError("is one of the presets, a list, or a mapping such as {gmail: 45}")
    for name in known:
        if name not in CLIENTS:
            raise ValueError(f"there is no mail program {name!r}; known: {', '.join(CLIENTS)}")
    return known


def _shares(value: dict[str, int | None]) -> dict[str, int | None]:
    if sum(share or 0 for share in value.values()) > 100:  # noqa: PLR2004 - percent
        raise ValueError("the shares are more than 100 % together")
    return value


def _pattern(value: str) -> str:
    if wrong := problem(value):
        raise ValueError(wrong)
    return value


def _rhythm(value: timedelta) -> timedelta:
    if not _OFTENEST <= value <= _SELDOMEST:
        raise ValueError("is between 5m and 30d")
    return value


Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    WithJsonSchema({"type": "string", "pattern": r"^\d+[mhdw]$"}),
]
Rhythm = Annotated[Duration, AfterValidator(_rhythm)]
Caps = Annotated[
    dict[str, Annotated[int, Field(ge=1)]],
    BeforeValidator(_caps),
    WithJsonSchema(
        {
            "anyOf": [{"type": "integer"}, {"type": "object"}],
            "minimum": 1,
            "additionalProperties": {"type": "integer", "minimum": 1},
        }
    ),
]
_RATE = {"type": "string", "pattern": r"^\d+/[smhd]$"}
Rates = Annotated[
    dict[str, float],
    BeforeValidator(_rates),
    WithJsonSchema(
        {
            "anyOf": [
                _RATE,
                {
                    "type": "object",
                    "properties": dict.fromkeys(("*", *PROVIDERS), _RATE),
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
Clients = Annotated[
    dict[str, Annotated[int, Field(ge=1, le=100)] | None],
    BeforeValidator(_clients),
    AfterValidator(_shares),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": [*PRESETS]},
                {"type": "array", "items": {"enum": [*CLIENTS]}},
                {
                    "type": "object",
                    "propertyNames": {"enum": [*CLIENTS]},
                    "additionalProperties": {"type": "integer", "minimum": 1, "maximum": 100},
                },
            ]
        }
    ),
]
Wanted = Annotated[
    tuple[str, ...],
    BeforeValidator(_wanted),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": ["string", "number"]},
                {"type": "array", "items": {"type": ["string", "number"]}, "minItems": 1},
            ],
            "examples": ["Physics", ">=3", ["Physics", "Chemistry"]],
        }
    ),
]
Names = Annotated[tuple[str, ...], BeforeValidator(_many)]
Choosable = Annotated[
    tuple[str, ...],
    BeforeValidator(_choosable),
    WithJsonSchema(
        {"anyOf": [{"const": "choose"}, {"type": "array", "items": {"type": "string"}}]}
    ),
]
Pattern = Annotated[str, AfterValidator(_pattern)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Language = Annotated[str, AfterValidator(_language)]
Colour = Annotated[str, AfterValidator(_colour)]
Count = Annotated[int, Field(ge=0, le=1000)]
Days = Annotated[
    tuple[date, ...],
    BeforeValidator(_days),
    WithJsonSchema(
        {"type": "array", "items": {"type": "string"}, "examples": [["2026-12-28", "2026-08"]]}
    ),
]
ClockTime = Annotated[
    time, BeforeValidator(_clock_time), WithJsonSchema({"type": "string", "examples": ["07:00"]})
]
Quiet = Annotated[
    tuple[time, time],
    BeforeValidator(_quiet),
    WithJsonSchema({"type": "string", "examples": ["20:00-07:00"]}),
]
Zone = Annotated[str, AfterValidator(_zone)]
Mailbox = Annotated[str, AfterValidator(_mailbox)]
Cron = Annotated[str, AfterValidator(_cron)]
