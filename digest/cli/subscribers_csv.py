"""The audience as a CSV file: read strictly, a row at a time, every bad one with its reason; written safely."""

from __future__ import annotations

import codecs
import csv
import io
import re
import shutil
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache, partial
from tempfile import TemporaryFile
from typing import IO, BinaryIO, cast

from digest.cli.audience_columns import OWN, STATUSES, Columns, columns_of
from digest.editorial.address import is_mailbox
from digest.editorial.folding import folded, folded_address
from digest.errors import UsageError
from digest.model import Segment, Subscriber, SubscriberChange

MAX_BYTES = 200_000_000
MAX_VALUE = 300  # characters of one value
_FORMULA = re.compile(r"'*[=+\-@\t\r]")  # OWASP, CSV injection
_MARKED = re.compile(r"'+[=+\-@\t\r]")  # as `write_audience` makes it a text
_BREAKS = re.compile(r"\s*[\t\n\r\x0b\x0c\x85\u2028\u2029]\s*")
_CONTROL = re.compile(r"[\x00-\x1f]")
_DELIMITERS = ",;\t"  # Excel's, by country
_SEPARATOR = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # a first line of Excel's own
_HEADER = 65_536  # characters; a header is shorter
_UTF16 = (b"\xff\xfe", b"\xfe\xff")  # the marks that Excel's "Unicode Text" begins with


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceFile:
    """A file that can be read as an audience: how it is written, and what its columns are."""

    text: io.TextIOWrapper
    delimiter: str
    columns: Columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A row of the file that was left out, and why; lines count from 1, and many may have one fault."""

    line: int
    value: str = ""
    fault: str

    @property
    def reason(self) -> str:
        """The whole sentence."""
        return f"{self.value} {self.fault}".lstrip()


@contextmanager
def open_audience(stream: IO[bytes]) -> Iterator[AudienceFile]:
    """Look at a file once, from its first to its last byte; UsageError where it is no audience."""
    with ExitStack() as stack:
        if not stream.seekable():
            pipe, stream = stream, stack.enter_context(TemporaryFile())
            shutil.copyfileobj(pipe, stream)
        if stream.seek(0, io.SEEK_END) > MAX_BYTES:
            raise UsageError(f"the file is larger than {MAX_BYTES // 1_000_000} MB")
        text = io.TextIOWrapper(cast("BinaryIO", stream), _encoding(stream), newline="")
        stack.callback(text.detach)  # who opened the file closes it
        text.seek(0)
        head = text.read(_HEADER)
        stated = _SEPARATOR.match(head)
        delimiter = stated[1] if stated else _delimiter(head)
        rows = _rows(text, delimiter)
        columns = columns_of(next(rows, (1, []))[1])
        deque(rows, maxlen=0)  # a file that is no CSV at its end is told before anything is done
        yield AudienceFile(text=text, delimiter=delimiter, columns=columns)


def read_audience(
    file: AudienceFile, segments: Mapping[str, Segment]
) -> Iterator[SubscriberChange | Rejected]:
    """Yield what each row says; the column that the file does not have says nothing.

    Who has left by a row that is rejected, for what else it says, has left.
    """
    columns, chosen, is_new = file.columns, _chooser(segments), _Seen().add
    rows = _rows(file.text, file.delimiter)
    next(rows)
    for line, cells in rows:
        row = _cleaned(cells) + [""] * (columns.count - len(cells))
        address, status = row[columns.address].strip(), columns.status_in(row)
        if not is_mailbox(address):
            yield Rejected(line=line, value=repr(address[:80]), fault="is no email address")
            continue
        wrong, leaves = _wrong(row, columns, chosen, status), status == STATUSES[-1]
        is_first = (leaves or not wrong) and is_new(folded_address(address))
        if wrong:
            yield Rejected(line=line, fault=wrong)
        elif not is_first:
            yield Rejected(line=line, value=address, fault="stands in the file twice")
        else:
            names = filter(None, (row[i].strip() for i in columns.name))
            yield SubscriberChange(
                address=address,
                name=" ".join(names) if columns.name else None,
                segments=None if columns.segments is None else chosen(row[columns.segments])[0],
                status=status,
                attributes={name: row[index].strip() for index, name in columns.attributes},
            )
        if leaves and (wrong or not is_first):
            yield SubscriberChange(address=address, status=status)


class _Seen:
    """What was seen, as numbers of 64 bits: a million take 20 MB, in a set of texts they would take 150.

    Two of a million are one by chance in one file of 30 million.
    """

    def __init__(self) -> None:
        self._shelves = [array("q") for _ in range(1 << 16)]

    def add(self, text: str) -> bool:
        """Tell whether a text is new, and keep it."""
        number = hash(text)
        shelf = self._shelves[number & 0xFFFF]
        if number in shelf:
            return False
        shelf.append(number)
        return True


def _encoding(stream: IO[bytes]) -> str:
    """Return what the text is encoded in: what its mark says, UTF-8, else what Excel writes in Western Europe."""
    stream.seek(0)
    start = stream.read(2)
    if start == b"PK":
        raise UsageError("the file is a workbook; save it as CSV UTF-8")
    for encoding in ("utf-16",) if start in _UTF16 else ("utf-8-sig", "cp1252"):
        stream.seek(0)
        with suppress(UnicodeDecodeError):
            deque(codecs.iterdecode(iter(partial(stream.read, 1 << 20), b""), encoding), maxlen=0)
            return encoding
    raise UsageError("the file is no UTF-8, UTF-16 or Windows-1252; save it as CSV UTF-8")


def _delimiter(head: str) -> str:
    """Return the delimiter by which the first row names an address."""
    for delimiter in _DELIMITERS:
        with suppress(UsageError, csv.Error):
            rows = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
            columns_of(next(filter(any, rows), ()))
            return delimiter
    return max(_DELIMITERS, key=head.partition("\n")[0].count)


def _rows(text: io.TextIOWrapper, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that say something, with the line that each begins in."""
    text.seek(0)
    rows = csv.reader(text, strict=True, delimiter=delimiter)
    line = 1
    try:
        for row in rows:
            is_stated = line == 1 and row[:1] and row[0].lower() == "sep=" and not any(row[1:])
            if not is_stated and "".join(row).strip():
                yield line, row
            line = rows.line_num + 1
    except csv.Error as error:
        raise UsageError(f"line {rows.line_num} of the file is no CSV: {error}") from None


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


