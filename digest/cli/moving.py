"""What another service exports: its audience, and its past issues as pages."""

from __future__ import annotations

import csv
import io
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, is_zipfile

from digest.cli.subscribers_csv import MAX_BYTES, Rejected, open_audience, read_audience
from digest.editorial.folding import folded_address
from digest.errors import UsageError
from digest.model import Segment, SubscriberChange

SERVICES = ("mailchimp", "listmonk", "substack")
_LARGEST_PAGE = 5_000_000  # bytes
_MOST_PAGES = 20_000
_POST = re.compile(r"[\w.-]{1,120}")
_UNSUBSCRIBED, _BOUNCED = "unsubscribed at {}", "bounced at {}"
PAST = "internal-past-issue"
"""The planning label of a past issue's page: it is told once, and no segment wants it again."""
# where somebody was, and numbers of the service's own, are not taken along
_LEFT_BEHIND = frozenset(
    "uuid leid euid optin_ip confirm_ip latitude longitude gmtoff dstoff timezone cc region "
    "member_rating stripe_customer_id".split()
)
_PAGE = """<!doctype html>
<html><head><meta charset="utf-8"><title>{title}</title>
<meta property="og:title" content="{title}"><meta name="description" content="{summary}">
<meta property="article:published_time" content="{date}"><meta name="keywords" content="{label}"></head>
<body><article><h1>{title}</h1>
{body}
</article></body></html>
"""

_Read = Callable[[int], bytes]
"""Read a file of the export, of so many bytes at most; UsageError where it has more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedReaders:
    """The readers of an export, who is not to be mailed and why, by address, and the rows left out."""

    readers: Sequence[SubscriberChange]
    gone: Mapping[str, str]
    rejected: Sequence[tuple[str, Rejected]]


def moved_audience(service: str, export: Path, segments: Mapping[str, Segment]) -> MovedReaders:
    """Read the audience of an export: a zip, the folder that it was unpacked to, or one CSV file.

    Nobody is a reader who has left, or was lost, by any file of it; UsageError where there is none.
    """
    readers: list[SubscriberChange] = []
    gone: dict[str, str] = {}
    rejected: list[tuple[str, Rejected]] = []
    found = False
    for name, read in _files(export):
        stated = _stated(service, name)
        if stated is None:
            continue
        found = True
        with open_audience(io.BytesIO(read(MAX_BYTES))) as audience:
            for row in read_audience(audience, segments):
                if isinstance(row, Rejected):
                    rejected.append((name, row))
                elif stated == "bounced":
                    gone.setdefault(row.address, _BOUNCED.format(service))
                elif stated == "unsubscribed" or row.status == "unsubscribed":
                    gone[row.address] = _UNSUBSCRIBED.format(service)
                else:
                    attributes = _attributes(row.attributes)
                    readers.append(replace(row, status=stated or row.status, attributes=attributes))
    if not found:
        raise UsageError(f"{export}: there is no audience of {service} in it")
    away = {folded_address(address) for address in gone}
    stay = [each for each in readers if folded_address(each.address) not in away]
    return MovedReaders(readers=stay, gone=gone, rejected=rejected)


def past_issues(service: str, export: Path) -> Iterator[tuple[str, str]]:
    """Yield the published posts of Substack's export as pages: a file's name, and its HTML."""
    if service != "substack":
        return
    files = {PurePosixPath(name).name: read for name, read in _files(export)}
    if "posts.csv" not in files:
        return
    table = files["posts.csv"](MAX_BYTES).decode("utf-8-sig", "replace")
    for count, row in enumerate(csv.DictReader(io.StringIO(table))):
        post = row.get("post_id") or ""
        read = files.get(f"{post}.html")
        published = (row.get("is_published") or "").lower() == "true"
        if read is None or not published or not _POST.fullmatch(post) or count >= _MOST_PAGES:
            continue
        facts = {
            "label": PAST,
            "title": row.get("title") or post,
            "summary": row.get("subtitle") or "",
            "date": row.get("post_date") or "",
        }
        body = read(_LARGEST_PAGE).decode("utf-8", "replace")
        yield f"{post}.html", _PAGE.format(**{k: escape(v) for k, v in facts.items()}, body=body)


def _attributes(said: Mapping[str, str]) -> Mapping[str, str]:
    """Return what is taken along: Mailchimp's tags as a list of ours, listmonk's JSON by its names."""
    found = {name: said[name] for name in said if name.lower() not in _LEFT_BEHIND}
    if tags := found.get("TAGS"):
        found["TAGS"] = "; ".join(next(csv.reader([tags]), []))
    with suppress(ValueError, RecursionError):
        read = json.loads(found.get("attributes") or "null")
        if isinstance(read, dict):
            plain = {k: str(v) for k, v in read.items() if isinstance(v, str | int | float)}
            found = {**plain, **found}
            del found["attributes"]
    return found


def _stated(service: str, name: str) -> str | None:
    """Return the status of all rows of a file, empty where they say it; None where it is no audience."""
    file = PurePosixPath(name).name.lower()
    if not file.endswith(".csv"):
        return None
    if service == "mailchimp":
        kind = file.partition("_")[0]
        kinds = {"unsubscribed": "unsubscribed", "cleaned": "bounced", "nonsubscribed": "pending"}
        return kinds.get(kind, "")
    if service == "substack":
        return "" if file.startswith("email_list") else None
    return ""


def _files(export: Path) -> Iterator[tuple[str, _Read]]:
    """Yield the export's files; each is read before the next is asked for, or after the last."""
    if export.is_dir():
        for path in sorted(path for path in export.rglob("*") if path.is_file()):
            yield path.relative_to(export).as_posix(), partial(_from_disk, path)
    elif is_zipfile(export):
        with ZipFile(export) as archive:
            names = [info.filename for info in archive.infolist() if not info.is_dir()]
        for name in names:
            if not name.startswith("__MACOSX/"):
                yield name, partial(_from_zip, export, name)
    elif export.is_file():
        yield export.name, partial(_from_disk, export)
    else:
        raise UsageError(f"there is no {export}; give the file that the service exported")


def _from_disk(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return _within(path.name, file.read(most + 1), most)


def _from_zip(export: Path, name: str, most: int) -> bytes:
    try:
        with ZipFile(export) as archive, archive.open(name) as file:
            return _within(name, file.read(most + 1), most)
    except (BadZipFile, NotImplementedError, RuntimeError, zlib.error) as error:
        raise UsageError(f"{export}: {name} cannot be unpacked: {error}") from None


def _within(name: str, data: bytes, most: int) -> bytes:
    if len(data) > most:
        raise UsageError(f"{name}: it is larger than {most // 1_000_000} MB")
    return data
