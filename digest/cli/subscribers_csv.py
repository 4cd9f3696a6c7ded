"""The audience as a CSV file: read strictly, a row at a time, every bad one with its reason; written safely."""

from __future__ import annotations

import codecs
import csv
import io
import re
import shutil
from array import array
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache, partial
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO, cast

from digest.cli.audience_columns import OWN, PARTS, STATUSES, Columns, columns_of
from digest.editorial.address import is_mailbox, parts_of_mailbox
from digest.editorial.folding import folded, folded_address
from digest.errors import UsageError
from digest.model import Choice, Segment, Subscriber, SubscriberChange

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
def open_audience(stream: IO[bytes], choosing: Collection[str] = ()) -> Iterator[AudienceFile]:
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
        columns = columns_of(_cleaned(next(rows, (1, []))[1]), choosing)
        deque(rows, maxlen=0)  # a file that is no CSV at its end is told before anything is done
        yield AudienceFile(text=text, delimiter=delimiter, columns=columns)


def read_audience(
    file: AudienceFile,
    segments: Mapping[str, Segment],
    check: Callable[[str, Mapping[str, Any]], str] = lambda _, __: "",
) -> Iterator[SubscriberChange | Rejected]:
    """Yield what each row says; the column that the file does not have says nothing.

    `check` tells what is wrong with the parts of a choice of a newsletter, if anything.

    Who has left by a row that is rejected, for what else it says, has left.
    """
    columns, chosen, is_new = file.columns, _chooser(segments), _Seen().add
    said = _said(columns, chosen)
    rows = _rows(file.text, file.delimiter)
    next(rows)
    for line, cells in rows:
        whole = "".join(cells)
        # nearly all rows are, and need not be looked at cell by cell
        plain = len(cells) == columns.count and len(whole) <= MAX_VALUE and whole.isprintable()
        row = cells if plain and "'" not in whole else _cleaned(cells)
        if not plain:
            row = row + [""] * (columns.count - len(row))
        # no address begins with a spreadsheet's mark of a text
        address, status = row[columns.address].strip().lstrip("'"), columns.status_in(row)
        if not is_mailbox(address) and not is_mailbox(address := _copied(address)):
            stated = row[columns.address].strip()
            fault = "is no email address" if stated else "the row has no email address"
            yield Rejected(line=line, value=repr(stated[:80]) if stated else "", fault=fault)
            continue
        wrong = _wrong(row, columns, chosen, status, plain=plain)
        leaves = status == STATUSES[-1]
        if columns.choices and not wrong:
            wrong = _wrong_choice(row, columns, check)
        is_first = (leaves or not wrong) and is_new(folded_address(address))
        if wrong:
            yield Rejected(line=line, fault=wrong)
        elif not is_first:
            yield Rejected(line=line, value=address, fault="stands in the file twice")
        else:
            yield said(row, address, status)
        if leaves and (wrong or not is_first):
            yield SubscriberChange(address=address, status=status)


def _copied(cell: str) -> str:
    """Return the address of a cell as programs copy it: `Name <a@b>`, `mailto:a@b`, a spreadsheet's `'a@b`."""
    bare = parts_of_mailbox(cell.replace("‹", "<").replace("›", ">"))[1]
    return bare.removeprefix("mailto:").strip("'\" ")


class _Seen:
    """What was seen, as numbers of 64 bits: a million take 20 MB, in a set of texts they would take 150.

    Two of a million are one by chance in one file of 30 million.
    """

    def __init__(self) -> None:
        self._shelves: defaultdict[int, array[int]] = defaultdict(lambda: array("q"))

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
    start = stream.read(4)
    if start[:2] == b"PK":
        raise UsageError("the file is a workbook; save it as CSV UTF-8")
    marked = start[:2] in _UTF16
    # UTF-32, or UTF-16 that does not say so: each letter would be one and a NUL
    if b"\0\0" in start or (b"\0" in start and not marked):
        raise UsageError("the file is UTF-32, or UTF-16 without its mark; save it as CSV UTF-8")
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
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
            if not is_stated and any(row) and "".join(row).strip():
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
        said: list[str] = []
        for part in _parts(text, ";"):  # and between `,` where each of those is one
            several = [*_parts(part, ",")]
            whole = _segment(part, called) or not all(_segment(s, called) for s in several)
            said += [part] if whole else several
        missing = next((name for name in said if _segment(name, called) is None), None)
        found = tuple(filter(None, dict.fromkeys(_segment(name, called) for name in said)))
        if missing is None:
            return found, ""
        like = dict.fromkeys(called[each] for each in get_close_matches(folded(missing), called))
        way = (
            f"did you mean {' or '.join(like)}?"
            if like
            else f"known: {', '.join(sorted({*called.values()}))}"
        )
        hint = "; several are separated by ;" if "," in missing else ""
        return found, f"there is no segment {missing!r}{hint}; {way}"

    return choose


