"""The audience as a CSV file: read strictly, every bad line with its reason; written safely."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from digest.errors import DigestError, UsageError
from digest.model import Subscriber
from digest.render.header import ascii_address

MAX_BYTES = 200_000_000
MAX_VALUE = 300  # characters of one value
STATUSES = ("confirmed", "pending", "unsubscribed")
_OWN = ("address", "name", "segments", "status")
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z][A-Za-z0-9-]{0,62}"
)
_FORMULA = re.compile(r"^[=+\-@\t\r]")  # OWASP, CSV injection


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A line of the file that was left out, and why; lines count from 1, the header's."""

    line: int
    reason: str


def read_audience(data: bytes, segments: Iterable[str]) -> tuple[list[Subscriber], list[Rejected]]:
    """Return the subscribers and the rejected lines; UsageError where the file is none."""
    if len(data) > MAX_BYTES:
        raise UsageError(f"the file is larger than {MAX_BYTES // 1_000_000} MB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"the file is not UTF-8: byte {error.start} cannot be read") from None
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in rows.fieldnames or ()]
        _check_header(header)
        rows.fieldnames = header
        return _read_rows(rows, frozenset(segments))
    except csv.Error as error:
        raise UsageError(f"line {rows.line_num} of the file is no CSV: {error}") from None


def is_address(text: str) -> bool:
    """Tell whether a text is an email address that we would write to."""
    local = text.rpartition("@")[0]
    odd = ".." in text or local.startswith(".") or local.endswith(".") or "@-" in text
    if odd or _ADDRESS.fullmatch(text) is None:
        return False
    try:
        return bool(ascii_address(text))
    except DigestError:
        return False


def _check_header(header: list[str]) -> None:
    if "address" not in header:
        raise UsageError("the file's first line names its columns, and one of them is `address`")
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise UsageError(f"the column {twice[0]!r} stands twice")


def _read_rows(
    rows: csv.DictReader[str], segments: frozenset[str]
) -> tuple[list[Subscriber], list[Rejected]]:
    found: dict[str, Subscriber] = {}
    rejected: list[Rejected] = []
    for row in rows:
        reason = next(_wrong(row, segments, found), None)
        if reason is None:
            person = _person(row)
            found[person.address.casefold()] = person
        else:
            rejected.append(Rejected(line=rows.line_num, reason=reason))
    return [*found.values()], rejected


def _wrong(
    row: Mapping[str | None, str | None], segments: frozenset[str], known: Mapping[str, Subscriber]
) -> Iterator[str]:
    if None in row:
        yield "has more values than the header has columns"
    values = {name: value for name, value in row.items() if name is not None}
    address = (values.get("address") or "").strip()
    if not is_address(address):
        yield f"{address[:80]!r} is no email address"
    elif address.casefold() in known:
        yield f"{address} stands in the file twice"
    for name, value in values.items():
        if value is not None and (
            len(value) > MAX_VALUE or re.search(r"[\x00-\x08\x0a-\x1f]", value)
        ):
            yield f"the {name} is too long or has control characters"
    for name in _names(values.get("segments")):
        if name not in segments:
            yield f"there is no segment {name!r}; known: {', '.join(sorted(segments))}"
    status = (values.get("status") or STATUSES[0]).strip()
    if status not in STATUSES:
        yield f"there is no status {status!r}; known: {', '.join(STATUSES)}"


def _person(row: Mapping[str, str | None]) -> Subscriber:
    values = {name: (value or "").strip() for name, value in row.items()}
    return Subscriber(
        address=values["address"],
        name=values.get("name") or None,
        segments=tuple(_names(values.get("segments"))),
        status=values.get("status") or STATUSES[0],
        attributes={k: v for k, v in values.items() if k not in _OWN and v},
    )


def _names(text: str | None) -> Iterator[str]:
    yield from (name.strip() for name in (text or "").split(";") if name.strip())


def write_audience(people: Iterable[Subscriber]) -> str:
    """Return the audience as CSV; a value that a spreadsheet would compute is made a text."""
    held = [*people]
    extra = sorted({name for person in held for name in person.attributes})
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*_OWN, *extra])
    for person in held:
        own = (person.address, person.name or "", ";".join(person.segments), person.status)
        writer.writerow([_safe(v) for v in (*own, *(person.attributes.get(n, "") for n in extra))])
    return out.getvalue()


def _safe(value: str) -> str:
    return f"'{value}" if _FORMULA.match(value) else value