Chooser = Callable[[str], tuple[tuple[str, ...], str]]


def _chooser(segments: Mapping[str, Segment]) -> Chooser:
    """Return what reads a cell of segments: their names, and what is wrong with it, if anything."""
    called = spellings(segments)

    @lru_cache(maxsize=4096)
    def choose(text: str) -> tuple[tuple[str, ...], str]:
        said = [*_names(text, called)]
        missing = next((name for name in said if _segment(name, called) is None), None)
        found = dict.fromkeys(_segment(name, called) for name in said)
        return tuple(filter(None, found)), "" if missing is None else _no_segment(missing, called)

    return choose


def _no_segment(name: str, called: Mapping[str, str]) -> str:
    like = dict.fromkeys(called[each] for each in get_close_matches(folded(name), called))
    hint = "; several are separated by ;" if "," in name else ""
    way = (
        f"did you mean {' or '.join(like)}?"
        if like
        else f"known: {', '.join(sorted({*called.values()}))}"
    )
    return f"there is no segment {name!r}{hint}; {way}"


def _cleaned(cells: list[str]) -> list[str]:
    """Return values in one line each, without the marks that made them texts for a spreadsheet."""
    whole = "".join(cells)
    if whole.isprintable() and "'" not in whole:
        return cells  # as nearly all are
    bare = (cell[1:] if _MARKED.match(cell) else cell for cell in cells)
    return [_BREAKS.sub(" ", cell) for cell in bare]


def _wrong(row: Sequence[str], columns: Columns, chosen: Chooser, status: str | None) -> str:
    """Return what is wrong with a row beside its address, if anything."""
    if any(row[columns.count :]) or any(row[index] for index in columns.nameless):
        return "has more values than the header has columns"
    whole = "".join(row)
    for index, name in () if whole.isprintable() and len(whole) <= MAX_VALUE else columns.named:
        if len(row[index]) > MAX_VALUE or _CONTROL.search(row[index]):
            return f"the {name} is too long or has control characters"
    if status is not None and status not in STATUSES:
        return f"there is no status {status!r}; known: {', '.join(STATUSES)}"
    return chosen(row[columns.segments])[1] if columns.segments is not None else ""


def _names(text: str, segments: Mapping[str, str]) -> Iterator[str]:
    """Yield the segments as written, between `;`; between `,` where each of those is one."""
    for part in _parts(text, ";"):
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
    writer.writerow([*OWN, *extra])
    for person in held:
        own = (person.address, person.name or "", ";".join(person.segments), person.status)
        # a spreadsheet would run what begins like a formula
        writer.writerow(
            [
                f"'{v}" if _FORMULA.match(v) else v
                for v in (*own, *(person.attributes.get(n, "") for n in extra))
            ]
        )
    return out.getvalue()