def _cleaned(cells: Sequence[str]) -> list[str]:
    """Return values in one line each, without the marks that made them texts for a spreadsheet."""
    bare = (cell[1:] if _MARKED.match(cell) else cell for cell in cells)
    return [_BREAKS.sub(" ", cell) for cell in bare]


def _wrong(
    row: Sequence[str], columns: Columns, chosen: Chooser, status: str | None, *, plain: bool
) -> str:
    """Return what is wrong with what a row says beside its address, if anything; a plain one has a good form."""
    if not plain and any(row[columns.count :]):
        return "has more values than the header has columns"
    for index, name in () if plain else columns.named:
        if len(row[index]) > MAX_VALUE or _CONTROL.search(row[index]):
            return f"the {name} is too long or has control characters"
    if columns.nameless and any(row[index] for index in columns.nameless):
        return "has more values than the header has columns"
    if status is not None and status not in STATUSES:
        return f"there is no status {status!r}; known: {', '.join(STATUSES)}"
    return chosen(row[columns.segments])[1] if columns.segments is not None else ""


def _said(
    columns: Columns, chosen: Chooser
) -> Callable[[Sequence[str], str, str | None], SubscriberChange]:
    """Return what makes a change of a row; what all rows share is asked once."""
    segments, named, names = columns.segments, columns.name, [n for _, n in columns.attributes]
    places = [index for index, _ in columns.attributes]

    def change(row: Sequence[str], address: str, status: str | None) -> SubscriberChange:
        name = " ".join(filter(None, [row[i].strip() for i in named])) if named else None
        return SubscriberChange(
            address=address,
            name=name,
            segments=None if segments is None else chosen(row[segments])[0],
            status=status,
            attributes=dict(zip(names, [row[i].strip() for i in places], strict=True)),
            choices=choices_in(row, columns) if columns.choices else {},
        )

    return change


def choices_in(row: Sequence[str], columns: Columns) -> dict[str, dict[str, Any]]:
    """Return the parts of choices that a row says, by newsletter; what is no number is left as it is."""
    found: dict[str, dict[str, Any]] = {}
    for index, newsletter, part in columns.choices:
        said: Any = row[index].strip()
        if part in {"topics", "sources"}:
            said = tuple(_parts(said, ";"))
        elif part in {"hour", "most"}:
            said = int(said) if said.isdecimal() and said.isascii() else said or None
        elif part == "frequency":
            said = said.lower() or None
        found.setdefault(newsletter, {})[part] = said
    return found


def _wrong_choice(
    row: Sequence[str], columns: Columns, check: Callable[[str, Mapping[str, Any]], str]
) -> str:
    """Return what is wrong with a row's choices, if anything."""
    found = (check(name, parts) for name, parts in choices_in(row, columns).items())
    return next(filter(None, found), "")


def _parts(text: str, mark: str) -> Iterator[str]:
    yield from (part.strip() for part in text.split(mark) if part.strip())


def _segment(said: str, segments: Mapping[str, str]) -> str | None:
    return segments.get(said) or segments.get(folded(said))


def write_audience(
    people: Iterable[Subscriber],
    attributes: Sequence[str],
    out: IO[str],
    choosing: Collection[str] = (),
) -> None:
    """Write the audience as CSV; a value that a spreadsheet would compute is made a text.

    What readers chose of the newsletters `choosing` has columns of its own.
    """
    writer = csv.writer(out, lineterminator="\n")
    parts = [(name, part) for name in choosing for part in PARTS]
    writer.writerow(map(_safe, (*OWN, *attributes, *map(".".join, parts))))
    for person in people:
        own = (person.address, person.name or "", ";".join(person.segments), person.status)
        extra = (person.attributes.get(name, "") for name in attributes)
        chosen = (_part(person.choices.get(name, Choice()), part) for name, part in parts)
        writer.writerow(map(_safe, (*own, *extra, *chosen)))


def _part(choice: Choice, part: str) -> str:
    said = getattr(choice, part)
    return ";".join(said) if isinstance(said, tuple) else "" if said is None else str(said)


def _safe(value: str) -> str:
    return f"'{value}" if _FORMULA.match(value) else value
