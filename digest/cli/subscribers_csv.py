"""The audience as a CSV file: read strictly, every bad line with its reason; written safely."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from digest.editorial.folding import folded, folded_address
from digest.errors import DigestError, UsageError
from digest.model import Segment, Subscriber
from digest.render.header import ascii_address

MAX_BYTES = 200_000_000
MAX_VALUE = 300  # characters of one value
STATUSES = ("confirmed", "pending", "unsubscribed")
_OWN = ("address", "name", "segments", "status")
_MAIL = {"e-mail", "email", "mail", "email address", "e-mail address", "mail address"}
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z][A-Za-z0-9-]{0,62}"
)
_FORMULA = re.compile(r"'*[=+\-@\t\r]")  # OWASP, CSV injection
_MARKED = re.compile(r"'+[=+\-@\t\r]")  # as `write_audience` makes it a text
_DELIMITERS = ",;\t"  # Excel's, by country
_UTF16 = (b"\xff\xfe", b"\xfe\xff")  # the marks that Excel's "Unicode Text" begins with

Row = Mapping[str | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A line of the file that was left out, and why; lines count from 1, the header's."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceFile:
    """What an audience file holds, and the encoding that it was read in."""

    people: tuple[Subscriber, ...]
    rejected: tuple[Rejected, ...]
    encoding: str


def read_audience(
    data: bytes, segments: Mapping[str, Segment], known: Iterable[Subscriber] = ()
) -> AudienceFile:
    """Return what the file holds; UsageError where it is no audience.

    What a column would say that the file does not have stays as it is with who is known already.
    """
    if len(data) > MAX_BYTES:
        raise UsageError(f"the file is larger than {MAX_BYTES // 1_000_000} MB")
    text, encoding = _decoded(data)
    delimiter = next((d for d in _DELIMITERS if "address" in _header(text, d)), ",")
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    try:
        header = _columns(rows.fieldnames or ())
        _check_header(header)
        rows.fieldnames = header
        people, rejected = _read_rows(rows, spellings(segments), known)
    except csv.Error as error:
        raise UsageError(f"line {rows.line_num} of the file is no CSV: {error}") from None
    return AudienceFile(people=people, rejected=rejected, encoding=encoding)


def _decoded(data: bytes) -> tuple[str, str]:
    """Return the text and its encoding: what its mark says, UTF-8, else what Excel writes in Western Europe."""
    if data.startswith(b"PK"):
        raise UsageError("the file is a workbook; save it as CSV UTF-8")
    marked = data.startswith(_UTF16)
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        with suppress(UnicodeDecodeError):
            return data.decode(encoding), encoding
    raise UsageError("the file is no UTF-8, UTF-16 or Windows-1252; save it as CSV UTF-8")


def _header(text: str, delimiter: str) -> list[str]:
    first = text.partition("\n")[0].rstrip("\r")
    return _columns(name.strip('"') for name in first.split(delimiter))


def _columns(names: Iterable[str]) -> list[str]:
    """Return the columns' names; those of our own have no capitals, and an email is an address."""
    stripped = [name.strip() for name in names]
    found = [name.lower() if name.lower() in _OWN else name for name in stripped]
    if "address" not in found:
        found = ["address" if name.lower() in _MAIL else name for name in found]
    return found


def spellings(segments: Mapping[str, Segment]) -> dict[str, str]:
    """Return what people may call the segments: their names, and both name and title in lower case.

    What two segments could be called is left out.
    """
    called: dict[str, set[str]] = {}
    for name, segment in segments.items():
        for said in (folded(name), folded(segment.title)):
            called.setdefault(said, set()).add(name)
    clear = {said: min(names) for said, names in called.items() if len(names) == 1}
    return {**clear, **{name: name for name in segments}}


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
        found = ", ".join(name[:40] for name in header[:10] if name) or "none"
        raise UsageError(
            f"the first line names the columns, and one of them is `address`; found: {found}"
        )
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise UsageError(f"the column {twice[0]!r} stands twice")


def _read_rows(
    rows: csv.DictReader[str], segments: Mapping[str, str], known: Iterable[Subscriber]
) -> tuple[tuple[Subscriber, ...], tuple[Rejected, ...]]:
    before = {folded_address(person.address): person for person in known}
    found: dict[str, Subscriber] = {}
    rejected: list[Rejected] = []
    for marked in rows:
        row = {name: _unmarked(value) for name, value in marked.items()}
        reason = next(_wrong(row, segments, found), None)
        if reason is None:
            key = folded_address(row["address"] or "")
            found[key] = _person(row, segments, before.get(key))
        else:
            rejected.append(Rejected(line=rows.line_num, reason=reason))
    return tuple(found.values()), tuple(rejected)


def _unmarked(value: Any) -> Any:  # noqa: ANN401 - csv's: a text, None, or a list of what is too much
    """Return a value without the mark that made it a text for a spreadsheet."""
    return value[1:] if isinstance(value, str) and _MARKED.match(value) else value


def _wrong(row: Row, segments: Mapping[str, str], known: Mapping[str, Subscriber]) -> Iterator[str]:
    if None in row:
        yield "has more values than the header has columns"
    values = {name: value for name, value in row.items() if name is not None}
    address = (values.get("address") or "").strip()
    if not is_address(address):
        yield f"{address[:80]!r} is no email address"
    elif folded_address(address) in known:
        yield f"{address} stands in the file twice"
    for name, value in values.items():
        if value is not None and (
            len(value) > MAX_VALUE or re.search(r"[\x00-\x08\x0a-\x1f]", value)
        ):
            yield f"the {name} is too long or has control characters"
    for name in _names(values.get("segments"), segments):
        if _segment(name, segments) is None:
            hint = "; several are separated by ;" if "," in name else ""
            names = ", ".join(sorted({*segments.values()}))
            yield f"there is no segment {name!r}{hint}; known: {names}"
    status = _status(values)
    if status not in STATUSES:
        yield f"there is no status {status!r}; known: {', '.join(STATUSES)}"


def _status(row: Mapping[str, str | None]) -> str:
    return (row.get("status") or "").strip().lower() or STATUSES[0]


def _person(
    row: Mapping[str, str | None], known: Mapping[str, str], before: Subscriber | None
) -> Subscriber:
    values = {name: (value or "").strip() for name, value in row.items()}
    stays = before or Subscriber(address=values["address"])
    extra = {name: value for name, value in values.items() if name not in _OWN}
    attributes = {**stays.attributes, **extra}
    segments = [_segment(name, known) for name in _names(values.get("segments"), known)]
    return Subscriber(
        address=values["address"],
        name=values["name"] or None if "name" in values else stays.name,
        segments=tuple(filter(None, dict.fromkeys(segments)))
        if "segments" in values
        else stays.segments,
        status=_status(values) if "status" in values else stays.status,
        attributes={name: value for name, value in attributes.items() if value},
    )


def _names(text: str | None, segments: Mapping[str, str]) -> Iterator[str]:
    """Yield the segments as written, between `;`; between `,` where each of those is one."""
    for part in _parts(text or "", ";"):
        several = [*_parts(part, ",")]
        whole = _segment(part, segments) or not all(_segment(s, segments) for s in several)
        yield from [part] if whole else several


def _parts(text: str, mark: str) -> Iterator[str]:
    yield from (part.strip() for part in text.split(mark) if part.strip())


def _segment(said: str, segments: Mapping[str, str]) -> str | None:
    return segments.get(said) or segments.get(folded(said))


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
